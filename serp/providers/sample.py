"""The provider `sample`: a made-up search world that needs no network and always answers alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import ClassVar

from serp.portfolio.combining import phrase_of
from serp.portfolio.language_words import words_of
from serp.providers import text
from serp.providers.base import ErrorKind, Item, ProviderError, Query, Serp
from serp.providers.sample_features import features_of
from serp.providers.sample_pieces import climb
from serp.providers.sample_scene import YEAR, Scene, scene_of, unit
from serp.providers.sample_world import ranking
from serp.providers.suggestions import Completing, Suggested

ANCHOR = date(2025, 1, 6)
"""Day 0 of the story where the account names none."""
DEEPEST = 100
_LONGEST_WORD = 200
MOST_SUGGESTED = 8
SHORT_PAGE = 0.2
"""Share of days on which an engine gives one organic result fewer on page one."""


class Sample(Completing):
    """Result pages of a made-up world of `.example` hosts; the answer depends on the query alone.

    The clock is `query.at`, counted in UTC days from the option `epoch` (an ISO date); the story of
    182 days and its long end comes round every 364 days: calm, a recall on day 98, slow decay.
    Without `at` it is day 0. Further options: `product` is the name of the recalled product;
    `faults` is the share of checks (0 to 1) that fail or come back short.
    """

    name: ClassVar[str] = "sample"
    title: ClassVar[str] = "Sample world"
    engines: ClassVar[frozenset[str]] = frozenset(
        {"google", "bing", "baidu", "yandex", "duckduckgo", "brave"}
    )
    suggests: ClassVar[frozenset[str]] = engines
    needs_key: ClassVar[bool] = False
    is_local: ClassVar[bool] = True
    price: ClassVar[Decimal] = Decimal(0)
    key_help: ClassVar[str] = "No key is needed: the results are made up."

    def fetch(self, query: Query) -> Serp:
        """The result page of a query. Raises ProviderError where the options ask for faults, for an
        engine that is not offered and for options that cannot be read."""
        self.refuse_engine(query)
        epoch = self._epoch()
        at = query.at or datetime.combine(epoch, time(), UTC)
        days = (at.astimezone(UTC).date() - epoch).days
        shortfall = self._fault(query, days)
        scene = self._scene(query)
        ranked = ranking(scene, days % YEAR)
        found = [Item(0, page.url, page.title, page.snippet) for page in ranked]
        found = climb(found, scene, query.watched, at)
        is_short = unit(scene.phrase, scene.engine, days, "short") < SHORT_PAGE
        wanted = max(1, min(query.depth, DEEPEST) - is_short)
        if shortfall:
            wanted = max(1, wanted // 2)
        items = tuple(
            Item(position, item.url, item.title, item.snippet)
            for position, item in enumerate(found[:wanted], start=1)
        )
        features = features_of(scene, days % YEAR, ranked, items)
        return Serp(items, features, len(items), shortfall, calls=1, cost=self.price)

    def refuse_engine(self, query: Query) -> None:
        """Raise ProviderError for an engine that is not offered."""
        if query.engine not in self.engines:
            raise ProviderError(
                f"{self.title} does not offer {query.engine}.", kind=ErrorKind.UNSUPPORTED
            )

    def suggest(self, query: Query) -> Suggested:
        """What people of the made-up world add to a phrase: the usual words of its language."""
        self.refuse_engine(query)
        phrase = text.clean(query.phrase, _LONGEST_WORD)
        said = words_of(query.language).meanings.values()
        found = tuple(phrase_of(phrase, listed[0], query.language) for listed in said if listed)
        return Suggested(found[:MOST_SUGGESTED], cost=self.price)

    def _scene(self, query: Query) -> Scene:
        # Its pages repeat these words, and must be as clean as any other provider's.
        return scene_of(
            text.clean(query.phrase, _LONGEST_WORD),
            engine=query.engine,
            country=query.country,
            language=query.language,
            device=query.device,
            brand=text.clean(query.brand, _LONGEST_WORD),
            domains=query.domains,
            product=text.clean(self.access.options.get("product"), _LONGEST_WORD),
        )

    def _epoch(self) -> date:
        named = self.access.options.get("epoch")
        if not named:
            return ANCHOR
        try:
            return date.fromisoformat(str(named))
        except ValueError:
            raise ProviderError(
                "The option “epoch” of the sample world is no date like 2026-01-31.",
                kind=ErrorKind.BAD_REQUEST,
            ) from None

    def _fault(self, query: Query, days: int) -> ProviderError | None:
        """A fault of the day, drawn by phrase, day and engine: raised, or returned as a shortfall."""
        try:
            share = float(str(self.access.options.get("faults") or 0))
        except ValueError:
            raise ProviderError(
                "The option “faults” of the sample world is no number from 0 to 1.",
                kind=ErrorKind.BAD_REQUEST,
            ) from None
        key = (query.phrase, days, query.engine)
        if unit(*key, "fault") >= share:
            return None
        kind = unit(*key, "kind")
        if kind < 0.45:
            raise ProviderError(
                "The provider did not answer in 30 s.", kind=ErrorKind.TIMEOUT, calls=1
            )
        if kind < 0.75:
            raise ProviderError(
                "The provider asked us to slow down.",
                kind=ErrorKind.RATE_LIMITED,
                retry_after=60,
                calls=1,
            )
        return ProviderError(
            "The second half did not come in time.", kind=ErrorKind.TIMEOUT, calls=1
        )
