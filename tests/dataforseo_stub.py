"""A local stand-in for DataForSEO's queue of tasks over real HTTP, which counts what it bills."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
FIRST_PAGE, NEXT_PAGE = Decimal("0.0006"), Decimal("0.00045")
MOST = 100


@dataclass
class Task:
    """One task that the stand-in was paid for."""

    id: str
    data: Json
    posted_at: datetime
    cost: Decimal
    is_collected: bool = False


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Stub:
    """What it was asked, and how it behaves.

    `clock` is its own time; a task is done `delay` after it was posted. `refusals` gives status code
    and words for keywords that are not taken, `endings` for those that end badly. `down` maps "post",
    "ready", "list" or "get" to the HTTP answer given instead. `swallow` posts are taken and billed,
    but the connection breaks before the answer; `vanish` posts break before they are taken.
    `received` is set when a post came in; while `gate` is clear, its answer waits.
    """

    clock: Callable[[], datetime] = now
    delay: timedelta = timedelta(0)
    url: str = ""
    queue_code: int = 40602
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    endings: dict[str, tuple[int, str]] = field(default_factory=dict)
    results: Callable[[Task], Json] | None = None
    down: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    swallow: int = 0
    vanish: int = 0
    twice: bool = False
    forgets_ready: bool = False
    forgets_list: bool = False
    tasks: dict[str, Task] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sizes: list[int] = field(default_factory=list)
    received: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def billed(self) -> Decimal:
        return sum((task.cost for task in self.tasks.values()), Decimal(0))

    def posted(self) -> Counter[str]:
        """How many tasks were paid for each keyword."""
        return Counter(task.data["keyword"] for task in self.tasks.values())

    def is_done(self, task: Task) -> bool:
        return self.clock() >= task.posted_at + self.delay

    def take(self, orders: list[Json]) -> Json:
        """Task_post: each order is taken or refused by itself."""
        self.sizes.append(len(orders))
        told = [self.take_one(place, order) for place, order in enumerate(orders)]
        if self.twice:
            told += [self.take_one(place, order) for place, order in enumerate(orders)]
        return envelope(told)

    def take_one(self, place: int, order: Json) -> Json:
        code, words = self.refusals.get(order["keyword"], (20100, "Task Created."))
        if place >= MOST:
            code, words = 40006, "You can set no more than 100 tasks at a time."
        if len(order.get("tag", "")) > 255:
            code, words = 40501, "Invalid Field: 'tag'."
        if code != 20100:
            return told(str(uuid.uuid4()), code, words, data=order)
        pages = -(-order.get("depth", 10) // 10)
        cost = FIRST_PAGE + NEXT_PAGE * (pages - 1)
        task = Task(str(uuid.uuid4()), order, self.clock(), cost)
        self.tasks[task.id] = task
        return told(task.id, code, words, data=order, cost=cost)

    def list_ready(self) -> Json:
        """Tasks_ready: what is done and was not collected, at most 1,000 of the last three days."""
        done = [t for t in self.tasks.values() if self.is_done(t) and not t.is_collected]
        oldest = self.clock() - timedelta(days=3)
        rows = [
            {"id": t.id, "se": "google", "tag": t.data["tag"], "date_posted": stated(t.posted_at)}
            for t in done
            if t.posted_at > oldest
        ]
        return envelope([told("", 20000, "Ok.", result=[] if self.forgets_ready else rows[:1000])])

    def list_ids(self, asked: Json) -> Json:
        """Id_list: all tasks of a time, which must lie in the past."""
        since, until = moment(asked["datetime_from"]), moment(asked["datetime_to"])
        if until >= self.clock():
            words = "Invalid Field: 'datetime_to' - must be earlier than present date."
            return envelope([told("", 40501, words)])
        rows = [
            {
                "id": t.id,
                "url": f"{self.url}/v3/serp/google/organic/task_post",
                "datetime_posted": stated(t.posted_at),
                "cost": float(t.cost),
                "metadata": t.data if asked.get("include_metadata") else None,
            }
            for t in sorted(self.tasks.values(), key=lambda t: t.posted_at)
            if since <= t.posted_at <= until
        ]
        start, limit = asked.get("offset", 0), asked.get("limit", 100)
        found = [] if self.forgets_list else rows[start : start + limit]
        return envelope([told("", 20000, "Ok.", result=found)])

    def hand_over(self, task_id: str) -> Json:
        """Task_get/advanced, which costs nothing."""
        task = self.tasks.get(task_id)
        if task is None:
            return envelope([told(task_id, 40401, "Task Not Found.")])
        if not self.is_done(task):
            return envelope([told(task.id, self.queue_code, "Task In Queue.", data=task.data)])
        task.is_collected = True
        if task.data["keyword"] in self.endings:
            return envelope([told(task.id, *self.endings[task.data["keyword"]], data=task.data)])
        result = (self.results or self.page)(task)
        return envelope([told(task.id, 20000, "Ok.", data=task.data, result=[result])])

    def page(self, task: Task) -> Json:
        """A result page of three rows that names its keyword."""
        word = task.data["keyword"].replace(" ", "-")
        return {
            "keyword": task.data["keyword"],
            "type": "organic",
            "datetime": stated(task.posted_at + self.delay),
            "item_types": ["organic"],
            "items_count": 3,
            "items": [
                {
                    "type": "organic",
                    "rank_absolute": place,
                    "position": "left",
                    "url": f"https://host{place}.example/{word}",
                    "title": f"Title {place} of {word}",
                    "description": "Some words.",
                }
                for place in (1, 2, 3)
            ],
        }


def told(
    task: str,
    code: int,
    words: str,
    *,
    data: Json | None = None,
    cost: Decimal = Decimal(0),
    result: list[Json] | None = None,
) -> Json:
    """One task of an answer."""
    return {
        "id": task,
        "status_code": code,
        "status_message": words,
        "cost": float(cost),
        "result_count": len(result or []),
        "data": {"api": "serp", **(data or {})},
        "result": result,
    }


def envelope(tasks: list[Json]) -> Json:
    errors = sum(task["status_code"] >= 40000 for task in tasks)
    return {
        "version": "0.1",
        "status_code": 20000,
        "status_message": "Ok.",
        "cost": sum(task["cost"] for task in tasks),
        "tasks_count": len(tasks),
        "tasks_error": errors,
        "tasks": tasks,
    }


def stated(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} +00:00"


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mine: Stub

    def log_message(self, *args: Any) -> None:
        """Keeps the test output quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        if self.path.endswith("/task_post"):
            self.answer("post", lambda: self.mine.take(body))
        else:
            self.answer("list", lambda: self.mine.list_ids(body[0]))

    def do_GET(self) -> None:
        if self.path.endswith("/tasks_ready"):
            self.answer("ready", self.mine.list_ready)
        else:
            self.answer("get", lambda: self.mine.hand_over(self.path.rpartition("/")[2]))

    def answer(self, kind: str, act: Callable[[], Json]) -> None:
        mine = self.mine
        with mine.lock:
            mine.asked[kind] += 1
            status, body = mine.down.get(kind, (200, b""))
            if kind == "post" and mine.vanish:
                mine.vanish -= 1
                self.break_off()
                return
            if kind not in mine.down:
                body = json.dumps(act()).encode()
            if kind == "post" and mine.swallow:
                mine.swallow -= 1
                self.break_off()
                return
        if kind == "post":
            mine.received.set()
            mine.gate.wait(60)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in mine.headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def break_off(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextlib.contextmanager
def running(**behaviour: Any) -> Iterator[Stub]:
    """A stand-in on a free port of loopback, which ends with the block."""
    stub = Stub(**behaviour)
    stub.gate.set()
    handler = type("OwnHandler", (Handler,), {"mine": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
