"""For each negative on page one: what it takes to push it down, what is planned and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from content.boards import Board, board_of, boards, doubt, with_negative
from content.ladder import A_HOST, Candidate, Distance, Rung, Side, choose, measure, on_page_one
from content.liftable import can_lift, is_about, words_against
from content.models import Piece
from content.places import place_of
from content.suggestions import ON_OWN_SITE, Suggestion, lift_of, suggest
from reputation.models import Mark
from serp.addresses import registrable_domain
from serp.ctr import Curve
from serp.curves import curve_of
from serp.history import Reading
from serp.models import Brand, Keyword, Page
from serp.providers.base import PAGE_ONE


@dataclass(frozen=True, slots=True)
class Lift:
    """A page that exists and could pass the negative, what to do with it, and the piece about it.

    In a plan it also has its day in the brand's zone, its work in hours, and the likelihood that the
    page passes the negative."""

    candidate: Candidate
    kind: Piece.Kind
    what: str
    piece: Piece | None
    live_by: date | None = None
    hours: float | None = None
    likelihood: float | None = None

    @property
    def page(self) -> Page:
        return self.candidate.rung.shown.page


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One negative on page one of one keyword, from its newest reading.

    `takes` is the share of the keyword's clicks at its position (0.08 is 8 %), `clicks` the same in
    clicks a month where the keyword's volume is known. `doubt` says in words why the reading may no
    longer hold, and is empty when it is fresh. `planned` are new pieces in work or just published;
    `missing` new pieces still to be made; `suggestions` kinds for them, the best first, more than
    are missing. `features` are the kinds of SERP features beside the results.
    """

    keyword: Keyword
    rung: Rung
    reading: Reading
    rungs: tuple[Rung, ...]
    distance: Distance
    takes: float
    doubt: str
    lifts: tuple[Lift, ...]
    planned: tuple[Piece, ...]
    missing: int
    suggestions: tuple[Suggestion, ...]
    features: frozenset[str] = frozenset()

    @property
    def page(self) -> Page:
        return self.rung.shown.page

    @property
    def clicks(self) -> int | None:
        return None if self.keyword.volume is None else round(self.takes * self.keyword.volume)

    @property
    def to_make(self) -> list[Suggestion]:
        """As many suggestions as pieces are missing, or all where there are fewer."""
        return list(self.suggestions[: self.missing])

    @property
    def next_best(self) -> Suggestion | None:
        """What comes into question when one of the pieces fails."""
        return next(iter(self.suggestions[self.missing :]), None)

    @property
    def unnamed(self) -> int:
        """Pieces that are missing and for which no kind is left: a second page of one kind would
        compete with the first."""
        return max(0, self.missing - len(self.suggestions))

    @property
    def to_lift(self) -> int:
        """Pages to lift that no piece is about yet."""
        return sum(1 for lift in self.lifts if lift.piece is None)

    @property
    def to_start(self) -> int:
        """Pieces that “make all” makes."""
        return len(self.to_make) + self.to_lift

    @property
    def nearest(self) -> list[Candidate]:
        """The first three pages below it that may pass it, whatever their kind."""
        return sorted(self.distance.candidates, key=lambda c: c.distance)[:3]

    @property
    def in_work(self) -> list[Piece]:
        """Every piece about it, new or lifting."""
        return [*self.planned, *(lift.piece for lift in self.lifts if lift.piece)]


@dataclass(frozen=True, slots=True)
class Plan:
    """All opportunities of a brand, with the base of what is said about them.

    `own` are pages of the brand itself that read as negative on page one: to be rewritten or marked,
    not to be pushed down.
    """

    opportunities: list[Opportunity]
    own: list[Rung]
    read: int
    watched: int
    curve: Curve
    sorted_by_volume: bool

    @property
    def keywords(self) -> int:
        """How many keywords have a negative on page one."""
        return len({one.keyword.pk for one in self.opportunities})

    @property
    def missing(self) -> int:
        """Pieces still to be made. Negatives of one keyword share theirs: what passes the highest
        passes the others too, so of each keyword the largest number counts."""
        most: dict[int, int] = {}
        for one in self.opportunities:
            most[one.keyword.pk] = max(most.get(one.keyword.pk, 0), one.missing)
        return sum(most.values())


UNSEEN = (
    "created_at",
    "changed_at",
    "keyword__created_at",
    "keyword__next_check_at",
    "keyword__quarantined_at",
    "owner__date_joined",
    "owner__last_login",
    "owner__password",
)
"""What no plan shows of its pieces; most of it moments, the dearest fields to read thousands of times."""


class Pieces:
    """The brand's pieces by what they are about: one query, then answers from memory."""

    def __init__(self, brand: Brand) -> None:
        rows = list(
            Piece.objects.filter(brand=brand).select_related("keyword", "owner").defer(*UNSEEN)
        )
        self.ours = {row.page_id for row in rows if row.is_live and row.page_id}
        self.open_ones = [row for row in rows if is_open(row)]
        self.lifting = {row.lifts_id: row for row in rows if row.lifts_id and is_open(row)}
        self._by_intent: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        self._by_negative: dict[int, list[Piece]] = defaultdict(list)
        for row in rows:
            if row.lifts_id is None and row.keyword is not None:
                self._by_intent[intent_of(row.keyword)].append(row)
            elif row.lifts_id is None and row.displaces_id is not None:
                self._by_negative[row.displaces_id].append(row)

    def new_for(self, keyword: Keyword, negative: int) -> list[Piece]:
        """New pieces for the keyword's intent, and those without keyword against this page."""
        return [*self._by_intent[intent_of(keyword)], *self._by_negative[negative]]


