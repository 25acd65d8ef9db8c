"""Whether a site is named after a brand: as its own, or as one made against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reputation.tone.masking import NAMES, TRADE, WITHOUT_MARKS, mask_of, squash
from reputation.tone.verdict import BrandNames

OWN_TAILS = frozenset(NAMES["own_tails"])
# What stands before a name in a domain of its owner: myexample.com, weareexample.com.
OWN_HEADS = ("the", "my", "go", "get", "join", "shop", "visit", "weare", "team", "about", "hello")
HOSTILE_TAILS = frozenset(NAMES["hostile_tails"])
SHORTEST = 3
SHORTEST_AFTER_HEAD = 4
SHORTEST_LONG = 5
# A long name at the head of a domain is no chance: examplecards.com is Example's, unless what
# follows tells of people who watch the brand: exampleinsider.com.
LONG_NAME = 6
WATCHERS = re.compile(
    "insider|rumou?rs?|watch|fans?|forums?|times|daily|herald|gazette|unions?|workers|reviews?"
    r"|20\d\d"
)
CACHED = 16_384
SMALL_WORDS = frozenset({"of", "the", "and", "for", "de", "du", "des", "und", "y", "et", "og"})
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Owner:
    """How a brand may stand in addresses: `names` squashed, `long` those that are no chance,
    `initials` of names of three words or more, `domains` known as its own."""

    names: tuple[str, ...]
    long: frozenset[str]
    initials: frozenset[str]
    domains: tuple[str, ...]

    def lists(self, host: str) -> bool:
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def is_in(self, label: str) -> bool:
        return any(len(name) >= SHORTEST_AFTER_HEAD and name in label for name in self.names)


@lru_cache(maxsize=512)
def owner_of(brand: BrandNames) -> Owner:
    """The forms of a brand's name in addresses, read once for each brand."""
    squashed = mask_of(brand).squashed
    spelled = (squash(_spelled_out(name)) for name in brand.names)
    bare = (name.removeprefix("the") for name in squashed if len(name) > SHORTEST_LONG + 3)
    names = tuple(dict.fromkeys(filter(None, (*squashed, *spelled, *bare))))
    domains = (domain.strip().lower().removeprefix("www.") for domain in brand.domains)
    return Owner(
        names,
        frozenset(name for name in names if len(name) >= SHORTEST_LONG),
        frozenset(filter(None, map(_initials, brand.names))),
        tuple(filter(None, domains)),
    )


def plain_label(label: str) -> str:
    """A label of a host as a brand's name is squashed: decoded, without hyphens or accents."""
    if label.startswith("xn--"):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return label
    return label.replace("-", "") if label.isascii() else squash(label)


@lru_cache(maxsize=CACHED)
def is_named_after(label: str, owner: Owner) -> bool:
    """Whether the label is the brand's name, its initials, its name between a usual head and tail,
    or its name without words of its trade."""
    if label in owner.initials or (label in owner.names and len(label) > 1):
        return True
    heads = (head for head in OWN_HEADS if label.startswith(head))
    forms = (label, *(label.removeprefix(head) for head in heads))
    return any(
        _is_form(form, name, is_whole=form == label)
        for form in forms
        for name in owner.names
        if len(name) >= SHORTEST
    )


@lru_cache(maxsize=CACHED)
def is_hostile(label: str, owner: Owner) -> bool:
    """Whether the label joins the brand's name with a word of trouble."""
    return any(
        len(name) >= SHORTEST and name in label and any(tail in label for tail in HOSTILE_TAILS)
        for name in owner.names
    )


def _is_form(form: str, name: str, *, is_whole: bool) -> bool:
    if not is_whole and len(name) < SHORTEST_AFTER_HEAD:
        return False
    rest = form.removeprefix(name)
    if form == name:
        return True
    if rest != form and (rest in OWN_TAILS or NUMBER.fullmatch(rest)):
        return True
    if rest != form and len(name) >= LONG_NAME and not WATCHERS.search(rest):
        return True
    return (
        len(form) >= SHORTEST_AFTER_HEAD and name.startswith(form) and _is_trade(name[len(form) :])
    )


def _is_trade(rest: str) -> bool:
    return rest in TRADE or any(
        rest.startswith(word) and rest[len(word) :] in TRADE for word in TRADE
    )


def _initials(name: str) -> str:
    """ "Example Bay Transit Authority" is ebta.example; names of two words are left alone."""
    words = [word for word in re.findall(r"\w+", name.casefold()) if word not in SMALL_WORDS]
    return "".join(word[0] for word in words) if len(words) >= SHORTEST else ""


def _spelled_out(name: str) -> str:
    """The name with its marks as letters, as German and Norse names stand in domains."""
    return "".join(WITHOUT_MARKS.get(letter, letter) for letter in name.casefold())
