"""The one way out to the network: a bounded, guarded fetch on `requests`, for use from many threads."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection, Mapping
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError, SSLError
from urllib3.exceptions import TimeoutError as BodyTimeout

from serp.providers.base import Answer, ErrorKind, ProviderError, Request
from serp.providers.guard import Exchange, GuardedAdapter, current

DEADLINE = 30.0
"""Seconds for a whole exchange."""
MAX_BYTES = 20_000_000
"""Largest body, decoded."""
MAX_REDIRECTS = 5
_CHUNK = 65_536
_CONNECT_SHARE = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})
_BODILESS = frozenset({204, 304})
"""A body under these is not read, so it would pass for the head of the connection's next answer."""
_HOSTS_KEPT = 50
_AGENT = {"User-Agent": "Pushdown/0.1", "Accept-Encoding": "gzip, deflate"}
_PORTS = {"http": 80, "https": 443}
_QUERY = re.compile(r"\?[^\s\"']*")


_TIMEOUTS = (requests.Timeout, BodyTimeout, TimeoutError)
_FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, UnicodeEncodeError)
_NAMED: tuple[tuple[tuple[type[Exception], ...], ErrorKind, str], ...] = (
    (
        (requests.exceptions.SSLError, SSLError),
        ErrorKind.CONNECTION,
        "{host} has no valid certificate.",
    ),
    (
        (requests.exceptions.InvalidHeader, UnicodeEncodeError),
        ErrorKind.BAD_KEY,
        "The key holds characters that cannot be sent.",
    ),
    (
        (requests.exceptions.ContentDecodingError, DecodeError),
        ErrorKind.MALFORMED,
        "{host} sent a body that cannot be decompressed.",
    ),
    (
        (requests.exceptions.InvalidURL,),
        ErrorKind.ADDRESS,
        "{host} cannot be part of an address.",
    ),
)
"""What the errors of requests and urllib3 mean to us; the others are broken connections."""


class _NoQueries(logging.Filter):
    """Cuts query strings out of urllib3's lines: it logs whole addresses, and some hold a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _QUERY.sub("?[hidden]", record.getMessage()), ()
        return True


for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_NoQueries())


class BoundedFetch:
    """Sends a Request and hands back its Answer, whatever the status, within firm bounds.

    `deadline` is in seconds over the whole exchange: name lookup, connection, redirects, body.
    `max_bytes` counts the decoded body. `allowed_hosts` ("host" or "host:port") may be private; all
    others must be public. `pool_size` is the number of connections kept open to one host. With
    `follows` off a redirect is handed back as the answer. Whatever goes wrong is a ProviderError,
    whose message names the host and nothing else of the address.
    """

    def __init__(
        self,
        *,
        deadline: float = DEADLINE,
        max_bytes: int = MAX_BYTES,
        allowed_hosts: Collection[str] = (),
        pool_size: int = 50,
        follows: bool = True,
    ) -> None:
        self.deadline = deadline
        self.follows = follows
        self.max_bytes = max_bytes
        self.allowed_hosts = frozenset(host.lower() for host in allowed_hosts)
        self._session = requests.Session()
        # No proxy, no .netrc and no cookie of one request may reach into another.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(_AGENT)
        adapter = GuardedAdapter(
            max_retries=0, pool_connections=_HOSTS_KEPT, pool_maxsize=pool_size
        )
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def __call__(self, request: Request) -> Answer:
        exchange = Exchange(time.monotonic() + self.deadline, self.allowed_hosts)
        token = current.set(exchange)
        try:
            return self._follow(request, exchange)
        finally:
            current.reset(token)

    def close(self) -> None:
        """Close the connections kept open."""
        self._session.close()

    def _follow(self, request: Request, exchange: Exchange) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            host = _checked(request.url).hostname or ""
            answer = self._exchange(request, exchange, host)
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not target or not self.follows:
                return answer
            request = _redirected(request, answer.status, target)
        raise ProviderError(
            f"{host} redirected more than {MAX_REDIRECTS} times.", kind=ErrorKind.CONNECTION
        )

    def _exchange(self, request: Request, exchange: Exchange, host: str) -> Answer:
        """One request without redirects. The errors of the libraries below become ours here."""
        try:
            with self._session.request(
                request.method,
                request.url,
                params=dict(request.params),
                headers=dict(request.headers),
                json=request.json,
                stream=True,
                allow_redirects=False,
                timeout=min(exchange.remaining(), _CONNECT_SHARE),
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code in _BODILESS:
                    response.raw.close()
                    return Answer(response.status_code, headers, b"")
                return Answer(response.status_code, headers, self._body(response, host))
        except ProviderError as error:
            raise (self._timeout(host) if error.kind is ErrorKind.TIMEOUT else error) from None
        except _TIMEOUTS:
            raise self._timeout(host) from None
        except _FAILURES as error:
            raise _translated(error, host) from None

    def _body(self, response: requests.Response, host: str) -> bytes:
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            current.get().remaining()
            body += chunk
            if len(body) > self.max_bytes:
                response.raw.close()
                raise ProviderError(
                    f"{host} sent more than {self.max_bytes:,} bytes.", kind=ErrorKind.TOO_LARGE
                )
        return bytes(body)

    def _timeout(self, host: str) -> ProviderError:
        return ProviderError(
            f"{host} did not answer within {self.deadline:g} s.", kind=ErrorKind.TIMEOUT
        )


def _translated(error: Exception, host: str) -> ProviderError:
    for types, kind, words in _NAMED:
        if isinstance(error, types):
            return ProviderError(words.format(host=host), kind=kind)
    return ProviderError(
        f"The connection to {host} failed or broke off.", kind=ErrorKind.CONNECTION
    )


def _bad_address() -> ProviderError:
    return ProviderError(
        "The address must begin with http:// or https:// and name a host, without user and password.",
        kind=ErrorKind.ADDRESS,
    )


def _checked(url: str) -> SplitResult:
    """The parts of an address that may be called at all. Raises ProviderError otherwise."""
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _bad_address() from None
    if not is_fine or "@" in parts.netloc:
        raise _bad_address()
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _redirected(request: Request, status: int, target: str) -> Request:
    """The request that follows a redirect.

    To the same scheme, host and port it goes on as it was. To any other it carries neither headers
    nor body, and is refused if it would have to, or if the new address itself holds a secret.
    """
    try:
        url = urljoin(request.url, target)
    except ValueError:
        raise _bad_address() from None
    there = _checked(url)
    keeps = status in _KEEP_METHOD or request.method in ("GET", "HEAD")
    method, body = (request.method, request.json) if keeps else ("GET", None)
    if _origin(there) == _origin(urlsplit(request.url)):
        return Request(method, url, headers=request.headers, json=body)
    if body is not None or any(secret in url for secret in _secrets(request)):
        raise ProviderError(
            f"The provider redirects to {there.hostname}; the key is not sent there.",
            kind=ErrorKind.ADDRESS,
        )
    return Request(method, url)


def _secrets(request: Request) -> list[str]:
    named: Mapping[str, str] = {**request.params, **request.headers}
    return [
        # The word before a credential ("Bearer") is no secret.
        value.rpartition(" ")[2]
        for name, value in named.items()
        if len(value) > 3 and re.search("key|token|secret|auth|pass", name, re.IGNORECASE)
    ]
