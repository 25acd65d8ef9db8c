"""The editors' desk at the story's end: drafts, reviews with their comments, ticks, a link for an outsider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from content.approving import commenting, deciding, links
from content.approving.deciding import Decider
from content.demo import pieces
from content.demo.story import Story
from content.drafting.check import check
from content.drafting.finding import Level
from content.drafting.gathering import given_of
from content.drafting.saving import Typed, save
from content.models import Comment, Draft, Piece
from content.proof.using import snippet

DRAFTS = Path(__file__).parent / "drafts"
Status = Piece.Status
SNIPPETS = {
    "repair-costs": ("Hallway warranty: what a repair costs after it", "What the Hallway warranty covers, what a repair costs after two years, how to send a machine in, and whom to ask."),
    "burr-1-or-burr-2": ("Hallway Burr 2 vs Burr 1: which one for whom", "Hallway Burr 1 and Burr 2 compared by time, noise, width and price, with what neither of them is good for."),
    "safety-notice": ("Home grinder 2026: how to read a safety notice", "What the lines of a safety notice mean, which number to look for on a home grinder, and what to ask the firm."),
    "forum-answer": ("Hallway refund: what became of your letters", "The service desk of Hallway Coffee answers in this thread, by name: where letters go now, and how money comes back."),
    "three-owners": ("Hallway Coffee reviews: three owners after a year", "Reviews by owners of a Hallway Burr 2, whole and unchanged, with what each of them got in return."),
}  # fmt: skip
"""Title and description of each text for result pages."""
SOURCES = {
    "repair-costs": "Price list of the workshop, edition of January",
    "forum-answer": "Book of the service desk, entries since August",
    "three-owners": "The customers’ consent, kept under testimonials",
}
"""What a text's claims rest on. The other texts' claims still lack their sources."""


def text_of(name: str, **values: str) -> str:
    """A text of the story, with its gaps filled."""
    text = (DRAFTS / f"{name}.md").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def work(story: Story) -> None:
    """What happened on the desk in the story's last days, piece by piece."""
    for name, act in (
        ("repair-costs", price_list),
        ("burr-1-or-burr-2", comparison),
        ("safety-notice", guest_column),
        ("forum-answer", forum_answer),
    ):
        piece = story.piece(name)
        if piece is not None:
            act(story, piece)
    for planned, begun in story.begun.items():
        if planned.published is None and planned.status == Status.APPROVED:
            approved_profile(story, Piece.objects.get(pk=begun.pk))


def write(story: Story, piece: Piece, name: str, now: datetime, *, by: str, text: str = "") -> None:
    """Save a text as the piece's draft; `text` stands for the one of that name."""
    title, description = SNIPPETS[name]
    typed = Typed(text or text_of(name), title, description)
    if name in SOURCES:
        typed = replace(typed, evidence=backing(piece, typed, SOURCES[name]))
    revision = Draft.objects.filter(piece=piece).values_list("revision", flat=True).first() or 0
    save(piece, typed, revision=revision, by=story.people[by], now=now)
    story.date_changes(now, by=story.people[by])


def backing(piece: Piece, typed: Typed, source: str) -> list[dict[str, str]]:
    """A row of evidence for each claim that the check finds without one."""
    report = check(
        typed.text, given_of(piece, []), title=typed.title, description=typed.description
    )
    claims = [found.claim for found in report.findings if found.claim and found.level != Level.GOOD]
    return [{"claim": claim, "source": source, "note": ""} for claim in claims]


def price_list(story: Story, piece: Piece) -> None:
    """Clean, in review, and claimed: one thread is open, one is settled."""
    whole = text_of("repair-costs")
    write(
        story,
        piece,
        "repair-costs",
        story.ago(6, 14, 10),
        by="ines",
        text=whole.partition("## Can I repair")[0],
    )
    pieces.move(story, piece, Status.DRAFT, story.ago(6, 14, 20), by="ines")
    write(story, piece, "repair-costs", story.ago(3, 10, 5), by="ines")
    pieces.tick(story, piece, story.ago(2, 15), by="ines", most=3)
    pieces.move(story, piece, Status.REVIEW, story.ago(1, 9, 15), by="ines")
    deciding.claim(pieces.whose_turn(piece), story.people["tomas"])
    settled = say(
        story,
        piece,
        story.ago(1, 10, 40),
        by="tomas",
        text="Does the two years also hold for machines that were bought used? People ask us that on the telephone.",
        quote="It lasts two years from the day on the receipt",
    )
    say(
        story,
        piece,
        story.ago(1, 11, 5),
        by="ines",
        text="Yes, it goes with the machine. The help page says so; I would leave it there.",
        answers=settled,
    )
    commenting.resolve(settled, by=story.people["tomas"], now=story.ago(1, 11, 30))
    say(
        story,
        piece,
        story.ago(1, 15, 20),
        by="tomas",
        text="The workshop raised the price of the motor in October. Please look at the list again before this goes out.",
        quote="Motor",
    )


