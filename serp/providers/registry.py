"""The list of providers: the one place that a new one is added to."""

from __future__ import annotations

from serp.providers.base import Access, ErrorKind, Fetch, Provider, ProviderError
from serp.providers.brave import Brave
from serp.providers.dataforseo import DataForSEO
from serp.providers.sample import Sample
from serp.providers.searchapi import SearchApi
from serp.providers.searxng import SearXNG
from serp.providers.serpapi import SerpApi
from serp.providers.serper import Serper

PROVIDERS: dict[str, type[Provider]] = {
    provider.name: provider
    for provider in (Sample, SerpApi, DataForSEO, Serper, SearchApi, Brave, SearXNG)
}

IMPORTED = "import"
"""Stands for the provider of readings that were imported and name none."""

_ENGINE_TITLES = {
    "google": "Google",
    "bing": "Bing",
    "baidu": "Baidu",
    "yandex": "Yandex",
    "duckduckgo": "DuckDuckGo",
    "brave": "Brave",
    "startpage": "Startpage",
    "mojeek": "Mojeek",
    "qwant": "Qwant",
}


def provider_choices() -> list[tuple[str, str]]:
    """Name and title of every provider, for a model field's `choices` (a callable needs no migration)."""
    return [(name, provider.title) for name, provider in PROVIDERS.items()]


def title_of(name: str) -> str:
    """A provider as people call it; of one that is not ours, such as another tracker whose history
    was imported, the name that is stored."""
    if name == IMPORTED:
        return "imported history"
    return PROVIDERS[name].title if name in PROVIDERS else name


def engine_choices() -> list[tuple[str, str]]:
    """Name and title of every engine that some provider offers, the common ones first."""
    offered = {engine for provider in PROVIDERS.values() for engine in provider.engines}
    known = [(name, title) for name, title in _ENGINE_TITLES.items() if name in offered]
    return known + [(name, name.capitalize()) for name in sorted(offered - set(_ENGINE_TITLES))]


def make(name: str, access: Access, fetch: Fetch) -> Provider:
    """The provider of this name, ready to be asked. Raises ProviderError for an unknown name."""
    if name not in PROVIDERS:
        raise ProviderError(f"There is no provider {name}.", kind=ErrorKind.UNSUPPORTED)
    return PROVIDERS[name](access, fetch)
