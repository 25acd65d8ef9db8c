"""The two endpoints that move a piece: who may, what a form gets back, what a script gets back."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from content.models import Piece
from serp.models import Brand

JSON = {"Accept": "application/json"}


@pytest.fixture
def today(brand: Brand) -> date:
    return timezone.now().astimezone(brand.zone).date()


@pytest.fixture
def piece(brand: Brand, today: date) -> Piece:
    return Piece.objects.create(
        brand=brand, title="Is the switch safe?", status="draft", publish_on=today
    )


def words(answer: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def address(piece: Piece, what: str) -> str:
    return f"/b/hallway/pieces/{piece.pk}/{what}/"


@pytest.mark.parametrize("what", ["move", "day"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("viewer", 403), ("editor", 302), ("manager", 302)],
)
def test_editors_move_and_nobody_else(
    request: pytest.FixtureRequest, client: Client, piece: Piece, what: str, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    before = (piece.status, piece.publish_on)
    day = piece.publish_on + timedelta(1)
    answer = client.post(address(piece, what), {"status": "review", "day": day.isoformat()})
    assert answer.status_code == status
    piece.refresh_from_db()
    assert (before != (piece.status, piece.publish_on)) == (status == 302)


@pytest.mark.parametrize("what", ["move", "day"])
def test_one_must_sign_in(client: Client, piece: Piece, what: str) -> None:
    answer = client.post(address(piece, what), {"status": "review", "day": ""})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("what", ["move", "day"])
def test_the_other_brands_piece_is_not_there(
    client: Client, editor: User, other_brand: Brand, what: str
) -> None:
    foreign = Piece.objects.create(brand=other_brand, title="Kettle guide")
    client.force_login(editor)
    answer = client.post(address(foreign, what), {"status": "briefed", "day": ""})
    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "idea"


@pytest.mark.parametrize("what", ["move", "day"])
def test_reading_moves_nothing(client: Client, editor: User, piece: Piece, what: str) -> None:
    client.force_login(editor)
    assert client.get(address(piece, what), {"status": "review"}).status_code == 405


@pytest.mark.parametrize("what", ["move", "day"])
def test_a_forged_form_is_refused(editor: User, piece: Piece, what: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    answer = client.post(address(piece, what), {"status": "review"}, headers=JSON)
    assert answer.status_code == 403


def test_a_form_returns_to_its_page_with_a_message(
    client: Client, editor: User, piece: Piece
) -> None:
    client.force_login(editor)
    here = "/b/hallway/board/?owner=none"
    answer = client.post(address(piece, "move"), {"status": "review", "next": here})
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert "is now “in review”" in words(answer)


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_form_never_leads_away(client: Client, editor: User, piece: Piece, evil: str) -> None:
    client.force_login(editor)
    answer = client.post(address(piece, "move"), {"status": "review", "next": evil})
    assert answer["Location"] == "/b/hallway/board/"


def test_a_refused_form_says_why(client: Client, editor: User, piece: Piece) -> None:
    client.force_login(editor)
    answer = client.post(address(piece, "move"), {"status": "scheduled"})
    assert "was not moved. From “draft” the next step is “in review”" in words(answer)


def test_publishing_without_an_address_leads_to_the_piece(
    client: Client, editor: User, piece: Piece
) -> None:
    Piece.objects.update(status="approved")
    client.force_login(editor)
    answer = client.post(address(piece, "move"), {"status": "published"})
    assert answer["Location"] == f"/b/hallway/pieces/{piece.pk}/"


def test_a_script_gets_the_message_and_the_way_back(
    client: Client, editor: User, piece: Piece, today: date
) -> None:
    client.force_login(editor)
    day = (today + timedelta(4)).isoformat()
    answer = client.post(address(piece, "day"), {"day": day}, headers=JSON)
    assert answer.status_code == 200
    assert answer.json()["undo"] == today.isoformat()
    assert "“Is the switch safe?” stands on" in answer.json()["message"]
    assert words(answer) == ""


def test_a_leap_back_has_no_undo(client: Client, editor: User, piece: Piece) -> None:
    client.force_login(editor)
    back = client.post(address(piece, "move"), {"status": "idea"}, headers=JSON).json()
    step = client.post(address(piece, "move"), {"status": "briefed"}, headers=JSON).json()
    assert (back["undo"], step["undo"]) == (None, "idea")


def test_a_script_gets_the_reason_of_a_refusal(client: Client, editor: User, piece: Piece) -> None:
    client.force_login(editor)
    answer = client.post(address(piece, "day"), {"day": "2020-02-03"}, headers=JSON)
    assert answer.status_code == 409
    assert "Mon 3 Feb 2020 has passed" in answer.json()["reason"]
    assert answer.json()["link"] == f"/b/hallway/pieces/{piece.pk}/"


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "31.12.2026", "0", "٢٠٢٦-١١-٢٣x"])
def test_what_is_no_day_is_refused(client: Client, editor: User, piece: Piece, text: str) -> None:
    client.force_login(editor)
    answer = client.post(address(piece, "day"), {"day": text}, headers=JSON)
    assert answer.status_code == 409
    assert "year-month-day" in answer.json()["reason"]


@pytest.mark.parametrize("form", [{"day": ""}, {"day": "2030-01-01", "unschedule": "1"}])
def test_the_day_is_taken_away(
    client: Client, editor: User, piece: Piece, form: dict[str, str]
) -> None:
    client.force_login(editor)
    client.post(address(piece, "day"), form)
    piece.refresh_from_db()
    assert piece.publish_on is None


def test_two_people_do_not_overwrite_each_other(client: Client, editor: User, piece: Piece) -> None:
    client.force_login(editor)
    client.post(address(piece, "move"), {"status": "review", "was": "draft"})
    answer = client.post(
        address(piece, "move"), {"status": "briefed", "was": "draft"}, headers=JSON
    )
    assert answer.status_code == 409
    assert "meanwhile" in answer.json()["reason"]
