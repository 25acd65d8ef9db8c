"""Addresses: one page has one canonical form, whoever wrote its URL, and nothing but BadAddress is raised."""

import base64
import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serp.address_rules import WRAPPERS
from serp.addresses import (
    BadAddress,
    canonical_url,
    display_address,
    host_of,
    registrable_domain,
    safe_link,
)

STORY = "https://dailykettle.example/story"


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://DailyKettle.Example/story",
        "http://dailykettle.example/story",
        "http://dailykettle.example:80/story",
        "https://dailykettle.example:443/story/",
        "https://www.dailykettle.example/story",
        "https://m.dailykettle.example/story",
        "https://mobile.dailykettle.example/story",
        "https://amp.dailykettle.example/story",
        "https://dailykettle.example./story",
        "https://dailykettle.example/news/../story",
        "https://dailykettle.example/./story",
        "https://dailykettle.example/%73tory",
        "https://dailykettle.example/story#comments",
        "https://dailykettle.example/story#:~:text=recall",
        "https://dailykettle.example/story?",
        "https://dailykettle.example/story?utm_source=mail&UTM_Medium=x&gclid=1&fbclid=2",
        "https://dailykettle.example/story?srsltid=Af&msclkid=3&yclid=4&ved=5",
        "https://dailykettle.example/story/amp/",
        "https://dailykettle.example/amp/story",
        "https://dailykettle.example/story?amp=1",
        "https://dailykettle.example/story?amp",
        "https://dailykettle.example/story.amp.html",
        "https://dailykettle-example.cdn.ampproject.org/c/s/dailykettle.example/story",
        "https://www.google.com/amp/s/www.dailykettle.example/story/amp",
        "https://www.google.no/url?sa=t&url=https%3A%2F%2Fdailykettle.example%2Fstory&ved=2ah",
        "https://www.google.com/url?q=http://dailykettle.example/story&sa=U",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fdailykettle.example%2Fstory&rut=ab",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fdailykettle.example%2Fstory%3Ffbclid%3Dx",
        "https://r.search.yahoo.com/_ylt=A/RV=2/RU=https%3a%2f%2fdailykettle.example%2fstory/RK=2/RS=a-",
        "https://yandex.ru/clck/jsredir?from=x&url=https%3A%2F%2Fdailykettle.example%2Fstory",
        "https://clck.yandex.ru/redir/ab/dtype=1*https://dailykettle.example/story",
        "  https://dailykettle.example/story  ",
    ],
)
def test_every_way_to_write_a_page_gives_one_address(url: str) -> None:
    assert canonical_url(url) == STORY


def test_bing_wrapper_is_read_from_its_base64() -> None:
    inside = base64.urlsafe_b64encode(STORY.encode()).decode().rstrip("=")
    assert canonical_url(f"https://www.bing.com/ck/a?!&&p=0f&u=a1{inside}&ntb=1") == STORY


def test_wrapper_around_a_wrapper_is_taken_off_too() -> None:
    inner = "https%253A%252F%252Fdailykettle.example%252Fstory"
    outer = f"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{inner}"
    assert canonical_url(outer) == STORY


