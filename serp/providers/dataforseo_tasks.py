"""DataForSEO's queue: posts up to 100 tasks at once, finds them again by tag, and reads their results.

Paths and limits: https://docs.dataforseo.com/v3/serp/google/organic/task_post,
https://docs.dataforseo.com/v3/serp/google/organic/tasks_ready,
https://docs.dataforseo.com/v3/serp/google/organic/task_get/advanced and
https://docs.dataforseo.com/v3/serp/id_list; status codes:
https://docs.dataforseo.com/v3/appendix/errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from serp.providers.asked import of_dataforseo
from serp.providers.base import Answer, ErrorKind, ProviderError, Query, Request, Serp
from serp.providers.dataforseo import OK, DataForSEO, kind_of
from serp.providers.reading import amount, mapping, rows, words_of

MOST_A_POST = 100
"""Tasks in one post; those beyond are refused with 40006."""
MOST_LISTED = 1000
"""Tasks in one answer of the two lists."""
MOST_PAGES = 5
"""Pages of the list of ids that are read in one search: it allows ten requests a minute."""

_CREATED = 20100
_WAITING = frozenset({_CREATED, 40601, 40602})
"""Created, handed on, in the queue: neither a result nor a failure."""
_GONE = frozenset({40400, 40401, 40403})
"""Not found, no such task, result expired."""
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_STATES_REFUSAL = frozenset(
    {
        ErrorKind.BAD_KEY,
        ErrorKind.PAYMENT,
        ErrorKind.FORBIDDEN,
        ErrorKind.BAD_REQUEST,
        ErrorKind.RATE_LIMITED,
        ErrorKind.ADDRESS,
    }
)


class TaskError(ProviderError):
    """The task itself ended without a result page: asking for it again would tell the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """One question for the queue. `tag` (at most 255 characters) is ours and finds the task again."""

    tag: str
    query: Query


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one order: an id, or an error that says why there is no task.

    `cost` is in US dollars; None: the answer did not say.
    """

    tag: str
    task: str = ""
    cost: Decimal | None = None
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A task that the account has: its id, and what all tasks with its tag cost together."""

    task: str
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Tasks found by their tag. `is_whole`: all of the time asked for was read, so that a tag that is
    not there was never posted in it."""

    found: dict[str, Found]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a task. `taken_at` is aware; None: the answer names no time."""

    serp: Serp
    taken_at: datetime | None


def was_refused(error: ProviderError) -> bool:
    """Whether a post that ended so surely made no task. After any other error it may have."""
    return error.kind in _STATES_REFUSAL


