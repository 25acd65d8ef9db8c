"""How often people confirm the machine's tone: the page of figures behind the results to mark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reputation.agreement import LEAST, WEEKS, Agreement, Word, agreement_of, first_monday
from reputation.agreement_chart import NARROW, WIDE, drawing
from reputation.models import ToneEntry
from reputation.review_queue import queue_of
from reputation.standing import seen_now
from reputation.tone.verdict import Category, Tone
from reputation.views.marking import parts_of
from serp.access import brand_page
from serp.models import Brand

ACTS = (ToneEntry.Act.MARKED, ToneEntry.Act.SECOND, ToneEntry.Act.TAKEN_BACK)
LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "lv": "Latvian",
    "no": "Norwegian",
    "ru": "Russian",
    "zh": "Chinese",
    "": "not found",
}


@brand_page
@require_safe
def agreement(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Half a year of agreement, by week, language and category."""
    now = timezone.now()
    found = agreement_of(words_of(brand, now), now=now, zone=brand.zone)
    context = {
        "which": "agreement",
        "parts": parts_of(queue_of(brand, request.user, seen_now(brand))),  # type: ignore[arg-type]
        "found": found,
        "least": LEAST,
        "span": WEEKS,
        "drawings": [drawing(found.weeks, frame) for frame in (WIDE, NARROW)],
        "weeks": [week for week in reversed(found.weeks) if week.share.of or week.versions],
        "languages": [(LANGUAGES.get(code, code), share) for code, share in found.languages],
        "categories": [(Category(code).label, share) for code, share in found.categories],
        "tones": list(Tone),
        "confusion": confusion(found),
    }
    return render(request, "reputation/agreement.html", context)


def words_of(brand: Brand, now: datetime) -> Iterator[Word]:
    """What people said in the weeks shown, with the language that the text has now."""
    start = datetime.combine(first_monday(now, brand.zone), time(), tzinfo=brand.zone)
    rows = ToneEntry.objects.filter(brand=brand, act__in=ACTS, at__gte=start)
    for row in rows.order_by("at", "pk").values_list(
        "mark_id", "passage_id", "at", "act", "by_id", "before", "tone", "machine_tone", "judge",
        "mark__language", "passage__language", "category",
    ):  # fmt: skip
        mark, passage, at, act, by, before, tone, machine, judge, *languages, category = row
        yield Word(
            row=(mark, passage),
            at=at,
            act=act,
            by=by,
            before=before,
            tone=tone,
            machine=machine,
            judge=judge,
            language=languages[0] or languages[1] or "",
            category=category,
        )


def confusion(found: Agreement) -> list[tuple[Tone, list[tuple[int, bool]], int]]:
    """A line a tone of the machine's: how often people gave each tone, whether that is agreement,
    and how many marks the line holds."""
    lines = []
    for machine in Tone:
        cells = [(found.confusion.get((machine, tone), 0), tone == machine) for tone in Tone]
        lines.append((machine, cells, sum(number for number, _ in cells)))
    return lines
