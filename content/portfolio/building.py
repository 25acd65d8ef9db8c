"""Builds a portfolio from a wish: combines, misspells, asks the stored pages, merges, groups. Reads only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.models import Cluster
from content.portfolio.plan import Bundle, Decisions, Place, Portfolio, Row, Wish
from content.portfolio.stored_questions import kind_of, stored_questions
from serp.history import latest_readings
from serp.models import Brand, Keyword
from serp.portfolio.candidates import MOST, Candidate, joined, tidy
from serp.portfolio.clustering import Group, Item, Vocabulary, grouped
from serp.portfolio.combining import combined
from serp.portfolio.language_words import base_of
from serp.portfolio.misspelling import misspellings
from serp.portfolio.near import Merge, without_near
from serp.providers.base import PAGE_ONE

FURTHER = "one of your further phrases"
BRACKETS = re.compile(r"(.*\S)\s*\[([A-Za-z]{2}(?:-[A-Za-z]{2})?)\]")
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Watched:
    """What the brand watches already: its keywords, the places of each phrase, the first ten pages of
    each keyword that was read, and the clusters of each."""

    keywords: Sequence[Keyword]
    places: dict[str, set[Place]]
    pages: dict[int, frozenset[int]]
    clusters: dict[int, str]

    def everywhere(self, wish: Wish) -> Iterator[tuple[str, str]]:
        """Phrases with the language in which they are watched at every place of the wish."""
        wanted: dict[str, set[Place]] = defaultdict(set)
        for place in wish.places:
            wanted[base_of(place.language)].add(place)
        spelt = {keyword.phrase.casefold(): keyword.phrase for keyword in self.keywords}
        for phrase, places in self.places.items():
            for language, needed in wanted.items():
                if needed <= places:
                    yield spelt[phrase], language


def watched_by(brand: Brand) -> Watched:
    """What the brand watches, in a number of queries that does not depend on the number of keywords."""
    keywords = list(brand.keywords.order_by("pk"))
    places: dict[str, set[Place]] = defaultdict(set)
    for one in keywords:
        if not one.location:
            places[one.phrase.casefold()].add(
                Place(one.engine, one.country, one.language, one.device)
            )
    readings = latest_readings(brand)
    pages = {
        pk: frozenset(page for page in reading.pages[:PAGE_ONE] if page is not None)
        for pk, reading in readings.items()
    }
    links = Cluster.keywords.through.objects.filter(cluster__brand=brand)
    clusters = dict(links.order_by("-cluster_id").values_list("keyword_id", "cluster__name"))
    return Watched(keywords, places, pages, clusters)


def build(brand: Brand, wish: Wish, decisions: Decisions) -> Portfolio:
    """The portfolio of a wish, with what a person decided about single phrases so far."""
    stored = stored_questions(
        brand, take_related=wish.take_related, take_questions=wish.take_questions
    )
    made = combined(wish.subject, wish.languages, wish.patterns, per_meaning=wish.per_meaning)
    further = [own_phrase(line, wish) for line in wish.further]
    wrong = list(misspelt(wish))
    seen = [one for one in stored.candidates if set(one.languages) & set(wish.languages)]
    everything = without_false_slips(joined([*made, *further, *wrong, *seen]))
    now = watched_by(brand)
    kept, merges = without_near(
        everything,
        languages=wish.languages,
        watched=list(now.everywhere(wish)),
        kept=decisions.back,
    )
    groups = groups_of(kept[:MOST], now, wish, brand.names)
    bundles = bundles_of(groups, kept[:MOST], wish, decisions)
    return Portfolio(
        bundles=tuple(bundles),
        merges=tuple(merges),
        back=tuple(put_back(everything, decisions)),
        cut=len(kept) - len(kept[:MOST]),
        pages=stored.pages,
    )


def own_phrase(line: str, wish: Wish) -> Candidate:
    """A further phrase as a candidate; "[no]" behind it names the language that it is typed in."""
    phrase, language = split_language(line)
    base = base_of(language) if language else wish.languages[0]
    return Candidate(
        phrase=tidy(phrase),
        kind=kind_of(phrase, base, wish.subject.names),
        reason=FURTHER,
        languages=(base,) if language else (),
    )


def split_language(line: str) -> tuple[str, str]:
    """A line and the language in brackets at its end; empty where there is none."""
    match = BRACKETS.fullmatch(line)
    return (match[1], match[2].lower()) if match else (line, "")


def misspelt(wish: Wish) -> Iterator[Candidate]:
    """Wrong spellings of names, products and people, by the languages that are typed."""
    subject = wish.subject
    for name in (*subject.names, *subject.products, *subject.people) if wish.misspell else ():
        for language in wish.languages:
            for one in misspellings(name, language, most=wish.misspell):
                yield Candidate(
                    tidy(one.text),
                    Keyword.Kind.MISSPELLING,
                    f"misspelling of “{name}”: {one.slip}",
                    languages=(language,),
                    about=name,
                    weight=one.weight,
                )


def without_false_slips(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without misspellings of one name that are another name, spelt right."""
    right = {one.phrase.casefold() for one in candidates if one.kind != Keyword.Kind.MISSPELLING}
    return [
        one
        for one in candidates
        if one.kind != Keyword.Kind.MISSPELLING or one.phrase.casefold() not in right
    ]


