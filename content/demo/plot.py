"""The story of the demo: who takes part, which keywords are watched, what is published on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from content.models import Piece
from serp.cadence import Cadence
from serp.models import Membership

DAYS = 182
CRISIS = 98
"""The day on which the sample world's recall breaks out."""
SLUGS = ("hallway-coffee", "hallway-roasters")
ACCOUNT = "Sample world (made up)"
AUTHORITY = "recallwatch.example"
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


def address_of(name: str) -> str:
    return f"{name}@hallwaycoffee.example"


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece of the story. `published` is a day of the story, or None: then it stands at `status`
    at the end, with its publication `ahead` days later (None: no day yet) at the wall time `clock`.

    `due` is a weekday of the week after the end (0 is Monday) on which its draft is due; None: three
    days before publication. `hours` of work; None: what is usual. `draft` names its text."""

    title: str
    kind: str
    owner: str
    phrase: str
    url: str = ""
    published: int | None = None
    status: str = Piece.Status.IDEA
    ahead: int | None = None
    clock: time | None = None
    due: int | None = None
    hours: float | None = None
    draft: str = ""

    @property
    def begun(self) -> int:
        """The day of the story on which work on it began."""
        if self.published is None:
            return max(DAYS // 2, DAYS - LEAD)
        if self.published < CRISIS:
            return self.published - 8
        return max(CRISIS + 3, self.published - 8)

    @property
    def reviewed(self) -> int:
        """The day on which a published one went to review."""
        return max(self.begun, (self.published or 0) - 2)

    @property
    def place(self) -> str:
        """The place in the catalogue on which a published one stands; empty for one outside of it."""
        if self.url.startswith(HELP):
            return "help-centre"
        return (
            "newsroom" if "/news/" in self.url else "own-site" if self.url.startswith(SITE) else ""
        )


LEAD = 24
"""Days before the end on which pieces that are still in work were begun."""
HELP, SITE = "https://help.hallwaycoffee.example", "https://hallwaycoffee.example"
PIECES = (
    Planned("Descaling a grinder and a kettle: a guide", "faq", "mara", "hallway coffee", f"{HELP}/descaling", 26),
    Planned("Burr 2: check your serial number", "faq", "ines", "hallway burr 2 recall", f"{HELP}/burr-2-serial-numbers", CRISIS + 4),
    Planned("Hallway Burr 2: what we found and what we changed", "news", "mara", "hallway burr 2", f"{SITE}/news/burr-2-what-we-changed", CRISIS + 9),
    Planned("How we test every Hallway coffee grinder", "white_paper", "tomas", "hallway coffee grinder", f"{SITE}/how-we-test", CRISIS + 20),
    Planned("Hallway refund: how long it takes and whom to ask", "faq", "ines", "hallway refund", f"{HELP}/refunds", CRISIS + 27),
    Planned("Hallway grinders in a school canteen: eleven repaired in a day", "case_study", "yuki", "hallway coffee grinder", f"{SITE}/stories/school-canteen", CRISIS + 41),
    Planned("Hallway Burr 2: fit the new lid switch in four minutes", "video", "tomas", "hallway burr 2", "https://tubely.example/watch/hallway-lid-switch", CRISIS + 55),
    Planned("Is Hallway Coffee safe? Answers from our engineers", "faq", "ines", "is hallway coffee safe", f"{HELP}/safety-answers", CRISIS + 66),
    Planned("Three owners, one year with the Burr 2", "testimonial", "yuki", "hallway coffee reviews", status=Piece.Status.SCHEDULED, ahead=4, clock=time(9), draft="three-owners"),
    Planned("Hallway Coffee: the company page, facts up to date", "profile", "mara", "hallway coffee", status=Piece.Status.APPROVED, ahead=2),
    Planned("What a repair costs after the warranty", "faq", "ines", "hallway warranty", status=Piece.Status.REVIEW, ahead=6, clock=time(7, 30), draft="repair-costs"),
    Planned("Burr 1 or Burr 2: which one for whom", "comparison", "tomas", "hallway burr 2 vs burr 1", status=Piece.Status.DRAFT, ahead=11, due=1, hours=9, draft="burr-1-or-burr-2"),
    Planned("Reading a safety notice: a guest column", "guest_post", "yuki", "best home grinder 2026", status=Piece.Status.DRAFT, ahead=-2, draft="safety-notice"),
    Planned("Noise measured: six grinders at breakfast", "white_paper", "tomas", "quiet coffee grinder", status=Piece.Status.BRIEFED, ahead=18, due=3, hours=14),
    Planned("Where the beans come from: a visit in four pictures", "video", "mara", "hallway coffee oslo", status=Piece.Status.BRIEFED, ahead=13, clock=time(12), hours=7),
    Planned("Answer in the grinder forum, with who we are", "forum", "ines", "hallway refund", status=Piece.Status.REVIEW, ahead=1, draft="forum-answer"),
    Planned("Four months on: lid switches fitted, in figures", "news", "mara", "hallway burr 2 recall", status=Piece.Status.IDEA, ahead=24),
    Planned("Kettle care in hard-water towns", "faq", "yuki", "hallway kettle", status=Piece.Status.IDEA),
    Planned("A café that kept its Burr 2 running", "case_study", "yuki", "hallway coffee reviews", status=Piece.Status.IDEA),
)  # fmt: skip
