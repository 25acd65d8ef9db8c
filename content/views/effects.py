"""What the brand's published pieces did, one by one, and what works for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.cards import ICONS
from content.drafting.sentences import count_words
from content.models import Draft, PageReading, Piece
from content.outcome.account import MOST_PIECES, Account, account_of, accounts, newest
from content.outcome.lessons import FEW, lessons
from content.outcome.telling import (
    Verdict,
    contrast_words,
    encounter_words,
    met_words,
    way_words,
)
from content.terms import base_language
from serp.access import brand_page
from serp.models import Brand

A_PAGE = 20
MOST_MET = 12


@dataclass(frozen=True, slots=True)
class Told:
    """An account in sentences: where the piece stands, what became of all negatives and of each, the
    score."""

    account: Account
    icon: str
    way: str
    beside: str
    met: list[tuple[str, str]]
    more: int
    score: str


def told(account: Account, *, most: int = MOST_MET) -> Told:
    """The sentences of an account; days are those of the brand."""
    zone = account.piece.brand.zone

    def day(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local.day} {local:%b %Y}"

    rows = [(account.pages[one.page_id].host, encounter_words(one, day=day)) for one in account.met]
    return Told(
        account=account,
        icon=ICONS[Piece.Kind(account.piece.kind)],
        way=way_words(account.way, out=account.out, day=day),
        beside=met_words(account.met),
        met=rows[:most],
        more=len(rows) - len(rows[:most]),
        score=contrast_words(account.contrast),
    )


def told_of(piece: Piece, now: datetime) -> Told | None:
    """The account of one piece in sentences; None where there is none."""
    account = account_of(piece, now)
    return told(account) if account else None


def lengths(brand: Brand, rows: list[Account]) -> dict[int, int]:
    """The words of the pieces: of the draft that was written here, or else of the page as read."""
    ids = [one.piece.pk for one in rows]
    found = {
        reading.page_id: reading.words or 0
        for reading in PageReading.objects.filter(
            page__in=[one.piece.page_id for one in rows if one.piece.page_id],
            state=PageReading.State.READ,
        )
    }
    words = {
        one.piece.pk: found[one.piece.page_id]
        for one in rows
        if one.piece.page_id and one.piece.page_id in found
    }
    languages = {
        one.piece.pk: base_language(one.piece.keyword.language) for one in rows if one.piece.keyword
    }
    drafts = Draft.objects.filter(piece__in=ids).exclude(text="").values_list("piece_id", "text")
    return words | {pk: count_words(text, languages.get(pk, "")) for pk, text in drafts}


@brand_page
def effects(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The newest pieces with what was measured, counted above, and the lessons of all of them."""
    found = accounts(brand, newest(brand), timezone.now())
    counts = Counter(one.verdict for one in found)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "content/effects.html",
        {
            "found": found,
            "page": page,
            "rows": [told(one) for one in page],
            "counts": [(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
            "worked": counts[Verdict.WORKED],
            "judged": sum(counts[one] for one in (Verdict.WORKED, Verdict.PARTLY, Verdict.FAILED)),
            "lessons": lessons(found, lengths(brand, found)),
            "few": FEW,
            "most": MOST_PIECES,
        },
    )
