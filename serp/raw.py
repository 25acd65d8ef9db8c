"""Keeps what providers answered, compressed and without keys, so that it can be read again at no cost."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, quote_plus

import zstandard

from serp.models import Check, RawAnswer
from serp.providers.base import Answer

MOST_KEPT = 5_000_000
"""Largest body kept, in bytes before compression; a result page has some ten thousand."""
HEADERS_READ = ("retry-after", "server-timing")
"""Headers that adapters read. No other is kept: some carry cookies, some the account's name."""
HIDDEN = "[key hidden]"
"""Stands where an answer repeated the account's key. It is safe inside a JSON string."""
_LEVEL = 1
_LONGEST_HEADER = 1000
_SHORTEST_SECRET = 4

logger = logging.getLogger(__name__)


class NotKept(Exception):
    """A kept row whose body is not there or cannot be unpacked; the message says why."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One answer, ready to be kept. `page` is 1 for the first request of a try; `size` counts bytes
    before compression; an empty `body` stands for one that was too large to keep."""

    page: int
    status: int
    headers: dict[str, str]
    body: bytes
    size: int


def pack(page: int, answer: Answer, *, secrets: Sequence[str]) -> Packed:
    """Compress an answer and hide the secrets in it. For fetch threads: it asks no database.

    `secrets` are the account's key and whatever else must not be stored; a key of the form
    "login:password" is also looked for in its halves and as HTTP sends it. A body above `MOST_KEPT`
    is left out, and `unpack` says so.
    """
    forms = list(_forms(secrets))
    headers = {
        name: _plain_header(answer.headers[name], forms)
        for name in HEADERS_READ
        if name in answer.headers
    }
    size = len(answer.body)
    if size > MOST_KEPT:
        return Packed(page, answer.status, headers, b"", size)
    body = answer.body
    for form in forms:
        body = body.replace(form, HIDDEN.encode())
    # A compressor serves one thread only; making one a page costs little.
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body)
    return Packed(page, answer.status, headers, packed, size)


def keep(kept: Iterable[tuple[int, int, str, Sequence[Packed]]], now: datetime) -> None:
    """Store packed answers in one go; what is stored already stays as it is, so it may be repeated.

    Each entry is (check id, fence, provider, its answers). `now` is an aware time. Belongs into the
    transaction that closes the checks; the answers of one that was deleted under way are dropped.
    """
    kept = list(kept)
    checks = Check.objects.filter(pk__in=[check for check, *_ in kept])
    there = set(checks.values_list("pk", flat=True)) if kept else set()
    rows = [
        RawAnswer(
            check_row_id=check,
            fence=fence,
            page=packed.page,
            provider=provider,
            at=now,
            status=packed.status,
            headers=packed.headers,
            body=packed.body,
            size=packed.size,
        )
        for check, fence, provider, answers in kept
        if check in there
        for packed in answers
    ]
    left_out = sum(not row.body for row in rows)
    if left_out:
        logger.warning("%d answers above %d bytes were not kept", left_out, MOST_KEPT)
    RawAnswer.objects.bulk_create(rows, ignore_conflicts=True)


def unpack(row: RawAnswer) -> Answer:
    """The answer as it came, save for hidden keys. Raises NotKept when it was too large to keep, or
    when what is stored is damaged or unpacks to more than was ever kept."""
    stored = bytes(row.body)
    if not stored:
        raise NotKept(f"The answer of {row.size:,} bytes was too large to keep.")
    try:
        size = zstandard.frame_content_size(stored)
        if size > MOST_KEPT + row.size:
            raise NotKept("The kept answer unpacks to more than was ever kept.")
        body = zstandard.ZstdDecompressor().decompress(stored)
    except zstandard.ZstdError:
        raise NotKept("The kept answer is damaged and cannot be unpacked.") from None
    return Answer(row.status, dict(row.headers), body)


def _forms(secrets: Sequence[str]) -> Iterator[bytes]:
    """The ways in which an answer may repeat a secret, the longest first."""
    words = {part for secret in secrets for part in (secret, *secret.split(":"))}
    plain = {word for word in words if len(word) >= _SHORTEST_SECRET}
    sent = {b64encode(secret.encode()).decode() for secret in secrets if secret in plain}
    found = plain | sent
    for word in plain | sent:
        escaped = json.dumps(word)[1:-1]
        found |= {escaped, escaped.replace("/", "\\/"), quote(word, safe=""), quote_plus(word)}
    yield from sorted((form.encode() for form in found), key=len, reverse=True)


def _plain_header(value: str, forms: Iterable[bytes]) -> str:
    """A header's value as a database takes it: short, printable, without secrets."""
    said = "".join(letter for letter in value[:_LONGEST_HEADER] if letter.isprintable()).encode()
    for form in forms:
        said = said.replace(form, HIDDEN.encode())
    return said.decode()
