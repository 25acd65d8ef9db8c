"""What every template speaks in: icons, tone signs, numbers with their sign, and times in the brand's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reputation.models import Mark, Passage
from reputation.tone.verdict import Tone
from serp.addresses import safe_link as checked_link

register = template.Library()

NO_BREAK = "\u00a0"
MINUS = "\u2212"
TONES = {
    Tone.NEGATIVE: ("neg", MINUS, "negative"),
    Tone.NEUTRAL: ("neu", "0", "neutral"),
    Tone.POSITIVE: ("pos", "+", "positive"),
}
OWNERSHIPS = {
    Mark.Ownership.OWNED: ("O", "own page"),
    Mark.Ownership.INFLUENCED: ("I", "influenced"),
    Mark.Ownership.THIRD_PARTY: ("T", "third party"),
    Mark.Ownership.HOSTILE: ("H", "hostile"),
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; `size` is "s" for the small one. It says nothing to screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>',
        f" {size}" if size else "",
        name,
    )


@register.simple_tag
def tone(mark: Mark | Passage | None) -> SafeString:
    """The sign before a result's title: tone by colour and sign, own pages by outline and letter. A
    text of an engine's has its tone alone."""
    if mark is None:
        return mark_safe('<span class="tone none" title="not judged yet">?</span>')
    css, sign, word = TONES[Tone(mark.tone)]
    is_own = isinstance(mark, Mark) and mark.ownership == Mark.Ownership.OWNED
    if is_own and mark.tone != Tone.NEGATIVE:
        css, sign, word = "own", "O", f"own page, {word}"
    return format_html(
        '<span class="tone {}" aria-hidden="true">{}</span><span class="sr">{}</span>',
        css,
        sign,
        word,
    )


@register.filter
def signed(value: float | None, digits: int = 0) -> str:
    """A number with its sign, a true minus and a plain zero; None is an en dash."""
    if value is None:
        return "–"
    rounded = round(value, digits)
    text = f"{abs(rounded):.{digits}f}"
    if rounded == 0:
        return text
    return ("+" if rounded > 0 else MINUS) + text


@register.filter
def percent(fraction: float | None, digits: int = 0) -> str:
    """A fraction as a percentage with a no-break space: 0.38 is "38 %"."""
    return "–" if fraction is None else f"{100 * fraction:.{digits}f}{NO_BREAK}%"


@register.filter
def initials(user: AbstractBaseUser | None) -> str:
    """Two letters for a person's avatar."""
    if user is None:
        return "–"
    full = user.get_full_name() if hasattr(user, "get_full_name") else ""
    words = (full or user.get_username()).replace(".", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def person(user: AbstractBaseUser | None) -> str:
    """A person's name as the pages show it."""
    if user is None:
        return "nobody yet"
    full = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return full or user.get_username()


@register.filter
def safe_link(url: str) -> str:
    """The URL when it is http or https, and nothing otherwise: what engines send is hostile."""
    return checked_link(url)


@register.simple_tag
def when(moment: datetime | None, zone: ZoneInfo | None = None, now: datetime | None = None) -> str:
    """A moment in the brand's zone: "today 06:40 CET", "Wed 18 Nov, 06:40 CET", with the year when it
    is another one."""
    if moment is None:
        return "never"
    local = moment.astimezone(zone) if zone else moment
    clock = f"{local:%H:%M}{NO_BREAK}{local:%Z}"
    today = now.astimezone(local.tzinfo).date() if now else None
    if today == local.date():
        return f"today {clock}"
    return f"{day_text(local.date(), today)}, {clock}"


@register.filter
def day(value: date | None) -> str:
    """A day in short: "Wed 18 Nov 2026"."""
    return "–" if value is None else day_text(value, None)


def day_text(value: date, today: date | None) -> str:
    """A day with its weekday; the year stays away when it is today's."""
    text = f"{value:%a} {value.day} {value:%b}"
    return text if today and today.year == value.year else f"{text} {value.year}"


@register.simple_tag(takes_context=True)
def here(context: template.Context, name: str) -> str:
    """Whether the side bar's entry is the page one is on."""
    match = getattr(context.get("request"), "resolver_match", None)
    group = (match.url_name or "").split("-")[0] if match else ""
    return "page" if group == name else ""


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The page's own query string with these parameters changed; None takes one out."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            values.pop(key, None)
        else:
            values[key] = str(value)
    return "?" + values.urlencode()
