"""The admin lists of pieces, feeds and marks: own brands only, and pieces made in bulk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import CalendarFeed, Piece
from reputation.models import Mark
from serp.models import Brand, Keyword
from tests.cast import MakeSnapshot

LIST = "admin:content_piece_changelist"
CHANGE = "admin:content_piece_change"
FEEDS = "admin:content_calendarfeed_changelist"
MARKS = "admin:reputation_mark_changelist"


@pytest.fixture
def piece(brand: Brand, keyword: Keyword) -> Piece:
    return Piece.objects.create(brand=brand, title="Ours to see", keyword=keyword)


@pytest.fixture
def signed_in(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def form_of(piece: Piece, **changes: object) -> dict[str, object]:
    fields = {
        "title": piece.title,
        "kind": piece.kind,
        "keyword": piece.keyword_id,
        "owner": "",
        "due_on": "",
        "publish_on": "",
        "brief-TOTAL_FORMS": 0,
        "brief-INITIAL_FORMS": 0,
    }
    return fields | changes


def test_an_editor_sees_and_changes_the_pieces_of_own_brands(
    signed_in: Client, piece: Piece, other_brand: Brand
) -> None:
    Piece.objects.create(brand=other_brand, title="Theirs alone")
    text = signed_in.get(reverse(LIST)).content.decode()
    assert "Ours to see" in text
    assert "Theirs alone" not in text
    answer = signed_in.post(reverse(CHANGE, args=[piece.pk]), form_of(piece, title="Better"))
    assert answer.status_code == 302
    piece.refresh_from_db()
    assert piece.title == "Better"
    assert piece.history.first().history_user.username == "editor"


def test_a_stranger_finds_no_such_piece(client: Client, stranger: User, piece: Piece) -> None:
    client.force_login(stranger)
    assert "Ours to see" not in client.get(reverse(LIST)).content.decode()
    answer = client.post(reverse(CHANGE, args=[piece.pk]), form_of(piece, title="Taken over"))
    piece.refresh_from_db()
    assert (answer.status_code, piece.title) == (404, "Ours to see")


def test_the_step_and_the_address_follow_the_workflow_only(signed_in: Client, piece: Piece) -> None:
    signed_in.post(
        reverse(CHANGE, args=[piece.pk]),
        form_of(piece, status="published", url="https://a.example/b", brand=1),
    )
    piece.refresh_from_db()
    assert (piece.status, piece.url) == ("idea", "")


def test_another_brands_keyword_and_owner_are_refused(
    client: Client, piece: Piece, other_brand: Brand, stranger: User
) -> None:
    boss = User.objects.create_superuser("boss", "boss@people.example", "a long enough password")
    client.force_login(boss)
    theirs = Keyword.objects.create(brand=other_brand, phrase="theirs")
    answer = client.post(
        reverse(CHANGE, args=[piece.pk]), form_of(piece, keyword=theirs.pk, owner=stranger.pk)
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "none of Hallway Coffee" in text
    assert "does not work on Hallway Coffee" in text


def test_feeds_are_ones_own_and_only_to_be_looked_at(
    signed_in: Client, brand: Brand, editor: User, manager: User
) -> None:
    for number, user in enumerate((editor, manager)):
        CalendarFeed.objects.create(brand=brand, user=user, token_hash=f"{number:064d}")
    text = signed_in.get(reverse(FEEDS)).content.decode()
    assert "editor" in text
    assert "manager</" not in text
    assert "0" * 64 not in text
    feed = CalendarFeed.objects.get(user=editor)
    answer = signed_in.post(
        reverse("admin:content_calendarfeed_change", args=[feed.pk]), {"user": 1}
    )
    assert answer.status_code == 403
    assert signed_in.get(reverse("admin:content_calendarfeed_add")).status_code == 403


def test_marks_become_pieces_in_bulk_and_never_twins(
    signed_in: Client, brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:calm", "negative:bad", at=timezone.now() - timedelta(minutes=1))
    data = {
        "action": "make_pieces",
        "_selected_action": list(Mark.objects.values_list("pk", flat=True)),
    }
    text = signed_in.post(reverse(MARKS), data, follow=True).content.decode()
    piece = Piece.objects.get()
    assert piece.displaces.url == "https://bad.example/bad"
    assert piece.brief is not None
    assert "1 pieces made" in text
    assert "Nothing to make for 1 results" in text
    assert "Mark negative" in text


def test_a_viewer_cannot_make_pieces_from_marks(
    client: Client, viewer: User, brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:bad", at=timezone.now())
    viewer.is_staff = True
    viewer.save()
    client.force_login(viewer)
    data = {"action": "make_pieces", "_selected_action": [Mark.objects.get().pk]}
    client.post(reverse(MARKS), data)
    assert not Piece.objects.exists()


def test_templates_of_briefs_can_be_opened_and_added(admin_client: Client, brand: Brand) -> None:
    assert admin_client.get(reverse("admin:content_brieftemplate_changelist")).status_code == 200
    assert admin_client.get(reverse("admin:content_brieftemplate_add")).status_code == 200