def test_wrapping_without_end_is_refused() -> None:
    url = STORY
    for _ in range(3):
        url = "https://www.google.com/url?q=" + url.replace("%", "%25").replace("&", "%26")
    assert canonical_url(url) == STORY
    for _ in range(4):
        url = "https://www.google.com/url?q=" + url.replace("%", "%25").replace("&", "%26")
    with pytest.raises(BadAddress, match="more than 5"):
        canonical_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://baidu.com/link?url=Zx81_kQ",
        "https://google.com/url?q=javascript:alert(1)",
        "https://bing.com/ck/a?u=a1!!!",
        "https://notgoogle.example/url?q=https://dailykettle.example/story",
    ],
)
def test_wrapper_that_tells_nothing_is_its_own_address(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://a.example:8080/x"),
        ("https://a.example/#!/one", "https://a.example/#!/two"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://help.a.example/", "https://shop.a.example/"),
        ("https://m.github.io/", "https://github.io/"),
        ("https://a.example/x?ref=1", "https://a.example/x"),
        ("https://a.example/x%5Cu003dy", "https://a.example/x=y"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_parameters_are_sorted_by_name_and_repeated_ones_keep_their_order() -> None:
    assert (
        canonical_url("https://a.example/?b=2&a=z&a=b&b=1") == "https://a.example/?a=z&a=b&b=2&b=1"
    )


def test_escapes_are_written_one_way() -> None:
    assert canonical_url("https://a.example/%7ex/%c3%a6|y?q=a%20b") == (
        "https://a.example/~x/%C3%A6%7Cy?q=a+b"
    )
    assert canonical_url("https://a.example/æ") == canonical_url("https://a.example/%c3%a6")
    assert canonical_url("https://a.example/100%") == "https://a.example/100%25"


def test_foreign_host_is_stored_in_punycode() -> None:
    assert canonical_url("https://Bücher.example/") == "https://xn--bcher-kva.example/"


def test_literal_escape_sequence_is_kept_and_not_guessed_away() -> None:
    assert canonical_url("https://a.example/p?x\\u003d1") == "https://a.example/p?x%5Cu003d1"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nan", "does not start with http"),
        ("", "does not start with http"),
        ("javascript:alert(1)", "does not start with http"),
        ("//a.example/x", "does not start with http"),
        ("https:a.example", "two slashes"),
        ("https:///a.example", "two slashes"),
        ("https://", "cannot be read"),
        ("https://a b.example/", "cannot be read"),
        ("https://a.example:99999/", "cannot be read"),
        ("https://a.example\\@evil.example/", "user name"),
        ("https://a.example/\ud800", "cannot be read"),
        ("https://a..example/", "empty part"),
        ("https://user:word@a.example/", "user name"),
        ("https://a.example/\0", "control character"),
        ("https://a.example/" + "x" * 2000, "2018 characters"),
        ("https://a.example/" + "æ" * 500, "2000 characters when written out"),
    ],
)
def test_unusable_address_says_what_is_wrong(url: str, says: str) -> None:
    with pytest.raises(BadAddress, match=says):
        canonical_url(url)


# fmt: off
PIECES = st.sampled_from([
    "amp", "/", "//", ".", "..", "%2e", "%2F", "%", "%41", "%7e", "x", "Æ", "|", "\\", ".amp", ":",
    "http://", "https://", "?", "&", "=", "#!", "#", "utm_source=1", "amp=1", "u=a1", "url=", "q=",
    "www.", "m.", "amp.", "google.com", "bing.com", "/url", "/ck/a", "/amp/s/", "a.example", "co.uk",
    "cdn.ampproject.org", "/c/s/", "clck.yandex.ru", "/redir/", "*", "r.search.yahoo.com", "/RU=",
    "https%3A%2F%2Fb.example%2Fy", "+", "%20", ":443", ":80", "medium.com", "xn--", "ß", "1.2", " ",
])
# fmt: on
ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.text(max_size=60).map(lambda text: f"https://a.example/{text}"),
    st.lists(PIECES, max_size=14).map(lambda pieces: "http://" + "".join(pieces)),
    st.lists(PIECES, max_size=10).map(lambda pieces: "https://a.example/" + "".join(pieces)),
    st.builds(
        lambda wrapper, inner: (
            f"https://{wrapper.host.replace('*', 'no')}{wrapper.path}"
            f"?{wrapper.parameters[0]}={inner}"
        ),
        st.sampled_from(WRAPPERS),
        st.lists(PIECES, max_size=8).map(lambda pieces: "https://" + "".join(pieces)),
    ),
)


# fmt: off
SIMPLE = st.builds(
    lambda scheme, labels, segments, end: f"{scheme}://{'.'.join(labels)}{''.join(segments)}{end}",
    st.sampled_from(["http", "https"]),
    st.lists(
        st.sampled_from([
            "a", "www", "m", "amp", "google", "xn--bcher-kva", "xn--a", "a--b", "-a", "1", "0x1", "co",
            "uk", "com", "org", "example", "blogspot", "github", "io", "cdn", "ampproject", "facebook", "l",
            "r", "search", "yahoo", "x" * 70, "b_c",
        ]), min_size=1, max_size=6,
    ),
    st.lists(
        st.sampled_from([
            "/", "/a", "/amp", "/s", "/c", "/v", "/wp", "/a.amp.html", "/a.amp", "/camp", "/url", "/.", "/..",
            "/~b-c_d", "/x.example", "/l.php", "/A%20", "/index.html", "/" + "y" * 640,
        ]), max_size=5,
    ),
    st.sampled_from(["", "/", "//", "?", "?a=1", "#b"]),
)
# fmt: on


