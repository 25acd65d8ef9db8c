"""The frame around every page: brand switcher, side bar with counts, and the age of the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from reputation.answers import negatives_lately
from reputation.models import Incident, Mark
from serp.access import visible_brands
from serp.models import Brand, Membership
from serp.soundness import Soundness, soundness


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the side bar. `name` is a URL name that takes the brand's slug."""

    title: str
    icon: str
    name: str
    count: int | None = None
    count_title: str = ""
    is_urgent: bool = False
    count_spoken: str = ""
    """What is counted, for readers and the tooltip, where the line has no room for a `count_title`."""


def navigation(brand: Brand, state: Soundness, now: datetime) -> list[tuple[str, list[Entry]]]:
    """The side bar of a brand: headings and their entries, in the order of the work."""
    open_incidents = Incident.objects.filter(brand=brand).open().count()
    to_mark = Mark.objects.filter(brand=brand).to_review().count()
    told = negatives_lately(brand, now)
    return [
        (
            "Watch",
            [
                Entry("Overview", "overview", "overview"),
                Entry("SERP grid", "grid", "grid", brand.keywords.in_view().count()),
                Entry("Ranking history", "history", "history"),
                Entry("Keywords and checks", "settings", "checks"),
                Entry(
                    "Status",
                    "clock",
                    "status",
                    len(state.notices) or None,
                    "open",
                    is_urgent=state.is_broken,
                ),
            ],
        ),
        (
            "Judge",
            [
                Entry("Results to mark", "mark", "marking", to_mark),
                Entry(
                    "What engines say",
                    "faq",
                    "answers",
                    told or None,
                    is_urgent=bool(told),
                    count_spoken="negative",
                ),
                Entry(
                    "Incidents",
                    "incident",
                    "incidents",
                    open_incidents or None,
                    "open",
                    is_urgent=bool(open_incidents),
                ),
            ],
        ),
        (
            "Plan",
            [
                Entry("Opportunities", "plan", "opportunities"),
                Entry("Coverage", "lock", "fortress"),
                Entry("Places", "pin", "placements"),
                Entry("Testimonials and proof", "testimonial", "proof"),
                Entry("Calendar", "calendar", "calendar"),
                Entry("Board", "board", "board"),
                Entry("Effect", "lift", "effect"),
            ],
        ),
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context of the frame; empty for people who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.path.startswith("/admin/"):
        return {}
    brand: Brand | None = getattr(request, "brand", None)
    context: dict[str, Any] = {"my_brands": visible_brands(user)}
    if brand is None:
        return context
    role: str = getattr(request, "role", Membership.Role.VIEWER)
    rank = Membership.RANK[role]
    now = timezone.now()
    state = soundness(brand, now)
    return context | {
        "brand": brand,
        "role": Membership.Role(role).label.split(":")[0],
        "may_edit": rank >= Membership.RANK[Membership.Role.EDITOR],
        "may_manage": rank >= Membership.RANK[Membership.Role.MANAGER],
        "navigation": navigation(brand, state, now),
        "soundness": state,
        "measured_at": state.newest,
        "is_sample": state.provider == "sample",
        "now": now,
    }


def admin_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar of the admin: first the way back to the pages, then the lists by floor."""
    brands = [
        {"title": str(brand), "icon": "monitoring", "link": reverse("overview", args=[brand.slug])}
        for brand in visible_brands(request.user)[:12]
    ]
    groups = [{"title": "Pages", "separator": False, "items": brands}]
    for title, models in (
        ("Watch", ["serp.brand", "serp.keyword", "serp.check", "serp.snapshot", "serp.provideraccount", "serp.ctrcurve", "serp.ledgerentry", "serp.budgetuse"]),
        ("Judge", ["reputation.mark", "reputation.passage", "reputation.toneentry", "reputation.incident", "reputation.judgeversion"]),
        ("Plan", ["content.piece", "content.brieftemplate", "content.placement", "content.presence", "content.testimonial", "content.customer", "content.proof", "content.calendarfeed"]),
        ("Installation", ["auth.user", "axes.accessattempt"]),
    ):  # fmt: skip
        items = [entry for entry in map(admin_entry, models) if entry]
        groups.append({"title": title, "separator": True, "items": items})
    return groups


ADMIN_TITLES = {
    "serp.brand": ("Brands", "sell"),
    "serp.keyword": ("Keywords", "search"),
    "serp.check": ("Checks", "task_alt"),
    "serp.snapshot": ("Result pages", "list_alt"),
    "serp.provideraccount": ("Provider accounts", "key"),
    "serp.ctrcurve": ("CTR curves", "show_chart"),
    "serp.ledgerentry": ("Ledger", "receipt_long"),
    "serp.budgetuse": ("Budgets used", "savings"),
    "reputation.mark": ("Marks", "rule"),
    "reputation.passage": ("What engines say", "chat"),
    "reputation.toneentry": ("Tone history", "history"),
    "reputation.incident": ("Incidents", "flag"),
    "reputation.judgeversion": ("Versions of the judge", "school"),
    "content.piece": ("Pieces", "article"),
    "content.brieftemplate": ("Brief templates", "description"),
    "content.placement": ("Placements", "place"),
    "content.presence": ("Presences", "where_to_vote"),
    "content.testimonial": ("Testimonials", "format_quote"),
    "content.customer": ("Customers", "person"),
    "content.proof": ("Proof", "verified"),
    "content.calendarfeed": ("Calendar feeds", "rss_feed"),
    "auth.user": ("People", "group"),
    "axes.accessattempt": ("Locked sign-ins", "lock"),
}


def admin_entry(label: str) -> dict[str, Any] | None:
    """One admin list in the side bar; None when the list is not registered."""
    app, model = label.split(".")
    try:
        link = reverse(f"admin:{app}_{model}_changelist")
    except NoReverseMatch:
        return None
    title, icon = ADMIN_TITLES[label]
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "permission": lambda request: (
            request.user.has_perm(f"{app}.view_{model}")
            or request.user.is_superuser
            or app != "auth"
        ),
    }
