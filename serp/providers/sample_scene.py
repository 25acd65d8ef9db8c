"""What a query means in the sample world: whose brand, which product, what the searcher wants, which day."""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from serp.addresses import BadAddress, host_of

DATA = Path(__file__).parent.parent / "data"
LANGUAGES = {"en": "en", "nb": "nb", "no": "nb", "nn": "nb", "lv": "lv", "zh": "zh"}
YEAR = 364
"""Days after which the story begins again: 52 weeks, so weekdays stay where they are."""
OUTBREAK = 98
"""The day of the story on which the recall is announced."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A query without its day: everything that decides which pages exist and how strong they are."""

    phrase: str
    engine: str
    country: str
    language: str
    device: str
    brand: str
    domains: tuple[str, ...]
    product: str
    intents: frozenset[str]
    """Of brand, misspelling, product, problem, review, safe, job, buy, person, aside (another matter of
    the brand's than the recall); empty for a topic."""

    @property
    def topic(self) -> str:
        """The thing itself: the phrase without years and words like "best"."""
        words = self.phrase.split()
        kept = [w for w in words if w not in world()["praise"] and not re.fullmatch(r"20\d\d", w)]
        return " ".join(kept) or self.phrase

    @property
    def is_about_brand(self) -> bool:
        return "brand" in self.intents


@cache
def world() -> dict[str, Any]:
    """The hosts, page roles and words of the sample world."""
    return dict(json.loads((DATA / "sample_world.json").read_text(encoding="utf-8")))


@cache
def texts(language: str) -> dict[str, Any]:
    """The templates of a language: "en", "nb", "lv" or "zh"."""
    return dict(
        json.loads((DATA / "sample_texts" / f"{language}.json").read_text(encoding="utf-8"))
    )


def unit(*parts: object) -> float:
    """A number from 0 to 1 (exclusive) that depends on nothing but `parts`."""
    digest = blake2b("\x1f".join(map(str, parts)).encode("utf-8", "replace"), digest_size=7)
    return int.from_bytes(digest.digest()) / 2**56


def slug(text: str, *, longest: int = 60) -> str:
    """`text` for a path or a host: ASCII letters, digits and hyphens; a number where none remain."""
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    short = "-".join(words)[:longest].strip("-")
    return short if len(short) > 2 else f"{int(unit(text) * 2**32):08x}"


@lru_cache(maxsize=2048)
def scene_of(
    phrase: str,
    *,
    engine: str,
    country: str,
    language: str,
    device: str,
    brand: str,
    domains: tuple[str, ...],
    product: str,
) -> Scene:
    """Read a query. An empty brand is taken from the phrase, an empty product named after the brand;
    without domains the brand gets `<its-name>.example`."""
    plain = " ".join(phrase.lower().split())
    words = re.findall(r"\w+", plain)
    wants = frozenset(_wants(plain, words))
    name = brand or _name_in(phrase) or phrase.strip() or "Sample"
    item = product or f"{name.split()[0]} One"
    return Scene(
        phrase=plain,
        engine=engine,
        country=country.lower(),
        language=LANGUAGES.get(language.lower().partition("-")[0], "en"),
        device=device,
        brand=name,
        domains=_hosts_of(domains) or (f"{slug(name).replace('-', '')}.example",),
        product=item,
        intents=wants | _brand_intents(plain, words, name, item),
    )


def _hosts_of(domains: tuple[str, ...]) -> tuple[str, ...]:
    """The domains as hosts; what cannot be read as one is left out."""
    found = []
    for domain in domains:
        with contextlib.suppress(BadAddress):
            found.append(host_of(domain if "//" in domain else f"https://{domain}"))
    return tuple(dict.fromkeys(found))


def _wants(plain: str, words: list[str]) -> set[str]:
    found = {want for want, known in world()["intents"].items() if not set(known).isdisjoint(words)}
    for want, known in world()["intents_within"].items():
        if any(part in plain for part in known):
            found.add(want)
    return found


def _name_in(phrase: str) -> str:
    """The words of a phrase that say nothing of what is wanted, as a name."""
    known = {word for words in world()["intents"].values() for word in words}
    return " ".join(
        w for w in phrase.split() if w.lower() not in known | {"is", "er", "vai"}
    ).title()


def _brand_intents(plain: str, words: list[str], brand: str, product: str) -> set[str]:
    first = brand.lower().split()[0]
    found = {"brand"} if first in words or (not first.isascii() and first in plain) else set()
    if not found and len(first) >= 5:
        near = difflib.get_close_matches(first, words, n=1, cutoff=0.75)
        found = {"brand", "misspelling"} if near else set()
    own = set(re.findall(r"\w+", product.lower())) - set(re.findall(r"\w+", brand.lower()))
    if own and own.issubset(words):
        found |= {"brand", "product"}
    return found
