"""Reads a provider's JSON answer safely: says why it is refused, or hands its data over."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from serp.providers import text
from serp.providers.base import Answer, ErrorKind, Provider, ProviderError, Query, SerpPage

MAX_BODY = 20_000_000
"""Largest body that is parsed, in bytes; saved answers come without the fetch's own cap."""

MAX_RETRY_AFTER = 3600.0
"""Longest wait that a provider can ask of us, in seconds."""

_STATUS_KINDS = {
    401: ErrorKind.BAD_KEY,
    402: ErrorKind.PAYMENT,
    403: ErrorKind.FORBIDDEN,
    408: ErrorKind.TIMEOUT,
    429: ErrorKind.RATE_LIMITED,
}

_TEXT_KINDS = (
    (ErrorKind.CAPTCHA, re.compile(r"captcha|unusual traffic|not a robot", re.I)),
    (ErrorKind.RATE_LIMITED, re.compile(r"rate.?limit|too many requests|throughput", re.I)),
    (
        ErrorKind.PAYMENT,
        re.compile(r"credit|out of searches|insufficient|quota|payment|billing|balance", re.I),
    ),
    (
        ErrorKind.BAD_KEY,
        re.compile(r"api.?key|token.?invalid|invalid.{0,20}token|unauthor|authentic", re.I),
    ),
    (
        ErrorKind.BAD_REQUEST,
        re.compile(r"missing|unsupported|not supported|invalid|parameter", re.I),
    ),
)

_WEB_PAGE = re.compile(rb"[\xef\xbb\xbf\s]*<(?!\?xml(?!.{0,500}<html))", re.I | re.S)
"""Markup, but no feed or other XML."""

_BLOCK_PAGE = re.compile(
    rb"captcha|unusual traffic|not a robot|are you a human|verify you are|access denied", re.I
)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date), 0 to `MAX_RETRY_AFTER`.

    None when there is no header or it makes no sense. `now` is aware, UTC.
    """
    stated = (value or "").strip()
    if stated.isascii() and stated.isdigit():
        return min(float(stated[:12]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(stated)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def status_kind(status: int, words: str = "") -> ErrorKind:
    """Why an answer with this HTTP status failed; `words` are the provider's own, if it sent any."""
    if status >= 500:
        return ErrorKind.SERVER
    kind = _STATUS_KINDS.get(status)
    said = text_kind(words)
    # Several providers answer 429 or 401 when the credit is used up, and 400 or 422 to a wrong key.
    if said is ErrorKind.PAYMENT and status in (400, 401, 403, 422, 429):
        return said
    if said is ErrorKind.BAD_KEY and status in (400, 403, 422):
        return said
    if kind is not None:
        return kind
    return ErrorKind.BAD_REQUEST if 400 <= status < 500 else ErrorKind.MALFORMED


def text_kind(words: str) -> ErrorKind | None:
    """The kind of error that the provider's words name, or None when they name none that we know."""
    return next((kind for kind, pattern in _TEXT_KINDS if pattern.search(words)), None)


def load(body: bytes) -> Any:
    """The JSON value of a body. Raises ValueError for anything that is not strict JSON in UTF-8."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def mapping(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one: for blocks that a page may lack."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    """The objects of a list, else none: for blocks whose loss costs a feature and no position."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def words_of(data: object) -> str:
    """What the provider itself says went wrong, cleaned; "" when it says nothing."""
    said = mapping(data)
    error = said.get("error") or said.get("message") or said.get("status_message")
    if isinstance(error, dict):
        parts = (error.get(name) for name in ("code", "message", "detail"))
        error = " ".join(part for part in parts if isinstance(part, str))
    return text.clean(error, 200)


def amount(value: object) -> Decimal | None:
    """A price in US dollars as the answer states it; None when it is no sane number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value)) if 0 <= value < 1000 else None


class JsonProvider(Provider):
    """A provider that answers in JSON. A subclass writes `request` and `read`."""

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """One page out of a JSON object that came with status 200."""
        raise NotImplementedError

    def parse(self, answer: Answer, query: Query) -> SerpPage:
        """Read one answer, or raise ProviderError with the kind of the refusal."""
        return self.read(self.data_of(answer), query, answer)

    def data_of(self, answer: Answer) -> dict[str, Any]:
        """The JSON object of an answer. Raises ProviderError when it is refused or holds none."""
        if len(answer.body) > MAX_BODY:
            raise self.refusal(ErrorKind.TOO_LARGE, f"sent more than {MAX_BODY // 10**6} MB.")
        if answer.status != 200:
            raise self.refused_status(answer)
        if _WEB_PAGE.match(answer.body):
            raise self.web_page(answer)
        try:
            data = load(answer.body)
        except ValueError:
            if _BLOCK_PAGE.search(answer.body[:5000]):
                raise self.web_page(answer) from None
            raise self.malformed("an answer that is not JSON") from None
        if not isinstance(data, dict):
            raise self.malformed("JSON of another form than a result page")
        return data

    def refused_status(self, answer: Answer) -> ProviderError:
        """The error for a status other than 200."""
        try:
            words = words_of(load(answer.body))
        except ValueError:
            words = ""
        said = f" and said: {words}" if words else "."
        return self.refusal(
            status_kind(answer.status, words),
            f"answered with status {answer.status}{said}",
            wait=retry_after(answer.headers.get("retry-after"), datetime.now(UTC)),
        )

    def web_page(self, answer: Answer) -> ProviderError:
        """The error for a web page where data were due."""
        return self.refusal(
            ErrorKind.CAPTCHA, "sent a web page instead of data: a captcha or a block page."
        )

    def malformed(self, what: str) -> ProviderError:
        """The error for an answer that cannot be read as a result page."""
        return self.refusal(ErrorKind.MALFORMED, f"sent {what}.")

    def refusal(
        self,
        kind: ErrorKind,
        what: str,
        *,
        wait: float | None = None,
        cost: Decimal | None = None,
    ) -> ProviderError:
        """An error that names the provider and never shows the key, even where the answer does."""
        said = f"{self.title} {what}"
        for secret in (self.access.key, *self.access.key.split(":")):
            if len(secret) > 3:
                said = said.replace(secret, "[key]")
        return ProviderError(said, kind=kind, retry_after=wait, cost=cost)

    def organic(self, value: object) -> list[dict[str, Any]]:
        """The rows of the organic block. A missing block is empty; any other form is refused, since
        a row that cannot be read would shift every position below it."""
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.malformed("organic results of an unknown form")
        return value