def comparison(story: Story, piece: Piece) -> None:
    """Half done: its findings are still open."""
    write(story, piece, "burr-1-or-burr-2", story.ago(4, 16, 45), by="tomas")
    pieces.move(story, piece, Status.DRAFT, story.ago(4, 16, 50), by="tomas")
    pieces.tick(story, piece, story.ago(3, 9), by="tomas", most=1)


def guest_column(story: Story, piece: Piece) -> None:
    """Sent back by its first reviewer, and late."""
    write(story, piece, "safety-notice", story.ago(7, 13), by="yuki")
    pieces.move(story, piece, Status.DRAFT, story.ago(7, 13, 10), by="yuki")
    pieces.move(story, piece, Status.REVIEW, story.ago(6, 9), by="yuki")
    row = pieces.whose_turn(piece)
    deciding.claim(row, story.people["ines"])
    now = story.ago(4, 12, 30)
    piece._history_date = now  # type: ignore[attr-defined]
    row.refresh_from_db()
    row.piece = piece
    deciding.ask_for_changes(
        row, Decider(story.people["ines"]), now=now,
        note="The magazine wants the author's name at the head. And say in the first lines what a reader can do today.",
    )  # fmt: skip
    say(
        story,
        piece,
        story.ago(4, 12, 35),
        by="ines",
        text="Good sentence. It could stand further up.",
        quote="You can tell in two minutes whether the machine on your worktop is meant",
    )


def forum_answer(story: Story, piece: Piece) -> None:
    """Its facts are approved; the second approval waits for anybody, and outside counsel has a link."""
    write(story, piece, "forum-answer", story.ago(3, 11), by="ines")
    pieces.move(story, piece, Status.DRAFT, story.ago(3, 11, 10), by="ines")
    pieces.tick(story, piece, story.ago(3, 11, 15), by="ines")
    pieces.move(story, piece, Status.REVIEW, story.ago(3, 11, 20), by="ines")
    pieces.approve(
        story, piece, story.ago(2, 9, 50), by="yuki", note="Dates checked with the desk's book."
    )
    now = story.ago(1, 13)
    link, _ = links.open_link(
        piece,
        name="Astrid Holm, outside counsel",
        approval=pieces.whose_turn(piece),
        days=7,
        by=story.people["mara"],
        now=now,
    )
    story.made([link], now)


def approved_profile(story: Story, piece: Piece) -> None:
    """Approved by both, without a day on the calendar of the site where it is to stand."""
    now = story.ago(5, 10)
    pieces.move(story, piece, Status.DRAFT, now - timedelta(days=1), by="mara")
    pieces.move(story, piece, Status.REVIEW, now, by="mara")
    pieces.give_all(story, piece, story.ago(4, 10))


def owners_speak(story: Story, piece: Piece) -> None:
    """Written around the words of customers who agreed to their use, approved and scheduled."""
    rows = [
        use.testimonial for use in piece.uses.select_related("testimonial__customer").order_by("pk")
    ]
    quotes = "\n\n".join(snippet(row) for row in rows)
    write(
        story,
        piece,
        "three-owners",
        story.ago(4, 14),
        by="yuki",
        text=text_of("three-owners", quotes=quotes),
    )
    pieces.move(story, piece, Status.DRAFT, story.ago(4, 14, 5), by="yuki")
    pieces.move(story, piece, Status.REVIEW, story.ago(4, 15), by="yuki")
    pieces.tick(story, piece, story.ago(3, 10), by="yuki")
    pieces.approve(story, piece, story.ago(3, 16), by="ines")
    pieces.approve(story, piece, story.ago(2, 11), by="mara")
    pieces.move(story, piece, Status.SCHEDULED, story.ago(2, 11, 10), by="yuki")


def say(
    story: Story,
    piece: Piece,
    now: datetime,
    *,
    by: str,
    text: str,
    quote: str = "",
    answers: Comment | None = None,
) -> Comment:
    """A comment, said at that time."""
    made = commenting.say(piece, text=text, by=story.people[by], quote=quote, answers=answers)
    story.made([made], now)
    return made
