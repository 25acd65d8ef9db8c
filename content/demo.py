"""A made-up half-year of a brand in trouble, lived through with the real acts and a simulated clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from content import briefing, workflow
from content.measuring import follow
from content.models import Piece
from reputation import incidents
from reputation.judging import judge_new_snapshots, mark
from reputation.models import Incident, Mark
from reputation.tone.verdict import Tone
from serp.cadence import Cadence
from serp.history import readings_of
from serp.models import Brand, Heartbeat, Keyword, Membership, ProviderAccount
from serp.tracking import check_due, resume

DAYS = 182
CRISIS = 98
"""The day on which the sample world's recall breaks out."""
SLUG = "hallway-coffee"
DONE = "demo"
LOGIN = "demo"
FAULTS = 0.012

DAILY, THREE, WEEKLY = Cadence.DAILY, Cadence.THREE_DAILY, Cadence.WEEKLY
KEYWORDS: Sequence[tuple[str, str, str, str, str, str, int | None]] = (
    # phrase, kind, engine, language, device, cadence, searches a month
    ("hallway coffee", "brand", "google", "en", "mobile", DAILY, 12100),
    ("hallway coffee reviews", "brand", "google", "en", "mobile", DAILY, 1300),
    ("hallway coffee oslo", "brand", "google", "en", "mobile", DAILY, 1000),
    ("hallway burr 2", "product", "google", "en", "mobile", DAILY, 4400),
    ("hallway coffee grinder", "product", "google", "en", "mobile", DAILY, 3600),
    ("hallway burr 2 recall", "problem", "google", "en", "mobile", DAILY, 2900),
    ("hallway refund", "problem", "google", "en", "mobile", DAILY, 590),
    ("is hallway coffee safe", "problem", "google", "en", "mobile", DAILY, 320),
    ("hallway burr 2 problems", "problem", "google", "en", "mobile", DAILY, 720),
    ("hallway grinder injury", "problem", "google", "en", "mobile", DAILY, 880),
    ("hallway coffee", "brand", "bing", "en", "desktop", THREE, 900),
    ("hallway burr 2", "product", "bing", "en", "desktop", WEEKLY, 320),
    ("hallway coffee", "brand", "google", "no", "mobile", THREE, 2400),
    ("hallway kvern", "product", "google", "no", "mobile", WEEKLY, 480),
    ("hallway coffee kafija", "brand", "google", "lv", "desktop", WEEKLY, 110),
    ("hallway coffee", "brand", "baidu", "zh", "desktop", WEEKLY, 260),
    ("hallway kettle", "product", "google", "en", "mobile", THREE, 210),
    ("hallway burr 2 vs burr 1", "product", "google", "en", "desktop", WEEKLY, 170),
    ("hallway coffee ceo", "person", "google", "en", "desktop", WEEKLY, 210),
    ("hallway coffee complaints", "problem", "google", "en", "mobile", THREE, 390),
    ("hallway warranty", "problem", "google", "en", "mobile", WEEKLY, 260),
    ("holway coffee", "misspelling", "google", "en", "mobile", WEEKLY, 390),
    ("halway coffee", "misspelling", "google", "en", "mobile", WEEKLY, 140),
    ("best home grinder 2026", "topic", "google", "en", "desktop", THREE, 6600),
    ("quiet coffee grinder", "topic", "google", "en", "desktop", WEEKLY, 1900),
)
COUNTRY = {"zh": "cn", "lv": "lv"}
SECOND_BRAND = (
    ("hallway roasters", "brand"),
    ("hallway roasters wholesale", "product"),
    ("office coffee supplier oslo", "topic"),
)
TEAM = (
    ("mara", "Mara", "Lindqvist", Membership.Role.MANAGER),
    ("ines", "Ines", "Ortega", Membership.Role.EDITOR),
    ("tomas", "Tomas", "Berg", Membership.Role.EDITOR),
    ("yuki", "Yuki", "Tanaka", Membership.Role.EDITOR),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece of the story. `published` is a day of the story, or None: then it stands at `status`
    with its publication `ahead` days from the end (None: no day yet)."""

    title: str
    kind: str
    owner: str
    phrase: str
    url: str = ""
    published: int | None = None
    status: str = Piece.Status.IDEA
    ahead: int | None = None


HELP, SITE = "https://help.hallwaycoffee.example", "https://hallwaycoffee.example"
PIECES = (
    Planned("Descaling a grinder and a kettle: a guide", "faq", "mara", "hallway coffee", f"{HELP}/descaling", 26),
    Planned("Burr 2: check your serial number", "faq", "ines", "hallway burr 2 recall", f"{HELP}/burr-2-serial-numbers", CRISIS + 2),
    Planned("Hallway Burr 2: what we found and what we changed", "news", "mara", "hallway burr 2", f"{SITE}/news/burr-2-what-we-changed", CRISIS + 9),
    Planned("How we test every Hallway coffee grinder", "white_paper", "tomas", "hallway coffee grinder", f"{SITE}/how-we-test", CRISIS + 20),
    Planned("Hallway refund: how long it takes and whom to ask", "faq", "ines", "hallway refund", f"{HELP}/refunds", CRISIS + 27),
    Planned("Hallway grinders in a school canteen: eleven repaired in a day", "case_study", "yuki", "hallway coffee grinder", f"{SITE}/stories/school-canteen", CRISIS + 41),
    Planned("Hallway Burr 2: fit the new lid switch in four minutes", "video", "tomas", "hallway burr 2", "https://tubely.example/watch/hallway-lid-switch", CRISIS + 55),
    Planned("Is Hallway Coffee safe? Answers from our engineers", "faq", "ines", "is hallway coffee safe", f"{HELP}/safety-answers", CRISIS + 66),
    Planned("Three owners, one year with the Burr 2", "testimonial", "yuki", "hallway coffee reviews", status=Piece.Status.SCHEDULED, ahead=4),
    Planned("Hallway Coffee: the company page, facts up to date", "profile", "mara", "hallway coffee", status=Piece.Status.APPROVED, ahead=2),
    Planned("What a repair costs after the warranty", "faq", "ines", "hallway warranty", status=Piece.Status.REVIEW, ahead=6),
    Planned("Burr 1 or Burr 2: which one for whom", "case_study", "tomas", "hallway burr 2 vs burr 1", status=Piece.Status.DRAFT, ahead=11),
    Planned("Reading a safety notice: a guest column", "guest_post", "yuki", "best home grinder 2026", status=Piece.Status.DRAFT, ahead=-2),
    Planned("Noise measured: six grinders at breakfast", "white_paper", "tomas", "quiet coffee grinder", status=Piece.Status.BRIEFED, ahead=18),
    Planned("Where the beans come from: a visit in four pictures", "video", "mara", "hallway coffee oslo", status=Piece.Status.BRIEFED, ahead=13),
    Planned("Answer in the grinder forum, with who we are", "forum", "ines", "hallway refund", status=Piece.Status.REVIEW, ahead=1),
    Planned("A year on: lid switches fitted, in figures", "news", "mara", "hallway burr 2 recall", status=Piece.Status.IDEA, ahead=24),
    Planned("Kettle care in hard-water towns", "faq", "yuki", "hallway kettle", status=Piece.Status.IDEA),
    Planned("A café that kept its Burr 2 running", "case_study", "yuki", "hallway coffee reviews", status=Piece.Status.IDEA),
)  # fmt: skip
MADE_ON = CRISIS + 60
"""The day on which pieces that are still in work were begun."""


class Demo:
    """The story: made once, day by day. `now` is the aware time at which it ends."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}

    def live(self, progress: Callable[[int], None]) -> None:
        """Make the brand and live through `DAYS` days; `progress` is told each day done."""
        self.cast()
        for day in range(DAYS + 1):
            self.watch(self.moment(day))
            if day % 7 == 0 or day in self.eventful:
                judge_new_snapshots()
                self.act(day)
            progress(day)
        judge_new_snapshots()
        follow(self.now)
        self.end()

    def moment(self, day: int) -> datetime:
        """The hour at which the story looks at a day: half past six in Oslo, the last one now."""
        if day == DAYS:
            return self.now
        zone = self.brand.zone
        local = (self.now.astimezone(zone) - timedelta(days=DAYS - day)).date()
        return datetime.combine(local, time(6, 30), tzinfo=zone)

    def cast(self) -> None:
        """Account, brands, people, keywords."""
        epoch = (self.now - timedelta(days=DAYS)).date().isoformat()
        self.account = ProviderAccount.objects.create(
            name="Sample world (made up)",
            provider="sample",
            per_second=1000,
            max_in_flight=20,
            options={"epoch": epoch, "product": "Hallway Burr 2", "faults": FAULTS},
        )
        self.brand = self.make_brand(
            "Hallway Coffee",
            SLUG,
            aliases=["Hallway", "Hallway Burr 2", "Burr 2", "Holway Coffee"],
            domains=[
                "hallwaycoffee.example", "help.hallwaycoffee.example", "shop.hallwaycoffee.example",
            ],
            profiles=["tubely.example/@hallwaycoffee"],
        )  # fmt: skip
        second = self.make_brand(
            "Hallway Roasters B2B",
            "hallway-roasters",
            aliases=["Hallway Roasters"],
            domains=["hallwayroasters.example"],
        )
        for name, first, last, role in TEAM:
            user = get_user_model().objects.create_user(
                name, f"{name}@hallwaycoffee.example", first_name=first, last_name=last
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
        published = {piece.published for piece in PIECES if piece.published is not None}
        return published | {CRISIS + 1, CRISIS + 13, CRISIS + 14, CRISIS + 33, MADE_ON, DAYS}

    def act(self, day: int) -> None:
        """What the team does on a day of the story."""
        now = self.moment(day)
        for planned in PIECES:
            if planned.published == day:
                piece = self.make_piece(planned, now)
                for status in (
                    Piece.Status.BRIEFED, Piece.Status.DRAFT, Piece.Status.REVIEW,
                    Piece.Status.APPROVED,
                ):  # fmt: skip
                    self.move(piece, status, now)
                self.move(piece, Piece.Status.PUBLISHED, now, url=planned.url)
            elif planned.published is None and day == MADE_ON:
                self.make_piece(planned, now)
        if day == CRISIS + 1:
            self.open_incident(
                "Burr 2 recall is reported",
                "hallway burr 2 recall",
                "mara",
                now,
                "recall",
                answered=True,
            )
        if day == CRISIS + 13:
            self.open_incident(
                "Owners wait for refunds", "hallway refund", "ines", now, "refund", answered=True
            )
        if day == CRISIS + 33:
            self.open_incident("A test withdraws its recommendation", "hallway coffee reviews", "tomas", now, "recommend", answered=False, close=True)  # fmt: skip
        if day == CRISIS + 14:
            self.clear_own_pages(now)
        if day == DAYS:
            self.open_incident(
                "A teardown of the lid switch is shared again", "hallway burr 2 problems", "ines",
                now - timedelta(minutes=40), "teardown", answered=False,
            )  # fmt: skip
            self.confirm(now)

    def make_piece(self, planned: Planned, now: datetime) -> Piece:
        """A piece with its brief, drawn from the result page of its keyword as it stands that day."""
        keyword = self.brand.keywords.filter(phrase=planned.phrase).order_by("pk").first()
        piece = Piece(
            brand=self.brand, title=planned.title, kind=planned.kind, keyword=keyword,
            owner=self.people[planned.owner], created_by=self.people["mara"],
            displaces=self.worst_page(keyword), due_on=None,
        )  # fmt: skip
        if planned.ahead is not None:
            piece.publish_on = (
                (self.now + timedelta(days=planned.ahead)).astimezone(self.brand.zone).date()
            )
            piece.due_on = piece.publish_on - timedelta(days=3)
        piece._history_date = now  # type: ignore[attr-defined]
        piece.save()
        briefing.draw(piece)
        for status in list(Piece.Status)[1:]:
            if planned.published is not None or piece.status == planned.status:
                break
            self.move(piece, status, now)
        return piece

    def move(self, piece: Piece, status: str, now: datetime, url: str = "") -> None:
        piece._history_date = now  # type: ignore[attr-defined]
        workflow.move(piece, status, by=self.people["mara"], now=now, url=url)

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

    def worst_page(self, keyword: Keyword | None):  # type: ignore[no-untyped-def]
        marks = self.negatives(keyword)
        return marks[0].page if marks else None

    def open_incident(
        self, title: str, phrase: str, owner: str, now: datetime, about: str, *,
        answered: bool, close: bool = False,
    ) -> None:  # fmt: skip
        """An incident about one of the negatives that stand there on that day."""
        keyword = self.brand.keywords.filter(phrase=phrase).order_by("pk").first()
        theirs = [m for m in self.negatives(keyword) if m.ownership != Mark.Ownership.OWNED]
        fitting = [m for m in theirs if about in m.page.url]
        chosen = (fitting or theirs or [None])[0]
        incident = incidents.open_incident(
            self.brand, title=title, by=self.people["mara"], now=now,
            page=chosen.page if chosen else None, keyword=keyword,
            cause=incidents.likely_cause(chosen.category if chosen else ""),
            severity=Incident.Severity.HIGH, owner=self.people[owner],
        )  # fmt: skip
        if answered or close:
            incidents.add_note(
                incident,
                text="Asked the service desk for the facts; answered in public with our name and the next step.",
                by=self.people[owner],
                now=now + timedelta(minutes=70),
            )
            incidents.set_status(
                incident, Incident.Status.ANSWERING, now=now + timedelta(minutes=70)
            )
        if close:
            incidents.set_status(incident, Incident.Status.SOLVED, now=now + timedelta(days=4))

    def clear_own_pages(self, now: datetime) -> None:
        """The brand's own recall page speaks of the recall, so the machine takes it for a negative;
        a person knows better, and the word stands from then on."""
        own = Mark.objects.filter(brand=self.brand, ownership=Mark.Ownership.OWNED)
        for row in own.filter(tone=Tone.NEGATIVE).select_related("brand", "page", "listing"):
            mark(row, by=self.people["mara"], now=now, tone=Tone.NEUTRAL)

    def confirm(self, now: datetime) -> None:
        """The team has looked through the older results; the newest ones wait."""
        rows = Mark.objects.filter(brand=self.brand).select_related("brand", "page", "listing")
        for row in rows.order_by("first_seen_at")[: max(0, rows.count() - 12)]:
            mark(row, by=self.people["tomas"], now=now, tone=row.tone)

    def end(self) -> None:
        """From here on the real scheduler goes on, at a real account's pace."""
        ProviderAccount.objects.filter(pk=self.account.pk).update(per_second=20)
        judge_new_snapshots()
        Heartbeat.beat(DONE, self.now)


def is_there() -> bool:
    """Whether the story was made to its end."""
    return Heartbeat.last(DONE) is not None


def clear() -> None:
    """Take away what a story that broke off has left, so that it can begin anew."""
    Brand.objects.filter(slug__in=(SLUG, "hallway-roasters")).delete()
    ProviderAccount.objects.filter(provider="sample", brand=None).delete()
    get_user_model().objects.filter(username__in=[name for name, *_ in TEAM]).delete()


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
