"""How page one stands now against a week ago: what changed, what waits for a mark, what is almost there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from content.models import Piece
from content.page_one import Change, Kind, changes, most_important, standing_at
from content.today import MOST_NEAR, Near
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.addresses import display_address
from serp.curves import curve_of
from serp.history import Reading
from serp.models import Brand, Keyword
from serp.providers.base import PAGE_ONE

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=1)
SHOWN = {Kind.ENTERED: 4, Kind.LEFT: 3, Kind.MOVED: 3}
HEADINGS = {
    Kind.ENTERED: "Entered page one",
    Kind.LEFT: "Left page one",
    Kind.MOVED: "Moved 2 places or more",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as the page shows it; `css` says whether it does harm (neg-ink) or good (pos-ink)."""

    change: Change
    mark: Mark | None
    title: str
    host: str
    phrase: str
    css: str


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind: the most important ones, and how many there are."""

    heading: str
    count: int
    rows: list[Shown]


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed from the end of day `since` to the readings of day `until`; `not_compared` counts
    keywords without a reading near both days."""

    since: date
    until: date
    groups: list[Group]
    compared: int
    not_compared: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How page one stands: changes since a week ago (None: never read), results on it that no person
    has marked, and pages of ours just below it."""

    changed: Changed | None
    to_mark: int
    near: list[Near]


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known of a page without loading its texts."""

    tone: str
    is_by_person: bool


def standing_of(brand: Brand, keywords: Sequence[Keyword], pieces: Iterable[Piece]) -> Standing:
    """Compare the latest readings of these keywords with those that stood at the end of the day a
    week earlier. The latest reading of all sets the day, so that old imports can be compared too."""
    newest = max((row.latest.taken_at for row in keywords if row.latest), default=None)
    if newest is None:
        return Standing(None, 0, [])
    until = newest.astimezone(brand.zone).date()
    since = until - WEEK
    before, after = standing_at(keywords, end_of(since, brand), newest + MOMENT)
    found = changes(before, after, curve_of(brand))
    owners = {piece.page_id: piece.owner for piece in pieces if piece.is_live and piece.page_id}
    pages = {page for reading in after.values() for page in reading.pages[: PAGE_ONE + MOST_NEAR]}
    pages |= {change.page_id for change in found}
    signs = signs_of(brand, {page for page in pages if page is not None}, set(owners))
    chosen = {
        kind: most_important(
            (change for change in found if change.kind is kind),
            {page: sign.tone for page, sign in signs.items()},
        )
        for kind in Kind
    }
    close = just_below(after, signs)
    wanted = {row.page_id for kind in Kind for row in chosen[kind][: SHOWN[kind]]} | set(close)
    marks = {
        mark.page_id: mark
        for mark in brand.marks.filter(page__in=wanted).select_related("page", "listing")
    }
    phrases = {row.pk: row.phrase for row in keywords}
    groups = [
        Group(
            HEADINGS[kind],
            len(chosen[kind]),
            [shown(x, marks.get(x.page_id), signs, phrases) for x in chosen[kind][: SHOWN[kind]]],
        )
        for kind in Kind
    ]
    both = set(before) & set(after)
    changed = Changed(since, until, groups, len(both), len(keywords) - len(both))
    on_page_one = {page for reading in after.values() for page in reading.pages[:PAGE_ONE]}
    to_mark = sum(1 for page in on_page_one if page in signs and not signs[page].is_by_person)
    near = [
        Near(title_of(marks.get(page)), position, phrases[keyword], owners.get(page))
        for page, (position, keyword) in close.items()
    ]
    return Standing(changed, to_mark, near)


def end_of(day: date, brand: Brand) -> datetime:
    """The moment at which a day of the brand's zone ends."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=brand.zone)


def signs_of(brand: Brand, pages: set[int], published: set[int]) -> dict[int, Sign]:
    """Tone and source of the marks of these pages; ours are "own" unless they are negative."""
    rows = brand.marks.filter(page__in=pages).values_list("page_id", "tone", "source", "ownership")
    signs = {}
    for page, tone, source, ownership in rows:
        word = {Tone.NEGATIVE: "neg", Tone.POSITIVE: "pos"}.get(Tone(tone), "neu")
        if word != "neg" and (ownership == Mark.Ownership.OWNED or page in published):
            word = "own"
        signs[page] = Sign(word, source == Mark.Source.PERSON)
    return signs


def just_below(
    after: Mapping[int, Reading], signs: Mapping[int, Sign]
) -> dict[int, tuple[int, int]]:
    """Pages of ours just below page one and on no keyword upon it: best position and its keyword."""
    best: dict[int, tuple[int, int]] = {}
    for keyword, reading in after.items():
        for position, page in enumerate(reading.pages[: PAGE_ONE + MOST_NEAR], start=1):
            if page is not None and page in signs and signs[page].tone == "own":
                best[page] = min(best.get(page, (position, keyword)), (position, keyword))
    return {page: place for page, place in best.items() if place[0] > PAGE_ONE}


def shown(
    change: Change, mark: Mark | None, signs: Mapping[int, Sign], phrases: Mapping[int, str]
) -> Shown:
    """A change with its words; a negative that rises and a page of ours that falls do harm."""
    tone = signs[change.page_id].tone if change.page_id in signs else "neu"
    css = "muted"
    if tone != "neu":
        css = "neg-ink" if (tone == "neg") == change.is_up else "pos-ink"
    host = display_address(mark.page.url).partition("/")[0] if mark else ""
    return Shown(change, mark, title_of(mark), host, phrases[change.keyword_id], css)


def title_of(mark: Mark | None) -> str:
    """The title that a page was last seen with; its address where it has none."""
    if mark is None:
        return "a page that is not judged yet"
    return (mark.listing.title if mark.listing else "") or display_address(mark.page.url)
