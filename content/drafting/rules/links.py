"""Links: those of the brief are set, none leads to the negative, each can be followed and has words."""

from __future__ import annotations

from urllib.parse import urlsplit

from content.drafting.document import Link
from content.drafting.finding import Finding, Level, Ruling, Where
from content.drafting.given import Given, Text
from serp.addresses import BadAddress, canonical_url, host_of

RULE, POINTS = "links", 8
GUEST = "guest_post"
DECLARED = frozenset({"sponsored", "nofollow"})
BARE = frozenset(
    {
        "here",
        "click here",
        "link",
        "this",
        "read more",
        "more",
        "her",
        "hier",
        "aquí",
        "ici",
        "тут",
        "здесь",
        "šeit",
        "这里",
        "点击这里",
    }
)


def check(text: Text, given: Given) -> Ruling:
    """Half for the brief's internal links, half for what is wrong with the links that are there."""
    links = text.document.links
    bad = [
        *(finding for link in links for finding in faults(link, given)),
        *(refused(link) for link in text.document.refused),
    ]
    missing = missing_links(links, given)
    parts = [0.0 if any(f.is_required for f in bad) else max(0.0, 1 - 0.25 * len(bad))]
    if given.links:
        parts.append(1 - len(missing) / len(given.links))
    elif not links and not text.document.refused:
        return Ruling(RULE, POINTS, None, "No link is set, and the brief names none.")
    words = f"{len(links)} links; {len(given.links) - len(missing)} of {len(given.links)} internal links of the brief."
    return Ruling(RULE, POINTS, sum(parts) / len(parts), words, (*bad, *missing))


def faults(link: Link, given: Given) -> list[Finding]:
    """What is wrong with one link."""
    where = Where(link.line, link.text or link.url)
    found = []
    if leads_to_negative(link.url, given):
        found.append(
            Finding(
                RULE,
                Level.REQUIRED,
                f"It links to {host(link.url)}, where the negative stands.",
                "Take the link out: each one lifts the negative. Name a source of your own instead.",
                where,
            )
        )
    if not link.text:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The link to {link.url[:80] or 'nowhere'} has no words.",
                "Write what one finds there between the brackets: [opening hours](…).",
                where,
            )
        )
    elif link.text.casefold().strip(" .…>»") in BARE:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The link says “{link.text}”: out of context nobody knows where it leads.",
                "Let its words name the page behind it.",
                where,
            )
        )
    if not link.url:
        found.append(
            Finding(RULE, Level.REQUIRED, "A link has no address.", "Write its address.", where)
        )
    if given.kind == GUEST and is_own(link.url, given) and link.title.casefold() not in DECLARED:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                "A guest post links to the brand's own site without saying what kind of link it is.",
                'Mark it where it was paid for or agreed on: [words](https://… "sponsored"), else '
                '"nofollow". Engines ask for it.',
                where,
            )
        )
    return found


def refused(link: Link) -> Finding:
    return Finding(
        RULE,
        Level.REQUIRED,
        f"“{link.url[:80]}” is no web address.",
        "Write a whole address that begins with https://.",
        Where(link.line, link.text),
    )


def missing_links(links: list[Link], given: Given) -> list[Finding]:
    """The brief's links that the draft does not have."""
    set_already = {form(link.url) for link in links}
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"The link to “{row.get('title') or row['url']}” is missing"
            + (f" ({row['why'].rstrip('.')})." if row.get("why") else "."),
            f"Set it where the text speaks of it: {row['url']}",
        )
        for row in given.links
        if row.get("url") and form(row["url"]) not in set_already
    ]


def leads_to_negative(url: str, given: Given) -> bool:
    """Whether a link helps the negative: its page, or its host unless that is the brand's own."""
    if given.negative is None or not url:
        return False
    if form(url) == form(given.negative.url):
        return True
    there = host(url)
    return bool(there) and there == bare(given.negative.host) and not is_own(url, given)


def is_own(url: str, given: Given) -> bool:
    there = host(url)
    return any(there == bare(own) or there.endswith("." + bare(own)) for own in given.own_hosts)


def host(url: str) -> str:
    """The host of a web address without "www."; empty for anything else."""
    try:
        return bare(host_of(url)) if urlsplit(url).scheme in ("http", "https") else ""
    except (BadAddress, ValueError):
        return ""


def bare(name: str) -> str:
    return name.casefold().removeprefix("www.")


def form(url: str) -> str:
    """The address in the form in which two are compared."""
    try:
        return canonical_url(url)
    except (BadAddress, ValueError):
        return url.strip()
