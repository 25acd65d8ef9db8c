"""A made-up half-year of a brand in trouble, lived through with the real acts and a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Max
from django.utils.crypto import get_random_string

from content import briefing, workflow
from content.approving import checklist
from content.demo_story import (
    ACCOUNT,
    AUTHORITY,
    COUNTRY,
    CRISIS,
    DAYS,
    FAULTS,
    KEYWORDS,
    PIECES,
    SECOND_BRAND,
    SLUGS,
    TEAM,
    Planned,
)
from content.measuring import follow
from content.models import Piece
from reputation import incidents
from reputation.judging import judge_new_snapshots
from reputation.marking import mark
from reputation.models import Incident, Mark
from reputation.tone.verdict import Tone
from serp.cadence import Cadence
from serp.history import readings_of
from serp.models import Brand, Heartbeat, Keyword, Membership, Page, ProviderAccount
from serp.scheduling import resume
from serp.tracking import check_due

WAITING = 14
"""Results that nobody has looked at yet when the story ends."""
HARMLESS = ("manualbarn.example",)
"""Hosts of manuals: an exploded drawing is no accident, whatever the machine makes of it."""
OSLO = ZoneInfo("Europe/Oslo")
REMEMBERED: tuple[Any, ...] = (Brand, Keyword, Incident, Mark, Piece)
"""Models with a history of changes that the story touches."""
WRITTEN_ELSEWHERE = "Written in the team’s own editor, before drafts were kept here."
DONE = "demo"
LOGIN = "demo"


class Demo:
    """The story: made once, day by day. `now` is the aware time at which it ends."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}
        self.begun: dict[Planned, Piece] = {}
        self.dated = {model: newest_change(model) for model in REMEMBERED}

    def live(self, progress: Callable[[int], None]) -> None:
        """Make the brand and live through `DAYS` days; `progress` is told each day done."""
        self.cast()
        for day in range(DAYS + 1):
            now = self.moment(day)
            if day == DAYS:
                # However early it is: the marketer who opens the demo finds today's readings.
                self.brand.keywords.update(next_check_at=now)
            self.watch(now)
            if day % 7 == 0 or day in self.eventful:
                judge_new_snapshots()
                self.act(day)
                for piece in follow(now):
                    piece.history.filter(status=piece.status).update(history_date=now)
                self.date_changes(now)
            progress(day)
        self.end()

    def moment(self, day: int) -> datetime:
        """The hour at which the story looks at a day: half past six in Oslo, the last one now."""
        if day == DAYS:
            return self.now
        zone = OSLO
        local = (self.now.astimezone(zone) - timedelta(days=DAYS - day)).date()
        return datetime.combine(local, time(6, 30), tzinfo=zone)

    def cast(self) -> None:
        """Account, brands, people, keywords."""
        epoch = self.moment(0).astimezone(UTC).date().isoformat()
        self.account = ProviderAccount.objects.create(
            name=ACCOUNT,
            provider="sample",
            per_second=1000,
            max_in_flight=20,
            options={"epoch": epoch, "product": "Hallway Burr 2", "faults": FAULTS},
        )
        self.brand = self.make_brand(
            "Hallway Coffee",
            SLUGS[0],
            aliases=["Hallway", "Hallway Burr 2", "Burr 2", "Holway Coffee"],
            domains=[
                "hallwaycoffee.example", "help.hallwaycoffee.example", "shop.hallwaycoffee.example",
            ],
            profiles=["tubely.example/@hallwaycoffee"],
        )  # fmt: skip
        second = self.make_brand(
            "Hallway Roasters B2B",
            SLUGS[1],
            aliases=["Hallway Roasters"],
            domains=["hallwayroasters.example"],
        )
        for name, first, last, role in TEAM:
            user = get_user_model().objects.create_user(
                name, address_of(name), first_name=first, last_name=last
            )
            Membership.objects.create(brand=self.brand, user=user, role=role)
            self.people[name] = user
        start = self.moment(0)
        for phrase, kind, engine, language, device, cadence, volume in KEYWORDS:
            resume(
                Keyword.objects.create(
                    brand=self.brand, phrase=phrase, kind=kind, engine=engine, language=language,
                    country=COUNTRY.get(language, "no"), device=device, cadence=cadence,
                    volume=volume,
                ),
                start,
            )  # fmt: skip
        for phrase, kind in SECOND_BRAND:
            keyword = Keyword.objects.create(
                brand=second, phrase=phrase, kind=kind, country="no", cadence=Cadence.WEEKLY
            )
            resume(keyword, start)
        Brand.objects.filter(pk__in=(self.brand.pk, second.pk)).update(created_at=start)
        Keyword.objects.filter(brand__in=(self.brand, second)).update(created_at=start)
        self.date_changes(start, by=self.people["mara"])

    def make_brand(self, name: str, slug: str, **fields: list[str]) -> Brand:
        return Brand.objects.create(
            name=name, slug=slug, time_zone="Europe/Oslo", account=self.account, **fields
        )

    def watch(self, now: datetime) -> None:
        """Check what is due; what failed gets its second try three minutes later, as in life."""
        check_due(clock=lambda: now)
        later = min(now + timedelta(minutes=3), self.now) if now < self.now else now
        check_due(clock=lambda: later)

    @property
    def eventful(self) -> set[int]:
        published = {piece.published or DAYS for piece in PIECES}
        begun = {piece.begun for piece in PIECES}
        reviewed = {piece.reviewed for piece in PIECES}
        told = {CRISIS + 2, CRISIS + 13, CRISIS + 20, CRISIS + 34, DAYS}
        return published | begun | reviewed | told

    def act(self, day: int) -> None:
        """What the team does on a day of the story."""
        now = self.moment(day)
        for planned in PIECES:
            self.work_on(planned, day, now)
        if day == CRISIS + 2:
            self.open_incident("Burr 2 recall is reported", "hallway burr 2 recall", "mara", now, about="injuries", solved_after=timedelta(days=51))  # fmt: skip
        if day == CRISIS + 13:
            self.clear_own_pages(now)
        if day == CRISIS + 20:
            self.open_incident("Owners wait for refunds", "hallway refund", "ines", now, about="refund")  # fmt: skip
        if day == CRISIS + 34:
            self.open_incident("A test withdraws its recommendation", "hallway coffee reviews", "tomas", now, about="recommend", solved_after=timedelta(days=4))  # fmt: skip
        if day % 7 == 0 and 0 < day < DAYS - 2:
            self.look_through(now)
        if day == DAYS:
            self.open_incident(
                "A teardown of the lid switch is shared again", "hallway burr 2 problems", "ines",
                now - timedelta(minutes=40), about="teardown", is_answered=False,
            )  # fmt: skip

    def work_on(self, planned: Planned, day: int, now: datetime) -> None:
        """Begin a piece, take it to review two days before its publication, and publish it."""
        if planned.begun == day:
            self.begun[planned] = self.make_piece(planned, now)
        if planned.published is None:
            return
        steps = {
            planned.reviewed: (Piece.Status.DRAFT, Piece.Status.REVIEW),
            planned.published: (Piece.Status.APPROVED,),
        }
        for status in steps.get(day, ()):
            self.move(self.begun[planned], status, now, by=planned.owner)
        if planned.published == day:
            later = now + timedelta(hours=3)
            self.move(self.begun[planned], Piece.Status.PUBLISHED, later, url=planned.url)

    def make_piece(self, planned: Planned, now: datetime) -> Piece:
        """A piece with its brief, drawn from the result page of its keyword as it stands that day."""
        keyword = self.brand.keywords.filter(phrase=planned.phrase).order_by("pk").first()
        piece = Piece(
            brand=self.brand, title=planned.title, kind=planned.kind, keyword=keyword,
            owner=self.people[planned.owner], created_by=self.people["mara"],
            displaces=self.to_displace(keyword), due_on=None,
        )  # fmt: skip
        if planned.ahead is not None:
            piece.publish_on = self.day_of(self.now + timedelta(days=planned.ahead))
            piece.due_on = piece.publish_on - timedelta(days=3)
        elif planned.published is not None:
            piece.publish_on = self.day_of(self.moment(planned.published))
            piece.due_on = max(self.day_of(now), piece.publish_on - timedelta(days=3))
        piece._history_user = self.people["mara"]  # type: ignore[attr-defined]
        piece._history_date = now  # type: ignore[attr-defined]
        piece.save()
        briefing.draw(piece, now=now)
        wanted = planned.status if planned.published is None else Piece.Status.BRIEFED
        for number, status in enumerate(list(Piece.Status)[1:], start=1):
            if piece.status == wanted:
                break
            self.move(
                piece, status, now + timedelta(days=2 * number - 2, hours=1), by=planned.owner
            )
        Piece.objects.filter(pk=piece.pk).update(created_at=now)
        return piece

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.brand.zone).date()

    def move(
        self, piece: Piece, status: str, now: datetime, *, url: str = "", by: str = "mara"
    ) -> None:
        if status == Piece.Status.APPROVED:
            by = "tomas" if by == "mara" else "mara"
            self.finish(piece, now, by=by)
        piece._history_date = now  # type: ignore[attr-defined]
        workflow.move(piece, status, by=self.people[by], now=now, url=url)

    def finish(self, piece: Piece, now: datetime, *, by: str) -> None:
        """What an approval needs: the story's texts are written elsewhere, and its checklists ticked."""
        Piece.objects.filter(pk=piece.pk).update(no_draft_reason=WRITTEN_ELSEWHERE)
        points = [line.point.text for line in checklist.checklist(piece)]
        checklist.set_ticks(piece, points, by=self.people[by], now=now)

    def date_changes(self, now: datetime, *, by: User | None = None) -> None:
        """Let the history of changes tell the story's time, and who it was where nobody is named."""
        for model in REMEMBERED:
            fresh = model.history.filter(history_id__gt=self.dated[model])
            if by is not None:
                fresh.filter(history_user=None).update(history_user=by)
            if model is not Piece:  # the moves of pieces say their own time
                fresh.update(history_date=now)
            self.dated[model] = newest_change(model)

    def negatives(self, keyword: Keyword | None) -> list[Mark]:
        """Marks of the negatives on the keyword's newest result page, from the top."""
        if keyword is None:
            return []
        keyword.refresh_from_db()
        if keyword.latest is None:
            return []
        (reading,) = readings_of([keyword.latest])
        marks = {
            m.page_id: m
            for m in Mark.objects.filter(
                brand=self.brand, page__in=[p for p in reading.pages if p], tone=Tone.NEGATIVE
            ).select_related("page", "listing")
        }
        return [marks[page] for page in reading.pages if page in marks]

    def to_displace(self, keyword: Keyword | None) -> Page | None:
        """The highest negative that a piece may want to pass: not the authority's notice, which
        owners are to find."""
        others = [mark for mark in self.negatives(keyword) if mark.page.host != AUTHORITY]
        return others[0].page if others else None

    def open_incident(
        self, title: str, phrase: str, owner: str, now: datetime, *, about: str,
        is_answered: bool = True, solved_after: timedelta | None = None,
    ) -> None:  # fmt: skip
        """An incident about the negative on that day's page whose address holds `about`."""
        keyword = self.brand.keywords.filter(phrase=phrase).order_by("pk").first()
        fitting = [
            m
            for m in self.negatives(keyword)
            if about in m.page.url and m.ownership != Mark.Ownership.OWNED
        ]
        chosen = fitting[0] if fitting else None
        mara, person = self.people["mara"], self.people[owner]
        incident = incidents.open_incident(
            self.brand, title=title, by=mara, now=now,
            page=chosen.page if chosen else None, keyword=keyword,
            cause=incidents.likely_cause(chosen.category if chosen else ""),
            severity=Incident.Severity.HIGH, owner=person,
        )  # fmt: skip
        self.date_changes(now, by=mara)
        if is_answered:
            answered = now + timedelta(minutes=70)
            incidents.add_note(
                incident,
                text="Asked the service desk for the facts; answered in public with our name and the next step.",
                by=person,
                now=answered,
            )
            incidents.set_status(incident, Incident.Status.ANSWERING, now=answered)
            self.date_changes(answered, by=person)
        if solved_after is not None:
            incidents.set_status(incident, Incident.Status.SOLVED, now=now + solved_after)
            self.date_changes(now + solved_after, by=person)

    def clear_own_pages(self, now: datetime) -> None:
        """The brand's own recall page speaks of the recall, so the machine takes it for a negative;
        a person knows better, and the word stands from then on."""
        own = Mark.objects.filter(brand=self.brand, ownership=Mark.Ownership.OWNED)
        for row in own.filter(tone=Tone.NEGATIVE).select_related("brand", "page", "listing"):
            mark(row, by=self.people["mara"], now=now, tone=Tone.NEUTRAL)
        self.date_changes(now, by=self.people["mara"])

    def look_through(self, now: datetime) -> None:
        """Once a week somebody confirms or corrects what the machine said; the newest results wait."""
        rows = Mark.objects.filter(brand=self.brand).to_review().order_by("first_seen_at", "pk")
        ready = rows.select_related("brand", "page", "listing")[: max(0, rows.count() - WAITING)]
        at = now + timedelta(hours=2)
        for number, row in enumerate(ready):
            tone = Tone.NEUTRAL if row.page.host in HARMLESS else row.tone
            mark(row, by=self.people["tomas"], now=at + timedelta(seconds=8 * number), tone=tone)
        self.date_changes(at, by=self.people["tomas"])

    def end(self) -> None:
        """From here on the real scheduler goes on, at a real account's pace."""
        ProviderAccount.objects.filter(pk=self.account.pk).update(
            per_second=20, answered_at=self.now
        )
        judge_new_snapshots()
        self.date_changes(self.now)
        Heartbeat.beat(DONE, self.now)