def outcome(read: Callable[[str], str], url: str) -> str:
    try:
        return read(url)
    except BadAddress as error:
        return f"refused: {error}"


@settings(max_examples=1000, deadline=None)
@given(SIMPLE)
def test_short_way_for_simple_addresses_leads_where_the_long_one_does(url: str) -> None:
    padded = f" {url}"  # white space around an address is cut off, but not on the short way
    assert outcome(canonical_url, url) == outcome(canonical_url, padded)
    assert outcome(host_of, url) == outcome(host_of, padded)


def test_amp_cache_is_no_simple_address() -> None:
    assert (
        canonical_url("https://a-org.cdn.ampproject.org/c/s/a.org/story") == "https://a.org/story"
    )


@settings(max_examples=300, deadline=None)
@given(st.one_of(SIMPLE, ADDRESSES))
def test_host_of_an_address_has_the_registrable_domain_of_the_address(url: str) -> None:
    host = outcome(host_of, url)
    if not host.startswith("refused"):
        assert registrable_domain(host) == registrable_domain(url)


@settings(max_examples=1000, deadline=None)
@given(ADDRESSES)
def test_canonical_form_is_its_own_canonical_form(url: str) -> None:
    try:
        once = canonical_url(url)
    except BadAddress:
        return
    assert canonical_url(once) == once
    assert once.startswith("https://")
    assert len(once) <= 2000


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
def test_no_text_raises_anything_but_bad_address(url: str) -> None:
    for read in (canonical_url, host_of, registrable_domain):
        with contextlib.suppress(BadAddress):
            assert isinstance(read(url), str)
    assert isinstance(display_address(url), str)
    assert safe_link(url) == "" or safe_link(url).lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://help.hallwaycoffee.example/faq", "hallwaycoffee.example"),
        ("hallwaycoffee.example", "hallwaycoffee.example"),
        ("https://www.news.co.uk/x", "news.co.uk"),
        ("shop.brand.com.au", "brand.com.au"),
        ("one.github.io", "one.github.io"),
        ("two.blogspot.com", "two.blogspot.com"),
        ("deep.three.wordpress.com", "three.wordpress.com"),
        ("www.medium.com", "medium.com"),
        ("medium.com", "medium.com"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("localhost", "localhost"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("a.b.co.jp", "b.co.jp"),
        ("co.uk", "co.uk"),
    ],
)
def test_registrable_domain_is_what_one_owner_registers(address: str, domain: str) -> None:
    assert registrable_domain(address) == domain


def test_host_keeps_the_subdomain_that_means_something() -> None:
    assert host_of("https://www.help.a.example:8080/x") == "help.a.example"
    assert host_of("https://en.m.encyclopedia.example/x") == "en.encyclopedia.example"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.a.example/", "a.example"),
        ("https://a.example/x/", "a.example/x"),
        ("https://a.example/%E5%92%96%E5%95%A1", "a.example/咖啡"),
        ("https://a.example/50%25%20off", "a.example/50%25%20off"),
        ("https://a.example/x%E2%80%AEgpj", "a.example/x%E2%80%AEgpj"),
        ("https://bücher.example/", "bücher.example"),
        ("https://кофе.рф/", "кофе.рф"),
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),
        ("https://gооgle.example/", "xn--ggle-55da.example"),
        ("https://a.example:8080/x?q=1", "a.example:8080/x?q=1"),
        ("nan", "nan"),
        ("no\x00thing", "nothing"),
    ],
)
def test_shown_address_is_readable_and_does_not_deceive(url: str, shown: str) -> None:
    assert display_address(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "https://bank.example@evil.example/",
        "",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_link(url) == ""


def test_link_is_the_address_as_it_was_sent() -> None:
    assert (
        safe_link(" https://www.a.example/x?utm_source=y ")
        == "https://www.a.example/x?utm_source=y"
    )
