"""How templates say money: dollars, spaced slots, and a keyword's own spacing."""

from __future__ import annotations

from decimal import Decimal

from django import template

from serp.models import Keyword
from serp.quoting import dollars, ordinal
from serp.spacing import slots_of

register = template.Library()

register.filter("dollars", dollars)
register.filter("ordinal", ordinal)


@register.filter
def every_slot(keyword: Keyword) -> str:
    """How a quiet keyword is spaced while money is short, such as "every 3rd slot"; else empty."""
    slots = slots_of(keyword)
    return f"every {ordinal(slots)} slot" if slots > 1 else ""


@register.filter
def exact(amount: Decimal | None) -> str:
    """US dollars of one call, to a hundredth of a cent; None is an en dash."""
    return "–" if amount is None else f"${amount:.4f}"
