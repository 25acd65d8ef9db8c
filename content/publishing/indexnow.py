"""Tells search engines that an address is new or changed, by the IndexNow protocol."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings

from serp.providers.base import ProviderError, Request
from serp.providers.http import BoundedFetch

DEADLINE = 15.0
MAX_BYTES = 100_000
KEY = re.compile(r"^[A-Za-z0-9-]{8,128}$")
"""IndexNow documentation: 8 to 128 letters, digits or dashes."""
MEANING = {
    400: "The request was not understood.",
    403: "The key is not valid: its file was not found at the site, or holds another key.",
    422: "The address does not belong to the host, or the key does not fit it.",
    429: "Too many messages: it is tried again later.",
}


class NotTold(Exception):
    """The engines were not told; the message says why. `is_final`: another try would fail the same
    way. `status` is the answer's, None without one."""

    def __init__(self, message: str, *, is_final: bool = False, status: int | None = None) -> None:
        super().__init__(message)
        self.is_final, self.status = is_final, status


def key_address(base_url: str, key: str) -> str:
    """Where the file with the key must stand: at the root of the host."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}/{key}.txt"


def tell(url: str, *, key: str) -> int:
    """Tell the engines of this address; returns the status, 200 or 202 (the key is still looked at).
    Raises NotTold."""
    host = urlsplit(url).netloc
    body = {"host": host, "key": key, "keyLocation": key_address(url, key), "urlList": [url]}
    endpoint = settings.INDEXNOW_URL
    fetch = BoundedFetch(
        deadline=DEADLINE,
        max_bytes=MAX_BYTES,
        # The installation itself names this host.
        allowed_hosts=[urlsplit(endpoint).netloc, *settings.ALLOWED_PROVIDER_HOSTS],
        pool_size=1,
    )
    try:
        answer = fetch(Request("POST", endpoint, json=body))
    except ProviderError as error:
        raise NotTold(str(error)) from error
    finally:
        fetch.close()
    if answer.status in (200, 202):
        return answer.status
    words = MEANING.get(answer.status, f"The service answered {answer.status}.")
    raise NotTold(words, is_final=answer.status in (400, 403, 422), status=answer.status)
