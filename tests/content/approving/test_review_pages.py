"""The piece's page with its approvals, checklist and comments, and the page of the workflow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.approving import commenting, deciding, rounds
from content.approving.checklist import shipped
from content.approving.deciding import Decider
from content.models import Approval, ChecklistItem, Comment, Piece, ReviewStage, Tick
from content.workflow import move
from serp.models import Brand
from tests.cast import NOW

pytestmark = pytest.mark.django_db
Send = Callable[[], list[Approval]]
WORKFLOW = "/b/hallway/workflow/"


def page(piece: Piece, what: str = "") -> str:
    return f"/b/hallway/pieces/{piece.pk}/{what}"


@pytest.fixture
def signed_in(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def test_the_page_says_step_person_day_and_what_blocks(
    signed_in: Client, piece: Piece, in_review: Send
) -> None:
    Tick.objects.all().delete()
    in_review()
    answer = signed_in.get(page(piece))
    desk = answer.context["seen"].desk
    assert (desk.number, desk.who) == (4, "editor")
    assert desk.is_late
    assert "approve it or say what to change" in desk.next_act
    assert any(line.startswith("To be ticked") for line in desk.blocks)
    text = answer.content.decode()
    assert "not claimed yet" in text
    assert desk.blocks[0] in text


def test_approving_on_the_page(signed_in: Client, piece: Piece, in_review: Send) -> None:
    (row,) = in_review()
    signed_in.post(page(piece, "review/"), {"act": "claim", "approval": row.pk})
    stale = {"act": "approve", "approval": row.pk, "read": "7"}
    assert (
        "changed while you read" in signed_in.post(page(piece, "review/"), stale).content.decode()
    )
    answer = signed_in.post(page(piece, "review/"), stale | {"read": "0"}, follow=True)
    assert "is approved" in answer.content.decode()
    piece.refresh_from_db()
    assert piece.status == "approved"


def test_a_refused_decision_keeps_the_note(
    client: Client, piece: Piece, in_review: Send, writer: User, editor: User
) -> None:
    (row,) = in_review()
    deciding.claim(row, editor)
    client.force_login(editor)
    answer = client.post(
        page(piece, "review/"), {"act": "changes", "approval": row.pk, "note": " "}
    )
    assert answer.status_code == 422
    assert "Say what is to be changed" in answer.content.decode()
    Approval.objects.update(reviewer=writer)
    answer = client.post(
        page(piece, "review/"), {"act": "approve", "approval": row.pk, "note": "Typed by me"}
    )
    assert "Wanda Writer has claimed" in answer.content.decode()


def test_the_note_of_the_last_round_stands_on_top_and_old_rounds_below(
    signed_in: Client, piece: Piece, in_review: Send, editor: User
) -> None:
    (row,) = in_review()
    deciding.ask_for_changes(row, Decider(editor), now=timezone.now(), note="Name the source.")
    text = signed_in.get(page(piece)).content.decode()
    assert "Changes requested by editor" in text
    move(piece, "review", by=editor, now=timezone.now())
    text = signed_in.get(page(piece)).content.decode()
    assert "Changes requested by" not in text
    assert "1 earlier round" in text
    assert "Name the source." in text


def test_comments_are_said_answered_and_resolved(
    signed_in: Client, piece: Piece, editor: User
) -> None:
    signed_in.post(
        page(piece, "comments/"), {"act": "say", "text": "Which year?", "quote": "last year"}
    )
    first = Comment.objects.get()
    signed_in.post(
        page(piece, "comments/"), {"act": "answer", "comment": first.pk, "text": "2026."}
    )
    text = signed_in.get(page(piece)).content.decode()
    for words in ("1 open comment", "<blockquote>last year</blockquote>", "2026."):
        assert words in text
    signed_in.post(page(piece, "comments/"), {"act": "resolve", "comment": first.pk})
    first.refresh_from_db()
    assert first.resolved_by == editor
    assert "1 open comment" not in signed_in.get(page(piece)).content.decode()
    signed_in.post(page(piece, "comments/"), {"act": "reopen", "comment": first.pk})
    first.refresh_from_db()
    assert (first.resolved_at, first.resolved_by) == (None, None)


@pytest.mark.parametrize(
    "data",
    [{"act": "say", "text": " ", "quote": "kept"}, {"act": "say", "text": "x" * 5001, "quote": "kept"},
     {"act": "answer", "comment": "7", "text": "kept"}, {"act": "shout", "text": "kept"}],
)  # fmt: skip
def test_a_comment_that_cannot_be_taken_keeps_what_was_typed(
    signed_in: Client, piece: Piece, data: dict[str, str]
) -> None:
    answer = signed_in.post(page(piece, "comments/"), data)
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_of_another_piece_is_out_of_reach(
    signed_in: Client, piece: Piece, other_brand: Brand
) -> None:
    theirs = Piece.objects.create(brand=other_brand, title="Theirs")
    row = commenting.say(theirs, text="Secret words.", by=None, guest="Guest")
    for act in ("resolve", "answer", "reopen"):
        answer = signed_in.post(
            page(piece, "comments/"), {"act": act, "comment": row.pk, "text": "x"}
        )
        assert answer.status_code == 422
    row.refresh_from_db()
    assert (row.resolved_at, row.replies.count()) == (None, 0)


def test_another_pieces_approval_is_out_of_reach(
    signed_in: Client, piece: Piece, in_review: Send, brand: Brand
) -> None:
    (row,) = in_review()
    other = Piece.objects.create(brand=brand, title="Another", status="review")
    answer = signed_in.post(page(other, "review/"), {"act": "approve", "approval": row.pk})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.state == "waiting"


def test_ticks_keep_their_person_and_come_off(
    signed_in: Client, piece: Piece, writer: User
) -> None:
    texts = list(Tick.objects.values_list("text", flat=True))
    signed_in.post(page(piece, "checklist/"), {"tick": [*texts[1:], "No point of the list."]})
    assert set(Tick.objects.values_list("text", flat=True)) == set(texts[1:])
    assert set(Tick.objects.values_list("by", flat=True)) == {writer.pk}


@pytest.mark.parametrize("what", ["review/", "comments/", "checklist/", "links/"])
def test_viewers_and_strangers_change_nothing(
    client: Client, viewer: User, stranger: User, piece: Piece, in_review: Send, what: str
) -> None:
    (row,) = in_review()
    data = {"act": "approve", "approval": row.pk, "text": "x", "name": "x", "days": "7"}
    for user, status in ((viewer, 403), (stranger, 404)):
        client.force_login(user)
        assert client.post(page(piece, what), data).status_code == status
    row.refresh_from_db()
    assert row.state == "waiting"
    assert not Comment.objects.exists()
    assert Tick.objects.exists()


def test_hostile_words_stay_words(
    signed_in: Client, piece: Piece, in_review: Send, editor: User
) -> None:
    evil = '"><script>alert(1)</script>'
    (row,) = in_review()
    commenting.say(piece, text=evil, quote=evil, by=editor)
    deciding.ask_for_changes(row, Decider(guest=evil), now=timezone.now(), note=evil)
    assert "<script>alert" not in signed_in.get(page(piece)).content.decode()


def test_queries_do_not_grow_with_approvals_comments_and_links(
    signed_in: Client, piece: Piece, brand: Brand, editor: User, writer: User, lawyer: User
) -> None:
    def add(number: int) -> None:
        stage = ReviewStage.objects.create(brand=brand, name=f"Stage {number}", order=number)
        stage.reviewers.set([editor, lawyer])
        ChecklistItem.objects.create(brand=brand, text=f"Point {number}")
        Tick.objects.create(piece=piece, text=f"Point {number}", by=editor, at=NOW)
        first = commenting.say(piece, text="Hm.", by=writer)
        commenting.say(piece, text="Yes.", by=editor, answers=first)
        commenting.resolve(commenting.say(piece, text="Done.", by=editor), by=lawyer, now=NOW)

    def review() -> None:
        if piece.status == "review":
            move(piece, "draft", by=editor, now=NOW)
        move(piece, "review", by=editor, now=NOW)
        (row, *_) = [one for one in rounds.rows_of(piece) if one.state == "waiting"]
        Approval.objects.filter(pk=row.pk).update(
            state="approved", decided_by=editor, decided_at=NOW
        )
        rounds.give_turn(piece, NOW)

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(url).status_code == 200
        return len(queries)

    add(1)
    add(2)
    review()
    before = [count(page(piece)), count(WORKFLOW)]
    for number in range(3, 8):
        add(number)
        review()
    assert [count(page(piece)), count(WORKFLOW)] == before


def stage_fields(**changes: Any) -> dict[str, Any]:
    return {"act": "stage", "name": "Legal", "order": 2, "days": 3, "is_required": "on"} | changes


def test_a_manager_sets_up_stages(
    client: Client, brand: Brand, manager: User, editor: User
) -> None:
    client.force_login(manager)
    assert "Editor’s approval" in client.get(WORKFLOW).content.decode()
    client.post(WORKFLOW, stage_fields(reviewers=[editor.pk], kinds=["faq", "video"]))
    stage = ReviewStage.objects.get()
    assert (stage.brand, stage.kinds, list(stage.reviewers.all())) == (
        brand,
        ["faq", "video"],
        [editor],
    )
    text = client.get(f"{WORKFLOW}?stage={stage.pk}").content.decode()
    assert 'value="Legal"' in text
    client.post(WORKFLOW, stage_fields(pk=stage.pk, name="Law"))
    stage.refresh_from_db()
    assert (stage.name, stage.reviewers.count()) == ("Law", 0)
    client.post(WORKFLOW, {"act": "drop-stage", "pk": stage.pk})
    assert not ReviewStage.objects.exists()


def test_dropping_a_stage_keeps_its_decisions(
    client: Client, manager: User, piece: Piece, in_review: Send, make_stage: Any
) -> None:
    stage = make_stage("Legal")
    in_review()
    client.force_login(manager)
    client.post(WORKFLOW, {"act": "drop-stage", "pk": stage.pk})
    assert (Approval.objects.get().name, Approval.objects.get().stage) == ("Legal", None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "is required"),
        ({"days": 0}, "greater than or equal to 1"),
        ({"name": "Facts"}, "There is a stage “Facts” already"),
        ({"reviewers": ["stranger"]}, "This is nobody of Hallway Coffee"),
        ({"kinds": ["poem"]}, "poem"),
    ],
)
def test_a_wrong_stage_is_refused_with_what_was_typed(
    client: Client,
    manager: User,
    stranger: User,
    make_stage: Any,
    changes: dict[str, Any],
    words: str,
) -> None:
    make_stage("Facts")
    if "reviewers" in changes:
        changes = {"reviewers": [stranger.pk]}
    client.force_login(manager)
    answer = client.post(WORKFLOW, stage_fields(order=17) | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="17"' in answer.content.decode()
    assert ReviewStage.objects.count() == 1


def test_a_brand_takes_the_checklist_over_and_changes_it(
    client: Client, brand: Brand, manager: User, piece: Piece
) -> None:
    client.force_login(manager)
    client.post(WORKFLOW, {"act": "own"})
    total = len(shipped()["all"]) + sum(len(rows) for rows in shipped()["kinds"].values())
    assert brand.checklist_items.count() == total
    client.post(WORKFLOW, {"act": "own"})
    assert brand.checklist_items.count() == total
    item = brand.checklist_items.filter(kind="").first()
    assert item is not None
    fields = {"act": "item", "pk": item.pk, "text": "Read by Kari.", "kind": "", "order": 1}
    client.post(WORKFLOW, fields)
    item.refresh_from_db()
    assert (item.text, item.is_required) == ("Read by Kari.", False)
    assert "Read by Kari." in client.get(page(piece)).content.decode()
    client.post(WORKFLOW, {"act": "drop-item", "pk": item.pk})
    assert brand.checklist_items.count() == total - 1
    twice = client.post(WORKFLOW, {"act": "item", "text": brand.checklist_items.filter(kind="")[0].text, "kind": "", "order": 1})  # fmt: skip
    assert "on the list already" in twice.content.decode()


def test_points_of_one_brand_are_nothing_to_another(
    client: Client, manager: User, other_brand: Brand, piece: Piece
) -> None:
    theirs = ChecklistItem.objects.create(brand=other_brand, text="Their secret point.")
    for_all = ChecklistItem.objects.create(text="For everybody.")
    client.force_login(manager)
    text = client.get(page(piece)).content.decode()
    assert theirs.text not in text
    assert for_all.text in text
    for act in ("item", "drop-item"):
        for row in (theirs, for_all):
            answer = client.post(WORKFLOW, {"act": act, "pk": row.pk, "text": "Mine", "order": 1})
            assert answer.status_code == 404
    assert ChecklistItem.objects.count() == 2


def test_editors_read_the_workflow_and_change_nothing(signed_in: Client, make_stage: Any) -> None:
    make_stage("Facts")
    text = signed_in.get(WORKFLOW + "?stage=new").content.decode()
    assert "Facts" in text
    assert "Save" not in text
    assert signed_in.post(WORKFLOW, stage_fields()).status_code == 403


def test_a_zero_byte_which_postgresql_does_not_take_is_left_out(
    signed_in: Client, piece: Piece, editor: User, in_review: Send
) -> None:
    said = commenting.say(piece, text="Too\x00 long", quote="a\x00b", by=editor)
    assert (said.text, said.quote) == ("Too long", "ab")
    in_review()
    signed_in.post(
        page(piece, "review/"), {"act": "changes", "note": "Sho\x00rter", **first(piece)}
    )
    assert "Shorter" in Approval.objects.values_list("note", flat=True)


def first(piece: Piece) -> dict[str, int]:
    """The approval that is to be decided, as its form names it."""
    return {"approval": Approval.objects.filter(piece=piece).order_by("order")[0].pk}
