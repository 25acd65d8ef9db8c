"""Which marks are kept out of learning, to measure on: never a domain or a text on both sides. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

HELD_SHARE = 0.3
LARGEST_SHARE = 0.1
"""A domain with a larger part of the marks is learned from: kept out, it would be most of the test."""


@dataclass(frozen=True, slots=True)
class Split:
    """Places of the marks to learn from and of those kept out. `group` names for each mark the texts
    and domains that hang together; groups whose `place_of` is at most `cut` were candidates to be
    kept out, so whatever was learned with a smaller cut may have seen them."""

    learned: tuple[int, ...]
    held: tuple[int, ...]
    groups: tuple[str, ...]
    cut: float


def place_of(group: str) -> float:
    """A fixed place between 0 and 1: the same group is kept out night after night."""
    digest = blake2b(group.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def split(domains: Sequence[str], texts: Sequence[str]) -> Split:
    """Keep HELD_SHARE of the marks out, so that no domain and no text stands on both sides.

    Marks of one domain, or with one text, hang together. Groups are kept out in a fixed order as
    long as they fit; those with more than LARGEST_SHARE of all marks never are.
    """
    groups = hanging_together(domains, texts)
    sizes = Counter(groups)
    room, cut = HELD_SHARE * len(groups), 0.0
    held: set[str] = set()
    for group in sorted(sizes, key=place_of):
        if sizes[group] > max(LARGEST_SHARE * len(groups), 1):
            continue
        if sizes[group] > room + 0.5:
            break
        held.add(group)
        room -= sizes[group]
        cut = place_of(group)
    places = range(len(groups))
    return Split(
        learned=tuple(at for at in places if groups[at] not in held),
        held=tuple(at for at in places if groups[at] in held),
        groups=tuple(groups),
        cut=cut,
    )


def hanging_together(domains: Sequence[str], texts: Sequence[str]) -> list[str]:
    """For each mark the name of its group: the first domain, in the order of the alphabet, of those
    that texts in common tie to its own."""
    leader: dict[str, str] = {}

    def top(domain: str) -> str:
        while leader.setdefault(domain, domain) != domain:
            domain = leader[domain]
        return domain

    by_text: dict[str, str] = {}
    for domain, text in zip(domains, texts, strict=True):
        one, other = sorted((top(domain), top(by_text.setdefault(text, domain))))
        leader[other] = one
    return [top(domain) for domain in domains]
