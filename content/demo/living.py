"""Lives through the story day by day, with the real acts and a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model

from content.demo import customers, desk, pieces, planning, plot
from content.demo.beginning import DONE
from content.demo.plot import (
    ACCOUNT,
    COUNTRY,
    CRISIS,
    FAULTS,
    KEYWORDS,
    PIECES,
    SECOND_BRAND,
    SLUGS,
    TEAM,
    Planned,
    address_of,
)
from content.demo.story import Story
from content.forecasting.fitting import fit_due
from content.measuring import follow
from content.models import Piece
from reputation import incidents
from reputation.judging import judge_new_snapshots
from reputation.marking import mark
from reputation.models import Incident, Mark
from reputation.tone.verdict import Tone
from serp.cadence import Cadence
from serp.models import Brand, Heartbeat, Keyword, Membership, ProviderAccount
from serp.scheduling import resume
from serp.tracking import check_due

WAITING = 14
"""Results that nobody has looked at yet when the story ends."""
HARMLESS = ("manualbarn.example",)
"""Hosts of manuals: an exploded drawing is no accident, whatever the machine makes of it."""


class Demo(Story):
    """The story as it is made: once, day by day."""

    def live(self, progress: Callable[[int], None]) -> None:
        """Make the brand and live through `plot.DAYS` days; `progress` is told each day done."""
        self.cast()
        for day in range(plot.DAYS + 1):
            now = self.moment(day)
            if day == plot.DAYS:
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
        planning.prepare(self)
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
        published = {piece.published or plot.DAYS for piece in PIECES}
        begun = {piece.begun for piece in PIECES}
        reviewed = {piece.reviewed for piece in PIECES}
        told = {CRISIS + 2, CRISIS + 13, CRISIS + 20, CRISIS + 34, plot.DAYS}
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
        if day % 7 == 0 and 0 < day < plot.DAYS - 2:
            self.look_through(now)
        if day == plot.DAYS:
            self.open_incident(
                "A teardown of the lid switch is shared again", "hallway burr 2 problems", "ines",
                now - timedelta(minutes=40), about="teardown", is_answered=False,
            )  # fmt: skip

    def work_on(self, planned: Planned, day: int, now: datetime) -> None:
        """Begin a piece, take it to review two days before its publication, and publish it."""
        if planned.begun == day:
            self.begun[planned] = pieces.make(self, planned, now)
        if planned.published is None:
            return
        piece = self.begun.get(planned)
        if piece is not None and planned.reviewed == day:
            pieces.move(self, piece, Piece.Status.DRAFT, now, by=planned.owner)
            pieces.move(self, piece, Piece.Status.REVIEW, now, by=planned.owner)
        if piece is not None and planned.published == day:
            pieces.give_all(self, piece, now)
            later = now + timedelta(hours=3)
            pieces.move(self, piece, Piece.Status.PUBLISHED, later, url=planned.url)

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
        desk.work(self)
        customers.ask_around(self)
        planning.look_ahead(self)
        self.date_changes(self.now, by=self.people["mara"])
        fit_due(self.now)
        Heartbeat.beat(DONE, self.now)
