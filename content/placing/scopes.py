"""Which addresses belong to a place: its host or domain with all hosts below it, and a path where it has one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
OWN_ROOMS: dict[str, frozenset[str]] = {
    "blog": frozenset({"blog", "blogg", "blogs", "blogi", "journal", "magazin", "magazine", "stories"}),
    "help": frozenset({"help", "support", "faq", "faqs", "hc", "hjelp", "kundeservice", "palidziba", "hilfe", "ayuda", "aide", "pomosch", "bangzhu"}),
    "newsroom": frozenset({"news", "newsroom", "press", "presse", "pressroom", "media", "nyheter", "jaunumi", "zinas", "aktuelles", "noticias", "prensa", "actualites", "novosti", "xinwen"}),
}  # fmt: skip
"""By kind of own place the words that name it in a host or at the beginning of a path."""
ROOM_DEPTH = 2
"""Parts of a path that may name a room: the first may be a language."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A host with those below it, and the beginning of the path; an empty path stands for all."""

    host: str
    path: str = ""

    def has_path(self, path: str) -> bool:
        return not self.path or path == self.path or path.startswith(self.path + "/")


def scope_of(domain: str) -> Scope | None:
    """The scope that a placement's `domain` means, such as linkedin.com or google.com/maps; None when
    it is empty."""
    host, _, path = domain.strip().lower().partition("/")
    if not host:
        return None
    path = path.strip("/")
    return Scope(host.removeprefix("www."), f"/{path}" if path else "")


def holds(domain: str, url: str) -> bool:
    """Whether an address lies within a placement's `domain`."""
    scope = scope_of(domain)
    host, path = parts_of(url)
    return (
        scope is not None
        and (host == scope.host or host.endswith("." + scope.host))
        and scope.has_path(path)
    )


def parts_of(url: str) -> tuple[str, str]:
    """Host and path of an address in lower case; of a text that is none, empty ones."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return host.removeprefix("www."), parts.path.lower().rstrip("/")


class Scopes(Generic[T]):
    """Finds what belongs to an address among many scopes, in a few look-ups."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        """`rows` are domains as scope_of takes them, each with what it stands for."""
        self._by_host: dict[str, list[tuple[Scope, T]]] = defaultdict(list)
        for domain, value in rows:
            scope = scope_of(domain)
            if scope is not None:
                self._by_host[scope.host].append((scope, value))

    def of(self, url: str) -> list[T]:
        """What this address belongs to; the nearest host first."""
        host, path = parts_of(url)
        found: list[T] = []
        while host:
            found += [value for scope, value in self._by_host.get(host, ()) if scope.has_path(path)]
            host = host.partition(".")[2]
        return found


def own_rooms(url: str) -> set[str]:
    """Which kinds of own place a page of the brand's own hosts belongs to, beside the site itself."""
    host, path = parts_of(url)
    words = {*host.split(".")[:-2], *path.strip("/").split("/")[:ROOM_DEPTH]}
    return {kind for kind, names in OWN_ROOMS.items() if names & words}
