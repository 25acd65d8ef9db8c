"""What engines say: listed with negatives first, marked by people, and no part of the score."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from reputation.answers import LATELY, negatives_lately, next_unmarked
from reputation.marking import stamp
from reputation.models import Judgement, Mark, Passage, ToneEntry
from serp.models import Brand, Membership
from serp.providers.base import Feature, Link, ResultKind
from tests.cast import NOW, MakeSnapshot, person
from tests.reputation.views.conftest import NOON, SignedIn

HOSTILE = '<script>alert("x")</script>'
FINED = "Hallway Coffee was fined for fraud. Coffee is a drink."
PLAIN = "Hallway Coffee sells coffee in Oslo."


def overview(text: str) -> Feature:
    return Feature(ResultKind.AI_OVERVIEW, text=text, links=(Link("A", "https://a.example/1"),))


def asked(question: str, answer: str) -> Feature:
    link = Link(question, "https://b.example/2", answer)
    return Feature(ResultKind.PEOPLE_ALSO_ASK, links=(link,))


def text_of(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def page(brand: Brand) -> str:
    return reverse("answers", args=[brand.slug])


@pytest.fixture
def told(make_snapshot: MakeSnapshot) -> dict[str, Passage]:
    """A negative overview, shown first, and a neutral question, shown an hour later."""
    make_snapshot("neutral", features=(overview(FINED),))
    question = asked("Where is Hallway Coffee?", PLAIN)
    make_snapshot("neutral", features=(question,), at=NOW + timedelta(hours=1))
    rows = {row.kind: row for row in Passage.objects.all()}
    assert rows["ai_overview"].tone == "negative", "the cast's negative text must read as one"
    assert rows["question"].tone == "neutral"
    return rows


def address(passage: Passage, suffix: str = "") -> str:
    return reverse("answers-one", args=[passage.brand.slug, passage.pk]) + suffix


def test_members_read_and_strangers_find_nothing(
    page: str, told: dict[str, Passage], viewer: User, stranger: User, signed_in: SignedIn
) -> None:
    for path in (page, address(told["question"])):
        assert signed_in(viewer).get(path).status_code == 200
        assert signed_in(stranger).get(path).status_code == 404


def test_a_viewer_may_not_mark_and_sees_no_buttons(
    told: dict[str, Passage], viewer: User, editor: User, signed_in: SignedIn
) -> None:
    path = address(told["question"])
    assert 'name="tone"' in text_of(signed_in(editor).get(path))
    assert 'name="tone"' not in text_of(signed_in(viewer).get(path))
    assert signed_in(viewer).post(path, {"tone": "negative"}).status_code == 403
    assert Passage.objects.get(pk=told["question"].pk).source == Mark.Source.MACHINE


def test_negatives_stand_first_with_where_and_why(
    page: str, told: dict[str, Passage], viewer: User, signed_in: SignedIn
) -> None:
    body = text_of(signed_in(viewer).get(page))
    assert body.index("Hallway Coffee was") < body.index("Where is Hallway Coffee?")
    assert "1 of 2</b> texts" in body
    assert "no part of the score" in body
    assert "Negative because: “" in body
    assert "“hallway coffee”" in body
    assert "last shown today 07:00 CET" in body
    assert '<span class="said negative">' in body
    assert '<mark class="neg">fined' in body


def test_filters_keep_one_tone_or_kind(
    page: str, told: dict[str, Passage], viewer: User, signed_in: SignedIn
) -> None:
    client = signed_in(viewer)
    assert "Where is" not in text_of(client.get(page, {"tone": "negative"}))
    assert "Where is" in text_of(client.get(page, {"kind": "question"}))
    assert "No text fits." in text_of(client.get(page, {"kind": "question", "tone": "negative"}))
    assert "Where is" in text_of(client.get(page, {"kind": "odd", "tone": HOSTILE}))


def test_a_persons_word_stands_and_the_next_unmarked_text_follows(
    told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    client, fined = signed_in(editor), told["ai_overview"]
    answer = client.post(address(fined), {"tone": "neutral", "why": "Old news."}, follow=True)
    assert answer.redirect_chain[-1][0] == address(told["question"])
    fined.refresh_from_db()
    assert (fined.tone, fined.source, fined.marked_by) == ("neutral", "person", editor)
    body = text_of(client.get(address(fined)))
    assert "editor marked it neutral; the machine had said negative." in body
    assert "Old news." in body
    answer = client.post(address(told["question"]), {"tone": "neutral"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("answers", args=[fined.brand.slug])


def test_marking_a_text_leaves_the_score_alone(
    told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    before = list(Judgement.objects.values_list("pk", "score"))
    signed_in(editor).post(address(told["question"]), {"tone": "very_negative"})
    assert list(Judgement.objects.values_list("pk", "score")) == before


def test_a_mark_can_be_taken_back(
    told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    client, path = signed_in(editor), address(told["ai_overview"])
    assert "nothing to undo" in text_of(client.post(path, {"act": "undo"}, follow=True))
    client.post(path, {"tone": "positive"})
    assert "Undone: it is negative again." in text_of(
        client.post(path, {"act": "undo"}, follow=True)
    )
    acts = ToneEntry.objects.filter(passage=told["ai_overview"]).values_list("act", flat=True)
    assert list(acts) == ["back", "marked"]


def test_another_persons_mark_is_not_overwritten_unseen(
    brand: Brand, told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    colleague = person("colleague")
    Membership.objects.create(brand=brand, user=colleague, role=Membership.Role.EDITOR)
    passage, path = told["question"], address(told["question"])
    seen = stamp(passage)
    signed_in(colleague).post(path, {"tone": "positive", "seen": seen})
    client = signed_in(editor)
    answer = client.post(path, {"tone": "negative", "seen": seen}, follow=True)
    assert "colleague marked it positive meanwhile" in text_of(answer)
    client.post(path, {"act": "undo"})
    passage.refresh_from_db()
    assert (passage.tone, passage.marked_by) == ("positive", colleague)
    client.post(path, {"tone": "negative", "seen": stamp(passage)})
    passage.refresh_from_db()
    assert (passage.tone, passage.marked_by) == ("negative", editor)


def test_what_is_no_tone_is_refused(
    told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    for fields in ({}, {"tone": "awful"}):
        assert signed_in(editor).post(address(told["question"]), fields).status_code == 400


def test_five_shades_are_for_those_who_want_them(
    told: dict[str, Passage], editor: User, signed_in: SignedIn
) -> None:
    client, path = signed_in(editor), address(told["question"])
    assert "very_negative" not in text_of(client.get(path))
    client.post(path, {"act": "shades"})
    assert "very_negative" in text_of(client.get(path))


def test_hostile_texts_are_only_text(
    page: str, told: dict[str, Passage], viewer: User, signed_in: SignedIn
) -> None:
    Passage.objects.update(
        text=HOSTILE * 80,
        question=HOSTILE,
        source_url="javascript:alert(1)",
        language='"><b>',
        evidence=[
            {"field": "text", "start": 0, "end": 8, "weight": -1, "words": HOSTILE, "reason": "<i>"}
        ],
        sentences=[{"start": 0, "end": 20, "tone": "negative"}, {"start": "x", "tone": HOSTILE}],
    )
    for path in (page, address(told["question"])):
        body = text_of(signed_in(viewer).get(path))
        assert "<script>alert" not in body
        assert 'href="javascript:' not in body
        assert '"><b>' not in body
        assert "&lt;script&gt;" in body


def test_nothing_said_yet_tells_how_texts_come(
    page: str, viewer: User, signed_in: SignedIn
) -> None:
    assert "No engine has said anything itself yet." in text_of(signed_in(viewer).get(page))


def test_the_side_bar_counts_negatives_shown_lately(
    page: str, brand: Brand, told: dict[str, Passage], viewer: User, signed_in: SignedIn
) -> None:
    assert negatives_lately(brand, NOON) == 1
    assert negatives_lately(brand, NOW + LATELY + timedelta(minutes=1)) == 0
    assert 'title="What engines say: 1 negative"' in text_of(signed_in(viewer).get(page))


def test_more_texts_take_no_more_queries(
    page: str,
    told: dict[str, Passage],
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(editor)
    for hours, path in enumerate((page, address(told["question"])), start=2):
        client.get(path)
        with django_assert_max_num_queries(30) as few:
            client.get(path)
        texts = tuple(overview(f"{FINED} Number {number} of {path}.") for number in range(12))
        make_snapshot("neutral", features=texts, at=NOW + timedelta(hours=hours))
        with django_assert_max_num_queries(len(few)):
            client.get(path)


def test_the_next_unmarked_text_is_looked_for_from_here_on() -> None:
    assert next_unmarked([5, 6, 7], 5, {6}) == 7
    assert next_unmarked([5, 6, 7], 7, {7}) == 5
    assert next_unmarked([5, 6], 5, {6}) is None
    assert next_unmarked([5, 6], 9, {5}) == 6
