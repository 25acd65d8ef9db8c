"""Walks the site's address plan, and the world of two brands that the access tests ask it about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from content.approving.links import open_link
from content.feeding import open_feed
from content.models import (
    Absence,
    BriefTemplate,
    Customer,
    Freeze,
    Piece,
    Placement,
    Presence,
    Proof,
    Recurrence,
    Site,
    Testimonial,
    Use,
)
from content.proof import answering, asking
from content.proof.answering import Answer
from reputation.incidents import open_incident
from reputation.models import JudgeVersion, Mark, Passage, ToneEntry
from reputation.passages import mark_passage
from serp.models import (
    Brand,
    BudgetUse,
    Keyword,
    LedgerEntry,
    Page,
    ProviderAccount,
    Snapshot,
)
from serp.providers.base import Feature, ResultKind
from serp.scheduling import request_check
from tests.cast import NOW, MakeSnapshot

PEOPLE = ("anonymous", "stranger", "viewer", "editor", "manager")
MISSING = 987_654_321


def patterns(
    resolver: URLResolver | None = None, *, space: str = "", route: str = ""
) -> Iterator[str]:
    """A name for every URL pattern: with its namespace, or its route where it has no name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern, space=inner, route=path)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else path


@dataclass
class Side:
    """One brand with a row of each kind."""

    brand: Brand
    keyword: Keyword
    snapshot: Snapshot
    page: Page
    mark: Mark
    passage: Passage
    tone_entry: ToneEntry
    judge_version: JudgeVersion
    incident: Any
    piece: Piece
    account: ProviderAccount
    check: Any
    ledger_entry: LedgerEntry
    budget_use: BudgetUse
    people: dict[str, User]
    absence: Absence
    freeze: Freeze
    series: Recurrence
    site: Site
    brief_template: BriefTemplate
    placement: Placement
    presence: Presence
    feeds: dict[str, tuple[Any, str]] = field(default_factory=dict)
    review_secret: str = ""
    proofs: dict[str, Any] = field(default_factory=dict)

    def ids(self, person: str) -> dict[str, Any]:
        """The id of each kind of row, as it stands in addresses."""
        feed, token = self.feeds.get(person) or next(iter(self.feeds.values()))
        return {
            "brand": self.brand.slug,
            "keyword": self.keyword.pk,
            "snapshot": self.snapshot.pk,
            "page": self.page.pk,
            "mark": self.mark.pk,
            "passage": self.passage.pk,
            "tone_entry": self.tone_entry.pk,
            "judge_version": self.judge_version.pk,
            "incident": self.incident.pk,
            "piece": self.piece.pk,
            "account": self.account.pk,
            "check": self.check.pk,
            "ledger_entry": self.ledger_entry.pk,
            "budget_use": self.budget_use.pk,
            "feed": feed.pk,
            "token": token,
            "secret": self.review_secret,
            "person": next(iter(self.people.values())).pk,
            "absence": self.absence.pk,
            "freeze": self.freeze.pk,
            "series": self.series.pk,
            "site": self.site.pk,
            "brief_template": self.brief_template.pk,
            "placement": self.placement.pk,
            "presence": self.presence.pk,
            "form": "md",
            **self.proofs,
        }


