"""Questions of month, week, board and list: which pieces of a brand to show, filtered as the reader asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import Lower, RowNumber

from content.cards import LOOKS, Card, cards_of
from content.editorial_calendar import weeks_of
from content.models import Piece
from content.models.piece import PieceQuerySet
from content.scheduling.choice import Choice
from content.scheduling.outlook import Outlook, outlook
from serp.models import Brand

MOST_UNSCHEDULED = 40
MOST_IN_A_LANE = 25
A_SHEET = 25


@dataclass(frozen=True, slots=True)
class Planner:
    """A brand's plan as one reader asks for it."""

    brand: Brand
    choice: Choice
    ahead: Outlook

    @property
    def today(self) -> date:
        return self.ahead.today

    def rows(self) -> PieceQuerySet:
        """The brand's pieces as chosen, with what a card shows."""
        rows = Piece.objects.filter(brand=self.brand)
        picked = self.choice.pick(rows, today=self.today, troubled=self.ahead.troubled)
        return picked.select_related("owner", "keyword", "placement")

    def cards(self, rows: Iterable[Piece], *, on_board: bool = False) -> list[Card]:
        return cards_of(rows, self.ahead, self.brand, on_board=on_board)


def planner_of(
    brand: Brand,
    choice: Choice,
    today: date,
    *,
    first: date | None = None,
    last: date | None = None,
) -> Planner:
    """The planner of a brand on `today`, its own day, with the load of the weeks from the Monday
    `first` to the one of `last`."""
    mondays = []
    if first and last:
        mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return Planner(brand, choice, outlook(brand, today, mondays))


def month_cards(plan: Planner, *, year: int, month: int) -> list[Card]:
    """Cards of all days that the month's page shows, the neighbours' days too."""
    weeks = weeks_of(year, month)
    return plan.cards(plan.rows().between(weeks[0][0], weeks[-1][-1]))


def unscheduled(plan: Planner) -> tuple[list[Card], int]:
    """Cards of pieces in work that stand on no day, the newest first, and how many there are."""
    rows = plan.rows().in_work().filter(publish_on=None).order_by("-pk")
    found = plan.cards(rows[:MOST_UNSCHEDULED])
    total = len(found) if len(found) < MOST_UNSCHEDULED else rows.count()
    return found, total


def late(plan: Planner) -> list[Card]:
    """Cards of all pieces whose day has passed, the latest first."""
    found = [card for card in plan.cards(plan.rows().late(plan.today)) if card.is_late]
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


def lanes(plan: Planner) -> list[Lane]:
    """All lanes in the order of the work: what is in work by its day, what is out newest first.

    Two queries, however many pieces there are: long lanes are cut in the database.
    """
    rows = plan.rows()
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
    for card in plan.cards(ranked, on_board=True):
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


SORTS: Mapping[str, str] = {
    "day": "publish_on",
    "due": "due_on",
    "title": "title",
    "kind": "kind",
    "step": "status",
    "owner": "owner__first_name",
    "keyword": "keyword__phrase",
    "changed": "changed_at",
}
AS_WORDS = ("title", "owner", "keyword")


def sheet(plan: Planner, *, sort: str, page: str) -> tuple[Sheet, list[Card], str]:
    """A page of the list with its cards, and the order that it is in: "day", or "-day" for the last
    first. What has no such value comes last either way. Without a known order it is empty: what is
    still to go out comes first, by day, and then what is out."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        sort = ""
        is_out = Case(When(status__in=Piece.LIVE, then=Value(1)), default=Value(0))
        orders = [is_out.asc(), F("publish_on").asc(nulls_last=True)]
    else:
        field = Lower(SORTS[name]) if name in AS_WORDS else F(SORTS[name])
        is_down = sort.startswith("-")
        orders = [field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)]
    found = Paginator(plan.rows().order_by(*orders, "publish_on", "pk"), A_SHEET).get_page(page)
    return found, plan.cards(found.object_list), sort
