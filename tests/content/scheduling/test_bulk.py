"""One act on many pieces through one address, its refusals piece by piece, and the way back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from content.models import Piece
from content.scheduling import undo
from content.scheduling.moving import MOST_AT_ONCE
from serp.models import Brand

JSON = {"Accept": "application/json"}
CHANGE, UNDO = "/b/hallway/calendar/change/", "/b/hallway/calendar/undo/"


@pytest.fixture
def today(brand: Brand) -> date:
    return datetime.now(UTC).astimezone(brand.zone).date()


@pytest.fixture
def three(brand: Brand, today: date) -> list[Piece]:
    """A draft, one without a day, and one that is out."""
    out = {"url": "https://a.example/x", "published_at": datetime.now(UTC)}
    return [
        Piece.objects.create(brand=brand, title="Draft", status="draft", publish_on=today),
        Piece.objects.create(brand=brand, title="Dayless", status="idea"),
        Piece.objects.create(brand=brand, title="Out", status="published", publish_on=today, **out),
    ]


def send(client: Client, pieces: list[Piece], address: str = CHANGE, **fields: Any) -> Any:
    return client.post(address, {"piece": [piece.pk for piece in pieces], **fields}, headers=JSON)


def again(piece: Piece) -> Piece:
    return Piece.objects.get(pk=piece.pk)


def test_each_piece_is_told_and_none_keeps_the_others_back(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    day = today + timedelta(5)
    answer = send(client, three, act="day", day=day.isoformat())
    told = {one["title"]: one["reason"] for one in answer.json()["results"]}
    assert answer.status_code == 200
    assert (told["Draft"], told["Dayless"]) == ("", "")
    assert "It is published" in told["Out"]
    assert answer.json()["message"].startswith("2 pieces stand on")
    assert [again(piece).publish_on for piece in three] == [day, day, today]
    assert again(three[0]).history.latest().history_user == editor


def test_when_all_are_refused_it_is_a_409(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    answer = send(client, three[2:], act="shift", days="3")
    assert answer.status_code == 409
    assert answer.json()["undo"] is None


def test_a_shift_needs_a_day_and_not_a_past_one(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    results = send(client, three[:2], act="shift", days="-3").json()["results"]
    assert "has passed" in results[0]["reason"]
    assert "stands on no day" in results[1]["reason"]
    assert send(client, three[:1], act="shift", days="3").json()["message"].startswith("“Draft”")
    assert again(three[0]).publish_on == today + timedelta(3)


def test_owner_time_and_step_for_many(client: Client, editor: User, three: list[Piece]) -> None:
    client.force_login(editor)
    send(client, three[:2], act="owner", owner=editor.pk)
    send(client, three[:2], act="time", time="09:30")
    results = send(client, three[:2], act="status", status="review").json()["results"]
    assert [again(piece).owner for piece in three[:2]] == [editor, editor]
    assert again(three[0]).publish_time == time(9, 30)
    assert [again(piece).status for piece in three[:2]] == ["review", "idea"]
    assert "next step is “briefed”" in results[1]["reason"]
    send(client, three[:1], act="owner", owner="none")
    assert again(three[0]).owner is None


def test_the_clocks_note_is_told(client: Client, editor: User, three: list[Piece]) -> None:
    client.force_login(editor)
    spring = date(2027, 3, 28)
    Piece.objects.filter(pk=three[0].pk).update(publish_on=spring)
    message = send(client, three[:1], act="time", time="02:30").json()["message"]
    assert "skip 02:30 on Sun 28 Mar 2027" in message


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"act": "explode"}, "Choose what is to be done"),
        ({"act": "day", "day": ""}, "Choose a day first"),
        ({"act": "day", "day": "soon"}, "is not a day"),
        ({"act": "shift", "days": "many"}, "Write by how many days"),
        ({"act": "shift", "days": "0"}, "Zero days"),
        ({"act": "time", "time": "25:99"}, "is not a time"),
        ({"act": "owner", "owner": ""}, "Choose somebody"),
        ({"act": "owner", "owner": "987654"}, "Choose somebody"),
        ({"act": "status", "status": "x"}, "Choose a step"),
    ],
)
def test_bad_orders_are_answered_and_change_nothing(
    client: Client, editor: User, three: list[Piece], fields: dict[str, str], words: str
) -> None:
    client.force_login(editor)
    before = list(Piece.objects.order_by("pk").values())
    answer = send(client, three, **fields)
    assert answer.status_code == 409
    assert words in answer.json()["reason"]
    assert list(Piece.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("days", ["999999999", "-999999999"])
def test_a_shift_beyond_the_calendar_is_refused(
    client: Client, editor: User, three: list[Piece], days: str
) -> None:
    client.force_login(editor)
    answer = send(client, three[:1], act="shift", days=days)
    assert "more than five years" in answer.json()["results"][0]["reason"]


def test_pieces_and_people_of_another_brand_are_not_there(
    client: Client, editor: User, stranger: User, other_brand: Brand, three: list[Piece]
) -> None:
    client.force_login(editor)
    theirs = Piece.objects.create(brand=other_brand, title="Secret")
    answer = send(client, [theirs], act="owner", owner="none")
    assert answer.status_code == 409
    assert "Secret" not in answer.content.decode()
    assert send(client, three, act="owner", owner=stranger.pk).status_code == 409


def test_no_piece_and_too_many_are_answered(client: Client, editor: User, brand: Brand) -> None:
    client.force_login(editor)
    assert "Tick the pieces" in send(client, [], act="shift", days="1").json()["reason"]
    answer = client.post(
        CHANGE,
        {"piece": list(range(1, MOST_AT_ONCE + 2)), "act": "shift", "days": "1"},
        headers=JSON,
    )
    assert "Choose fewer" in answer.json()["reason"]
    assert client.post(CHANGE, {"piece": ["9" * 30, "x"], "act": "shift"}).status_code == 302


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    seen = f"{three[0].pk}:{today + timedelta(9)}"
    day = (today + timedelta(1)).isoformat()
    answer = send(client, three[:1], act="day", day=day, seen=seen)
    assert "meanwhile" in answer.json()["results"][0]["reason"]
    assert again(three[0]).publish_on == today


def test_undo_takes_back_exactly_what_was_moved(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    Piece.objects.filter(pk=three[0].pk).update(publish_on=today - timedelta(4))  # late
    key = send(client, three, act="day", day=(today + timedelta(5)).isoformat()).json()["undo"]
    answer = client.post(UNDO, {"undo": key}, headers=JSON)
    assert answer.json()["message"] == "2 pieces are as before."
    assert [again(piece).publish_on for piece in three] == [today - timedelta(4), None, today]
    assert client.post(UNDO, {"undo": key}, headers=JSON).status_code == 409


def test_undo_leaves_alone_what_was_changed_since(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    key = send(client, three[:2], act="day", day=(today + timedelta(5)).isoformat()).json()["undo"]
    Piece.objects.filter(pk=three[0].pk).update(publish_on=today + timedelta(8))
    answer = client.post(UNDO, {"undo": key}, headers=JSON).json()
    assert answer["message"] == "1 piece is as before."
    assert answer["results"][0]["reason"] == undo.CHANGED_SINCE
    assert again(three[0]).publish_on == today + timedelta(8)


def test_undo_is_its_makers_alone(
    client: Client, editor: User, manager: User, three: list[Piece]
) -> None:
    client.force_login(editor)
    key = send(client, three[:1], act="owner", owner=editor.pk).json()["undo"]
    other = Client()
    other.force_login(manager)
    assert other.post(UNDO, {"undo": key}, headers=JSON).status_code == 409
    assert again(three[0]).owner == editor


def test_a_step_back_that_the_workflow_would_refuse_is_not_offered(
    client: Client, editor: User, three: list[Piece]
) -> None:
    client.force_login(editor)
    Piece.objects.filter(pk=three[0].pk).update(status="review")
    assert send(client, three[:1], act="status", status="idea").json()["undo"] is None
    assert send(client, three[:1], act="status", status="briefed").json()["undo"]


def test_without_script_a_message_and_a_button_lead_back(
    client: Client, editor: User, three: list[Piece], today: date
) -> None:
    client.force_login(editor)
    fields = {"piece": [piece.pk for piece in three], "act": "shift", "days": "2"}
    answer = client.post(CHANGE, fields | {"next": "/b/hallway/calendar/list/"})
    assert answer["Location"] == "/b/hallway/calendar/list/"
    words = [str(message) for message in get_messages(answer.wsgi_request)]
    assert words[0].startswith("“Draft” stands on")
    assert len(words) == 3
    page = client.get("/b/hallway/calendar/list/").content.decode()
    key = page.split('name="undo" value="')[1].split('"')[0]
    client.post(UNDO, {"undo": key})
    assert again(three[0]).publish_on == today
    assert 'name="undo"' not in client.get("/b/hallway/calendar/list/").content.decode()


def test_no_address_outside_is_led_to(client: Client, editor: User, three: list[Piece]) -> None:
    client.force_login(editor)
    fields = {
        "piece": three[0].pk,
        "act": "owner",
        "owner": "none",
        "next": "https://evil.example/",
    }
    assert client.post(CHANGE, fields)["Location"] == "/b/hallway/calendar/"


@pytest.mark.parametrize("address", [CHANGE, UNDO])
def test_viewers_change_nothing_and_reading_is_refused(
    client: Client, viewer: User, three: list[Piece], address: str
) -> None:
    client.force_login(viewer)
    assert send(client, three, address, act="shift", days="1").status_code == 403
    assert client.get(address).status_code == 405


def test_the_session_keeps_ten_acts(brand: Brand) -> None:
    session: dict[str, Any] = {}
    now = datetime(2026, 11, 18, tzinfo=UTC)
    change = [undo.Change(1, "day", "", "2026-11-20")]
    keys = [undo.remember(session, brand, change, words=str(n), now=now) for n in range(12)]
    assert len(session[undo.KEY]) == undo.MOST_KEPT
    assert undo.take(session, brand, keys[0]) is None
    latest = undo.latest(session, brand, now + undo.OFFERED_FOR)
    assert latest
    assert latest.words == "11"
    assert undo.latest(session, brand, now + undo.OFFERED_FOR * 2) is None
    assert undo.remember(session, brand, [], words="nothing", now=now) == ""


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "²"])
def test_a_number_that_no_row_has_is_no_piece_and_no_error(
    client: Client, editor: User, three: list[Piece], number: str
) -> None:
    client.force_login(editor)
    fields = {"act": "day", "day": "2030-01-02", "seen": f"{number}:x"}
    answer = client.post(CHANGE, {"piece": [number], **fields}, headers=JSON)
    assert answer.status_code == 409
    assert "No piece is chosen" in answer.json()["reason"]
    group = {"do": "move", "keyword": [number], "into": "none"}
    client.force_login(User.objects.create_superuser("root"))
    assert client.post("/b/hallway/clusters/", group).status_code == 302
