"""The customers of the story: asked, answered, agreed or not, used, and one who takes the words back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from content.demo import desk
from content.demo.story import Story
from content.models import Customer, Piece, Proof, Testimonial
from content.proof.answering import Answer, answer
from content.proof.asking import ask
from content.proof.recording import keep
from content.proof.using import use
from content.proof.withdrawing import withdraw

ASKED = "How was the first year with your grinder? Good or bad, in your own words, three or four sentences."
TRUE = {"own_words": True, "used_it": True, "adult": True}


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer with what they answered; without a text they have not answered yet."""

    name: str
    role: str
    organisation: str
    language: str
    text: str = ""
    rating: int | None = None
    purposes: Sequence[str] = ()
    incentive: str = ""
    disclosure: str = ""


OWNERS = (
    Owner("Ragnhild Moe", "owner", "Kafé Trappen", "en", "We grind about four kilos a week with it, mostly for filter. The burrs are as even as on the first day. The lid is fiddly with wet hands, and I told them so.", 4, ("website", "social", "case_study")),
    Owner("Daniel Okafor", "", "", "en", "I bought it for the noise, or rather for the lack of it: my daughter sleeps next door. A year on it still does one cup in half a minute. The box it came in was far too large.", 5, ("website",), "A spare jar, sent after the answer", "He was given a spare jar after he had answered."),
    Owner("Signe Aas", "head cook", "Lia skole", "en", "Eleven machines stood still on a Monday, and on Tuesday the children had their cocoa again. Two people came with a suitcase of parts and showed us how to do it ourselves.", 5, ("website", "case_study", "press")),
    Owner("Piotr Wrona", "", "", "en", "The grinder is fine. The waiting was not: nine weeks, four messages, and nobody who knew my name.", 2),
    Owner("Lena Brandt", "nurse", "", "en", "I asked the engineers on the telephone what the switch does, and they told me without hurry. Since then I use it as before.", 4, ("website", "social")),
    Owner("Jonas Eide", "", "", "en"),
)  # fmt: skip


def ask_around(story: Story) -> None:
    """Each customer is asked and most answer; their words go where they agreed to, and one leaves."""
    rows = {owner.name: heard(story, owner, days=7 - n % 3) for n, owner in enumerate(OWNERS)}
    by, now = story.people["yuki"], story.ago(4, 11)
    speaking = story.piece("three-owners")
    if speaking is not None:
        for name in ("Ragnhild Moe", "Daniel Okafor", "Signe Aas"):
            use(rows[name], speaking, by=by, now=now)
        desk.owners_speak(story, speaking)
    for title, name in (("school canteen", "Signe Aas"), ("Answers from our engineers", "Lena Brandt")):  # fmt: skip
        live = Piece.objects.filter(brand=story.brand, title__contains=title).live().first()
        if live is not None:
            use(rows[name], live, by=by, now=now)
    withdraw(
        rows["Lena Brandt"], now=story.ago(1, 18),
        why="I have changed my job and would rather not stand there with my name.",
    )  # fmt: skip
    story.date_changes(story.ago(1, 18))
    note_proof(story)


def heard(story: Story, owner: Owner, *, days: int) -> Testimonial:
    """Ask a customer so many days before the story's end; who answers does so a day later."""
    by, asked = story.people["yuki"], story.ago(days, 10)
    customer = Customer(
        name=owner.name, role_title=owner.role, organisation=owner.organisation,
        language=owner.language, country="no", email=f"{owner.name.split()[0].lower()}@people.example",
    )  # fmt: skip
    row = keep(Testimonial(brand=story.brand, disclosure=owner.disclosure), customer, by=by, now=asked)  # fmt: skip
    request = ask(row, asked_for=ASKED, by=by, now=asked, by_mail=False).request
    story.made([customer, row, request], asked)
    story.date_changes(asked, by=by)
    if owner.text:
        later = asked + timedelta(days=1, hours=3)
        request.refresh_from_db()
        answer(
            request,
            Answer(
                text=owner.text, name=owner.name, purposes=owner.purposes, rating=owner.rating,
                organisation=owner.organisation, role=owner.role, incentive=owner.incentive,
                statements=TRUE,
            ),
            later,
        )  # fmt: skip
        story.date_changes(later)
    return Testimonial.objects.get(pk=row.pk)


def note_proof(story: Story) -> None:
    """What backs the claims of the team's texts."""
    today = story.day_of(story.now)
    rows = (
        ("At one metre the Burr 2 reaches 74 dB, the Burr 1 68 dB.", Proof.Kind.TEST, "Own measurement, ten runs each, protocol 14", today + timedelta(days=320), "burr-1-or-burr-2"),
        ("Most owners who asked for a new lid switch have it.", Proof.Kind.FIGURES, "Service desk, weekly count", today + timedelta(days=20), ""),
        ("The new switch stops the motor when the lid is lifted.", Proof.Kind.CERTIFICATE, "Nordlab test report, number 2217", today - timedelta(days=9), ""),
        ("Two years of warranty on grinders and kettles.", Proof.Kind.DOCUMENT, "Terms of warranty, edition of January", None, "repair-costs"),
    )  # fmt: skip
    for claim, kind, source, until, name in rows:
        made = Proof.objects.create(
            brand=story.brand, claim=claim, kind=kind, source=source, holds_until=until,
            created_by=story.people["tomas"],
        )  # fmt: skip
        piece = story.piece(name) if name else None
        if piece is not None:
            made.pieces.add(piece)
        story.made([made], story.ago(8, 9))
    story.date_changes(story.ago(8, 9), by=story.people["tomas"])
