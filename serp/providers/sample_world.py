"""The pages of the sample world and their order on a day: slow drift, a recall that breaks out, its slow decay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from serp.addresses import canonical_url
from serp.providers.sample_scene import OUTBREAK, YEAR, Scene, slug, texts, unit, world

DRIFT = 1.1
"""Height of a page's slow waves in points of strength: about 15 % of positions change a day by it."""
BOTTOM = 22.0
"""Strength to which a page of the recall sinks when nobody reads it any more."""
ASIDE = 16.0
"""What a page of the recall lacks in strength where people ask for another matter of the brand's."""
ENTRY = 0.62
"""Share of its full strength with which a new page enters."""
PATHS = {
    "forum": "/t/",
    "question": "/q/",
    "shop": "/p/",
    "complaint": "/complaints/",
    "job": "/at/",
}
TWICE = frozenset({"blog", "shop", "review", "magazine", "price"})
"""Kinds of hosts whose second page on a phrase is of another form than a plain note."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one scene sees it. `start` is the day of the story on which it appears, or None.

    `waves` are two pairs of (rounds a year, phase): whole rounds, so that the year closes.
    """

    url: str
    canonical: str
    title: str
    snippet: str
    host: str
    role: str
    kind: str
    strength: float
    start: float | None
    ramp: float
    half_life: float
    floor: float
    waves: tuple[tuple[int, float], tuple[int, float]]

    def strength_on(self, day: int) -> float | None:
        """Strength on a day of the story; None while the page does not exist."""
        strength = self.strength
        if self.start is not None:
            age = day - self.start
            if age < 0:
                return None
            rise = ENTRY + (1 - ENTRY) * min(1.0, (age + 1) / self.ramp)
            past = max(0.0, age - self.ramp)
            decay = self.floor + (1 - self.floor) * 0.5 ** (past / self.half_life)
            strength = BOTTOM + (strength - BOTTOM) * rise * decay
        turn = math.tau * day / YEAR
        return strength + DRIFT * sum(math.sin(turn * n + phase) for n, phase in self.waves)


def ranking(scene: Scene, day: int) -> list[Page]:
    """The pages for a scene on a day of the story (0 to 363), best first."""
    strengths = [(page.strength_on(day), page) for page in pages_of(scene)]
    there = [(strength, page) for strength, page in strengths if strength is not None]
    there.sort(key=lambda pair: (-pair[0], pair[1].url))
    return [page for _, page in there]


def spread_delay(scene: Scene) -> float:
    """Days until the recall reaches a phrase: at once where people ask for it, last in mere topics."""
    if not scene.is_about_brand:
        return 12 + 8 * unit(scene.phrase, "delay")
    late = 3.0 if "misspelling" in scene.intents else 0.0
    if scene.intents & {"problem", "safe"}:
        return late + unit(scene.phrase, "delay")
    if scene.intents & {"review", "buy", "job", "person"}:
        return late + 4 + 5 * unit(scene.phrase, "delay")
    return late + (1 if "product" in scene.intents else 1 + 2 * unit(scene.phrase, "delay"))


@lru_cache(maxsize=1024)
def pages_of(scene: Scene) -> tuple[Page, ...]:
    """Every page that a scene can ever show, without order."""
    found: dict[str, Page] = {}
    for page in (*_own_pages(scene), *_role_pages(scene), *_fillers(scene)):
        found.setdefault(page.canonical, page)
    return tuple(found.values())


def _own_pages(scene: Scene) -> Iterator[Page]:
    homes = {name: _own_domain(scene, starts) for name, starts in OWN_HOSTS.items()}
    for role, traits in world()["own_roles"].items():
        host = homes.get(role, homes["own_home"])
        path = OWN_PATHS[role].format(product=slug(scene.product))
        is_apart = role in ("own_help", "own_shop") and host != homes["own_home"]
        url = f"https://{host}{'/' if is_apart else path}"
        yield from _page(scene, role, "own", host, scene.brand, url, traits)


OWN_HOSTS = {
    "own_home": (),
    "own_shop": ("shop.", "store.", "butikk.", "veikals."),
    "own_help": ("help.", "support.", "hjelp."),
    "own_notice": ("help.", "support.", "hjelp."),
}
OWN_PATHS = {
    "own_home": "/",
    "own_shop": "/shop",
    "own_help": "/help",
    "own_about": "/about",
    "own_product": "/products/{product}",
    "own_notice": "/recall",
}


def _own_domain(scene: Scene, starts: tuple[str, ...]) -> str:
    """The brand's domain that begins in one of the ways, else its main one."""
    every = [start for known in OWN_HOSTS.values() for start in known]
    main = next((d for d in scene.domains if not d.startswith(tuple(every))), scene.domains[0])
    return next((d for d in scene.domains if starts and d.startswith(starts)), main)


def _hosts(kind: str, scene: Scene) -> list[tuple[str, str]]:
    """Hosts of a kind with their names, those of the scene's language first."""
    rows = world()["hosts"][kind]
    local = [(row[0], row[1]) for row in rows if len(row) > 2 and row[2] == scene.language]
    general = [(row[0], row[1]) for row in rows if len(row) == 2]
    general.sort(key=lambda row: unit(row[0], scene.brand))
    return local + general


