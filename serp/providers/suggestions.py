"""What a provider does that can read an engine's autocomplete: one request a phrase, plain texts back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from serp.providers import text
from serp.providers.base import Answer, ErrorKind, Provider, ProviderError, Query, Request
from serp.providers.reading import (
    MAX_BODY,
    JsonProvider,
    load,
    mapping,
    rows,
    text_kind,
    words_of,
)

LONGEST = 200
"""Characters of a suggestion that are kept: as much as a keyword has."""
NOTHING = re.compile(r"(has|did|does)(n.t| not) return(ed)? any|no results", re.I)


@dataclass(frozen=True, slots=True)
class Suggested:
    """What an engine completes a phrase to, in its order. `cost` in US dollars; None: not said."""

    phrases: tuple[str, ...]
    cost: Decimal | None = None


class Completing(Provider):
    """A provider that can tell what an engine completes a phrase to."""

    suggests: ClassVar[frozenset[str]]
    """Engines whose autocomplete it reads."""

    @classmethod
    def suggestion_price(cls, options: Mapping[str, object]) -> Decimal:
        """List price of one request for suggestions in US dollars."""
        return cls.list_price(options)

    def suggest(self, query: Query) -> Suggested:
        """Ask once. Raises ProviderError; an engine that completes nothing gives no phrases."""
        raise NotImplementedError


class Autocomplete(Completing, JsonProvider):
    """A JSON provider that also reads autocomplete. A subclass names its engines and writes
    `suggest_request` and `read_suggestions`."""

    def suggest_request(self, query: Query) -> Request:
        """The request for what an engine completes `query.phrase` to."""
        raise NotImplementedError

    def read_suggestions(self, data: Any) -> list[object]:
        """The suggestions in an answer's JSON, unclean. Raises ProviderError when it holds no list."""
        raise NotImplementedError

    def suggestion_cost(self, data: Any) -> Decimal | None:
        """What the answer says that it cost."""
        return None

    def suggest(self, query: Query) -> Suggested:
        if query.engine not in self.suggests:
            raise ProviderError(
                f"{self.title} has no autocomplete of {query.engine}.", kind=ErrorKind.UNSUPPORTED
            )
        try:
            data = self.json_of(self.send(self.suggest_request(query)))
            found = self.read_suggestions(data)
        except ProviderError as error:
            error.calls = 1
            raise
        cleaned = (text.clean(row, LONGEST) for row in found)
        phrases = tuple(dict.fromkeys(phrase for phrase in cleaned if phrase))
        return Suggested(phrases, self.suggestion_cost(data))

    def json_of(self, answer: Answer) -> Any:
        """The JSON of an answer, also where it is a list. Raises ProviderError when there is none."""
        if (
            len(answer.body) <= MAX_BODY
            and answer.status == 200
            and answer.body.lstrip()[:1] == b"["
        ):
            try:
                return load(answer.body)
            except ValueError:
                raise self.malformed("an answer that is not JSON") from None
        return self.data_of(answer)


def values_of(provider: JsonProvider, data: Any) -> list[object]:
    """The suggestions of SerpApi's shape: a list of objects with a `value`, or a word that there is
    none. Raises ProviderError for anything else."""
    listed = mapping(data).get("suggestions")
    if isinstance(listed, list):
        return [row.get("value") for row in rows(listed)]
    if words := words_of(data):
        if NOTHING.search(words):
            return []
        raise provider.refusal(text_kind(words) or ErrorKind.SERVER, f"said: {words}")
    raise provider.malformed("no suggestions and did not say that there are none")
