"""Waiting pages against a real site: read, refused, failed, tried again, each by one worker."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from content.models import PageReading
from content.reading import pages
from content.reading.asking import ask_for
from content.reading.fetching import BROKE_OFF, LEASE, claimed, read_waiting
from content.reading.pages import Reader
from serp.addresses import canonical_url, host_of, registrable_domain
from serp.models import Page, Pause
from serp.models.snapshot import digest
from tests.cast import NOW
from tests.web_site import Served, WebSite

pytestmark = pytest.mark.django_db
HTML = "<html lang=en><title>T</title><body><main><h1>Burrs</h1><p>quiet grinder</p></main>"
State = PageReading.State


def page_at(url: str) -> Page:
    return Page.objects.create(
        key=digest(url), url=url, seen_url=url, host=host_of(url), domain=registrable_domain(url)
    )


def waiting(site: WebSite, path: str) -> PageReading:
    page = page_at(site.url + path)
    ask_for([page.pk], NOW)
    return PageReading.objects.get(page=page)


def outcome(row: PageReading) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def test_a_page_is_read_by_name_after_its_robots_file(site: WebSite, settings: Any) -> None:
    settings.SITE_URL = "https://pushdown.example"
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    assert read_waiting(NOW, by=Reader()) == 1
    assert outcome(row) == (State.READ, "")
    assert (row.status, row.title, row.headings, row.fetched_at) == (200, "T", [[1, "Burrs"]], NOW)
    assert row.terms["grinder"] == 1
    assert site.asked == [
        ("/robots.txt", "Pushdown/1.0 (+https://pushdown.example)"),
        ("/a", "Pushdown/1.0 (+https://pushdown.example)"),
    ]


def test_a_page_that_robots_txt_forbids_is_never_asked_for(site: WebSite) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nDisallow: /a")
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    assert read_waiting(NOW, by=Reader()) == 1
    assert outcome(row) == (State.REFUSED, "refused by robots.txt")
    assert site.paths() == ["/robots.txt"]


def test_a_redirect_into_what_is_forbidden_is_not_followed(site: WebSite) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nDisallow: /secret")
    site.pages["/a"] = Served(status=302, headers={"Location": "/secret/b"})
    site.pages["/secret/b"] = Served(HTML)
    row = waiting(site, "/a")
    read_waiting(NOW, by=Reader())
    assert outcome(row) == (State.REFUSED, "refused by robots.txt")
    assert "/secret/b" not in site.paths()


def test_a_redirect_is_followed_and_a_circle_is_not_for_ever(site: WebSite) -> None:
    site.pages["/a"] = Served(status=301, headers={"Location": "/b"})
    site.pages["/b"] = Served(HTML)
    site.pages["/c"] = Served(status=302, headers={"Location": "/c"})
    good, circle = waiting(site, "/a"), waiting(site, "/c")
    read_waiting(NOW, by=Reader())
    assert outcome(good)[0] == State.READ
    assert outcome(circle) == (State.FAILED, "redirected more than 5 times")


@pytest.mark.parametrize(
    ("served", "state", "reason"),
    [
        (Served("x", status=404), State.FAILED, "answer 404"),
        (Served("x", status=403), State.REFUSED, "refused (answer 403)"),
        (
            Served("%PDF", headers={"Content-Type": "application/pdf"}),
            State.FAILED,
            "not an HTML page but application/pdf",
        ),
        (Served("<p>x" * 1_000_000), State.FAILED, "larger than 3 MB"),
    ],
)
def test_what_is_no_page_says_so(site: WebSite, served: Served, state: str, reason: str) -> None:
    site.pages["/a"] = served
    row = waiting(site, "/a")
    assert read_waiting(NOW, by=Reader()) == 1
    assert outcome(row) == (state, reason)


def test_a_server_in_trouble_is_tried_three_times_with_pauses(site: WebSite) -> None:
    site.pages["/a"] = Served("x", status=503)
    row = waiting(site, "/a")
    assert read_waiting(NOW, by=Reader()) == 0
    assert outcome(row) == (State.WAITING, "answer 503")
    assert read_waiting(NOW + timedelta(minutes=5), by=Reader()) == 0
    assert site.paths().count("/a") == 1
    read_waiting(NOW + timedelta(minutes=11), by=Reader())
    assert read_waiting(NOW + timedelta(hours=3), by=Reader()) == 1
    assert outcome(row) == (State.FAILED, "answer 503")
    assert site.paths().count("/a") == 3


def test_a_private_address_that_is_not_allowed_is_never_called(
    site: WebSite, settings: Any
) -> None:
    settings.ALLOWED_PROVIDER_HOSTS = []
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    read_waiting(NOW, by=Reader())
    assert outcome(row) == (State.REFUSED, "its robots.txt cannot be read (address)")
    assert site.asked == []


def test_a_site_that_asks_for_pauses_gets_them(site: WebSite) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nCrawl-delay: 7")
    for path in ("/a", "/b"):
        site.pages[path] = Served(HTML)
        waiting(site, path)
    pauses: list[float] = []
    assert read_waiting(NOW, by=Reader(wait=pauses.append)) == 2
    assert len(pauses) == 1
    assert 5 < pauses[0] <= 7


def test_two_workers_share_the_pages(site: WebSite) -> None:
    for path in ("/a", "/b", "/c"):
        waiting(site, path)
    mine, theirs = claimed(NOW, 10), claimed(NOW, 10)
    got = [next(mine).pk, next(theirs).pk, *[row.pk for row in mine], *[row.pk for row in theirs]]
    assert sorted(got) == sorted(PageReading.objects.values_list("pk", flat=True))


def test_a_claim_that_nobody_finished_is_free_again(site: WebSite) -> None:
    site.pages["/a"] = Served(HTML)
    waiting(site, "/a")
    assert len(list(claimed(NOW, 10))) == 1
    assert read_waiting(NOW + timedelta(minutes=1), by=Reader()) == 0
    assert read_waiting(NOW + timedelta(minutes=6), by=Reader()) == 1


def test_time_that_runs_out_leaves_the_rest_waiting(site: WebSite) -> None:
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    assert read_waiting(NOW, seconds=0, by=Reader()) == 0
    assert outcome(row)[0] == State.WAITING
    assert read_waiting(NOW, by=Reader()) == 1


def test_reading_that_is_off_asks_for_nothing_and_reads_nothing(
    site: WebSite, settings: Any
) -> None:
    row = waiting(site, "/a")
    settings.READ_PAGES = False
    assert not ask_for([page_at(f"{site.url}/b").pk], NOW)
    assert PageReading.objects.count() == 1
    assert read_waiting(NOW, by=Reader()) == 0
    assert outcome(row)[0] == State.WAITING
    assert site.asked == []


def test_a_page_waits_once_and_a_fresh_one_is_not_read_again(site: WebSite) -> None:
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    ask_for([row.page_id], NOW)
    read_waiting(NOW, by=Reader())
    ask_for([row.page_id], NOW + timedelta(days=29))
    assert outcome(row)[0] == State.READ
    ask_for([row.page_id], NOW + timedelta(days=31))
    assert outcome(row)[0] == State.WAITING


def test_at_most_ten_pages_are_asked_for(site: WebSite) -> None:
    pages = [page_at(f"{site.url}/{n}").pk for n in range(12)]
    ask_for(pages, NOW)
    assert PageReading.objects.count() == 10
    assert canonical_url(f"{site.url}/1")


def test_a_paused_installation_reads_nothing(site: WebSite) -> None:
    site.pages["/a"] = Served(HTML)
    row = waiting(site, "/a")
    Pause.begin("restored", NOW)
    assert read_waiting(NOW, by=Reader()) == 0
    assert (outcome(row)[0], site.asked) == (State.WAITING, [])
    Pause.end()
    assert read_waiting(NOW, by=Reader()) == 1


def test_a_page_that_kills_its_reader_is_tried_three_times_and_keeps_no_other_waiting(
    site: WebSite,
) -> None:
    site.pages["/good"] = Served(HTML)
    row = waiting(site, "/deadly")
    for number in range(3):
        # Claimed and never closed: the worker was killed.
        assert [one.pk for one in claimed(NOW + number * 2 * LEASE, 10)] == [row.pk]
    good = waiting(site, "/good")
    assert read_waiting(NOW + 6 * LEASE, by=Reader()) == 1
    assert outcome(good) == (State.READ, "")
    assert outcome(row) == (State.FAILED, BROKE_OFF)
    assert "/deadly" not in site.paths()


def test_a_page_that_was_claimed_and_not_asked_for_keeps_its_tries(site: WebSite) -> None:
    row = waiting(site, "/a")
    for _ in range(5):
        read_waiting(NOW, seconds=0, by=Reader())
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.WAITING, 0)


def test_a_site_that_asks_for_long_pauses_is_put_back_instead_of_waited_for(site: WebSite) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nCrawl-delay: 25")
    for path in ("/a", "/b"):
        site.pages[path] = Served(HTML)
        waiting(site, path)
    pauses: list[float] = []
    reader = Reader(wait=pauses.append)
    assert read_waiting(NOW, by=reader) == 1
    assert pauses == []
    left = PageReading.objects.get(state=State.WAITING)
    assert left.attempts == 0
    assert timedelta(seconds=20) < left.next_try_at - NOW <= timedelta(seconds=25)


def test_redirects_that_take_their_time_are_given_up(site: WebSite, monkeypatch: Any) -> None:
    for number in range(5):
        site.pages[f"/{number}"] = Served(status=302, headers={"Location": f"/{number + 1}"})
    row = waiting(site, "/0")
    seconds = count(step=6.0)
    monkeypatch.setattr(pages.time, "monotonic", lambda: next(seconds))
    reader = Reader()
    reader._fetch = reader._fetch_rules = lambda request: reader_answer(site, request)  # type: ignore[assignment]
    read_waiting(NOW, seconds=10_000, by=reader)
    assert outcome(row) == (State.WAITING, "redirects take longer than 15 s")


def reader_answer(site: WebSite, request: Any) -> Any:
    """What the site would answer, without its clock."""
    path = request.url.removeprefix(site.url)
    served = site.pages.get(path) or Served("", status=404)
    headers = {name.lower(): value for name, value in served.headers.items()}
    return pages.Answer(served.status, headers, b"")


def test_a_page_outside_cannot_lead_to_a_host_that_only_providers_may_stand_on(
    site: WebSite,
) -> None:
    inner = WebSite()
    try:
        inner.pages["/private"] = Served(HTML)
        reader = Reader()
        reader._inside = frozenset({inner.host})
        site.pages["/a"] = Served(status=302, headers={"Location": f"{inner.url}/private"})
        row = waiting(site, "/a")
        read_waiting(NOW, by=reader)
        assert outcome(row) == (
            State.FAILED,
            "redirected to an address that may not be called from here",
        )
        assert inner.asked == []
    finally:
        inner.stop()
