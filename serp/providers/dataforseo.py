"""DataForSEO, live and advanced: Google, Bing and Baidu, the whole depth in one request.

Its queue, which costs less and takes longer, is asked by `serp.providers.dataforseo_tasks`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from serp.providers import features, locales, text
from serp.providers.base import (
    Answer,
    ErrorKind,
    Feature,
    ProviderError,
    Query,
    Request,
    ResultKind,
    SerpPage,
)
from serp.providers.reading import amount, mapping, rows, words_of
from serp.providers.suggestions import Autocomplete

_DEEPEST = 700
"""Largest depth that the API accepts."""

_NO_RESULTS = 40102
OK = 20000
LIVE, TASK = "live", "task"
"""Values of the option "mode": answered while we wait, or put into a queue and collected later."""

_KINDS = {
    40100: ErrorKind.BAD_KEY,
    40101: ErrorKind.ENGINE,
    40103: ErrorKind.ENGINE,
    40104: ErrorKind.FORBIDDEN,
    40200: ErrorKind.PAYMENT,
    40201: ErrorKind.FORBIDDEN,
    40202: ErrorKind.RATE_LIMITED,
    40203: ErrorKind.PAYMENT,
    40204: ErrorKind.FORBIDDEN,
    40207: ErrorKind.FORBIDDEN,
    40209: ErrorKind.RATE_LIMITED,
    40210: ErrorKind.PAYMENT,
    50401: ErrorKind.TIMEOUT,
    50402: ErrorKind.TIMEOUT,
}
"""Status codes of tasks by the documentation's appendix; the rest goes by its hundreds."""

_LISTS = {
    "related_searches": ResultKind.RELATED_SEARCHES,
    "people_also_search": ResultKind.RELATED_SEARCHES,
    "top_stories": ResultKind.TOP_STORIES,
    "video": ResultKind.VIDEOS,
    "short_videos": ResultKind.VIDEOS,
    "images": ResultKind.IMAGES,
}
_PANELS = {
    "knowledge_graph": ResultKind.KNOWLEDGE_PANEL,
    "answer_box": ResultKind.ANSWER_BOX,
    "featured_snippet": ResultKind.ANSWER_BOX,
}
_SINGLE_ROWS = {
    "local_pack": ResultKind.LOCAL,
    "map": ResultKind.LOCAL,
    "paid": ResultKind.ADS,
}
"""Types of which each line is a row of its own."""


