"""What a wish leads to: candidates, merges, ticks, clusters and places, and what saving stores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content.models import Cluster
from content.portfolio.building import build, split_language
from content.portfolio.plan import Decisions, Place, Portfolio, Row, Wish
from content.portfolio.saving import save
from content.portfolio.stored_questions import kind_of, seen_on
from serp.models import Brand, Keyword
from serp.portfolio.candidates import MOST
from serp.portfolio.combining import Subject
from serp.providers.base import Feature, Link, ResultKind
from tests.cast import NOW, MakeSnapshot

NORWAY = Place("google", "no", "en", "desktop")
WISH = Wish(
    subject=Subject(names=("Hallway Coffee",), products=("Grinder One",), meanings=("reviews",)),
    patterns=("name", "product", "name_problem"),
    places=(NORWAY,),
    cadence="1w",
    depth=10,
    account=None,
)


def made(brand: Brand, wish: Wish = WISH, decisions: Decisions | None = None) -> Portfolio:
    return build(brand, wish, decisions or Decisions())


def rows(portfolio: Portfolio) -> dict[str, Row]:
    return {row.candidate.phrase: row for row in portfolio.rows}


def asked(*questions: str, related: tuple[str, ...] = ()) -> tuple[Feature, ...]:
    return (
        Feature(ResultKind.PEOPLE_ALSO_ASK, links=tuple(map(Link, questions))),
        Feature(ResultKind.RELATED_SEARCHES, links=tuple(map(Link, related))),
    )


def test_what_is_watched_at_all_places_is_not_offered_again(brand: Brand, keyword: Keyword) -> None:
    portfolio = made(brand)
    assert set(rows(portfolio)) == {"Grinder One", "Hallway Coffee reviews"}
    assert [(one.left_out.phrase, one.is_watched) for one in portfolio.merges] == [
        ("Hallway Coffee", True)
    ]


def test_what_is_watched_at_some_places_is_offered_and_saved_at_the_others(
    brand: Brand, keyword: Keyword
) -> None:
    wish = replace(WISH, places=(NORWAY, replace(NORWAY, device="mobile")))
    portfolio = made(brand, wish)
    assert rows(portfolio)["Hallway Coffee"].keywords == 2
    saved = save(brand, portfolio, wish, NOW)
    assert (saved.added, saved.known) == (5, 1)
    devices = brand.keywords.filter(phrase__iexact="hallway coffee").values_list(
        "device", flat=True
    )
    assert sorted(devices) == ["desktop", "mobile"]


def test_misspellings_are_few_marked_and_never_another_name(brand: Brand) -> None:
    subject = Subject(names=("Hallway", "Halway"))
    portfolio = made(brand, replace(WISH, subject=subject, patterns=("name",), misspell=3))
    found = rows(portfolio)
    wrong = [row for row in found.values() if row.candidate.kind == "misspelling"]
    assert 0 < len(wrong) <= 6
    assert found["Halway"].candidate.kind == "brand"
    assert all("misspelling of “" in row.candidate.reason for row in wrong)


def test_stored_result_pages_give_questions_with_how_often_they_were_seen(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    other = Keyword.objects.create(brand=brand, phrase="hallway", country="no")
    features = asked("Is Hallway Coffee a scam?", related=("best espresso machine",))
    make_snapshot("own", features=features)
    make_snapshot("own", of=other, features=asked("Is Hallway Coffee a scam?"))
    portfolio = made(brand, replace(WISH, take_related=True, take_questions=True))
    found = rows(portfolio)
    question = found["Is Hallway Coffee a scam"]
    assert question.candidate.reason == "asked on 2 result pages"
    assert (question.candidate.seen, question.is_on, question.candidate.kind) == (
        2,
        True,
        "problem",
    )
    assert not found["best espresso machine"].is_on
    assert portfolio.pages == 2


def test_hostile_engine_texts_become_plain_phrases() -> None:
    pages = [
        ("en", "a", [{"kind": "related_searches", "links": [{"title": "x\x00\n" + "y" * 400}]}])
    ]
    (one,) = seen_on(pages, ["a"], take_related=True, take_questions=True)
    assert one.phrase.startswith("x y")
    assert len(one.phrase) == 200


@pytest.mark.parametrize(
    ("phrase", "language", "kind"),
    [
        ("hallway coffee", "en", "brand"),
        ("hallway coffee refund policy", "en", "problem"),
        ("hallway coffee menu", "en", "topic"),
        ("海味馆投诉电话", "zh", "problem"),
    ],
)
def test_a_phrase_from_outside_gets_its_kind(phrase: str, language: str, kind: str) -> None:
    assert kind_of(phrase, language, ["Hallway Coffee", "海味馆"]) == kind


def test_a_further_phrase_may_name_its_language(brand: Brand) -> None:
    assert split_language("hallway klage [no]") == ("hallway klage", "no")
    assert split_language("hallway [sic] x") == ("hallway [sic] x", "")
    wish = replace(
        WISH,
        places=(NORWAY, replace(NORWAY, language="nb")),
        further=("hallway klage [no]", "hallway menu"),
    )
    found = rows(made(brand, wish))
    assert found["hallway klage"].keywords == 1
    assert found["hallway menu"].keywords == 2


def test_decisions_hold_over_the_usual_ticks(brand: Brand) -> None:
    decided = Decisions(off=frozenset({"grinder one"}))
    assert not rows(made(brand, WISH, decided))["Grinder One"].is_on


def test_what_was_put_back_is_a_candidate_and_can_be_merged_again(
    brand: Brand, keyword: Keyword
) -> None:
    wish = replace(WISH, further=("reviews hallway coffee",))
    assert "reviews hallway coffee" not in rows(made(brand, wish))
    decided = Decisions(back=frozenset({"reviews hallway coffee"}))
    portfolio = made(brand, wish, decided)
    assert rows(portfolio)["reviews hallway coffee"].is_on
    assert [one.left_out.phrase for one in portfolio.back] == ["reviews hallway coffee"]


def test_more_than_a_thousand_are_cut_and_counted(brand: Brand) -> None:
    further = tuple(f"hallway word{n}" for n in range(MOST + 30))
    portfolio = made(brand, replace(WISH, patterns=("name",), further=further))
    assert len(portfolio.rows) == MOST
    assert portfolio.cut == 31


def test_candidates_join_the_cluster_that_their_kind_has_already(
    brand: Brand, keyword: Keyword
) -> None:
    old = Keyword.objects.create(brand=brand, phrase="hallway ratings", country="no")
    Cluster.objects.create(brand=brand, name="What people say").keywords.add(old)
    portfolio = made(brand)
    names = {bundle.name: len(bundle.rows) for bundle in portfolio.bundles}
    assert names == {"grinder one": 1, "What people say": 1}


def test_saving_stores_what_is_ticked_with_its_cluster_and_twice_is_once(brand: Brand) -> None:
    portfolio = made(brand, WISH, Decisions(off=frozenset({"grinder one"})))
    first, again = save(brand, portfolio, WISH, NOW), save(brand, portfolio, WISH, NOW)
    assert (first.added, first.known, first.clusters) == (2, 0, 2)
    assert (again.added, again.known, again.clusters) == (0, 2, 0)
    stored = {row.phrase: row for row in brand.keywords.all()}
    assert set(stored) == {"Hallway Coffee", "Hallway Coffee reviews"}
    one = stored["Hallway Coffee reviews"]
    assert (one.kind, one.cadence, one.depth, one.next_check_at) == ("problem", "1w", 10, NOW)
    assert [cluster.name for cluster in one.clusters.all()] == ["reviews"]
    assert "2 were watched already" in str(again)


def test_another_brands_keywords_are_neither_read_nor_touched(
    brand: Brand, other_brand: Brand
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="grinder one", country="no")
    portfolio = made(brand)
    assert "Grinder One" in rows(portfolio)
    save(brand, portfolio, WISH, NOW)
    assert list(theirs.clusters.all()) == []
