"""Pieces of the story: made with a brief, moved through the workflow, approved by those who may."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from content import briefing, workflow
from content.approving import checklist, deciding, rounds, sequence
from content.approving.deciding import Decider
from content.demo.plot import AUTHORITY, Planned
from content.demo.story import Story
from content.models import Approval, Piece, Placement
from serp.models import Keyword, Page

WRITTEN_ELSEWHERE = "Written in the team’s own editor, before drafts were kept here."
APPROVERS = {"Facts": ("yuki", "ines"), "Legal": ("mara", "tomas")}
"""Who gives an approval: the first of the two who is not the owner."""
WEDNESDAY, SATURDAY = 2, 5
SOON = 2
"""Days ahead within which a draft and its publication are due together."""


def make(story: Story, planned: Planned, now: datetime) -> Piece:
    """A piece with its brief, drawn from the result page of its keyword as it stands that day."""
    keyword = story.brand.keywords.filter(phrase=planned.phrase).order_by("pk").first()
    piece = Piece(
        brand=story.brand, title=planned.title, kind=planned.kind, keyword=keyword,
        owner=story.people[planned.owner], created_by=story.people["mara"],
        displaces=to_displace(story, keyword), hours=planned.hours, publish_time=planned.clock,
        no_draft_reason=WRITTEN_ELSEWHERE if is_written_elsewhere(planned) else "",
        placement=Placement.objects.filter(brand=None, slug=planned.place or "-").first(),
    )  # fmt: skip
    give_days(story, piece, planned, now)
    piece._history_user = story.people["mara"]  # type: ignore[attr-defined]
    piece._history_date = now  # type: ignore[attr-defined]
    piece.save()
    briefing.draw(piece, now=now)
    if planned.status != Piece.Status.IDEA or planned.published is not None:
        move(story, piece, Piece.Status.BRIEFED, now + timedelta(hours=1), by=planned.owner)
    Piece.objects.filter(pk=piece.pk).update(created_at=now)
    return piece


def give_days(story: Story, piece: Piece, planned: Planned, now: datetime) -> None:
    """The days of a piece: fixed ones of the past, or working days around the story's end."""
    if planned.published is not None:
        piece.publish_on = story.day_of(story.moment(planned.published))
        piece.due_on = max(story.day_of(now), piece.publish_on - timedelta(days=3))
    elif planned.ahead is not None:
        day = story.day_of(story.now) + timedelta(days=planned.ahead)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        piece.publish_on = day
        piece.due_on = day if planned.ahead < SOON else day - timedelta(days=before(day))
    if planned.due is not None:
        today = story.day_of(story.now)
        piece.due_on = today + timedelta(days=7 - today.weekday() + planned.due)


def is_written_elsewhere(planned: Planned) -> bool:
    """Whether it is finished without a text here."""
    is_finished = planned.published is not None or planned.status == Piece.Status.APPROVED
    return is_finished and not planned.draft


def before(day: date) -> int:
    """Days from a draft to its publication on `day`: three, or five across a weekend."""
    return 3 if day.weekday() > WEDNESDAY else 5


def to_displace(story: Story, keyword: Keyword | None) -> Page | None:
    """The highest negative that a piece may want to pass: not the authority's notice, which owners
    are to find."""
    others = [mark for mark in story.negatives(keyword) if mark.page.host != AUTHORITY]
    return others[0].page if others else None


def move(
    story: Story, piece: Piece, status: str, now: datetime, *, url: str = "", by: str = "mara"
) -> None:
    piece._history_date = now  # type: ignore[attr-defined]
    workflow.move(piece, status, by=story.people[by], now=now, url=url)


def tick(story: Story, piece: Piece, now: datetime, *, by: str, most: int | None = None) -> None:
    """Tick the piece's checklist, or its first points only."""
    points = [line.point.text for line in checklist.checklist(piece)]
    checklist.set_ticks(piece, points[:most], by=story.people[by], now=now)


def whose_turn(piece: Piece) -> Approval:
    """The approval that is waited for. Raises ValueError when none is."""
    row = sequence.whose_turn(rounds.rows_of(piece))
    if row is None:
        raise ValueError(f"{piece} waits for no approval.")
    row.piece = piece
    return row


def approve(story: Story, piece: Piece, now: datetime, *, by: str, note: str = "") -> None:
    """Give the approval whose turn it is."""
    piece._history_date = now  # type: ignore[attr-defined]
    deciding.approve(whose_turn(piece), Decider(story.people[by]), now=now, note=note)


def give_all(story: Story, piece: Piece, now: datetime) -> None:
    """Everything that an approval needs, and then each approval in its order."""
    owner = piece.owner.get_username() if piece.owner else ""
    tick(story, piece, now, by=owner or "mara")
    while piece.status == Piece.Status.REVIEW:
        row = whose_turn(piece)
        by = next(name for name in APPROVERS[row.name] if name != owner)
        approve(story, piece, now, by=by)
