"""The facts that answer a negative: what incidents have brought to light, then the questions still to be answered."""

from __future__ import annotations

from content.brief.own_texts import for_category
from content.ladder import Rung
from content.scheduling.moments import spoken
from reputation.models import Incident
from serp.models import Brand

TO_FIND = "To find out: {question}"


def facts_against(brand: Brand, negative: Rung | None) -> list[str]:
    """Facts, one a line: dates out of the brand's incidents about this page, then what has to be
    found out for negatives of its category. Empty without a negative."""
    if negative is None:
        return []
    category = negative.mark.category if negative.mark else ""
    questions = [TO_FIND.format(question=text) for text in for_category("answers", category)]
    return [*from_incidents(brand, negative.page_id), *questions]


def from_incidents(brand: Brand, page: int | None) -> list[str]:
    """What the incidents about a page say in dates. Their notes stay where they are: they are written
    for the team, and a brief goes to writers outside."""
    rows = Incident.objects.filter(brand=brand, page=page).order_by("opened_at") if page else []
    found = []
    for row in rows:
        if row.answered_at:
            day = spoken(row.answered_at.astimezone(brand.zone).date())
            found.append(f"First public answer on {day}: repeat its date and wording.")
        if row.status == Incident.Status.SOLVED and row.closed_at:
            day = spoken(row.closed_at.astimezone(brand.zone).date())
            found.append(f"Solved on {day} ({row.get_cause_display()}): say what solved it.")
    return found