def groups_of(
    kept: Sequence[Candidate], now: Watched, wish: Wish, names: tuple[str, ...]
) -> list[Group]:
    """The candidates in clusters, beside the keywords that are watched: where these have a cluster, the
    candidates that belong with them join it."""
    subject = wish.subject
    words = Vocabulary(
        (*subject.names, *names), (*subject.products, *subject.people, *subject.rivals)
    )
    there = [one for one in now.keywords if one.kind != Keyword.Kind.MISSPELLING]
    old = [
        Item(one.phrase, base_of(one.language), pages=now.pages.get(one.pk, frozenset()))
        for one in there
    ]
    fresh = [
        Item(
            phrase=one.phrase,
            language=one.languages[0] if len(one.languages) == 1 else "",
            about=one.about,
            is_misspelling=one.kind == Keyword.Kind.MISSPELLING,
        )
        for one in kept
    ]
    theirs = {
        id(item): now.clusters[one.pk]
        for item, one in zip(old, there, strict=True)
        if one.pk in now.clusters
    }
    groups = grouped([*fresh, *old], words)
    for group in groups:
        named = next((theirs[id(item)] for item in group.items if id(item) in theirs), "")
        if named:
            group.name, group.why = named, "joins a cluster that is there"
    mine = {id(item) for item in fresh}
    found: dict[str, Group] = {}
    for group in groups:
        items = [item for item in group.items if id(item) in mine]
        if items:
            home = found.setdefault(group.name, Group(group.name, why=group.why))
            home.items += items
    return list(found.values())


def bundles_of(
    groups: Sequence[Group], kept: Sequence[Candidate], wish: Wish, decisions: Decisions
) -> Iterator[Bundle]:
    """The groups with their rows, ticked as decided, else as is usual."""
    by_phrase = {one.phrase: one for one in kept}
    for group in groups:
        rows = []
        for item in group.items:
            one = by_phrase[item.phrase]
            rows.append(Row(one, is_on(one, wish, decisions), keywords=len(wish.places_of(one))))
        yield Bundle(group.name[:LONGEST_NAME], group.why, tuple(rows))


def is_on(one: Candidate, wish: Wish, decisions: Decisions) -> bool:
    """Whether a row is ticked: as a person decided; else unless an engine showed it and it names
    neither the brand nor its products and people."""
    key = one.phrase.casefold()
    if key in decisions.on or key in decisions.off:
        return key in decisions.on
    if not one.seen or key in decisions.back:
        return True
    subject = wish.subject
    names = (*subject.names, *subject.products, *subject.people)
    return any(name.casefold() in key for name in names)


def put_back(everything: Sequence[Candidate], decisions: Decisions) -> list[Merge]:
    """Those that would be merged if a person had not put them back: so that it can be undone."""
    return [
        Merge(one, "", "put back by you", is_watched=False)
        for one in everything
        if one.phrase.casefold() in decisions.back
    ]