def _role_pages(scene: Scene) -> Iterator[Page]:
    """Pages about the brand. Their host and words depend on the brand and the language alone, so one
    page stands for many phrases with one title."""
    taken: dict[str, int] = {}
    for role, traits in world()["roles"].items():
        kind = traits["kind"]
        hosts = _hosts(kind, scene)
        host, name = hosts[taken.get(kind, 0) % len(hosts)]
        taken[kind] = taken.get(kind, 0) + 1
        yield from _page(scene, role, kind, host, name, "", traits)


def _fillers(scene: Scene) -> Iterator[Page]:
    """Pages about the phrase as such: what fills a topic, and the deep end of every other list."""
    base = 14 if scene.is_about_brand else 34
    width = 26 if scene.is_about_brand else 46
    for kind in world()["hosts"]:
        forms = [form for form, kinds in world()["fillers"].items() if kind in kinds]
        for host, name in _hosts(kind, scene):
            first = int(unit(host, scene.phrase, "form") * len(forms))
            second = forms[(first + 1) % len(forms)] if kind in TWICE else "note"
            for form in {forms[first]: None, second: None}:
                weight = 0.45 if form == "note" else 1.0
                strength = base + width * weight * unit(host, scene.phrase, form) ** 0.8
                yield from _page(
                    scene, form, kind, host, name, "", {"strength": strength, "topic": strength}
                )


def _page(
    scene: Scene,
    role: str,
    kind: str,
    host: str,
    name: str,
    url: str,
    traits: dict[str, Any],
) -> Iterator[Page]:
    """One page with its static strength for this scene, or nothing where it has no place."""
    if scene.is_about_brand:
        plus = traits.get("plus", {})
        strength = traits["strength"] + sum(plus.get(want, 0) for want in scene.intents)
    elif "topic" in traits:
        strength = traits["topic"]
    else:
        return
    title, snippet = wording(scene, role, host, name)
    strength += 7 * (unit(host, role, scene.phrase, scene.language) - 0.5)
    strength += 4 * (unit(host, scene.engine) - 0.5) + 2 * (unit(host, role, scene.country) - 0.5)
    strength += 1.5 * (unit(host, role, scene.device) - 0.5)
    if "misspelling" in scene.intents:
        strength -= 8 * unit(host, "misspelling") * (kind == "own")
    start = traits.get("start")
    if start is not None and "aside" in scene.intents:
        strength -= ASIDE
    if start is not None:
        start += OUTBREAK + spread_delay(scene) + 2 * unit(scene.phrase, role, "start")
    url = url or _url(scene, role, kind, host, title)
    key = (host, role, scene.phrase, scene.engine)
    yield Page(
        url=url,
        canonical=canonical_url(url),
        title=title,
        snippet=snippet,
        host=host,
        role=role,
        kind=kind,
        strength=strength,
        start=start,
        ramp=traits.get("ramp", 1),
        half_life=traits.get("half_life", 1),
        floor=traits.get("floor", 1),
        waves=(
            (5 + int(6 * unit(*key, "long")), math.tau * unit(*key, "a")),
            (11 + int(8 * unit(*key, "short")), math.tau * unit(*key, "b")),
        ),
    )


def wording(scene: Scene, role: str, host: str, name: str) -> tuple[str, str]:
    """Title and snippet of a page in the scene's language."""
    book = texts(scene.language)
    form = book["roles"].get(role) or book["fillers"][role]
    phrase = scene.phrase
    fields = {
        "brand": scene.brand,
        "product": scene.product,
        "slug": slug(scene.brand).replace("-", ""),
        "phrase": phrase,
        "topic": scene.topic,
        "Phrase": phrase[:1].upper() + phrase[1:],
        "number": 5 + int(17 * unit(host, phrase, role)),
        "host": name,
    }
    title, snippet = (template.format_map(fields) for template in form)
    is_signed = not role.startswith("own_") and "{host}" not in form[0] and unit(host, "sign") < 0.5
    title = title[:1].upper() + title[1:]
    return (f"{title} - {name}" if is_signed else title), snippet


def _url(scene: Scene, role: str, kind: str, host: str, title: str) -> str:
    """The page's address as this engine sends it: `www.`, a mobile host or a shop's tracking mark."""
    prefix = "www." if unit(host, "www") < 0.35 else ""
    if kind in ("video", "social") and scene.device == "mobile":
        prefix = "m."
    if kind == "video":
        return f"https://{prefix}{host}/watch?v={int(unit(host, role, title) * 2**40):x}"
    tail = slug(title.rpartition(" - ")[0] or title)
    if scene.language == "zh":
        tail = f"{int(unit(title) * 2**32):08x}"
    mark = ""
    if kind == "shop" and scene.engine == "google":
        mark = f"?srsltid=Af{int(unit(host, title, 'mark') * 2**40):x}"
    return f"https://{prefix}{host}{PATHS.get(kind, '/')}{tail}{mark}"
