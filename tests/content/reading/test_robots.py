"""What robots.txt allows us, as RFC 9309 has it."""

from datetime import UTC, datetime, timedelta

import pytest

from content.reading.robots import LONGEST_DELAY, Robots, address_of, rules_of
from serp.providers.base import Answer, ErrorKind, ProviderError

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TEXT = b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\n\nUser-agent: pushdown\nDisallow: /no\n"


def answer(body: bytes = TEXT, status: int = 200) -> Answer:
    return Answer(status, {}, body)


def test_the_group_that_names_us_holds_and_no_other() -> None:
    rules = rules_of(answer())
    assert rules.refuses("https://a.example/no/page") == "refused by robots.txt"
    assert rules.refuses("https://a.example/private") == ""
    everybody = rules_of(answer(b"User-agent: *\nDisallow: /private\nAllow: /private/ok"))
    assert everybody.refuses("https://a.example/private/x")
    assert not everybody.refuses("https://a.example/private/ok")


@pytest.mark.parametrize(
    ("status", "refused"), [(404, False), (403, False), (410, False), (500, True), (503, True)]
)
def test_no_file_allows_everything_and_a_broken_server_nothing(status: int, refused: bool) -> None:
    rules = rules_of(answer(b"User-agent: *\nDisallow: /", status))
    assert bool(rules.refuses("https://a.example/")) == refused


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"<html>no", b"Disallow: /", b"Crawl-delay: x"]
)
def test_a_file_that_says_nothing_to_us_allows_everything(body: bytes) -> None:
    assert rules_of(answer(body)).refuses("https://a.example/") == ""


def test_a_pause_is_kept_within_reason() -> None:
    assert rules_of(answer(b"User-agent: *\nCrawl-delay: 2.5")).delay == 2.5
    assert rules_of(answer(b"User-agent: *\nCrawl-delay: 86400")).delay == LONGEST_DELAY
    assert rules_of(answer(b"User-agent: *\nCrawl-delay: -4")).delay == 0


def test_a_file_is_asked_for_once_a_day_and_site() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Answer:
        asked.append(url)
        return answer()

    robots = Robots(fetch)
    for path in ("/a", "/b?c=1", "/d#e"):
        robots.of(f"https://a.example{path}", NOW)
    robots.of("https://b.example/a", NOW)
    assert asked == ["https://a.example/robots.txt", "https://b.example/robots.txt"]
    robots.of("https://a.example/a", NOW + timedelta(hours=25))
    assert len(asked) == 3


def test_a_site_that_cannot_be_reached_is_left_alone_and_asked_again_in_an_hour() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Answer:
        asked.append(url)
        raise ProviderError("No connection.", kind=ErrorKind.CONNECTION)

    robots = Robots(fetch)
    assert "cannot be read" in robots.of("https://a.example/", NOW).refuses("https://a.example/")
    robots.of("https://a.example/", NOW + timedelta(minutes=30))
    assert len(asked) == 1
    robots.of("https://a.example/", NOW + timedelta(hours=2))
    assert len(asked) == 2


def test_the_file_stands_at_the_root_of_scheme_host_and_port() -> None:
    assert address_of("http://a.example:8080/b/c?d#e") == "http://a.example:8080/robots.txt"
