"""Addresses: the canonical form that tells whether two URLs are one page, and whose domain it is."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

import can_ada
import tldextract

from serp.address_letters import is_readable_label
from serp.address_rules import (
    AMP_ENDINGS,
    AMP_PARAMETERS,
    AMP_SEGMENTS,
    MOBILE_LABELS,
    PATH_WRAPPERS,
    SHARED_HOSTS,
    TRACKING_PARAMETERS,
    TRACKING_PREFIXES,
    WRAPPERS,
)

LONGEST = 2000
MOST_WRAPPINGS = 5
CACHED = 65_536

_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(),
    cache_dir=None,
    include_psl_private_domains=True,
    extra_suffixes=SHARED_HOSTS,
)
_SIMPLE = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})((?:/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)*)/?"
)
"""Host and path of an address that no parser would change: most of what engines send."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_ODD_IN_PATH = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_ODD_IN_QUERY = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%?]")
_ESCAPED_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MEANT = frozenset("%/?#&=+;")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\..+)")
_AMP_CACHE = re.compile(r"/(?:c|v|wp)/(?:s/)?([^/]+\..+)")


class BadAddress(ValueError):
    """A text that is no web address; the message says what is wrong."""


@lru_cache(maxsize=CACHED)
def canonical_url(url: str) -> str:
    """The identity of a page: one form for all the ways in which engines and people write its URL.

    Always https, the host in lower-case punycode without `www.`, `m.`, `mobile.` or `amp.`; no
    default port, tracking parameter, AMP mark, trailing slash or fragment (a `#!` one stays: it
    names a page); parameters sorted by name; wrapping redirects and AMP caches taken off. It is
    made for comparing: link to the URL as the engine sent it. Raises BadAddress.
    """
    simple = _simple(url)
    if simple and "amp" not in simple[2] and "ampproject" not in simple[1]:
        return f"https://{_plain_host(simple[1])}{simple[2] or '/'}"
    for _ in range(MOST_WRAPPINGS):
        parsed = _parse(url)
        host = _plain_host(parsed.hostname)
        target = _inside_amp_cache(host, parsed)
        if target is None:
            path = _plain_path(parsed.pathname)
            pairs = _plain_query(parsed.search)
            target = _wrapped(host, path, pairs)
        if target is None:
            return _compose(host, parsed, path, pairs)
        url = target
    raise BadAddress(f"The address is wrapped in more than {MOST_WRAPPINGS} redirects.")


def host_of(url: str) -> str:
    """The host in lower-case punycode without port, `www.` or a mobile label. Raises BadAddress."""
    simple = _simple(url)
    return _plain_host(simple[1] if simple else _parse(url).hostname)


@lru_cache(maxsize=CACHED)
def registrable_domain(url_or_host: str) -> str:
    """The part of a host that one owner registers, by the public suffix list as shipped (offline).

    Private suffixes count: two blogs on github.io or blogspot.com are two owners, and a brand's
    blog there makes it owner of nothing else. An address in numbers or a host of one label is
    returned whole. Raises BadAddress.
    """
    url = url_or_host if "//" in url_or_host else f"https://{url_or_host}"
    return _registrable(_bare_host(_parse(url).hostname))


def safe_link(url: str) -> str:
    """The URL if a browser may follow it: http or https, readable, no user name inside; else ""."""
    try:
        _parse(url)
    except BadAddress:
        return ""
    return url.strip()


def display_address(url: str) -> str:
    """The address for people to read, never to link: no scheme, `www.` or closing slash, escaped
    letters decoded, a foreign host in its own letters where these cannot pass for others.

    A text that is no address comes back as it is, without control characters.
    """
    try:
        parsed = _parse(url)
        host = _bare_host(parsed.hostname)
    except BadAddress:
        return _CONTROL.sub("", url).strip()
    host = host.removeprefix("www.")
    if "xn--" in host:
        # The package's stub says str, its code takes bytes.
        labels = can_ada.idna_decode(host.encode()).split(".")  # type: ignore[arg-type]
        coded = host.split(".")
        if len(labels) == len(coded):
            pairs = zip(labels, coded, strict=True)
            host = ".".join(
                label if is_readable_label(label, labels[-1]) else code for label, code in pairs
            )
    port = f":{parsed.port}" if parsed.port else ""
    rest = _ESCAPED_RUN.sub(_readable, parsed.pathname.rstrip("/") + parsed.search)
    return f"{host}{port}{rest}"