def is_there() -> bool:
    """Whether the story was made to its end."""
    return Heartbeat.last(DONE) is not None


def newest_change(model: Any) -> int:
    """The id of the newest row in the history of changes of a model; 0 when there is none."""
    return model.history.aggregate(newest=Max("history_id"))["newest"] or 0


def clear() -> None:
    """Take away what a story that broke off has left, so that it can begin anew. Only what the story
    made: its brands by their slug and its account, its people by their address."""
    Brand.objects.filter(slug__in=SLUGS, account__name=ACCOUNT).delete()
    ProviderAccount.objects.filter(name=ACCOUNT, provider="sample", brand=None).delete()
    get_user_model().objects.filter(email__in=[address_of(name) for name, *_ in TEAM]).delete()


def in_the_way() -> str:
    """What already stands here under a name that the story needs, in words; empty: nothing."""
    if Brand.objects.filter(slug__in=SLUGS).exists():
        return f"There is a brand {SLUGS[0]} or {SLUGS[1]} already."
    names = [name for name, *_ in TEAM]
    taken = get_user_model().objects.filter(username__in=names).values_list("username", flat=True)
    return f"There are people called {', '.join(sorted(taken))} already." if taken else ""


def address_of(name: str) -> str:
    return f"{name}@hallwaycoffee.example"


def new_login() -> str:
    """Make the person `demo`, who may do everything, with a new random password; returns it."""
    password = get_random_string(14, "abcdefghjkmnpqrstuvwxyz23456789")
    user, _ = get_user_model().objects.get_or_create(
        username=LOGIN, defaults={"first_name": "Demo", "last_name": "Person"}
    )
    user.is_staff = user.is_superuser = True
    user.set_password(password)
    user.save()
    return password
