"""What the reader of the calendar filters by: one filter, the same for month, week, board and list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from content.models import Cluster, Piece, Placement
from content.models.piece import PieceQuerySet
from content.scheduling.conflicts import NAMES, Rule
from serp.access import Role, members
from serp.models import Brand, Keyword

NOBODY = "none"
ANY = "any"
LONGEST = 100


def number_or_none(text: str) -> str:
    """The text when it is the number of a row, or else nothing."""
    return text if text.isascii() and text.isdigit() and len(text) < 16 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader filters by. Words that mean nothing are dropped, so a stale link still opens.

    `owner` is a person's id or "none"; `keyword`, `cluster` and `place` are ids; `late` is "1" or
    nothing; `conflict` a rule, or "any"; `q` words that the title or the keyword holds.
    """

    owner: str = ""
    kind: str = ""
    status: str = ""
    keyword: str = ""
    cluster: str = ""
    place: str = ""
    late: str = ""
    conflict: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Choice:
        said = {name: query.get(name, "") for name in (field.name for field in fields(cls))}
        owner, conflict = said["owner"], said["conflict"]
        return cls(
            owner=owner if owner == NOBODY else number_or_none(owner),
            kind=said["kind"] if said["kind"] in Piece.Kind.values else "",
            status=said["status"] if said["status"] in Piece.Status.values else "",
            keyword=number_or_none(said["keyword"]),
            cluster=number_or_none(said["cluster"]),
            place=number_or_none(said["place"]),
            late="1" if said["late"] == "1" else "",
            conflict=conflict if conflict == ANY or conflict in set(Rule) else "",
            q=" ".join(said["q"].replace("\0", "").split())[:LONGEST],
        )

    @property
    def is_any(self) -> bool:
        return any(self.said().values())

    @property
    def is_narrow(self) -> bool:
        """Whether one of the rarer filters is set, which stand folded away."""
        return bool(self.keyword or self.cluster or self.place or self.late or self.conflict)

    def said(self) -> dict[str, str]:
        """What is filtered by, by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def query(self) -> str:
        """The filter as the end of an address, to carry it to another view."""
        said = self.said()
        return f"?{urlencode(said)}" if said else ""

    def pick(
        self, pieces: PieceQuerySet, *, today: date, troubled: Mapping[str, Collection[int]]
    ) -> PieceQuerySet:
        """Those of the pieces that the reader asks for.

        `today` is the brand's; `troubled` gives the ids of pieces in conflict, by rule, and those
        of all rules as "any".
        """
        if self.owner == NOBODY:
            pieces = pieces.filter(owner=None)
        elif self.owner:
            pieces = pieces.filter(owner_id=int(self.owner))
        if self.kind:
            pieces = pieces.filter(kind=self.kind)
        if self.status:
            pieces = pieces.filter(status=self.status)
        if self.keyword:
            pieces = pieces.filter(keyword_id=int(self.keyword))
        if self.cluster:
            pieces = pieces.filter(
                keyword__in=Keyword.objects.filter(clusters__pk=int(self.cluster))
            )
        if self.place:
            pieces = pieces.filter(placement_id=int(self.place))
        if self.late:
            pieces = pieces.late(today)
        if self.conflict:
            pieces = pieces.filter(pk__in=troubled.get(self.conflict, ()))
        for word in self.q.split():
            pieces = pieces.filter(Q(title__icontains=word) | Q(keyword__phrase__icontains=word))
        return pieces


@dataclass(frozen=True, slots=True)
class Options:
    """What the filter's lists offer for a brand: only what its pieces have."""

    owners: list[AbstractBaseUser]
    keywords: list[Keyword]
    clusters: list[Cluster]
    places: list[Placement]
    kinds: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    conflicts: list[tuple[str, str]]


def owners(brand: Brand) -> list[AbstractBaseUser]:
    """People who may own a piece of the brand, by name."""
    return list(members(brand, Role.EDITOR).order_by("first_name", "last_name", "username"))


def options_of(brand: Brand, people: list[AbstractBaseUser]) -> Options:
    """The lists of the filter; `people` are the brand's `owners`."""
    used = Piece.objects.filter(brand=brand)
    return Options(
        owners=people,
        keywords=list(
            Keyword.objects.filter(brand=brand, pk__in=used.values("keyword"))
            .only("pk", "phrase")
            .order_by("phrase", "pk")
        ),
        clusters=list(Cluster.objects.filter(brand=brand).only("pk", "name")),
        places=list(Placement.objects.filter(pk__in=used.values("placement")).only("pk", "name")),
        kinds=list(Piece.Kind.choices),
        statuses=list(Piece.Status.choices),
        conflicts=[(rule.value, NAMES[rule]) for rule in Rule],
    )