def _readable(match: re.Match[str]) -> str:
    """A run of escaped bytes as letters, if each of them is one that can be seen and means no more."""
    try:
        text = bytes.fromhex(match[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return match[0]
    is_plain = all(character.isprintable() and not character.isspace() for character in text)
    return text if is_plain and not _MEANT.intersection(text) else match[0]


def _simple(url: str) -> re.Match[str] | None:
    match = _SIMPLE.fullmatch(url)
    return match if match and "xn--" not in match[1] and len(url) < LONGEST else None


def _parse(url: str) -> can_ada.URL:
    url = url.strip()
    if len(url) > LONGEST:
        raise BadAddress(f"The address has {len(url)} characters; at most {LONGEST} are accepted.")
    if _CONTROL.search(url):
        raise BadAddress("The address holds a control character.")
    scheme, colon, rest = url.partition(":")
    if not colon or scheme.lower() not in ("http", "https"):
        raise BadAddress("The address does not start with http:// or https://.")
    if not rest.startswith("//") or rest.startswith("///"):
        raise BadAddress("The address does not have two slashes and a host after its scheme.")
    if "\\" in rest:
        # The URL standard reads a backslash as a slash, which would hide a broken export.
        rest = rest.replace("\\", "%5C")
    try:
        parsed = can_ada.parse(f"{scheme}:{rest}")
    except (ValueError, TypeError):
        raise BadAddress("The address cannot be read: its host or port is wrong.") from None
    if parsed.username or parsed.password:
        raise BadAddress("The address carries a user name or password.")
    return parsed


def _bare_host(host: str) -> str:
    """The host without its closing dot. An empty label or none at all is refused."""
    host = host.removesuffix(".")
    if not all(host.split(".")):
        raise BadAddress("The host of the address has an empty part.")
    return host


@lru_cache(maxsize=CACHED)
def _registrable(host: str) -> str:
    found = _suffixes.extract_str(host)
    if found.suffix and found.domain:
        if found.domain == "www" and (found.is_private or found.suffix in SHARED_HOSTS):
            return found.suffix
        return f"{found.domain}.{found.suffix}"
    if found.suffix or host.startswith("[") or not found.subdomain:
        return host
    # A top level that the list does not know counts as a suffix, as the list's own rules say.
    return ".".join(host.rsplit(".", 2)[-2:]) if not found.ipv4 else host


@lru_cache(maxsize=CACHED)
def _plain_host(host: str) -> str:
    host = _bare_host(host)
    domain = _registrable(host)
    if host == domain:
        return host
    labels = host.removesuffix(f".{domain}").split(".")
    return ".".join([*(label for label in labels if label not in MOBILE_LABELS), domain])


def _even_escapes(text: str) -> str:
    """Escapes in one form: unreserved characters plain, hex digits upper case, a stray % escaped."""

    def even(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        plain = chr(int(match[1], 16))
        return plain if plain in _UNRESERVED else f"%{match[1].upper()}"

    return _ESCAPE.sub(even, text)


def _escape(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _without_dots(path: str) -> str:
    """The path without `.` and `..` segments: the parser leaves some of them beside odd characters."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _plain_path(path: str) -> str:
    if "%" in path:
        path = _even_escapes(path)
    path = _ODD_IN_PATH.sub(_escape, path)
    if "/." in path:
        path = _without_dots(path)
    path = path.rstrip("/")
    while True:
        before = path
        for ending in AMP_ENDINGS:
            stem = path.removesuffix(ending)
            # "/..amp" must not become "/.", which is another path.
            path = path if stem.endswith((".", "/")) else stem
        head, _, last = path.rpartition("/")
        if last in AMP_SEGMENTS:
            path = head
        first, slash, tail = path.lstrip("/").partition("/")
        if slash and first in AMP_SEGMENTS:
            path = f"/{tail}"
        path = path.rstrip("/")
        if path == before:
            return path or "/"


def _plain_query(search: str) -> list[tuple[str, str]]:
    """Pairs of name and rest ("=value" or ""), sorted by name, without tracking and AMP flags."""
    pairs: list[tuple[str, str]] = []
    if len(search) < 2:
        return pairs
    query = search[1:]
    if "%" in query:
        query = _even_escapes(query).replace("%20", "+")
    for part in _ODD_IN_QUERY.sub(_escape, query).split("&"):
        name, equals, value = part.partition("=")
        lower = name.lower()
        if not part or lower in TRACKING_PARAMETERS or lower.startswith(TRACKING_PREFIXES):
            continue
        if value.lower() in AMP_PARAMETERS.get(lower, ()):
            continue
        pairs.append((name, equals + value))
    pairs.sort(key=lambda pair: pair[0])
    return pairs


def _compose(host: str, parsed: can_ada.URL, path: str, pairs: list[tuple[str, str]]) -> str:
    port = f":{parsed.port}" if parsed.port and parsed.port != "443" else ""
    query = "?" + "&".join(name + rest for name, rest in pairs) if pairs else ""
    bang = parsed.hash if parsed.hash.startswith("#!") and len(parsed.hash) > 2 else ""
    url = f"https://{host}{port}{path}{query}{bang}"
    if len(url) > LONGEST:
        raise BadAddress(f"The address has more than {LONGEST} characters when written out.")
    return url


def _is_host(host: str, pattern: str) -> bool:
    """Whether a host is the one named; "x.*" stands for x under any public suffix."""
    if not pattern.endswith(".*"):
        return host == pattern
    if pattern[:-1] not in f"{host}.":
        return False
    suffix = _suffixes.extract_str(host).suffix
    return bool(suffix) and host == f"{pattern[:-2]}.{suffix}"


def _inside_amp_cache(host: str, parsed: can_ada.URL) -> str | None:
    """The page shown by an AMP cache or viewer (cdn.ampproject.org, google.com/amp/s/), if any."""
    if host.endswith(".ampproject.org"):
        match = _AMP_CACHE.fullmatch(parsed.pathname)
    elif parsed.pathname.startswith("/amp/") and (_is_host(host, "google.*") or host == "bing.com"):
        match = _AMP_VIEWER.fullmatch(parsed.pathname)
    else:
        return None
    return _target(f"https://{match[1]}{parsed.search}") if match else None


def _wrapped(host: str, path: str, pairs: list[tuple[str, str]]) -> str | None:
    """The address inside a redirect wrapper, or None when this is none or it is encrypted."""
    for wrapper in WRAPPERS:
        if wrapper.path != path or not _is_host(host, wrapper.host):
            continue
        values = {name: unquote_plus(rest[1:]) for name, rest in reversed(pairs)}
        for name in wrapper.parameters:
            target = _target(_from_base64(values.get(name, "")))
            if target is not None:
                return target
    for pattern, inside in PATH_WRAPPERS:
        if _is_host(host, pattern) and (match := re.search(inside, path)):
            return _target(unquote(match[1]))
    return None


def _from_base64(value: str) -> str:
    """Bing writes the address in URL-safe base64 behind "a1"; other values are returned as they are."""
    if not value.startswith("a1"):
        return value
    try:
        return base64.urlsafe_b64decode(value[2:] + "=" * (-len(value[2:]) % 4)).decode()
    except (binascii.Error, ValueError):
        return value


def _target(url: str) -> str | None:
    """A wrapped text if it is a web address by itself."""
    try:
        _parse(url)
    except BadAddress:
        return None
    return url
