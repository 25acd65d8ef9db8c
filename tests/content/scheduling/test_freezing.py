"""A freeze holds what is scheduled, moves nothing, and says afterwards what it held."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from content.models import Freeze, Piece
from content.scheduling import freezing
from content.scheduling.freezing import CannotFreeze, covers, days_to_move, frozen, held, lift
from content.workflow import NotAllowed, move
from serp.models import Brand

NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 18)


def freeze(brand: Brand, by: User, first: int = 0, last: int | None = 2, **fields: str) -> Freeze:
    return freezing.freeze(
        brand,
        starts_on=TODAY + timedelta(first),
        ends_on=None if last is None else TODAY + timedelta(last),
        reason=fields.get("reason", "The recall is in the news."),
        by=by,
        now=NOW,
    )


def scheduled(brand: Brand, offset: int, status: str = "scheduled") -> Piece:
    return Piece.objects.create(
        brand=brand, title=f"Piece {offset}", status=status, publish_on=TODAY + timedelta(offset)
    )


@pytest.mark.parametrize(("offset", "holds"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_freeze_holds_its_days_and_both_ends(offset: int, holds: bool) -> None:
    one = Freeze(starts_on=TODAY, ends_on=TODAY + timedelta(2))
    assert covers(one, TODAY + timedelta(offset)) is holds
    one.lifted_at = NOW
    assert not covers(one, TODAY)


def test_without_an_end_it_holds_for_good() -> None:
    assert covers(Freeze(starts_on=TODAY), TODAY + timedelta(9999))


def test_only_this_brand_is_frozen(brand: Brand, other_brand: Brand, editor: User) -> None:
    one = freeze(brand, editor)
    assert frozen(brand, TODAY) == one
    assert frozen(brand, TODAY + timedelta(3)) is None
    assert frozen(other_brand, TODAY) is None


def test_nothing_goes_out_and_nothing_moves(brand: Brand, editor: User) -> None:
    piece = scheduled(brand, 0)
    freeze(brand, editor)
    with pytest.raises(NotAllowed, match="frozen"):
        move(piece, "published", by=editor, now=NOW, url="https://hallwaycoffee.example/a")
    piece.refresh_from_db()
    assert (piece.status, piece.publish_on) == ("scheduled", TODAY)


@pytest.mark.parametrize(
    ("first", "last", "reason", "words"),
    [
        (0, 2, "  ", "Say why"),
        (2, 1, "Why", "before the first"),
        (-9, -8, "Why", "have passed"),
    ],
)
def test_a_freeze_that_makes_no_sense_is_refused(
    brand: Brand, editor: User, first: int, last: int, reason: str, words: str
) -> None:
    with pytest.raises(CannotFreeze, match=words):
        freeze(brand, editor, first, last, reason=reason)
    assert not Freeze.objects.exists()


def test_two_freezes_never_share_a_day(brand: Brand, editor: User) -> None:
    one = freeze(brand, editor, 0, None)
    with pytest.raises(CannotFreeze, match="frozen already"):
        freeze(brand, editor, 30, 31)
    lift(one, by=editor, now=NOW)
    freeze(brand, editor, 30, 31)


def test_what_was_held_is_what_stood_on_its_days(brand: Brand, editor: User) -> None:
    within = [scheduled(brand, offset) for offset in (0, 1, 2)]
    scheduled(brand, 3)
    scheduled(brand, 1, status="approved")
    one = freeze(brand, editor)
    assert list(held(one)) == within
    lift(one, by=editor, now=NOW + timedelta(days=1))
    assert list(held(one)) == within[:2]
    within[0].delete()
    assert list(held(one)) == within[1:2]


def test_lifting_twice_is_told(brand: Brand, editor: User, manager: User) -> None:
    one = freeze(brand, editor)
    assert lift(one, by=editor, now=NOW)
    assert not lift(one, by=manager, now=NOW + timedelta(1))
    assert one.lifted_by == editor


def test_the_day_of_lifting_is_the_brands(brand: Brand, editor: User) -> None:
    one = freeze(brand, editor, 0, None)
    lift(one, by=editor, now=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))  # the 21st in Oslo
    assert freezing.last_day(one) == date(2026, 11, 21)


@pytest.mark.parametrize(("first_held", "days"), [(None, 0), (-5, 5), (0, 0), (3, 0)])
def test_enough_days_are_proposed_to_move_by(first_held: int | None, days: int) -> None:
    first = None if first_held is None else TODAY + timedelta(first_held)
    assert days_to_move(Freeze(), TODAY, first) == days


def test_the_pages_freeze_tell_lift_and_move(client: Client, brand: Brand, editor: User) -> None:
    client.force_login(editor)
    today = datetime.now(UTC).astimezone(brand.zone).date()
    piece = Piece.objects.create(
        brand=brand, title="Waiting", status="scheduled", publish_on=today + timedelta(1)
    )
    form = {"reason": "A recall", "starts_on": today.isoformat(), "ends_on": ""}
    assert client.post("/b/hallway/calendar/freezes/", form).status_code == 302
    one = Freeze.objects.get()
    for view in ("calendar/", "calendar/week/", "calendar/list/", "board/"):
        text = client.get(f"/b/hallway/{view}").content.decode()
        assert "The calendar is frozen until somebody lifts it" in text
        assert "A recall" in text
    assert "held</span>" in client.get("/b/hallway/calendar/list/").content.decode()
    client.post(f"/b/hallway/calendar/freezes/{one.pk}/lift/")
    Freeze.objects.update(lifted_at=datetime.now(UTC) + timedelta(days=3))
    page = client.get(f"/b/hallway/calendar/freezes/{one.pk}/").content.decode()
    assert "Was held and is not out" in page
    order = {"act": "shift", "days": "7", "piece": piece.pk}
    client.post("/b/hallway/calendar/change/", order)
    piece.refresh_from_db()
    assert piece.publish_on == today + timedelta(8)


def test_a_bad_freeze_keeps_what_was_typed(client: Client, brand: Brand, editor: User) -> None:
    client.force_login(editor)
    answer = client.post(
        "/b/hallway/calendar/freezes/", {"reason": "A recall", "starts_on": "soon", "ends_on": ""}
    )
    assert answer.status_code == 422
    assert "A recall" in answer.content.decode()
    assert not Freeze.objects.exists()
