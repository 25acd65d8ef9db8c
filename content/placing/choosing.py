"""Where a new piece should stand: the places for its type and keyword, ranked, each with its reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from content.chances.slots import Where
from content.models import Piece, Placement
from content.opportunities import Opportunity
from content.placing.listing import Catalogue, Line, catalogue_of, fitting
from content.placing.ranking import ResultPage
from content.placing.scopes import parts_of
from content.placing.standing import State
from content.suggestions import ON_OWN_SITE
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.addresses import BadAddress, registrable_domain
from serp.models import Brand, Keyword

OWN_KINDS = (
    Placement.Kind.OWN_SITE,
    Placement.Kind.BLOG,
    Placement.Kind.HELP,
    Placement.Kind.NEWSROOM,
)
ROOM_FOR = {
    Piece.Kind.FAQ: Placement.Kind.HELP,
    Piece.Kind.NEWS: Placement.Kind.NEWSROOM,
    Piece.Kind.CASE_STUDY: Placement.Kind.BLOG,
    Piece.Kind.COMPARISON: Placement.Kind.BLOG,
}
"""The part of the own site where a type belongs, if the brand has it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One place for a piece, with the reasons in words."""

    line: Line
    reasons: tuple[str, ...]

    @property
    def place(self) -> Placement:
        return self.line.place

    @property
    def is_measured(self) -> bool:
        """Whether anything but the catalogue speaks for it: the brand is there, or it was seen on a
        page one."""
        record = self.line.record
        return self.line.state is State.THERE or bool(record.seen.hits or record.elsewhere.hits)


def places_for(
    kind: str,
    keyword: Keyword,
    brand: Brand,
    *,
    catalogue: Catalogue | None = None,
    without: Collection[str] = (),
) -> list[Choice]:
    """The places where a piece of this type may stand for a keyword, the best first.

    Places where the brand is already come first, then by how often they stand on page one. Left out
    are those that are not for the brand, hosts that stand on the keyword's page one already, the
    domains `without`, and for guest posts hosts with a page that is negative about the brand. Types
    for the own site stay there. `catalogue` saves looking at everything anew.
    """
    known = catalogue or catalogue_of(brand)
    shown = domains_on(known.pages, keyword)
    lines = [
        line
        for line in fitting(known.lines, keyword)
        if kind in line.place.piece_kinds and line.state is not State.NOT_FOR_US
    ]
    if kind in ON_OWN_SITE:
        return own_choices(kind, lines)
    shut = {*shown, *without}
    if kind == Piece.Kind.GUEST_POST:
        shut |= set(against(brand))
    free = [line for line in lines if not is_own(line.place) and domain_of(line.place) not in shut]
    free.sort(key=lambda line: (line.state is not State.THERE, -line.promise))
    return [Choice(line, reasons_of(line)) for line in free]


def place_for(
    kind: str,
    keyword: Keyword,
    brand: Brand,
    *,
    catalogue: Catalogue | None = None,
    without: Collection[str] = (),
) -> Placement | None:
    """The best of these places, or None when there is none."""
    found = places_for(kind, keyword, brand, catalogue=catalogue, without=without)
    return found[0].place if found else None


def own_choices(kind: str, lines: Sequence[Line]) -> list[Choice]:
    """The parts of the own site, the one made for this type first if the brand has it."""
    own = [line for line in lines if is_own(line.place)]
    room = ROOM_FOR.get(Piece.Kind(kind))

    def order(line: Line) -> tuple[bool, bool, bool]:
        is_room = line.place.kind == room and line.state is State.THERE
        return (
            not is_room,
            line.place.kind != Placement.Kind.OWN_SITE,
            line.state is not State.THERE,
        )

    return [Choice(line, reasons_of(line)) for line in sorted(own, key=order)]


def reasons_of(line: Line) -> tuple[str, ...]:
    """What speaks for a place, in words with their counts."""
    record, said = line.record, []
    if line.state is State.THERE:
        said.append("you are there already")
    if record.seen.of:
        said.append(
            f"on page one of {record.seen.hits} of {record.seen.of} of your keywords"
            + (f", best at {record.best}" if record.best else "")
        )
    if record.elsewhere.of:
        said.append(
            f"and of {record.elsewhere.hits} of {record.elsewhere.of} others in this installation"
        )
    return tuple(said) or ("not measured here yet",)


def is_own(place: Placement) -> bool:
    """Whether it is a part of the brand's own site; a blog on a site of others is none."""
    return place.kind in OWN_KINDS and not place.domain


def domain_of(place: Placement) -> str:
    """The registrable domain of a place, "" where it has none."""
    host, _ = parts_of(place.domain)
    try:
        return registrable_domain(host) if host else ""
    except BadAddress:
        return host


def domains_on(pages: Sequence[ResultPage], keyword: Keyword) -> set[str]:
    """The registrable domains on the keyword's page one."""
    found = set()
    for page in pages:
        if page.keyword.pk == keyword.pk:
            for _, shown, _ in page.results:
                host, _ = parts_of(shown.url)
                found.add(registrable_domain(host))
    return found


def against(brand: Brand) -> list[str]:
    """Domains with a page that is negative about the brand."""
    rows = Mark.objects.filter(brand=brand, tone=Tone.NEGATIVE)
    return list(rows.values_list("page__domain", flat=True).distinct())


def where_to_stand(brand: Brand, one: Opportunity) -> Mapping[str, Where]:
    """For the plan against a negative: by type of piece where a new one should stand, no host twice.

    A type whose best place was never measured here is left out: the plan then looks for a host that
    was, in the catalogue or not.
    """
    catalogue = catalogue_of(brand)
    chosen = {piece.placement_id for piece in one.planned}
    taken = {domain_of(line.place) for line in catalogue.lines if line.place.pk in chosen} - {""}
    found: dict[str, Where] = {}
    for suggestion in one.suggestions:
        choices = places_for(
            suggestion.kind, one.keyword, brand, catalogue=catalogue, without=taken
        )
        best = next((choice for choice in choices if choice.is_measured), None)
        if best is None:
            continue
        domain = domain_of(best.place)
        taken |= {domain} - {""}
        words = f"at {best.place.name}: {', '.join(best.reasons)}"
        found[suggestion.kind] = Where(words, domain, best.place.pk)
    return found
