"""The feed's text: read back by the same standard, stable ids, no injected line."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from content.ical import calendar, one_line, personal
from content.models import Approval, Piece
from serp.models import Brand, Keyword

TODAY = date(2026, 11, 18)
CHANGED = datetime(2026, 11, 17, 12, 0, 5, tzinfo=UTC)
BRAND = Brand(pk=1, name="Hallway Coffee", slug="hallway", time_zone="Europe/Oslo")


def piece(title: str = "Is the switch safe?", **fields: object) -> Piece:
    given_fields = {
        "pk": 7,
        "brand": BRAND,
        "title": title,
        "publish_on": TODAY,
        "changed_at": CHANGED,
        "created_at": CHANGED,
    }
    return Piece(**(given_fields | fields))


def text(*pieces: Piece) -> bytes:
    return calendar(
        BRAND,
        pieces,
        host="pushdown.example",
        address=lambda one: f"https://pushdown.example/p/{one.pk}/",
        today=TODAY,
    )


def events(*pieces: Piece) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text(*pieces)).walk("VEVENT"))


def test_a_piece_is_an_all_day_event_on_its_day() -> None:
    owner = User(username="mara", first_name="Mara", last_name="Lindqvist")
    (event,) = events(piece(owner=owner, keyword=Keyword(phrase="hallway recall")))
    assert event["SUMMARY"] == "Is the switch safe?"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (TODAY, TODAY + timedelta(1))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["UID"] == "piece-7-publish@pushdown.example"
    assert event.decoded("LAST-MODIFIED") == CHANGED
    assert event["URL"] == "https://pushdown.example/p/7/"
    assert event["TRANSP"] == "TRANSPARENT"
    said = event["DESCRIPTION"].splitlines()
    assert said[:4] == [
        "Step: idea",
        "Owner: Mara Lindqvist",
        "Type: FAQ",
        "Keyword: hallway recall",
    ]


def test_a_draft_that_is_due_is_an_event_of_its_own() -> None:
    due, out = TODAY + timedelta(2), TODAY + timedelta(5)
    found = {event["UID"]: event for event in events(piece(due_on=due, publish_on=out))}
    assert len(found) == 2
    draft = found["piece-7-due@pushdown.example"]
    assert (draft["SUMMARY"], draft.decoded("DTSTART")) == ("Draft due: Is the switch safe?", due)


def test_a_published_piece_has_no_draft_due() -> None:
    found = events(piece(due_on=TODAY, status="published"))
    assert [event["UID"] for event in found] == ["piece-7-publish@pushdown.example"]


def test_a_move_keeps_the_id_and_raises_the_sequence() -> None:
    (before,) = events(piece())
    (after,) = events(
        piece(publish_on=TODAY + timedelta(3), changed_at=CHANGED + timedelta(seconds=1))
    )
    assert before["UID"] == after["UID"]
    assert 0 < before["SEQUENCE"] < after["SEQUENCE"] < 2**31


def test_the_same_pieces_make_the_same_text() -> None:
    assert text(piece()) == text(piece())


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("idea", "TENTATIVE"),
        ("review", "TENTATIVE"),
        ("approved", "CONFIRMED"),
        ("measured", "CONFIRMED"),
    ],
)
def test_what_is_approved_is_sure(status: str, word: str) -> None:
    assert events(piece(status=status))[0]["STATUS"] == word


def test_it_reaches_a_year_back_and_all_ahead() -> None:
    days = {366: 0, 365: 1, 0: 1, -4000: 1}
    assert {back: len(events(piece(publish_on=TODAY - timedelta(back)))) for back in days} == days


def test_a_piece_without_a_day_has_no_event() -> None:
    assert events(piece(publish_on=None)) == []


CHANGE_DAYS = {
    "Europe/Oslo": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
}


@pytest.mark.parametrize("zone", CHANGE_DAYS)
@pytest.mark.parametrize("clock", [time(9), time(0, 30), time(23, 45)])
def test_a_time_of_day_keeps_its_wall_time_over_a_change_of_clocks(zone: str, clock: time) -> None:
    brand = Brand(pk=1, name="Hallway Coffee", slug="hallway", time_zone=zone)
    days = [day + timedelta(n) for day in CHANGE_DAYS[zone] for n in (-1, 0, 1)]
    rows = [
        piece(pk=n, brand=brand, publish_on=day, publish_time=clock) for n, day in enumerate(days)
    ]
    body = calendar(brand, rows, host="x.example", address=lambda one: "https://x", today=days[0])
    read = icalendar.Calendar.from_ical(body)
    starts = [event.decoded("DTSTART") for event in read.walk("VEVENT")]
    assert [(at.date(), at.time()) for at in starts] == [(day, clock) for day in days]
    # What a program does that knows no zones by name: it reads the rules that the feed carries.
    (rules,) = read.walk("VTIMEZONE")
    told = rules.to_tz(lookup_tzid=False)
    by_rules = [at.replace(tzinfo=None).replace(tzinfo=told).astimezone(UTC) for at in starts]
    assert by_rules == [at.astimezone(UTC) for at in starts]
    assert len({at.utcoffset() for at in starts}) == 2


def test_a_time_that_the_clocks_skip_is_told_as_the_one_they_show() -> None:
    day = CHANGE_DAYS["Europe/Oslo"][0]
    (event,) = events(piece(publish_on=day, publish_time=time(2, 30)))
    assert event.decoded("DTSTART").isoformat() == "2026-03-29T03:30:00+02:00"
    assert event.decoded("DURATION") == timedelta(minutes=30)


def test_what_is_out_is_an_event_of_its_day() -> None:
    (event,) = events(piece(publish_time=time(9), status="published"))
    assert event.decoded("DTSTART") == TODAY


def test_a_person_s_calendar_names_the_brands_and_holds_reviews() -> None:
    other = Brand(pk=2, name="Kettle\nHouse", slug="kettle", time_zone="Asia/Shanghai")
    mine = [piece(), piece("Tea", pk=8, brand=other, publish_time=time(9))]
    review = Approval(pk=5, piece=piece("Foreign", pk=9), due_on=TODAY + timedelta(1))
    body = personal(
        "Mara", mine, [review], host="x.example", address=lambda one: "https://x", today=TODAY
    )
    read = icalendar.Calendar.from_ical(body)
    found = {str(e["SUMMARY"]): e.decoded("DTSTART") for e in read.walk("VEVENT")}
    assert found["Hallway Coffee: Is the switch safe?"] == TODAY
    assert found["Kettle House: Tea"].isoformat() == f"{TODAY}T09:00:00+08:00"
    assert found["Hallway Coffee: Review due: Foreign"] == TODAY + timedelta(1)
    assert len(found) == 3


INJECTED = [
    "Safe?\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Free money",
    "Safe?\nATTENDEE:mailto:x@evil.example",
    "Safe?\rURL:https://evil.example",
    "Safe?\u2028BEGIN:VALARM",
    "Safe?\x85ATTACH:https://evil.example",
    "Safe?\x0bX-A:1\x0c\x00\x1b",
    "Safe?\\nURL:https://evil.example; , :",
]


def names(body: bytes) -> list[str]:
    """The names of all lines, also of those that only a generous reader would split."""
    lines = body.decode().replace("\r\n ", "").splitlines()
    return [line.split(":")[0].split(";")[0] for line in lines]


@pytest.mark.parametrize("title", INJECTED)
def test_a_title_injects_no_line(title: str) -> None:
    keyword = Keyword(phrase=title)
    body = text(piece(title, keyword=keyword, owner=User(username="x", first_name=title)))
    plain = text(piece("Safe?", keyword=Keyword(phrase="x"), owner=User(username="x")))
    assert names(body) == names(plain)


@pytest.mark.parametrize("title", INJECTED[:-1])
def test_the_look_for_injected_lines_bites(title: str) -> None:
    naive = text(piece("PLACE")).replace(b"PLACE", title.encode())
    assert names(naive) != names(text(piece("PLACE")))


@given(st.text(max_size=200))
def test_any_title_is_read_back_on_one_line(title: str) -> None:
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in title):
        return
    (event,) = events(piece(title))
    assert str(event["SUMMARY"]) == one_line(title)


def test_long_titles_are_folded_and_read_back_whole() -> None:
    title = "第二代磨豆机的安全说明和召回常见问题 " * 10
    body = text(piece(title))
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert events(piece(title))[0]["SUMMARY"] == title.strip()
