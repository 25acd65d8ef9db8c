"""What the address of a page says: its kind of site, and whether it is the brand's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

from reputation.tone.lexicon import read_data
from reputation.tone.ownership import Owner, is_hostile, is_named_after, owner_of, plain_label
from reputation.tone.verdict import BrandNames
from serp.addresses import BadAddress, registrable_domain

LONGEST_URL = 2000
CACHED_HOSTS = 16_384


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


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for all pages of a host: `label` is the name its owner registered, `below` the
    labels in front of it, `kinds` pairs of a part of the path and the kind it means."""

    host: str
    label: str
    below: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]


def address_of(url: str, brand: BrandNames) -> Address:
    """Reads a URL; one that cannot be read has an empty host and no kind."""
    url = url[:LONGEST_URL]
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return Address(url, "", "", 0, None, is_own=False, is_hostile=False)
    path = parts.path.lower()
    start = max(url.lower().find(host), 0)
    if not host:
        return Address(url, host, path, start, None, is_own=False, is_hostile=False)
    site, owner = _site(host), owner_of(brand)
    segments = [segment for segment in path.split("/") if segment]
    name = next((kind for part, kind in site.kinds if part in path), "")
    if name == "social":
        own = _is_own_profile(segments, owner)
        kind = None if own else _profile(segments)
        return Address(url, host, path, start, kind, is_own=own, is_hostile=False)
    listed = owner.lists(site.host)
    hostile = not listed and is_hostile(site.label, owner)
    own = listed or (not name and not hostile and _is_own(site, owner))
    if name in ("", "government") and not own and not hostile:
        name = _kind_of_section(site, segments, owner) or name
    kind = _kinds()[name] if name else None
    return Address(url, host, path, start, kind, is_own=own, is_hostile=hostile)


@lru_cache(maxsize=CACHED_HOSTS)
def _site(host: str) -> Site:
    bare = host.removeprefix("www.").removeprefix("m.")
    try:
        domain = registrable_domain(bare)
    except BadAddress:
        domain = bare
    label = plain_label(domain.partition(".")[0]) if "." in domain else ""
    below = bare.removesuffix(domain).rstrip(".").split(".") if bare.endswith(domain) else []
    labels = bare.split(".")
    hosts = [".".join(labels[cut:]) for cut in range(len(labels))]
    kinds = [rule for each in hosts for rule in _sites().get(each, ())]
    return Site(bare, label, tuple(filter(None, below)), tuple(kinds))


def _is_own(site: Site, owner: Owner) -> bool:
    """On a domain named after the brand, or at its name on a domain of a host for companies."""
    return is_named_after(site.label, owner) or any(below in owner.long for below in site.below)


def _profile(segments: list[str]) -> Kind | None:
    """Someone's own page on a social network, not a post there."""
    is_profile = len(segments) <= 1 or segments[0] in _paths("profile") or segments[0][0] == "@"
    return _kinds()["profile"] if is_profile and segments[:1] != ["watch"] else None


def _is_own_profile(segments: list[str], owner: Owner) -> bool:
    """The brand's own profile, or a post that has the brand's handle in its address."""
    if segments and segments[0] in _paths("handle_follows"):
        segments = segments[1:]
    handle = plain_label(segments[0].removeprefix("@")) if segments else ""
    return is_named_after(handle, owner) and not is_hostile(handle, owner)


def _kind_of_section(site: Site, segments: list[str], owner: Owner) -> str:
    """What the parts of the address say where the site itself is not known."""
    for ending in _paths("court_labels"):
        if site.label.endswith(ending) and site.label != ending:
            return "court"
    for kind in ("trouble", "jobs", "door", "staff"):
        if not _paths(kind).isdisjoint(segments):
            return kind
    is_front = not segments or (len(segments) == 1 and segments[0] in _paths("front"))
    return "front" if is_front and not owner.is_in(site.label) else ""


@cache
def _kinds() -> dict[str, Kind]:
    return {name: Kind(name, **kind) for name, kind in read_data("hosts")["kinds"].items()}


@cache
def _paths(name: str) -> frozenset[str]:
    return frozenset(read_data("hosts")["paths"][name])


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
