"""One datum from tick to effect: a negative appears, is planned against, a piece is written, approved and
published, rises, passes it, the negative leaves, and the pages tell so. Only the clock is simulated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from content.approving import checklist
from content.brief.widths import description_fit, title_fit
from content.drafting import gate
from content.models import Approval, Draft, Piece, ReviewStage
from content.outcome.account import accounts, newest
from content.tasks import follow_pieces
from content.wording import repeats
from reputation import incidents, tasks
from reputation.models import BrandScore, Incident, Mark
from serp.cadence import Cadence
from serp.history import Reading, latest_readings, readings_of
from serp.models import Brand, Check, Keyword, Membership, Page, ProviderAccount, Snapshot
from serp.providers.base import PAGE_ONE
from serp.scheduling import resume
from serp.tracking import check_due
from tests.cast import NOW, person

CRISIS = 98
"""The day of the sample world's story on which the recall breaks out."""
WORKED = "hallway burr 2"
WATCHED = ("hallway coffee", WORKED, "hallway refund")
UNTOUCHED = ("hallway kettle", "hallway warranty")
CALM, FIRST_WEEK, PLANNED, WRITTEN, DECIDED, RANKED = 0, 10, 33, 36, 38, 155
"""Days of the journey; day 0 is `NOW`, the eve of the recall."""
URL = "https://tubely.example/watch/hallway-burr-2-switch"
TITLE = "Hallway Burr 2: the new switch, fitted in four minutes"
DESCRIPTION = "An engineer fits the new switch of the Hallway Burr 2, step by step, with chapters and subtitles."

FIRST_DRAFT = """\
## {avoid}: what is behind it

The Hallway Burr 2 is the safest grinder on the market. We will have [the thread]({link}) removed.

TODO: the engineer's part.
"""
FAULTS = (
    "without evidence",
    "where the negative stands",
    "Take the link out",
    "TODO",
    "who stands behind it",
)
"""What the refusal names of it: what is wrong, and what to do."""
MENDED_DRAFT = """\
The film shows how the new switch of the Hallway Burr 2 is fitted. You need a screwdriver, a towel and a
little patience. Disclosure: the engineer who shows it works for Hallway Coffee.

![The grinder on its side, with the plate open and the switch beside it](https://hallwaycoffee.example/switch.jpg)

## How do I know which switch my Hallway Burr 2 has?

A turn of the plate shows it: an engraved dot beside the serial letters stands for the new switch. Without
the dot it is the old one. Our [help pages](https://hallwaycoffee.example/help) show pictures of both.

## How is the switch fitted?

Pull the plug and lay the grinder on a towel. Open the plate, lift out the old switch, press in the new one
until it clicks, and close the plate again. Then try it with an empty jar.

## What if I would rather have my money back?

Write to the service desk with the serial letters and say so. Nobody will ask you why.

## Chapters

- 0:00 What you need
- 0:40 Open the plate
- 1:50 Press in the switch
- 3:10 Try it out

## Transcript

Good morning. On the towel lies a Hallway Burr 2. The plug is pulled, so nothing can happen. Turn the plate to
the left and take it off. The old switch sits in two clips. Lift it out and press in the new one. It clicks
when it sits. Close the plate, plug it in, and try it with an empty jar.
"""


@dataclass
class World:
    """The brand in the sample world, the people around it, and the simulated clock."""

    brand: Brand
    now: datetime
    editor: User
    reviewer: User
    manager: User

    def live(self, first: int, last: int) -> None:
        """The scheduler's ticks, day by day, both days included; the clock ends an hour after the last."""
        for day in range(first, last + 1):
            self.now = NOW + timedelta(days=day)
            check_due(clock=lambda: self.now)
            tasks.judge_new_snapshots()
        self.now += timedelta(hours=1)

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.brand.slug, *args])

    def keyword(self) -> Keyword:
        return self.brand.keywords.get(phrase=WORKED)

    def position(self, page: int | None) -> int | None:
        """Where a page stands on the worked keyword in its newest reading."""
        return stand(latest_readings(self.brand)[self.keyword().pk], page)

    def day(self, moment: datetime) -> str:
        local = moment.astimezone(self.brand.zone)
        return f"{local.day} {local:%b %Y}"


