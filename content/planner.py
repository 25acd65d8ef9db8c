"""Questions of calendar and board: which pieces of a brand to show, filtered as the reader asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from content.cards import LOOKS, Card, board_cards, day_cards
from content.editorial_calendar import weeks_of
from content.models import Piece
from content.models.piece import PieceQuerySet
from serp.access import Role, members
from serp.models import Brand

MOST_UNSCHEDULED = 40
MOST_IN_A_LANE = 40
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader filters by. Words that mean nothing are dropped, so a stale link still opens."""

    owner: str = ""
    kind: str = ""
    status: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Choice:
        owner, kind, status = (query.get(name, "") for name in ("owner", "kind", "status"))
        known = owner == NOBODY or (owner.isascii() and owner.isdigit() and len(owner) < 16)
        return cls(
            owner=owner if known else "",
            kind=kind if kind in Piece.Kind.values else "",
            status=status if status in Piece.Status.values else "",
        )

    @property
    def is_any(self) -> bool:
        return bool(self.owner or self.kind or self.status)

    def pick(self, pieces: PieceQuerySet) -> PieceQuerySet:
        """Those of the pieces that the reader asks for."""
        if self.owner == NOBODY:
            pieces = pieces.filter(owner=None)
        elif self.owner:
            pieces = pieces.filter(owner_id=int(self.owner))
        if self.kind:
            pieces = pieces.filter(kind=self.kind)
        return pieces.filter(status=self.status) if self.status else pieces


def owners(brand: Brand) -> list[AbstractBaseUser]:
    """People who may own a piece of the brand, by name: the filter's list."""
    return list(members(brand, Role.EDITOR).order_by("first_name", "last_name", "username"))


def pieces_of(brand: Brand, choice: Choice) -> PieceQuerySet:
    """The brand's pieces as chosen, with what a card shows."""
    return choice.pick(Piece.objects.filter(brand=brand)).select_related("owner", "keyword")


def month_cards(brand: Brand, choice: Choice, *, year: int, month: int, today: date) -> list[Card]:
    """Cards of all days that the month's page shows, the neighbours' days too."""
    weeks = weeks_of(year, month)
    return day_cards(pieces_of(brand, choice).between(weeks[0][0], weeks[-1][-1]), today)


def unscheduled(brand: Brand, choice: Choice, today: date) -> tuple[list[Card], int]:
    """Cards of pieces in work that stand on no day, the newest first, and how many there are."""
    rows = pieces_of(brand, choice).in_work().filter(publish_on=None).order_by("-pk")
    found = day_cards(rows[:MOST_UNSCHEDULED], today)
    total = len(found) if len(found) < MOST_UNSCHEDULED else rows.count()
    return found, total


def late(brand: Brand, choice: Choice, today: date) -> list[Card]:
    """Cards of all pieces whose day has passed, the latest first."""
    rows = pieces_of(brand, choice).in_work()
    passed = rows.filter(Q(due_on__lt=today) | Q(publish_on__lt=today))
    found = [card for card in day_cards(passed, today) if card.is_late]
    return sorted(found, key=lambda card: (-card.due.days_late, card.piece.pk))


@dataclass(frozen=True, slots=True)
class Lane:
    """One step of the board. `count` is of all its pieces; only the first are shown."""

    status: Piece.Status
    look: str
    cards: list[Card]
    count: int

    @property
    def late(self) -> int:
        return sum(card.is_late for card in self.cards)

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


def lanes(brand: Brand, choice: Choice, today: date) -> list[Lane]:
    """All lanes in the order of the work: what is in work by its day, what is out newest first.

    Two queries, however many pieces there are: long lanes are cut in the database.
    """
    rows = pieces_of(brand, choice)
    counts = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    nearest = F("publish_on").asc(nulls_last=True)
    ranked = rows.annotate(
        nth_in_work=Window(RowNumber(), partition_by="status", order_by=[nearest, "pk"]),
        nth_out=Window(RowNumber(), partition_by="status", order_by=["-published_at", "-pk"]),
    ).filter(
        Q(nth_in_work__lte=MOST_IN_A_LANE) & ~Q(status__in=Piece.LIVE)
        | Q(nth_out__lte=MOST_IN_A_LANE) & Q(status__in=Piece.LIVE)
    )
    by_lane: dict[str, list[Card]] = {status: [] for status in Piece.Status.values}
    for card in board_cards(ranked, today):
        by_lane[card.piece.status].append(card)
    return [
        Lane(
            status=status,
            look=LOOKS[status],
            cards=sorted(by_lane[status], key=place_in_lane),
            count=counts.get(status, 0),
        )
        for status in Piece.Status
    ]


def place_in_lane(card: Card) -> tuple[bool, float, int]:
    """Late ones first, then by day; what is out newest first."""
    piece = card.piece
    if piece.is_live:
        moment = piece.published_at.timestamp() if piece.published_at else 0.0
        return (False, -moment, -piece.pk)
    day = piece.publish_on or piece.due_on
    return (not card.is_late, float(day.toordinal() if day else 10**7), piece.pk)


def picked_lane(lanes: list[Lane], wanted: str) -> str:
    """The lane that a narrow screen shows: the wanted one, or else the first that holds a piece."""
    statuses = [lane.status.value for lane in lanes]
    if wanted in statuses:
        return wanted
    return next((lane.status.value for lane in lanes if lane.count), statuses[0])