class DataForSEO(Autocomplete):
    name = "dataforseo"
    title = "DataForSEO"
    engines = frozenset({"google", "bing", "baidu"})
    suggests = frozenset({"google"})
    base_url = "https://api.dataforseo.com"
    # Billed by pages of ten, though one request reads them all; later pages cost a quarter less.
    price = Decimal("0.002")
    task_price = Decimal("0.0006")
    """Ten results through the queue at normal priority, by the list of 2026:
    https://dataforseo.com/pricing/google-serp/google-organic-serp-api"""
    key_help = "Write login:password, both from app.dataforseo.com under “API Access”."

    @classmethod
    def list_price(cls, options: Mapping[str, object]) -> Decimal:
        return cls.task_price if options.get("mode") == TASK else cls.price

    @classmethod
    def option_fault(cls, options: Mapping[str, object]) -> str:
        if options.get("mode", LIVE) in (LIVE, TASK):
            return ""
        return (
            'The option "mode" is "live" (an answer at once) or "task" (from the queue: within minutes '
            "to hours, at about a third of the price)."
        )

    def request(self, query: Query, page: int) -> Request:
        """The one request. It is billed by pages of ten, so the depth goes up to the next ten."""
        if fault := self.option_fault(self.access.options):
            raise ProviderError(fault, kind=ErrorKind.BAD_REQUEST)
        return Request(
            "POST",
            f"{self.root}/v3/serp/{query.engine}/organic/live/advanced",
            headers=self.headers(),
            json=[self.task(query)],
        )

    @classmethod
    def suggestion_price(cls, options: Mapping[str, object]) -> Decimal:
        """Suggestions are always asked live, also where result pages come through the queue."""
        return cls.price

    def suggest_request(self, query: Query) -> Request:
        """Google's autocomplete, live."""
        task = {**self.task(query), "client": "gws-wiz-serp"}
        del task["device"], task["depth"]
        return Request(
            "POST",
            f"{self.root}/v3/serp/google/autocomplete/live/advanced",
            headers=self.headers(),
            json=[task],
        )

    def read_suggestions(self, data: Any) -> list[object]:
        task = next(iter(self.tasks_in(mapping(data))), None)
        if task is None:
            raise self.malformed("no task")
        if task.get("status_code") == _NO_RESULTS:
            return []
        if task.get("status_code") != OK:
            raise self.refused(task, cost=amount(task.get("cost")))
        result = next(iter(rows(task.get("result"))), {})
        return [row.get("suggestion") for row in rows(result.get("items"))]

    def suggestion_cost(self, data: Any) -> Decimal | None:
        return amount(mapping(data).get("cost"))

    def headers(self) -> dict[str, str]:
        """What every request carries: the login and the password."""
        pair = b64encode(self.access.key.encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def task(self, query: Query) -> dict[str, object]:
        """The question as DataForSEO takes it, live or through the queue. Raises ProviderError when
        it knows no such place."""
        return {
            # The API decodes %xx and turns + into a space.
            "keyword": query.phrase.replace("%", "%25").replace("+", "%2B"),
            "language_code": _language(query),
            "device": query.device,
            "depth": min(_DEEPEST, -(-max(query.depth, 1) // 10) * 10),
            **self._place(query),
        }

    def _place(self, query: Query) -> dict[str, object]:
        if query.engine == "baidu":
            return {"location_code": locales.google_location_code("cn")}
        if query.location:
            return {"location_name": query.location}
        code = locales.google_location_code(query.country)
        if code is None:
            raise self.refusal(ErrorKind.BAD_REQUEST, f"knows no country {query.country}.")
        return {"location_code": code}

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """The result page of the one task asked.

        The envelope says 20000 even where the task failed, so the task's own code counts. Empty when
        the task says "no search results" (40102), or counts no item, or lists item types without an
        organic one: then the page holds features only.
        """
        task = self.task_in(data, query)
        code, cost = task.get("status_code"), amount(task.get("cost"))
        if cost is None:
            cost = amount(data.get("cost"))
        if code == _NO_RESULTS:
            return SerpPage((), cost=cost)
        if code != OK:
            raise self.refused(task, cost=cost)
        result = rows(task.get("result"))[:1]
        if not result or result[0].get("type") != "organic":
            raise self.malformed("a task without a page of organic results")
        return self._page(result[0], cost)

    def task_in(self, data: dict[str, Any], query: Query) -> dict[str, Any]:
        """The one task of an answer. Raises ProviderError when the whole request was refused."""
        tasks = self.tasks_in(data)
        if not tasks:
            raise self.malformed("no task")
        # We ask one task a request; a saved answer may hold more, and then the phrase decides.
        return next((task for task in tasks if _keyword(task) == query.phrase), tasks[0])

    def tasks_in(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """All tasks of an answer. Raises ProviderError when the whole request was refused."""
        code = data.get("status_code")
        if code == OK:
            return rows(data.get("tasks"))
        if not isinstance(code, int):
            raise self.malformed("an answer without a status code")
        raise self.refused(data)

    def refused(self, said: dict[str, Any], *, cost: Decimal | None = None) -> ProviderError:
        """The error for an answer or a task whose status code is not that of success."""
        code = said.get("status_code")
        return self.refusal(kind_of(code), f"said: {code} {words_of(said)}", cost=cost)

    def _page(self, result: dict[str, Any], cost: Decimal | None) -> SerpPage:
        found = self.organic(result.get("items"))
        # The right column counts its ranks from 1 again, so its rows would take the top places.
        left = [row for row in found if row.get("position") in ("left", None)]
        organic = [row for row in left if row.get("type") == "organic"]
        items = features.items(organic, link="url", snippet="description")
        types = result.get("item_types")
        counts_none = result.get("items_count") == 0 and not found
        names_none = bool(found) and isinstance(types, list) and "organic" not in types
        if not items and (organic or not (counts_none or names_none)):
            raise self.malformed("no organic results and did not say that there are none")
        others = [row for row in found if row.get("type") != "organic"]
        return SerpPage(items, _features(others), has_more=False, cost=cost)


def _language(query: Query) -> str:
    if query.engine == "baidu":
        return "zh_CN"
    return locales.google_language(query.language, query.country)


def _keyword(task: dict[str, Any]) -> object:
    return mapping(task.get("data")).get("keyword")


def kind_of(code: object) -> ErrorKind:
    """The kind of error that a status code stands for: https://docs.dataforseo.com/v3/appendix/errors"""
    if not isinstance(code, int) or code < 40000:
        return ErrorKind.MALFORMED
    is_ours = code < 40100 or 40300 <= code < 40600
    return _KINDS.get(code) or (ErrorKind.BAD_REQUEST if is_ours else ErrorKind.SERVER)


def _features(found: list[dict[str, Any]]) -> tuple[Feature, ...]:
    made: list[Feature] = []
    for row in found:
        kind = str(row.get("type"))
        if kind == "ai_overview":
            made += _overview(row)
        elif kind == "people_also_ask":
            made += features.questions([_question(asked) for asked in rows(row.get("items"))])
        elif kind in _LISTS:
            made += features.listed(_LISTS[kind], row.get("items"))
        elif kind in _PANELS:
            made += features.panel(_PANELS[kind], row)
        elif kind == "carousel" and "video" in text.title(row.get("title")).lower():
            made += features.listed(ResultKind.VIDEOS, row.get("items"))
    for kind in dict.fromkeys(_SINGLE_ROWS.values()):
        made += features.listed(
            kind, [r for r in found if _SINGLE_ROWS.get(str(r.get("type"))) is kind]
        )
    return tuple(made)


def _overview(row: dict[str, Any]) -> list[Feature]:
    # An asynchronous overview comes without text unless it is paid for; it stood on the page.
    is_late = row.get("asynchronous_ai_overview") is True
    return features.overview(
        {
            "markdown": row.get("markdown"),
            "text_blocks": row.get("items"),
            "references": row.get("references"),
            "page_token": is_late,
        }
    )


def _question(row: dict[str, Any]) -> dict[str, Any]:
    answer = next(iter(rows(row.get("expanded_element"))), {})
    return {
        "question": row.get("title"),
        "answer": answer.get("description"),
        "text_blocks": answer.get("items"),
        "references": answer.get("references"),
        "link": answer.get("url"),
    }
