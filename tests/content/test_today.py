"""What is to do today: in words, with owner and clock, the most urgent first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from content.freshness import Failure
from content.models import Piece
from content.today import (
    Near,
    failure_tasks,
    incident_tasks,
    lift_tasks,
    marking_task,
    most_urgent,
    piece_tasks,
    span,
)
from reputation.models import Incident
from serp.models import Brand, Keyword, ProviderAccount

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=OSLO)
TODAY = NOW.date()
DAY = timedelta(days=1)
BRAND = Brand(pk=1, slug="hallway")


def incident(**fields: object) -> Incident:
    values = {
        "pk": 5,
        "title": "Refunds",
        "opened_at": NOW - 4 * DAY,
        "due_at": NOW,
        "cause": "news",
    }
    return Incident(**(values | fields))


def piece(**fields: object) -> Piece:
    return Piece(**({"pk": 9, "title": "Serial numbers", "kind": "faq"} | fields))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2, minutes=14), "2 h 14 min"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=3), "3 days"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_lengths_of_time_are_spoken(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_an_incident_shows_the_clock_of_its_first_answer() -> None:
    owner = User(username="ines")
    due = NOW + timedelta(hours=2, minutes=14)
    (task,) = incident_tasks(BRAND, [incident(due_at=due, owner=owner)], now=NOW, zone=OSLO)
    assert (task.due, task.css, task.owner) == ("today 11:14", "now", owner)
    assert task.why == "Medium, news. First answer due in 2 h 14 min."
    assert task.url == "/b/hallway/incidents/5/"


def test_an_overdue_incident_is_late() -> None:
    (task,) = incident_tasks(BRAND, [incident(due_at=NOW - 3 * DAY)], now=NOW, zone=OSLO)
    assert (task.due, task.css) == ("3 days late", "late")


def test_an_answered_incident_is_followed_up_without_a_clock() -> None:
    row = incident(answered_at=NOW - DAY, status="waiting", due_at=NOW - 3 * DAY)
    (task,) = incident_tasks(BRAND, [row], now=NOW, zone=OSLO)
    assert (task.what, task.due, task.css) == ("Follow up “Refunds”", "open", "")


@pytest.mark.parametrize(
    ("fields", "what", "due", "css"),
    [
        ({"status": "draft", "due_on": TODAY - DAY}, "Finish", "1 day late", "late"),
        ({"status": "draft", "due_on": TODAY}, "Finish", "today", "now"),
        ({"status": "idea", "publish_on": TODAY + DAY}, "Brief", "Thu 19 Nov", ""),
        (
            {"status": "approved", "due_on": TODAY - 9 * DAY, "publish_on": TODAY + DAY},
            "Publish",
            "Thu 19 Nov",
            "",
        ),
    ],
)
def test_a_piece_asks_for_its_next_step(fields: dict, what: str, due: str, css: str) -> None:
    (task,) = piece_tasks(BRAND, [piece(**fields)], today=TODAY, now=NOW)
    assert task.what == f"{what} “Serial numbers”"
    assert (task.due, task.css) == (due, css)
    assert task.why.startswith("FAQ, ")


def test_pieces_that_are_not_due_are_not_named() -> None:
    rows = [piece(status="draft"), piece(status="draft", due_on=TODAY + 9 * DAY)]
    assert piece_tasks(BRAND, rows, today=TODAY, now=NOW) == []


def test_marking_is_asked_for_only_where_page_one_hangs_on_it() -> None:
    assert marking_task(BRAND, waiting=40, on_page_one=0, now=NOW) == []
    (task,) = marking_task(BRAND, waiting=40, on_page_one=1, now=NOW)
    assert task.what == "Mark 40 results"
    assert task.why.startswith("1 of them stands on page one")


def test_pages_just_below_page_one_are_worth_a_push() -> None:
    near = [Near("Help", 13, "hallway"), Near("Shop", 11, "burr")]
    tasks = lift_tasks(BRAND, near, now=NOW)
    assert [task.what for task in tasks] == ["Lift “Shop” from 11", "Lift “Help” from 13"]
    assert tasks[0].why == "1 place below page one for “burr”."


def test_a_refused_key_is_for_today_and_a_time_out_for_tomorrow() -> None:
    keywords = (Keyword(phrase="hallway"),)
    account = ProviderAccount(name="Serper")
    failures = [
        Failure("the provider refused the key", "bad_key", False, account, keywords * 2),
        Failure("the provider did not answer in time", "timeout", False, account, keywords),
    ]
    bad_key, slow = failure_tasks(BRAND, failures, now=NOW)
    assert (bad_key.what, bad_key.due) == ("Look at the provider account “Serper”", "today")
    assert "2 keywords are left out of the score" in bad_key.why
    assert (slow.what, slow.due) == ("See why “hallway” is not measured", "tomorrow")


def test_what_is_late_comes_first() -> None:
    late = piece_tasks(BRAND, [piece(status="draft", due_on=TODAY - DAY)], today=TODAY, now=NOW)
    clock = incident_tasks(BRAND, [incident(due_at=NOW + timedelta(minutes=9))], now=NOW, zone=OSLO)
    lift = lift_tasks(BRAND, [Near("Shop", 11, "burr")], now=NOW)
    assert most_urgent([*lift, *clock, *late]) == [*late, *clock, *lift]
