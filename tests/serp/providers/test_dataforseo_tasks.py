"""DataForSEO's queue is read as recorded and as documented: one bad task spoils no other."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from serp.providers.base import Access, Answer, ErrorKind, ProviderError, Query, Request
from serp.providers.dataforseo import DataForSEO
from serp.providers.dataforseo_tasks import (
    MOST_LISTED,
    MOST_PAGES,
    Order,
    TaskError,
    TaskQueue,
    was_refused,
)
from tests.serp.providers.answers import DATAFORSEO, KEY

QUERY = Query("acme", device="mobile", depth=15)
AT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
ID = "01291721-1535-0066-0000-8f0635c0dc89"


class Wire:
    """Answers in turn, and what was asked."""

    def __init__(self, *answers: object, status: int = 200) -> None:
        self.answers = list(answers)
        self.status = status
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Answer(
            self.status, {}, body if isinstance(body, bytes) else json.dumps(body).encode()
        )


def queue(wire: Callable[[Request], Answer], base_url: str = "") -> TaskQueue:
    return TaskQueue(DataForSEO(Access(base_url, KEY, {"mode": "task"}), wire))


def posted(*tasks: dict[str, Any]) -> dict[str, Any]:
    return {"status_code": 20000, "tasks": list(tasks)}


def made(tag: str, task: str = ID, **more: Any) -> dict[str, Any]:
    return {"id": task, "status_code": 20100, "cost": 0.00105, "data": {"tag": tag}, **more}


def orders(*tags: str) -> list[Order]:
    return [Order(tag, QUERY) for tag in tags]


def test_a_post_asks_for_what_a_live_check_would_and_names_its_tag() -> None:
    wire = Wire(posted(made("a")))
    (one,) = queue(wire).post(orders("a"))
    assert (one.tag, one.task, one.cost, one.error) == ("a", ID, Decimal("0.00105"), None)
    (request,) = wire.asked
    assert request.method == "POST"
    assert request.url == "https://api.dataforseo.com/v3/serp/google/organic/task_post"
    live = DataForSEO(Access("", KEY), wire).request(QUERY, 1)
    assert isinstance(live.json, list)
    assert request.json == [{**live.json[0], "tag": "a"}]
    assert request.headers == live.headers


def test_the_recorded_post_tells_three_tasks_and_their_cost(shared_data: Path) -> None:
    body = (shared_data / "providers/dataforseo/docs_google_organic_task_post.json").read_bytes()
    found = queue(Wire(body)).post(orders("first", "some_string_123", "third"))
    assert [one.tag for one in found] == ["first", "some_string_123", "third"]
    assert [one.task[-12:] for one in found] == ["8f0635c0dc89", "2e7a8bf7302c", "ed3110168d43"]
    assert {one.cost for one in found} == {Decimal("0.0015")}


def test_the_recorded_list_of_the_done_gives_ids_by_tag(shared_data: Path) -> None:
    name = "providers/dataforseo/docs_google_organic_tasks_ready.json"
    wire = Wire((shared_data / name).read_bytes())
    assert queue(wire).ready() == {
        "tag1": "11081554-0696-0066-0000-27e68ec15871",
        "tag2": "11151406-0696-0066-0000-c4ece317cdb2",
    }
    assert wire.asked[0].url == "https://api.dataforseo.com/v3/serp/tasks_ready"


def test_a_recorded_live_page_reads_the_same_out_of_the_queue(shared_data: Path) -> None:
    name = "providers/dataforseo/google_organic_live_advanced_tfo_US_2025.json"
    answer = Answer(200, {}, (shared_data / name).read_bytes())
    query = Query("tfo machine", depth=10)
    finished = queue(Wire(b"")).read(answer, tag="any", query=query)
    assert finished is not None
    live = DataForSEO(Access("", KEY), lambda request: answer).fetch(query)
    assert finished.serp == live
    assert len(finished.serp.items) >= 5
    assert finished.taken_at == datetime(2025, 12, 6, 14, 14, 21, tzinfo=UTC)


def test_an_answer_in_another_order_still_finds_its_orders() -> None:
    body = posted(made("b", ID.replace("8", "2")), made("a"))
    found = {one.tag: one.task for one in queue(Wire(body)).post(orders("a", "b"))}
    assert found == {"a": ID, "b": ID.replace("8", "2")}


def test_one_refused_order_has_its_error_and_the_others_their_ids() -> None:
    bad = {"status_code": 40501, "status_message": "Invalid Field", "cost": 0, "data": {"tag": "b"}}
    first, second, third = queue(Wire(posted(made("a"), bad, made("c")))).post(orders(*"abc"))
    assert first.task
    assert third.task
    assert second.error is not None
    assert (second.task, second.error.kind, second.error.cost) == ("", ErrorKind.BAD_REQUEST, 0)


def test_an_order_for_no_known_place_is_not_sent_and_spoils_no_other() -> None:
    wire = Wire(posted(made("a")))
    odd = Order("b", Query("acme", country="xx"))
    found = {one.tag: one for one in queue(wire).post([*orders("a"), odd])}
    assert found["a"].task
    error = found["b"].error
    assert error is not None
    assert (error.kind, error.calls, error.cost) == (ErrorKind.BAD_REQUEST, 0, 0)
    assert isinstance(wire.asked[0].json, list)
    assert len(wire.asked[0].json) == 1


@pytest.mark.parametrize(
    "tasks",
    [None, [], [{}], ["x"], [made("someone else's")], [made("a", "../../x")], [made("a", "")]],
)
def test_an_order_that_the_answer_does_not_tell_of_is_left_in_doubt(tasks: Any) -> None:
    body = {"status_code": 20000, "tasks": tasks}
    found = queue(Wire(body)).post(orders("a", "b"))
    assert [one.tag for one in found] == []


def test_a_task_made_twice_costs_twice() -> None:
    (one,) = queue(Wire(posted(made("a"), made("a", ID.replace("8", "2"))))).post(orders("a"))
    assert (one.task, one.cost) == (ID, Decimal("0.0021"))


@pytest.mark.parametrize(
    ("status", "body", "is_sure"),
    [
        (401, {}, True),
        (402, {}, True),
        (429, {}, True),
        (404, {}, True),
        (200, {"status_code": 40200}, True),
        (200, {"status_code": 40202}, True),
        (500, {}, False),
        (503, {}, False),
        (200, {"status_code": 50000}, False),
        (200, {"status_code": 50301}, False),
        (200, b"{", False),
        (200, b"<html>", False),
        (408, {}, False),
    ],
)
def test_only_a_stated_refusal_is_sure_to_have_made_no_task(
    status: int, body: object, is_sure: bool
) -> None:
    with pytest.raises(ProviderError) as caught:
        queue(Wire(body, status=status)).post(orders("a"))
    assert was_refused(caught.value) is is_sure


def listing(*rows: dict[str, Any]) -> dict[str, Any]:
    return posted({"status_code": 20000, "result": list(rows)})


def row(tag: str, cost: float = 0.0006) -> dict[str, Any]:
    return {"id": ID, "cost": cost, "metadata": {"tag": tag}}


def test_the_list_of_ids_finds_tags_in_a_time_and_what_they_cost() -> None:
    wire = Wire(listing(row("a"), row("b"), row("a"), {"id": ID, "metadata": None}))
    found = queue(wire).listed(["a", "z"], since=AT, until=AT + timedelta(hours=1))
    assert found.is_whole
    assert {tag: (one.task, one.cost) for tag, one in found.found.items()} == {
        "a": (ID, Decimal("0.0012"))
    }
    (request,) = wire.asked
    assert request.url == "https://api.dataforseo.com/v3/serp/id_list"
    assert request.json == [
        {
            "datetime_from": "2026-11-18 06:00:00 +00:00",
            "datetime_to": "2026-11-18 07:00:00 +00:00",
            "limit": 1000,
            "offset": 0,
            "sort": "asc",
            "include_metadata": True,
        }
    ]


def test_a_list_too_long_to_be_read_to_its_end_proves_nothing() -> None:
    wire = Wire(listing(*[row("x")] * MOST_LISTED))
    assert not queue(wire).listed(["a"], since=AT, until=AT).is_whole
    assert len(wire.asked) == MOST_PAGES
    wire = Wire(listing(*[row("x")] * MOST_LISTED), listing(row("a")))
    found = queue(wire).listed(["a"], since=AT, until=AT)
    assert found.is_whole
    assert "a" in found.found


@pytest.mark.parametrize(
    "body",
    [{}, posted(), posted({"status_code": 40501}), posted({"status_code": 20000, "result": "x"})],
)
def test_a_list_that_is_none_is_an_error_and_never_an_empty_one(body: Any) -> None:
    with pytest.raises(ProviderError):
        queue(Wire(body)).listed(["a"], since=AT, until=AT)
    with pytest.raises(ProviderError):
        queue(Wire(body)).ready()


def answer(**task: Any) -> Answer:
    data: Any = copy.deepcopy(DATAFORSEO)
    data["tasks"][0].update(task)
    return Answer(200, {}, json.dumps(data).encode())


def read(found: Answer, tag: str = "pushdown-5-1") -> Any:
    return queue(Wire(b"")).read(found, tag=tag, query=QUERY)


@pytest.mark.parametrize("code", [20100, 40601, 40602])
def test_a_task_in_the_queue_is_neither_a_result_nor_an_error(code: int) -> None:
    assert read(answer(status_code=code, result=None)) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (40101, ErrorKind.ENGINE),
        (40103, ErrorKind.ENGINE),
        (40401, ErrorKind.SERVER),
        (40403, ErrorKind.SERVER),
        (40501, ErrorKind.BAD_REQUEST),
        (50401, ErrorKind.TIMEOUT),
    ],
)
def test_a_task_that_ended_badly_is_told_from_a_failed_request(code: int, kind: ErrorKind) -> None:
    with pytest.raises(TaskError) as caught:
        read(answer(status_code=code, result=None))
    assert caught.value.kind is kind


@pytest.mark.parametrize("status", [401, 402, 429, 500])
def test_a_failed_request_for_a_result_says_nothing_of_the_task(status: int) -> None:
    with pytest.raises(ProviderError) as caught:
        read(Answer(status, {}, b"{}"))
    assert not isinstance(caught.value, TaskError)


def test_the_result_of_another_task_is_never_taken() -> None:
    assert read(answer(data={"tag": "pushdown-5-1-0a0b0c0d"})) is not None
    for tag in ("pushdown-5-11-0a0b0c0d", "pushdown-6-1-0a0b0c0d", "tag2"):
        with pytest.raises(ProviderError):
            read(answer(data={"tag": tag}))


def test_the_collected_address_is_the_tasks_own() -> None:
    wire = Wire(DATAFORSEO)
    queue(wire, "https://proxy.example/api").collect(ID, Query("acme", engine="bing"))
    assert wire.asked[0].method == "GET"
    expected = f"https://proxy.example/api/v3/serp/bing/organic/task_get/advanced/{ID}"
    assert wire.asked[0].url == expected


def test_the_key_stays_out_of_every_message() -> None:
    words = f"Invalid login {KEY}"
    with pytest.raises(ProviderError) as caught:
        queue(Wire({"status_code": 40100, "status_message": words})).post(orders("a"))
    assert KEY not in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_the_mode_is_live_or_task_and_prices_follow_it() -> None:
    assert DataForSEO.list_price({}) == DataForSEO.list_price({"mode": "live"}) == Decimal("0.002")
    assert DataForSEO.list_price({"mode": "task"}) == Decimal("0.0006")
    assert not DataForSEO.option_fault({"mode": "task"})
    assert '"task"' in DataForSEO.option_fault({"mode": "queue"})
    wrong = DataForSEO(Access("", KEY, {"mode": "queue"}), Wire(b""))
    with pytest.raises(ProviderError, match="mode"):
        wrong.fetch(QUERY)
