"""Results to mark: a person's mark stands everywhere, can be taken back, and overwrites nobody silently."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reputation import judging, rescoring
from reputation.marking import ask_second, done_words, stamp
from reputation.marking import mark as mark_page
from reputation.models import Judgement, Mark, ToneEntry
from reputation.review_queue import neighbours
from serp.models import Brand, Keyword, Listing, Membership, Snapshot
from tests.cast import NOW, MakeSnapshot, person
from tests.reputation.views.conftest import SignedIn

HOSTILE = '<script>alert("x")</script>'


def text_of(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def mark_of(name: str) -> Mark:
    return Mark.objects.get(page__host=f"{name}.example")


def address(mark: Mark, which: str = "") -> str:
    path = reverse("marking-one", args=[mark.brand.slug, mark.pk])
    return f"{path}?which={which}" if which else path


@pytest.fixture
def page(brand: Brand) -> str:
    return reverse("marking", args=[brand.slug])


def second(brand: Brand, phrase: str = "hallway refund") -> Keyword:
    return Keyword.objects.create(brand=brand, phrase=phrase, country="no")


def test_members_read_and_strangers_find_nothing(
    page: str, make_snapshot: MakeSnapshot, viewer: User, stranger: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    for one in (page, f"{page}?which=marked", address(mark_of("recall"))):
        assert signed_in(viewer).get(one).status_code == 200
        assert signed_in(stranger).get(one).status_code == 404
        assert Client().get(one).status_code == 302


def test_a_viewer_may_not_mark_and_sees_no_buttons(
    page: str, make_snapshot: MakeSnapshot, viewer: User, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    mark = mark_of("recall")
    assert 'name="tone"' in text_of(signed_in(editor).get(page))
    assert 'name="tone"' not in text_of(signed_in(viewer).get(page))
    assert signed_in(viewer).post(address(mark), {"tone": "positive"}).status_code == 403
    assert mark_of("recall").source == Mark.Source.MACHINE


def test_a_stranger_cannot_mark_through_their_own_brand(
    other_brand: Brand, make_snapshot: MakeSnapshot, stranger: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    theirs = reverse("marking-one", args=[other_brand.slug, mark_of("recall").pk])
    assert signed_in(stranger).post(theirs, {"tone": "positive"}).status_code == 404
    assert (
        signed_in(stranger).post(address(mark_of("recall")), {"tone": "positive"}).status_code
        == 404
    )
    assert mark_of("recall").tone == "negative"


def test_a_mark_holds_for_every_keyword_and_survives_a_new_text(
    page: str,
    brand: Brand,
    keyword: Keyword,
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
) -> None:
    other = second(brand)
    for target in (keyword, other):
        make_snapshot("neutral:recall", "neutral", of=target)
    answer = signed_in(editor).post(address(mark_of("recall")), {"tone": "negative"}, follow=True)
    assert "Marked negative for all 2 keywords where the page appears." in text_of(answer)
    for target in (keyword, other):
        assert Judgement.objects.get(snapshot__keyword=target).negatives == 1
    Listing.objects.filter(page__host="recall.example").update(
        title="Wonderful, excellent, the best"
    )
    fresh = Listing.objects.create(
        key="another", page=mark_of("recall").page, title="Excellent award winner", snippet=""
    )
    snapshot = Snapshot.objects.create(
        keyword=keyword, taken_at=NOW + timedelta(hours=1), depth=1, asked=10, results=[fresh.pk],
        provider="sample",
    )  # fmt: skip
    judging.judge_new_snapshots()
    assert Judgement.objects.get(snapshot=snapshot).negatives == 1
    mark = mark_of("recall")
    assert (mark.tone, mark.source, mark.marked_by) == ("negative", Mark.Source.PERSON, editor)


def test_the_machine_does_judge_a_new_text_where_no_person_marked(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:recall")
    fresh = Listing.objects.create(
        key="another", page=mark_of("recall").page, title="Opening hours", snippet=""
    )
    Snapshot.objects.create(
        keyword=keyword, taken_at=NOW + timedelta(hours=1), depth=1, asked=10, results=[fresh.pk],
        provider="sample",
    )  # fmt: skip
    judging.judge_new_snapshots()
    assert mark_of("recall").tone == "neutral"


def test_after_a_mark_the_next_result_of_the_same_part_is_shown(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:one", "neutral:two", "negative:three")
    negatives = [mark_of("one"), mark_of("three")]
    answer = signed_in(editor).post(address(negatives[0], "negative"), {"tone": "negative"})
    assert answer["Location"] == address(negatives[1], "negative")
    answer = signed_in(editor).post(address(negatives[1], "negative"), {"tone": "neutral"})
    assert answer["Location"].endswith("/results/?which=negative")


def test_a_mark_can_be_taken_back(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:kiosk")
    mark, client = mark_of("kiosk"), signed_in(editor)
    before = mark.tone
    client.post(address(mark), {"tone": "negative"})
    client.post(address(mark), {"ownership": "hostile"})
    answer = client.post(address(mark), {"act": "undo"}, follow=True)
    assert "Undone: it is" in text_of(answer)
    mark = mark_of("kiosk")
    assert (mark.tone, mark.source, mark.ownership) == (before, Mark.Source.MACHINE, "hostile")
    again = client.post(address(mark), {"act": "undo"}, follow=True)
    assert "There is nothing to undo" in text_of(again)
    assert mark_of("kiosk").source == Mark.Source.MACHINE


def test_undo_brings_the_earlier_mark_of_a_person_back(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:kiosk")
    mark, client = mark_of("kiosk"), signed_in(editor)
    client.post(address(mark), {"tone": "negative"})
    client.post(address(mark), {"tone": "positive"})
    client.post(address(mark), {"act": "undo"})
    mark = mark_of("kiosk")
    assert (mark.tone, mark.source) == ("negative", Mark.Source.PERSON)


def test_another_persons_mark_is_not_overwritten_unseen(
    brand: Brand, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:recall")
    colleague = person("colleague")
    Membership.objects.create(brand=brand, user=colleague, role=Membership.Role.EDITOR)
    mark = mark_of("recall")
    seen = stamp(mark)
    signed_in(colleague).post(address(mark), {"tone": "positive", "seen": seen})
    client = signed_in(editor)
    answer = client.post(address(mark), {"tone": "negative", "seen": seen}, follow=True)
    assert "colleague marked it positive meanwhile" in text_of(answer)
    assert mark_of("recall").tone == "positive"
    client.post(address(mark), {"act": "undo"})
    assert mark_of("recall").tone == "positive"
    client.post(address(mark), {"tone": "negative", "seen": stamp(mark_of("recall"))})
    assert (mark_of("recall").tone, mark_of("recall").marked_by) == ("negative", editor)


def test_what_people_marked_says_who_and_when(
    page: str, make_snapshot: MakeSnapshot, editor: User, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:recall")
    signed_in(editor).post(address(mark_of("recall")), {"tone": "negative"})
    body = text_of(signed_in(viewer).get(page, {"which": "marked"}))
    assert "Title of recall" in body
    assert '<span>editor</span> <span class="nb">today 12:00 CET' in body
    one = text_of(signed_in(viewer).get(address(mark_of("recall"))))
    assert 'Marked <b class="strong">negative</b> by editor, today 12:00 CET' in one


def test_the_parts_of_the_queue_hold_what_they_say(
    page: str, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:high", *["own"], *["neutral"] * 8, "negative:low")
    client = signed_in(editor)
    assert '<b class="strong">1 of 11</b>' in text_of(client.get(page))
    first = text_of(client.get(page, {"which": "page-one"}))
    assert '<b class="strong">1 of 10</b>' in first
    negative = text_of(client.get(page, {"which": "negative"}))
    assert '<b class="strong">1 of 1</b>' in negative
    assert "Title of low" in negative
    assert "Position 11" in negative


def test_hostile_titles_and_snippets_are_only_text(
    page: str, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    Listing.objects.update(title=HOSTILE, snippet=HOSTILE + "&amp;")
    pieces = [
        {"field": "title", "start": 0, "end": 8, "weight": -1, "reason": HOSTILE},
        {"field": "snippet", "start": 4, "end": 9999, "weight": 0.2, "reason": "praise"},
    ]
    Mark.objects.update(evidence=pieces, language='"><b>')
    body = text_of(signed_in(editor).get(page))
    assert '<mark class="neg">&lt;script&gt;<sup aria-hidden="true">' in body
    assert "&amp;amp;<sup" in body
    assert "<script>alert" not in body
    assert '"><b>' not in body


def test_what_is_neither_tone_nor_owner_is_refused(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:recall")
    client = signed_in(editor)
    for fields in ({}, {"tone": "awful"}, {"ownership": "mine"}):
        assert client.post(address(mark_of("recall")), fields).status_code == 400
    assert mark_of("recall").source == Mark.Source.MACHINE


def test_ownership_by_a_person_stands(
    brand: Brand, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:recall")
    answer = signed_in(editor).post(
        address(mark_of("recall")), {"ownership": "hostile"}, follow=True
    )
    assert "Saved: hostile." in text_of(answer)
    rescoring.refresh_ownership(brand)
    mark = mark_of("recall")
    assert (mark.ownership, mark.source) == ("hostile", Mark.Source.MACHINE)


def test_when_all_is_marked_the_page_says_so(
    page: str, brand: Brand, editor: User, signed_in: SignedIn
) -> None:
    assert "All results are marked." in text_of(signed_in(editor).get(page))


def test_more_results_take_no_more_queries(
    page: str,
    brand: Brand,
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(editor)
    make_snapshot(*["neutral"] * 8)
    for path in (page, f"{page}?which=marked"):
        client.get(path)
        Mark.objects.filter(page__in=Mark.objects.values("page")[:2]).update(
            source="person", marked_by=editor, marked_at=NOW
        )
        with django_assert_max_num_queries(40) as few:
            client.get(path)
        for number in range(4):
            make_snapshot(*["negative"] * 10, of=second(brand, f"{number}{path}"))
        Mark.objects.filter(pk__in=Mark.objects.order_by("-pk").values("pk")[:9]).update(
            source="person", marked_by=editor, marked_at=NOW
        )
        with django_assert_max_num_queries(len(few)):
            client.get(path)


def test_the_words_after_a_mark_fit_the_number_of_keywords() -> None:
    assert done_words("neutral", 7) == "Marked neutral for all 7 keywords where the page appears."
    assert "the one keyword" in done_words("neutral", 1)
    assert "no keyword now" in done_words("neutral", 0)


def test_neighbours_at_the_ends_and_outside_of_the_queue() -> None:
    assert neighbours([5, 6, 7], 5) == (None, 6)
    assert neighbours([5, 6, 7], 7) == (6, None)
    assert neighbours([5, 6, 7], 9) == (None, 5)
    assert neighbours([], 9) == (None, None)


def test_the_uncertain_and_widely_seen_result_comes_first(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:high", "neutral:low")
    Mark.objects.filter(page__host="high.example").update(confidence=0.9)
    Mark.objects.filter(page__host="low.example").update(confidence=0.3)
    assert "Title of low" in text_of(signed_in(viewer).get(page)).split("Next</h2>")[0]
    Mark.objects.update(confidence=0.5)
    assert "Title of high" in text_of(signed_in(viewer).get(page)).split("Next</h2>")[0]


def test_a_second_look_waits_for_another_person(
    brand: Brand,
    make_snapshot: MakeSnapshot,
    editor: User,
    manager: User,
    signed_in: SignedIn,
) -> None:
    make_snapshot("negative:recall")
    mark = mark_of("recall")
    client = signed_in(editor)
    answer = client.post(address(mark), {"act": "second"}, follow=True)
    assert "Mark it yourself first" in text_of(answer)
    client.post(address(mark), {"tone": "negative"})
    client.post(address(mark), {"act": "second"})
    client.post(address(mark), {"tone": "neutral", "seen": stamp(mark_of("recall"))})
    assert mark_of("recall").second_asked_at is not None, "one's own mark is no second look"
    second = f"{reverse('marking', args=[brand.slug])}?which=second"
    assert "Nothing to mark here" in text_of(client.get(second))
    other = signed_in(manager)
    assert "recall.example" in text_of(other.get(second))
    other.post(address(mark), {"tone": "neutral", "seen": stamp(mark_of("recall"))})
    assert mark_of("recall").second_asked_at is None
    assert ToneEntry.objects.filter(act="second", by=manager, tone="neutral").count() == 1


def test_a_second_look_is_asked_for_once(make_snapshot: MakeSnapshot, editor: User) -> None:
    make_snapshot("negative:recall")
    mark = mark_page(mark_of("recall"), by=editor, now=NOW, tone="neutral")
    assert ask_second(mark, by=editor, now=NOW)
    assert not ask_second(mark, by=editor, now=NOW)


def test_the_history_says_who_gave_which_tone_and_why(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    mark = mark_of("recall")
    client = signed_in(editor)
    client.post(address(mark), {"tone": "neutral", "why": f"Another company. {HOSTILE}"})
    text = text_of(client.get(address(mark)))
    assert "marked it neutral; the machine said negative" in text
    assert "Another company." in text
    assert HOSTILE not in text
    client.post(address(mark), {"act": "undo"})
    assert "took a mark back" in text_of(client.get(address(mark)))
    assert ToneEntry.objects.filter(mark=mark).count() == 2


def test_five_shades_are_for_those_who_want_them(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall")
    mark = mark_of("recall")
    client = signed_in(editor)
    assert 'value="very_negative"' not in text_of(client.get(address(mark)))
    client.post(address(mark), {"act": "shades"})
    assert 'value="very_negative"' in text_of(client.get(address(mark)))
    client.post(address(mark), {"tone": "very_negative"})
    mark.refresh_from_db()
    assert (mark.tone, mark.shade, mark.machine_tone) == ("negative", "very_negative", "negative")


def test_a_person_says_what_a_negative_is_about(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall", "neutral:kiosk")
    body = {"ownership": "third", "category": "recall"}
    signed_in(editor).post(address(mark_of("recall")), body)
    assert mark_of("recall").category == "recall"
    signed_in(editor).post(address(mark_of("kiosk")), body)
    assert mark_of("kiosk").category == "", "what is not negative is about nothing"


def test_a_negative_shows_its_severity_and_what_it_was_counted_from(
    make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:recall", "neutral:kiosk")
    Mark.objects.filter(page__host="recall.example").update(category="recall")
    text = text_of(signed_in(viewer).get(address(mark_of("recall"))))
    assert "High" in text
    assert "position 1, in the first three" in text
    assert "Severity" not in text_of(signed_in(viewer).get(address(mark_of("kiosk"))))


def test_a_verdict_is_told_in_one_sentence(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:one")
    Mark.objects.update(
        evidence=[
            {"field": "title", "start": 0, "end": 5, "weight": -0.6, "words": "Title",
             "reason": "“Title”: a fine or sanction"}
        ]
    )  # fmt: skip
    client = signed_in(editor)
    mark = mark_of("one")
    assert "Negative because: “Title” – a fine or sanction." in text_of(client.get(address(mark)))
    client.post(address(mark), {"tone": "neutral"})
    said = "editor marked it neutral; the machine had said negative."
    assert said in text_of(client.get(address(mark)))


def test_a_mark_goes_back_to_where_it_was_given_but_never_to_another_site(
    make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:one")
    mark, client = mark_of("one"), signed_in(editor)
    grid = f"{reverse('grid', args=[mark.brand.slug])}?day=2026-11-18#k1"
    answer = client.post(address(mark), {"tone": "negative", "next": grid})
    assert answer["Location"] == grid
    for foreign in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.post(address(mark), {"tone": "negative", "next": foreign})
        assert "evil" not in answer["Location"]
        assert answer["Location"].startswith("/b/")
