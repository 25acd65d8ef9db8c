"""What the address of a page says: its kind of site, and whether it is the brand's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from reputation.tone.lexicon import read_data
from reputation.tone.masking import NAMES, TRADE, Mask
from reputation.tone.verdict import BrandNames

LONGEST_URL = 2000
SHARED_SECOND_LEVELS = frozenset({"co", "com", "net", "org", "gov", "ac", "edu", "gob"})
OWN_TAILS = frozenset(NAMES["own_tails"])
HOSTILE_TAILS = frozenset(NAMES["hostile_tails"])
SHORTEST_OWN = 3
# A long name at the head of a domain is no chance: examplebankcards.com is Example Bank's.
LONG_NAME = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of site: what being there weighs by itself, and how far its words count."""

    name: str
    weight: float
    category: str
    reason: str
    negative: float
    positive: float


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a URL that matter: `start` is where the host begins in it."""

    url: str
    host: str
    path: str
    start: int
    kind: Kind | None
    is_own: bool
    is_hostile: bool


def address_of(url: str, brand: BrandNames, mask: Mask) -> Address:
    """Reads a URL; one that cannot be read has an empty host and no kind."""
    url = url[:LONGEST_URL]
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return Address(url, "", "", 0, None, is_own=False, is_hostile=False)
    bare = host.removeprefix("www.").removeprefix("m.")
    path = parts.path.lower()
    kind = _kind(bare, path)
    label = _label(bare)
    listed = _is_listed(bare, brand.domains)
    hostile = not listed and _is_hostile(label, mask)
    own = listed or (kind is None and not hostile and _is_named_after(label, mask))
    start = max(url.lower().find(host), 0)
    return Address(url, host, path, start, kind, is_own=own, is_hostile=hostile)


def _kind(host: str, path: str) -> Kind | None:
    labels = host.split(".")
    for cut in range(len(labels) - 1):
        for prefix, kind in _sites().get(".".join(labels[cut:]), ()):
            if prefix in path:
                return _kinds()[kind] if kind != "social" else _profile(path)
    return None


def _profile(path: str) -> Kind | None:
    """Someone's own page on a social network, not a post there."""
    segments = [segment for segment in path.split("/") if segment]
    is_profile = len(segments) <= 1 or segments[0] in _profile_paths() or segments[0][0] == "@"
    return _kinds()["profile"] if is_profile and path != "/watch" else None


def _label(host: str) -> str:
    """The name part of a host: "example" for www.example.co.uk."""
    labels = host.split(".")
    if len(labels) < 2:
        return ""
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_SECOND_LEVELS:
        return labels[-3]
    return labels[-2]


def _is_listed(host: str, domains: tuple[str, ...]) -> bool:
    known = (domain.strip().lower().removeprefix("www.") for domain in domains)
    return any(domain and (host == domain or host.endswith("." + domain)) for domain in known)


def _is_named_after(label: str, mask: Mask) -> bool:
    """Whether the domain is the brand's name, its name and a tail, or its name without trade words."""
    bare = label.replace("-", "")
    for name in mask.squashed:
        if len(name) < SHORTEST_OWN:
            continue
        rest = bare.removeprefix(name)
        if bare == name or (rest != bare and (rest in OWN_TAILS or len(name) >= LONG_NAME)):
            return True
        if len(bare) >= 4 and name.startswith(bare) and _is_trade(name[len(bare) :]):
            return True
    return False


def _is_trade(rest: str) -> bool:
    return rest in TRADE or any(
        rest.startswith(word) and rest[len(word) :] in TRADE for word in TRADE
    )


def _is_hostile(label: str, mask: Mask) -> bool:
    bare = label.replace("-", "")
    return any(
        len(name) >= SHORTEST_OWN and name in bare and any(tail in bare for tail in HOSTILE_TAILS)
        for name in mask.squashed
    )


@cache
def _kinds() -> dict[str, Kind]:
    return {name: Kind(name, **kind) for name, kind in read_data("hosts")["kinds"].items()}


@cache
def _profile_paths() -> frozenset[str]:
    return frozenset(read_data("hosts")["profile_paths"])


@cache
def _sites() -> dict[str, tuple[tuple[str, str], ...]]:
    """Host to (part of the path, kind), the longest part first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, sites in read_data("hosts")["sites"].items():
        for site in sites:
            host, slash, path = site.partition("/")
            found.setdefault(host, []).append((slash + path, kind))
    return {
        host: tuple(sorted(rules, key=lambda rule: -len(rule[0]))) for host, rules in found.items()
    }
