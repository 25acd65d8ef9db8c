"""How a page that the brand has published climbs in the sample world, and whom it displaces."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime

from serp.addresses import BadAddress, canonical_url, host_of, registrable_domain
from serp.providers.base import Item, Watched
from serp.providers.sample_scene import Scene, unit

DAY_SECONDS = 86_400
LEAST_MATCH = 0.5
NAME_UNSAID = 0.4
# fmt: off
STOP = frozenset({
    "a", "an", "the", "is", "are", "of", "for", "to", "in", "and", "on", "my", "your", "how", "what",
    "which", "why", "we", "er", "av", "og", "på", "vai", "un", "kā",
})
# fmt: on


def climb(
    items: Sequence[Item], scene: Scene, watched: Sequence[Watched], at: datetime
) -> list[Item]:
    """The results with the published pages put in where they stand at the time `at`; the others
    move down. Positions of the answer are not numbered yet."""
    places: list[tuple[float, Item]] = []
    for piece in watched:
        try:
            canonical = canonical_url(piece.url)
            place = _place(scene, piece, at)
        except BadAddress:
            continue
        items = [item for item in items if canonical_url(item.url) != canonical]
        if place is not None:
            places.append((place, Item(0, piece.url, piece.title, _snippet(scene, piece))))
    ranked = list(items)
    for place, item in sorted(places, key=lambda pair: (pair[0], pair[1].url)):
        ranked.insert(max(0, round(place) - 1), item)
    return ranked


def match(scene: Scene, piece: Watched) -> float:
    """How well a piece answers the phrase, 0 to 1: mostly the share of the phrase's words that its
    title and path bring, and a little how much else it says. On the brand's own site the brand's
    name counts a little where the piece does not say it: not every page there answers the name."""
    wanted = _words(scene.phrase)
    path = piece.url.partition("//")[2].partition("/")[2]
    said = _words(piece.title) | _words(re.sub(r"[/\-_.]", " ", path))
    if not wanted:
        return 0.0
    common: float = len(wanted & said)
    if _is_own(scene, piece):
        common += len((wanted & _words(scene.brand)) - said) * NAME_UNSAID
    return 0.8 * common / len(wanted) + 0.2 * min(1.0, common / max(1, len(_words(piece.title))))


def _place(scene: Scene, piece: Watched, at: datetime) -> float | None:
    """The position that a piece strives for at a time, or None while the engine does not show it."""
    fit = match(scene, piece)
    age = (at - piece.since).total_seconds() / DAY_SECONDS
    key = (canonical_url(piece.url), scene.phrase, scene.engine)
    entered = age - (4 + 6 * unit(*key, "entry"))
    if fit < LEAST_MATCH or entered < 0:
        return None
    is_own = _is_own(scene, piece)
    first = 14 + 6 * unit(*key, "first")
    last = (2 if is_own else 5) + (10 if is_own else 16) * (1 - fit) + 1.5 * unit(*key, "last")
    if scene.intents == frozenset({"brand"}):
        last += 3
    days = (42 if is_own else 50) + 7 * unit(*key, "days")
    way = min(1.0, entered / days)
    eased = way * way * (3 - 2 * way)
    wobble = 0.5 * math.sin(age / 6 + math.tau * unit(*key, "wobble"))
    return max(1.0, first + (min(last, first) - first) * eased + wobble)


def _is_own(scene: Scene, piece: Watched) -> bool:
    domain = registrable_domain(piece.url)
    return host_of(piece.url) in scene.domains or any(
        registrable_domain(own) == domain for own in scene.domains
    )


def _words(text: str) -> set[str]:
    """The words that carry meaning, cut to a stem of five letters; pairs of Chinese characters."""
    found: set[str] = set()
    for word in re.findall(r"[^\W_]+", text.lower()):
        if re.search(r"[\u3400-\u9fff]", word):
            found.update(word[n : n + 2] for n in range(max(1, len(word) - 1)))
        elif word not in STOP:
            found.add(word[:5])
    return found


SNIPPETS = {
    "en": "{title}. Answers, facts and contacts in one place, kept up to date.",
    "nb": "{title}. Svar, fakta og kontakt på ett sted, holdt oppdatert.",
    "lv": "{title}. Atbildes, fakti un saziņa vienuviet, regulāri atjaunoti.",
    "zh": "{title}。答案、事实与联系方式集中在此，持续更新。",
}


def _snippet(scene: Scene, piece: Watched) -> str:
    return SNIPPETS[scene.language].format(title=piece.title.rstrip("?!. "))
