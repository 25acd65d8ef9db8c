"""Which pages of others are worth lifting: not every neutral result can be helped, or should be. Pure."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from content.ladder import Candidate, Rung, Side
from content.places import Place, place_of
from content.terms import words_of
from content.wording import repeats

POSTS = ("/reel", "/p/", "/posts/", "/post/", "/status/", "/photo", "/story", "/groups/")
"""Parts of an address that make it one post of somebody, not a profile."""
LEAST_NAME = 3


def is_about(url: str, names: Collection[str]) -> bool:
    """Whether the path of an address names what is searched for: every word of one of the names
    stands in it, as in /people/jo-doe for “Jo Doe”."""
    parts = urlsplit(url)
    said = set(words_of(f"{parts.path} {parts.query}".replace("_", " ").replace("-", " ")))
    run_on = parts.path.casefold().replace("-", "").replace("_", "")
    for name in names:
        words = [word for word in words_of(name) if len(word) >= LEAST_NAME]
        if words and (all(word in said for word in words) or "".join(words) in run_on):
            return True
    return False


def is_entry(url: str, names: Collection[str]) -> bool:
    """Whether the last part of an address is a name and no more, as in /people/jo-doe: an entry about
    the brand or person, not an article that mentions them."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    said = words_of(last.replace("-", " ").replace("_", " "))
    return any(
        (words := words_of(name)) and set(words) <= set(said) and len(said) <= len(words) + 1
        for name in names
    )


def is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def can_lift(candidate: Candidate, *, names: Collection[str], avoid: Collection[str]) -> bool:
    """Whether a candidate may be chosen. Own pages may.

    Of others' pages those that use the negative's words (`avoid`) would repeat it, and a thread that
    is answered comes up again. An author who writes well of the brand can be offered something new.
    Neutral pages are only lifted where they are about the brand or person and kept up to date: an
    encyclopaedia, profile or review page that names them, an entry on another site, an open question.
    Nobody can be asked to change a rival's front page, a price list, a post, or yesterday's news.
    """
    if candidate.side == Side.OWN:
        return True
    listing = candidate.rung.shown
    if repeats(listing.title, avoid):
        return False
    if candidate.side == Side.INFLUENCED:
        return True
    page = listing.page
    place = place_of(page.url, page.domain)
    if place == Place.FORUM or any(part in page.url for part in POSTS):
        return False
    if candidate.side == Side.FRIENDLY:
        return not is_home(page.url)
    if place in (Place.ENCYCLOPAEDIA, Place.PROFILE, Place.REVIEW):
        return is_about(page.url, names)
    return place == Place.QUESTION or (place == Place.OTHER and is_entry(page.url, names))


def words_against(rungs: Collection[Rung]) -> list[str]:
    """The words that made results of this page negative."""
    return list(
        dict.fromkeys(
            str(row["words"])
            for rung in rungs
            if rung.is_negative
            for row in rung.judged.evidence
            if row.get("weight", 0) < 0 and row.get("words")
        )
    )