def furnish(
    brand: Brand, keyword: Keyword, people: dict[str, User], make_snapshot: MakeSnapshot
) -> Side:
    """Give a brand a row of each kind."""
    told = Feature(ResultKind.AI_OVERVIEW, text=f"{brand} was fined for fraud.")
    snapshot = make_snapshot("negative", "own", "neutral", of=keyword, features=(told,))
    passage = Passage.objects.get(brand=brand)
    mark_passage(passage, "negative", by=next(iter(people.values())), now=NOW)
    owner = next(iter(people.values()))
    mark = Mark.objects.filter(brand=brand, tone="negative").select_related("page").get()
    keyword.save()
    brand.save()
    mark.save()
    piece = Piece.objects.create(brand=brand, title=f"Answer of {brand}", keyword=keyword)
    incident = open_incident(brand, title=f"Trouble of {brand}", by=owner, now=NOW, page=mark.page)
    account = ProviderAccount.objects.create(
        name=f"Account of {brand}", provider="serper", key="a key", brand=brand, price=0
    )
    side = Side(
        brand=brand,
        keyword=keyword,
        snapshot=snapshot,
        page=mark.page,
        mark=mark,
        passage=passage,
        tone_entry=passage.entries.get(),
        judge_version=JudgeVersion.objects.create(
            brand=brand, label=f"v{brand.pk}", base="rules", trained_at=NOW, marks=1, held=1
        ),
        incident=incident,
        piece=piece,
        account=account,
        check=request_check(keyword, NOW),
        ledger_entry=LedgerEntry.objects.create(
            brand=brand,
            keyword=keyword,
            account=account,
            provider="serper",
            at=NOW,
            fence=1,
            reserved_calls=2,
            reserved=2,
        ),
        budget_use=BudgetUse.objects.create(brand=brand, span="day", starts_on=NOW.date(), used=2),
        people=people,
        absence=Absence.objects.create(
            brand=brand, user=owner, first_on=NOW.date(), last_on=NOW.date()
        ),
        freeze=Freeze.objects.create(
            brand=brand, starts_on=NOW.date(), reason=f"Crisis of {brand}", made_at=NOW
        ),
        series=Recurrence.objects.create(
            brand=brand, title=f"Report of {brand}", next_on=NOW.date()
        ),
        site=Site.objects.create(
            brand=brand, name=f"Site of {brand}", base_url="https://site.example", username="w"
        ),
        brief_template=BriefTemplate.objects.create(brand=brand, kind=Piece.Kind.FAQ),
        placement=Placement.objects.create(
            brand=brand, slug="trade-paper", name=f"Trade paper of {brand}", kind="media"
        ),
        presence=Presence.objects.create(
            brand=brand,
            placement=Placement.objects.filter(brand=None).first(),
            state=Presence.State.MISSING,
            note=f"Word of {brand}",
            said_at=NOW,
        ),
    )
    for name, user in people.items():
        side.feeds[name] = open_feed(brand, user)
    _, side.review_secret = open_link(
        piece, name="An outsider", days=7, by=owner, now=timezone.now()
    )
    side.proofs = furnish_proofs(brand, piece)
    return side


def furnish_proofs(brand: Brand, piece: Piece) -> dict[str, Any]:
    """A testimonial that was answered and is asked for again, its use, and a proof; by kind."""
    customer = Customer.objects.create(brand=brand, name=f"Customer of {brand}")
    said = Testimonial.objects.create(brand=brand, customer=customer)
    now = timezone.now()
    first = asking.ask(said, asked_for="How was it?", by=None, now=now, by_mail=False)
    words = Answer(f"Words about {brand}", customer.name, purposes=["website"])
    withdrawal = answering.answer(first.request, words, now)
    said.refresh_from_db()
    again = asking.ask(said, asked_for="And now?", by=None, now=now, by_mail=False)
    use = Use.objects.create(testimonial=said, piece=piece, added_at=now)
    proof = Proof.objects.create(brand=brand, claim=f"Claim of {brand}", source="A lab")
    return {
        "testimonial": said.pk,
        "customer": customer.pk,
        "proof_request": again.request.pk,
        "use": use.pk,
        "proof": proof.pk,
        "ask": again.token,
        "withdrawal": withdrawal,
    }


def ask(
    client: Client, method: str, url: str, data: dict[str, Any] | None = None
) -> HttpResponseBase:
    """The answer to a request whose traces, in the database and in the browser, are wiped out again."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer: HttpResponseBase = getattr(client, method)(url, data or {})
        if not answer.streaming:
            answer.content  # noqa: B018 rendered while its rows are there
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def letter(answer: HttpResponseBase) -> str:
    """One letter for an answer: o let in, L sent to sign in, or the last digit of its status."""
    if answer.status_code == 302 and "login" in answer.headers["Location"]:
        return "L"
    if answer.status_code in (200, 302, 400, 409, 422):
        return "o"
    return {403: "3", 404: "4", 405: "5", 503: "!"}.get(answer.status_code, str(answer.status_code))