class TaskQueue:
    """One account's queue. Every method makes its requests through the provider's bounded fetch and
    raises ProviderError with its kind."""

    def __init__(self, provider: DataForSEO) -> None:
        self.provider = provider

    def post(self, orders: Sequence[Order]) -> list[Posted]:
        """Put up to `MOST_A_POST` orders for one engine into the queue, in one paid request.

        An order that the answer does not mention is missing from the list: nobody knows whether it
        was taken. An error that is raised says `was_refused`, or leaves the same doubt about all.
        """
        sent: list[dict[str, object]] = []
        made: dict[str, Posted] = {}
        for order in orders[:MOST_A_POST]:
            try:
                sent.append({**self._task(order.query), "tag": order.tag})
            except ProviderError as error:
                error.cost = Decimal(0)
                made[order.tag] = Posted(order.tag, cost=error.cost, error=error)
        if sent:
            path = f"{orders[0].query.engine}/organic/task_post"
            tasks = self.provider.tasks_in(self._ask("POST", path, sent))
            for tag, task in zip(_tags(tasks, sent), tasks, strict=True):
                if tag is not None:
                    self._note(made, tag, task)
        return list(made.values())

    def ready(self) -> dict[str, str]:
        """The id by tag of tasks that are done and were not collected: at most `MOST_LISTED`, of the
        last three days, of whatever program uses the account. Free; 20 requests a minute."""
        listed = self._results(self._ask("GET", "tasks_ready"))
        return {row["tag"]: row["id"] for row in reversed(listed) if _is_tagged(row)}

    def listed(self, tags: Iterable[str], *, since: datetime, until: datetime) -> Listing:
        """Find tasks by their tag, done or not, among those posted between two aware times.

        `until` must be in the past by the provider's clock. Free; 10 requests a minute.
        """
        wanted = set(tags)
        found: dict[str, Found] = {}
        for page in range(MOST_PAGES):
            asked = {
                "datetime_from": _stated(since),
                "datetime_to": _stated(until),
                "limit": MOST_LISTED,
                "offset": page * MOST_LISTED,
                "sort": "asc",
                "include_metadata": True,
            }
            listed = self._results(self._ask("POST", "id_list", [asked]))
            for row in listed:
                tag = mapping(row.get("metadata")).get("tag")
                if tag in wanted and _is_id(row.get("id")):
                    known = found.get(tag, Found(row["id"], Decimal(0)))
                    found[tag] = Found(known.task, _sum(known.cost, amount(row.get("cost"))))
            if len(listed) < MOST_LISTED:
                return Listing(found, is_whole=True)
        return Listing(found, is_whole=False)

    def collect(self, task: str, query: Query) -> Answer:
        """The answer about one task, unread. Free for 30 days."""
        path = f"{query.engine}/organic/task_get/advanced/{task}"
        return self.provider.send(self._request("GET", path))

    def read(self, answer: Answer, *, tag: str, query: Query) -> Finished | None:
        """The result in an answer about the task whose tag is or begins with `tag`; None while it is
        in the queue.

        Raises TaskError when the task ended without one, and ProviderError for anything else.
        """
        data = self.provider.data_of(answer)
        task = self.provider.task_in(data, query)
        code = task.get("status_code")
        if code in _WAITING:
            return None
        told = mapping(task.get("data")).get("tag")
        if isinstance(told, str) and told != tag and not told.startswith(f"{tag}-"):
            raise self.provider.malformed("the result of another task")
        if code in _GONE:
            said = f"no longer has the task: {code} {words_of(task)}"
            raise _ended(self.provider.refusal(ErrorKind.SERVER, said))
        try:
            serp = DataForSEO(self.provider.access, lambda request: answer).fetch(query)
        except ProviderError as error:
            if code == OK:
                raise
            raise _ended(error) from None
        return Finished(serp, of_dataforseo(data).taken_at)

    def _task(self, query: Query) -> dict[str, object]:
        for asked, offered in (
            (query.engine, self.provider.engines),
            (query.device, self.provider.devices),
        ):
            if asked not in offered:
                raise self.provider.refusal(ErrorKind.UNSUPPORTED, f"does not offer {asked}.")
        return self.provider.task(query)

    def _note(self, made: dict[str, Posted], tag: str, task: dict[str, Any]) -> None:
        code, cost = task.get("status_code"), amount(task.get("cost"))
        known = made.get(tag)
        if code in (OK, _CREATED):
            if not _is_id(task.get("id")):
                return
            first = known.task if known and known.task else task["id"]
            made[tag] = Posted(tag, first, _sum(known.cost, cost) if known else cost)
        elif known is None:
            said = f"said: {code} {words_of(task)}"
            error = self.provider.refusal(kind_of(code), said, cost=cost)
            error.calls = 1
            made[tag] = Posted(tag, cost=cost, error=error)

    def _results(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        tasks = self.provider.tasks_in(data)
        if not tasks:
            raise self.provider.malformed("no list of tasks")
        code, listed = tasks[0].get("status_code"), tasks[0].get("result")
        if code != OK:
            raise self.provider.refused(tasks[0])
        if listed is not None and not isinstance(listed, list):
            raise self.provider.malformed("a list of tasks of an unknown form")
        return rows(listed)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return self.provider.data_of(self.provider.send(self._request(method, path, body)))

    def _request(self, method: str, path: str, body: object = None) -> Request:
        provider = self.provider
        url = f"{provider.root}/v3/serp/{path}"
        return Request(method, url, headers=provider.headers(), json=body)


def _tags(tasks: list[dict[str, Any]], sent: list[dict[str, object]]) -> list[str | None]:
    """Which order each task of an answer is about: by the tag that it repeats, and by its place where
    it repeats none and every order has its answer."""
    ours = {str(order["tag"]) for order in sent}
    made: list[str | None] = []
    for place, task in enumerate(tasks):
        told = mapping(task.get("data")).get("tag")
        if told is None and len(tasks) == len(sent):
            told = sent[place]["tag"]
        made.append(told if isinstance(told, str) and told in ours else None)
    return made


def _is_id(value: object) -> bool:
    """Whether a task's id can be part of an address and of a database row."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _is_tagged(row: dict[str, Any]) -> bool:
    return isinstance(row.get("tag"), str) and _is_id(row.get("id"))


def _sum(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    return None if first is None or second is None else first + second


def _stated(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} +00:00"


def _ended(error: ProviderError) -> TaskError:
    return TaskError(str(error), kind=error.kind, retry_after=error.retry_after, calls=1)
