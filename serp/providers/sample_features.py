"""The SERP features of the sample world: questions, related searches, AI overview, stories, videos and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from serp.providers.base import Feature, Item, Link, ResultKind
from serp.providers.sample_scene import OUTBREAK, Scene, texts, unit, world
from serp.providers.sample_world import Page, spread_delay

AFTERMATH = 70
"""Days after which an engine speaks of the recall as past."""
FRESH = 24
"""Days for which a story counts as news."""


def features_of(
    scene: Scene, day: int, ranked: Sequence[Page], items: Sequence[Item]
) -> tuple[Feature, ...]:
    """The features that the engine shows for a scene on a day of the story, in their usual order.

    `ranked` are the pages of the day, `items` the organic results as shown.
    """
    offered = world()["engine_features"][scene.engine]
    made = (
        *_overview(scene, day, items),
        *_panel(scene),
        *_stories(scene, day, ranked),
        *_questions(scene, day, items),
        *_pictures(scene, ranked),
        *_shops(scene),
        *_related(scene, day),
    )
    return tuple(feature for feature in made if feature.kind.value in offered)


def phase(scene: Scene, day: int) -> str:
    """What the engine knows of the recall for this scene: calm, crisis, after; or topic."""
    if not scene.is_about_brand:
        return "topic"
    age = day - OUTBREAK - spread_delay(scene)
    return "calm" if age < 0 else "crisis" if age < AFTERMATH else "after"


def _say(scene: Scene, template: str, **more: object) -> str:
    fields = {
        "brand": scene.brand,
        "product": scene.product,
        "phrase": scene.phrase,
        "topic": scene.topic,
        **more,
    }
    return template.format_map(fields)


def _book(scene: Scene) -> dict[str, Any]:
    return texts(scene.language)


def _overview(scene: Scene, day: int, items: Sequence[Item]) -> Iterator[Feature]:
    is_asked = bool(scene.intents & {"problem", "safe", "review"})
    if not is_asked and unit(scene.phrase, scene.engine, "overview") > 0.45:
        return
    cited = sorted(items[:8], key=lambda item: unit(item.url, scene.phrase))[:3]
    links = tuple(Link(item.title, item.url, item.snippet) for item in cited)
    text = _say(scene, _book(scene)["overview"][phase(scene, day)])
    yield Feature(ResultKind.AI_OVERVIEW, text=text, links=links)


def _panel(scene: Scene) -> Iterator[Feature]:
    if not scene.is_about_brand or scene.intents & {"problem", "buy", "job", "review"}:
        return
    words = _book(scene)["words"]
    link = Link(scene.brand, f"https://{scene.domains[0]}/", words["panel"])
    yield Feature(
        ResultKind.KNOWLEDGE_PANEL, scene.brand, _say(scene, words["panel_text"]), (link,)
    )


def _stories(scene: Scene, day: int, ranked: Sequence[Page]) -> Iterator[Feature]:
    fresh = [
        (day - page.start, page)
        for page in ranked
        if page.kind == "news" and page.start is not None and 0 <= day - page.start < FRESH
    ]
    if not fresh or not scene.is_about_brand:
        return
    fresh.sort(key=lambda pair: pair[0])
    ago = _book(scene)["words"]["ago"]
    links = tuple(
        Link(page.title, page.url, _say(scene, ago, number=2 + int(20 * age)))
        for age, page in fresh[:4]
    )
    yield Feature(ResultKind.TOP_STORIES, links=links)


def _questions(scene: Scene, day: int, items: Sequence[Item]) -> Iterator[Feature]:
    book = _book(scene)["questions"]
    now = phase(scene, day)
    if now in ("crisis", "after"):
        rows = [*book["crisis"][: 4 if now == "crisis" else 2], *book["calm"]][:4]
    else:
        rows = book[now]
    links = tuple(
        Link(
            _say(scene, question),
            items[int(len(items) * unit(scene.phrase, question))].url if items else "",
            _say(scene, answer),
        )
        for question, answer in rows
    )
    yield Feature(ResultKind.PEOPLE_ALSO_ASK, links=links)


def _pictures(scene: Scene, ranked: Sequence[Page]) -> Iterator[Feature]:
    videos = [page for page in ranked[:40] if page.kind == "video"][:3]
    if len(videos) > 1:
        links = tuple(Link(page.title, page.url, page.snippet) for page in videos)
        yield Feature(ResultKind.VIDEOS, links=links)
    if unit(scene.phrase, scene.engine, "images") < 0.4:
        shown = [page for page in ranked[:30] if page.kind in ("shop", "social", "own")][:4]
        title = _say(scene, _book(scene)["words"]["images"])
        links = tuple(Link(page.title, page.url) for page in shown)
        yield Feature(ResultKind.IMAGES, title, links=links)


def _shops(scene: Scene) -> Iterator[Feature]:
    """Shops on the map, for those who ask for the brand itself or want to buy."""
    is_plain = scene.intents == frozenset({"brand"})
    if not scene.is_about_brand or not (is_plain or "buy" in scene.intents):
        return
    words = _book(scene)["words"]
    links = tuple(
        Link(
            _say(scene, words["local"], number=number),
            f"https://{scene.domains[0]}/shops/{number}",
            words["local_text"],
        )
        for number in (1, 2, 3)
    )
    yield Feature(ResultKind.LOCAL, links=links)


def _related(scene: Scene, day: int) -> Iterator[Feature]:
    book = _book(scene)["related"]
    now = phase(scene, day)
    rows = {
        "calm": book["calm"],
        "crisis": [*book["crisis"], *book["calm"][:2]],
        "after": [*book["crisis"][:3], *book["calm"][:4]],
        "topic": book["topic"],
    }[now]
    said = [_say(scene, row).lower() for row in rows]
    links = tuple(Link(text) for text in said if text != scene.phrase)
    yield Feature(ResultKind.RELATED_SEARCHES, links=links)