@pytest.fixture
def world(
    brand: Brand,
    account: ProviderAccount,
    editor: User,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """The world's clock starts a day before the crisis."""
    start = NOW - timedelta(days=CRISIS - 1)
    account.options = {"epoch": start.date().isoformat(), "product": "Hallway Burr 2"}
    account.save()
    brand.aliases = ["Hallway", "Hallway Burr 2"]
    brand.save()
    reviewer = person("reviewer", first_name="Rita", last_name="Reader")
    Membership.objects.create(brand=brand, user=reviewer, role=Membership.Role.EDITOR)
    made = World(brand, NOW, editor, reviewer, manager)
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    for phrase in WATCHED:
        resume(Keyword.objects.create(brand=brand, phrase=phrase), NOW)
    for phrase in UNTOUCHED:
        resume(Keyword.objects.create(brand=brand, phrase=phrase, cadence=Cadence.WEEKLY), NOW)
    return made


def stand(reading: Reading, page: int | None) -> int | None:
    """A page's position in a reading; None for one that was never seen."""
    return reading.position(page) if page is not None else None


def text_of(response: Any) -> str:
    """What a reader sees of a page: no tags, one space between words."""
    assert response.status_code in (200, 422), response.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def follow(client: Client, page: Any, link: str) -> Any:
    """Click a link that stands on the page."""
    assert f'href="{link}"' in page.content.decode(), link
    return client.get(link)


def press(client: Client, page: Any, form: str, fields: dict[str, Any]) -> Any:
    """Send a form that stands on the page; the page that comes after it."""
    there = page.content.decode()
    is_own = (
        form == page.request["PATH_INFO"] and f'name="act" value="{fields.get("act")}"' in there
    )
    assert is_own or f'action="{form}"' in there, form
    return client.post(form, fields, follow=True)


@pytest.mark.django_db
def test_from_tick_to_effect(world: World) -> None:
    crisis = a_crisis_breaks_out(world)
    negative = a_negative_appears(world)
    a_person_answers_it(world, negative)
    set_up_the_stages(world)
    piece = plan_becomes_a_piece(world, negative)
    the_brief_is_full(world, piece)
    a_bad_draft_is_refused(world, piece)
    the_mended_one_is_approved(world, piece)
    it_is_scheduled_and_stands_on_the_calendar(world, piece)
    it_goes_out(world, piece, negative)
    it_rose_and_the_negative_left(world, piece, negative)
    the_pages_tell_it(world, piece, negative)
    after = BrandScore.objects.latest("day")
    assert after.score is not None
    assert after.score > (crisis.score or 0)
    nothing_was_lost(world)


def a_crisis_breaks_out(world: World) -> BrandScore:
    """Tick, check, record, judge, score: calm on the eve, worse ten days later."""
    world.live(CALM, CALM)
    count = len(WATCHED) + len(UNTOUCHED)
    assert Check.objects.filter(state=Check.State.MEASURED).count() == count
    calm = BrandScore.objects.get(day=NOW.date())
    assert calm.coverage == 1
    world.live(CALM + 1, FIRST_WEEK)
    crisis = BrandScore.objects.latest("day")
    assert calm.score is not None
    assert crisis.score is not None
    assert crisis.score < calm.score - 10
    assert crisis.with_negative >= len(WATCHED)
    return crisis


def a_negative_appears(world: World) -> Page:
    """A thread about refunds that no reading knew in the first week stands on page one weeks later."""
    url = "refund"
    assert not Page.objects.filter(url__contains=url, sightings__keyword=world.keyword()).exists()
    world.live(FIRST_WEEK + 1, PLANNED)
    page = Page.objects.filter(url__contains=url, sightings__keyword=world.keyword()).get()
    position = world.position(page.pk)
    assert position is not None
    assert position <= PAGE_ONE
    return page


def a_person_answers_it(world: World, negative: Page) -> None:
    """The machine says why it is one; an incident is opened from the result."""
    mark = Mark.objects.get(brand=world.brand, page=negative)
    assert mark.tone == "negative"
    assert mark.evidence, "the machine says why"
    world.client(world.editor).post(
        world.url("incidents-open"), {"page": negative.pk, "keyword": world.keyword().pk}
    )
    incident = Incident.objects.get(page=negative)
    assert incident.due_at > incident.opened_at
    incidents.add_note(incident, text="Answered with our name.", by=world.editor, now=world.now)
    incidents.set_status(incident, Incident.Status.ANSWERING, now=world.now)


def set_up_the_stages(world: World) -> None:
    """The manager asks for two approvals, in this order."""
    client = world.client(world.manager)
    for order, name in enumerate(("Facts", "Legal"), start=1):
        sent = {"act": "stage", "name": name, "order": order, "days": 2, "is_required": "on"}
        client.post(world.url("workflow"), sent)
    assert list(ReviewStage.objects.values_list("name", flat=True)) == ["Facts", "Legal"]


def plan_becomes_a_piece(world: World, negative: Page) -> Piece:
    """From the list to a piece with a day in three clicks: the list, the plan, the button."""
    client = world.client(world.editor)
    listed = client.get(world.url("opportunities"))
    assert negative.host in text_of(listed)
    address = (world.keyword().pk, negative.pk)
    plan = follow(client, listed, world.url("opportunities-plan", *address))
    said = text_of(plan)
    stands = world.position(negative.pk)
    assert stands is not None
    assert f"Stands at {stands} Must pass it {PAGE_ONE + 1 - stands} pages" in said
    assert "pages that can pass it" in said
    assert re.search(r"Half of such pages have left page one by|still there on", said), "forecast"
    assert "Why 1" in said, "a likelihood with its reasons"
    kind = likeliest(plan)
    made = press(client, plan, world.url("opportunities-make", *address), {"kind": kind})
    piece = Piece.objects.get(displaces=negative, kind=kind)
    assert made.redirect_chain[-1][0] == world.url("board-piece", piece.pk)
    assert piece.status == Piece.Status.BRIEFED
    assert piece.hours
    assert piece.likelihood
    assert piece.due_on
    assert piece.publish_on
    assert world.now.date() < piece.due_on < piece.publish_on
    return piece


def likeliest(plan: Any) -> str:
    """The type of the new page that the plan gives the best likelihood."""
    slots = [slot for slot in plan.context["plan"].new if slot.piece is None]
    return str(max(slots, key=lambda slot: slot.chance.value).kind)


def the_brief_is_full(world: World, piece: Piece) -> None:
    """Everything that a writer needs to begin, on the page of the piece."""
    brief = piece.brief
    parts = (
        "intent", "search_intent", "intent_why", "seo_title", "description", "angle", "facts",
        "claims", "questions", "terms", "avoid", "outline", "links", "structure", "schema_types",
        "proof", "sources", "drawn_from",
    )  # fmt: skip
    assert [name for name in parts if not getattr(brief, name)] == []
    assert title_fit(brief.seo_title).is_fine
    assert description_fit(brief.description, is_mobile=False).is_fine
    own = [brief.seo_title, brief.description, *(row["title"] for row in brief.links)]
    assert [text for text in (piece.title, *own) if repeats(text, brief.avoid)] == []
    assert piece.displaces is not None
    assert piece.displaces.host not in " ".join(row["url"] for row in brief.links)
    said = text_of(world.client(world.editor).get(world.url("board-piece", piece.pk)))
    for text in (brief.angle, brief.proof[0], brief.questions[0], brief.terms[0]["term"]):
        assert text in said


def save_draft(world: World, piece: Piece, text: str) -> str:
    """Save a text on the page of the draft; what the page says then."""
    revision = Draft.objects.filter(piece=piece).values_list("revision", flat=True).first() or 0
    client, address = world.client(world.editor), world.url("board-draft", piece.pk)
    sent = {"title": TITLE, "description": DESCRIPTION, "text": text, "revision": revision}
    said = text_of(press(client, client.get(address), address, {**sent, "act": "save"}))
    assert f"Saved as revision {revision + 1}." in said
    return said


def move(world: World, piece: Piece, status: str, *, by: User) -> Any:
    """Move the card on the board, as its script does."""
    address = world.url("board-move", piece.pk)
    return world.client(by).post(
        address, {"status": status}, headers={"accept": "application/json"}
    )


def decide(world: World, piece: Piece, act: str, *, by: User, note: str = "") -> str:
    """Press a button beside the approval whose turn it is; what the page says then."""
    client, page = world.client(by), world.url("board-piece", piece.pk)
    row = Approval.objects.filter(piece=piece, state="waiting", opened_at__isnull=False).get()
    revision = Draft.objects.values_list("revision", flat=True).get(piece=piece)
    sent = {"act": act, "approval": row.pk, "note": note, "read": revision}
    return text_of(press(client, client.get(page), world.url("board-review", piece.pk), sent))


def a_bad_draft_is_refused(world: World, piece: Piece) -> None:
    """A draft that breaks required rules is written and reviewed, and is not approved."""
    world.live(PLANNED + 1, WRITTEN)
    assert piece.displaces is not None
    said = save_draft(world, piece, FIRST_DRAFT.format(avoid=piece.brief.avoid[0], link=piece.displaces.url))  # fmt: skip
    assert "Required" in said
    for status in ("draft", "review"):
        assert move(world, piece, status, by=world.editor).status_code == 200
    assert "is yours now" in decide(world, piece, "claim", by=world.reviewer)
    answer = move(world, piece, "approved", by=world.reviewer)
    assert answer.status_code == 409
    reason = answer.json()["reason"]
    for words in FAULTS:
        assert words in reason
    assert "To be ticked:" in reason
    note = "The safety claim has no source, and nothing is to be promised about the thread."
    said = decide(world, piece, "changes", by=world.reviewer, note=note)
    assert note in said
    piece.refresh_from_db()
    assert piece.status == Piece.Status.DRAFT


def the_mended_one_is_approved(world: World, piece: Piece) -> None:
    """In order: the reviewer gives the first approval, an outsider the second one through a link."""
    world.live(WRITTEN + 1, DECIDED)
    said = save_draft(world, piece, MENDED_DRAFT)
    assert gate.blocking(piece) == []
    client, page = world.client(world.editor), world.url("board-piece", piece.pk)
    opened = client.get(page)
    points = [line.point.text for line in checklist.checklist(piece)]
    press(client, opened, world.url("board-ticks", piece.pk), {"tick": points})
    assert move(world, piece, "review", by=world.editor).status_code == 200
    refused = decide_as_second(world, piece)
    assert "Facts" in refused
    decide(world, piece, "claim", by=world.reviewer)
    said = decide(world, piece, "approve", by=world.reviewer)
    assert "“Facts” is given." in said
    a_guest_approves(world, piece)
    piece.refresh_from_db()
    assert piece.status == Piece.Status.APPROVED
    rounds = Approval.objects.filter(piece=piece).values_list("round", "name", "state")
    assert list(rounds) == [
        (1, "Facts", "changes"), (1, "Legal", "skipped"), (2, "Facts", "approved"), (2, "Legal", "approved"),
    ]  # fmt: skip


def decide_as_second(world: World, piece: Piece) -> str:
    """Nobody gives the second approval before the first one."""
    row = Approval.objects.get(piece=piece, state="waiting", opened_at=None)
    sent = {"act": "approve", "approval": row.pk, "read": 2}
    answer = world.client(world.manager).post(world.url("board-review", piece.pk), sent)
    assert answer.status_code == 422
    return text_of(answer)


def a_guest_approves(world: World, piece: Piece) -> None:
    """An outsider with a link reads the draft and nothing about the negative, and approves."""
    client, page = world.client(world.manager), world.url("board-piece", piece.pk)
    row = Approval.objects.get(piece=piece, state="waiting")
    sent = {"name": "Olav Counsel", "days": 7, "decides": row.pk}
    shown = press(client, client.get(page), world.url("board-links", piece.pk), sent)
    found = re.search(r"/review/[\w-]+/", shown.content.decode())
    assert found
    guest = Client()
    opened = guest.get(found[0])
    said = text_of(opened)
    assert "A turn of the plate shows it" in said
    assert piece.displaces is not None
    assert piece.displaces.host not in opened.content.decode()
    done = guest.post(found[0], {"act": "approve", "name": "Olav Counsel", "read": 2}, follow=True)
    assert "Your approval is noted." in text_of(done)


def it_is_scheduled_and_stands_on_the_calendar(world: World, piece: Piece) -> None:
    """The month and the feed of a calendar program show its day."""
    assert move(world, piece, "scheduled", by=world.editor).status_code == 200
    on = piece.publish_on
    assert on is not None
    client = world.client(world.editor)
    month = client.get(world.url("calendar-month", on.year, on.month))
    assert piece.title in unescape(month.content.decode())
    made = press(client, client.get(world.url("calendar-feeds")), world.url("calendar-feeds"), {})
    address = re.search(r"/feeds/[\w-]+\.ics", made.content.decode())
    assert address
    feed = Calendar.from_ical(Client().get(address[0]).content)
    events = [event for event in feed.walk("VEVENT") if piece.title in str(event["summary"])]
    assert sorted(event.decoded("dtstart") for event in events) == [piece.due_on, on]


def it_goes_out(world: World, piece: Piece, negative: Page) -> None:
    """Published on its day at its address; from then on the tracker follows it."""
    assert piece.publish_on is not None
    world.live(DECIDED + 1, (piece.publish_on - NOW.date()).days)
    client, page = world.client(world.editor), world.url("board-piece", piece.pk)
    said = text_of(press(client, client.get(page), page, {"act": "publish", "url": URL}))
    assert "Published." in said
    piece.refresh_from_db()
    assert piece.published_at == world.now
    assert world.position(negative.pk) is not None
    assert world.position(piece.page_id) is None


def it_rose_and_the_negative_left(world: World, piece: Piece, negative: Page) -> None:
    """What the tracker read: it came in low, rose, passed the negative, and that left page one."""
    assert piece.publish_on is not None
    world.live((piece.publish_on - NOW.date()).days + 1, RANKED)
    readings = readings_of(Snapshot.objects.filter(keyword=world.keyword()).order_by("taken_at"))
    way = [position for one in readings if (position := stand(one, piece.page_id))]
    assert way[0] > PAGE_ONE
    assert way[-1] < way[0]
    rose_to, fell_to = world.position(piece.page_id), world.position(negative.pk)
    assert rose_to is not None
    assert rose_to <= PAGE_ONE
    assert fell_to is None or fell_to > PAGE_ONE


def the_pages_tell_it(world: World, piece: Piece, negative: Page) -> None:
    """The page of effects and the one of the piece say in sentences what the readings say."""
    readings = readings_of(Snapshot.objects.filter(keyword=world.keyword()).order_by("taken_at"))
    assert piece.published_at is not None
    since = [one for one in readings if one.taken_at > piece.published_at]
    there = next(one for one in since if (stand(one, piece.page_id) or 99) <= PAGE_ONE)
    passed = next(
        one for one in since
        if (stand(one, piece.page_id) or 99) < (stand(one, negative.pk) or 98)
    )  # fmt: skip
    last = max(n for n, one in enumerate(since) if (stand(one, negative.pk) or 99) <= PAGE_ONE)
    days = (there.taken_at - piece.published_at).days
    best = min(position for one in since if (position := stand(one, piece.page_id)))
    client = world.client(world.manager)
    for name, args in (("effect", ()), ("board-piece", (piece.pk,))):
        said = text_of(client.get(world.url(name, *args)))
        assert f"It reached page one after {days} days, best {best}" in said
        assert f"{negative.host} Passed on {world.day(passed.taken_at)}, above it in" in said
        assert f"left page one on {world.day(since[last + 1].taken_at)}" in said
        assert re.search(
            r"Score .\d+ before, .\d+ since: .\d+\. On 4 keywords that nobody worked on", said
        )
        assert "worked" in said
    assert [one.verdict for one in accounts(world.brand, newest(world.brand), world.now)] == [
        "worked"
    ]


def nothing_was_lost(world: World) -> None:
    """Each tick that was due left a reading, and following the pieces changes nothing more."""
    follow_pieces()
    weekly = 1 + RANKED // 7
    assert Snapshot.objects.count() == len(WATCHED) * (RANKED + 1) + len(UNTOUCHED) * weekly