def intent_of(keyword: Keyword) -> tuple[str, str]:
    """What makes two keywords one intent: the same words in the same language, on any device."""
    return (" ".join(keyword.phrase.casefold().split()), keyword.language)


def subjects(keyword: Keyword) -> tuple[str, ...]:
    """What an address may name beside the brand: the phrase, and of a person's the first two words."""
    if keyword.kind == Keyword.Kind.PERSON:
        return (keyword.phrase, " ".join(keyword.phrase.split()[:2]))
    return (keyword.phrase,)


def is_open(piece: Piece) -> bool:
    """Whether a piece still counts as planned: in work, or published and not measured yet."""
    return piece.status != Piece.Status.MEASURED


def plan_of(brand: Brand, now: datetime) -> Plan:
    """The opportunities on all keywords in view, those with most clicks to win first.

    By clicks a month where each of their keywords has a volume, otherwise by share of clicks.
    """
    keywords = list(brand.keywords.in_view().select_related("last_check"))
    for keyword in keywords:
        keyword.brand = brand
    readings, read = with_negative(brand, keywords)
    curve, pieces = curve_of(brand), Pieces(brand)
    shown = boards(brand, keywords, readings)
    own = {r.page_id: r for board in shown for r in board.own_negatives}
    found = [
        opportunity(board, rung, curve=curve, pieces=pieces, doubt=doubt(brand, board, now))
        for board in shown
        for rung in board.negatives
    ]
    by_volume = bool(found) and all(one.clicks is not None for one in found)
    found.sort(key=lambda one: -(one.clicks or 0) if by_volume else -one.takes)
    return Plan(found, list(own.values()), read, len(keywords), curve, by_volume)


def opportunity_at(
    brand: Brand, *, keyword: Keyword, page: int, now: datetime
) -> Opportunity | None:
    """The opportunity that this page is for this keyword; None when it is no negative on page one
    of the newest reading."""
    board = board_of(brand, keyword)
    rung = next((one for one in board.negatives if one.page_id == page), None) if board else None
    if board is None or rung is None:
        return None
    return opportunity(
        board, rung, curve=curve_of(brand), pieces=Pieces(brand), doubt=doubt(brand, board, now)
    )


def opportunity(
    board: Board, rung: Rung, *, curve: Curve, pieces: Pieces, doubt: str
) -> Opportunity:
    """Plan against the negative on this rung."""
    distance = measure(board.rungs, rung.position, ours=pieces.ours)
    new = pieces.new_for(board.keyword, rung.shown.page_id)
    standing = {r.page_id for r in board.rungs if r.page_id is not None}
    planned = [p for p in new if is_open(p) and p.page_id not in standing]
    shown = on_page_one(board.rungs)
    names = (*board.keyword.brand.names, *subjects(board.keyword))
    avoid = words_against(board.page_one)
    able = tuple(
        c
        for c in distance.candidates
        if c.rung.page_id in pieces.lifting or can_lift(c, names=names, avoid=avoid)
    )
    distance = replace(distance, candidates=able)
    chosen = choose(distance, planned=len(planned), started=pieces.lifting, shown=shown)
    missing = max(0, distance.to_pass - len(chosen) - len(planned))
    lifts = tuple(lift(candidate, pieces, names=names) for candidate in chosen)
    taken = {piece.kind for piece in new} | {
        one.kind for one in lifts if one.candidate.side == Side.OWN
    }
    return Opportunity(
        keyword=board.keyword,
        rung=rung,
        reading=board.reading,
        rungs=board.rungs,
        distance=distance,
        takes=curve.share(rung.position),
        doubt=doubt,
        lifts=lifts,
        planned=tuple(planned),
        missing=missing,
        suggestions=tuple(
            suggest(
                board.situation(rung.judged.category),
                taken=taken,
                own_room=room_of(board.keyword.brand, shown, chosen, planned),
            )
        ),
        features=board.features,
    )


def room_of(
    brand: Brand,
    shown: Mapping[str, int],
    chosen: Sequence[Candidate],
    planned: Sequence[Piece],
) -> int:
    """How many more pages of the own site the engine would show on page one: two a domain, less
    those there, those to be lifted there, and the new ones that are planned."""
    domains = {registrable_domain(host) for host in brand.hosts}
    rising = sum(c.rung.position > PAGE_ONE and c.rung.shown.page.domain in domains for c in chosen)
    free = sum(max(0, A_HOST - shown.get(domain, 0)) for domain in domains)
    coming = sum(1 for piece in planned if piece.kind in ON_OWN_SITE)
    return max(0, free - rising - coming)


def lift_at(one: Opportunity, pieces: Pieces, *, page: str) -> Lift | None:
    """The candidate with this page id, chosen or not; None when there is none such."""
    return next(
        (
            lift(c, pieces, names=(*one.keyword.brand.names, *subjects(one.keyword)))
            for c in one.distance.candidates
            if str(c.rung.page_id) == page
        ),
        None,
    )


def lift(candidate: Candidate, pieces: Pieces, *, names: Collection[str]) -> Lift:
    """What to do with this candidate; `names` are those of what is searched for."""
    page, is_own = candidate.rung.shown.page, candidate.side == Side.OWN
    ownership = Mark.Ownership.OWNED if is_own else candidate.rung.judged.ownership
    place = place_of(page.url, page.domain)
    kind, what = lift_of(place, ownership, is_about=is_about(page.url, names))
    return Lift(candidate, kind, what, pieces.lifting.get(page.pk))
