"""The address alone tells whose page it is, and what kind of site stands behind it."""

from __future__ import annotations

import pytest

from reputation.tone import BrandNames
from reputation.tone.hosts import Address, address_of

BANK = BrandNames(("Northpine Bank",))
TRANSIT = BrandNames(("Quillmere Bay Transit Authority",))
PERSON = BrandNames(("Odalys Verhoeven",))


def read(url: str, brand: BrandNames = BANK) -> Address:
    return address_of(url, brand)


def kind_of(url: str, brand: BrandNames = BANK) -> str:
    kind = read(url, brand).kind
    return kind.name if kind else ""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.northpinebank.com/loans",
        "https://northpine-bank.co.uk/",
        "https://careers.northpinebank.no/",
        "https://northpine.com/",
        "https://mynorthpinebank.com/login",
        "https://northpinebankcards.com/",
        "https://northpinebank.mediahost.example/releases",
        "https://northpinebank24.com/",
        "https://www.facebook.com/northpinebank/posts/123",
        "https://x.com/NorthpineBank/status/1",
        "https://www.linkedin.com/posts/northpine-bank_we-are-hiring-1",
    ],
)
def test_site_named_after_the_brand_is_its_own(url: str) -> None:
    assert read(url).is_own
    assert not read(url, PERSON).is_own


@pytest.mark.parametrize(
    "url",
    [
        "https://northpinebankinsider.com/",
        "https://northpinebankworkersunited.org/",
        "https://northpinebankbreach2017.com/",
        "https://pineville.com/northpine-bank",
        "https://www.reddit.com/r/northpinebank/",
        "https://www.facebook.com/pinevilleherald/posts/northpine-bank-robbed",
        "https://northpinebank.pissedconsumer.com/1.html",
        "https://x.com/northpinebanksucks",
    ],
)
def test_site_about_the_brand_is_not_its_own(url: str) -> None:
    assert not read(url).is_own


def test_initials_of_a_long_name_are_its_own_domain() -> None:
    assert read("https://www.qbta.com/schedules", TRANSIT).is_own
    assert not read("https://www.qbtanews.com/schedules", TRANSIT).is_own
    assert not read("https://www.nb.com/", BANK).is_own


def test_known_domains_are_own_whatever_they_are_called() -> None:
    brand = BrandNames(("Northpine Bank",), ("np-online.example",))

    assert read("https://shop.np-online.example/", brand).is_own
    assert not read("https://np-online.example/").is_own


def test_marks_in_a_name_may_be_spelled_out() -> None:
    brand = BrandNames(("Grünwälder Fährbau",))

    assert read("https://gruenwaelderfaehrbau.de/", brand).is_own
    assert read("https://grünwälderfährbau.de/", brand).is_own
    assert read("https://xn--grnwlderfhrbau-8hbf31b.de/", brand).is_own


def test_domain_made_against_the_brand_is_hostile() -> None:
    address = read("https://northpinebanksettlement.com/claim")

    assert address.is_hostile
    assert not address.is_own


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.reddit.com/r/banking/comments/1/northpine/", "forum"),
        ("https://uk.trustpilot.com/review/northpine.example", "review"),
        ("https://oag.example.gov/press", "government"),
        ("https://www.collinsdictionary.com/dictionary/english/pine", "dictionary"),
        ("https://pinevilledatasettlement.com/", "court"),
        ("https://blog.example/lawsuits/northpine", "trouble"),
        ("https://retailer.example/careers/clerk", "jobs"),
        ("https://retailer.example/store-locator/oslo", "door"),
        ("https://agency.example/about/leadership/odalys-verhoeven", "staff"),
        ("https://retailer.example/", "front"),
        ("https://retailer.example/news/northpine", ""),
        ("https://www.linkedin.com/in/somebody-else", "profile"),
        ("https://www.facebook.com/pinevilleherald/posts/1", ""),
    ],
)
def test_kind_of_site_is_told_by_host_and_path(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_front_page_of_a_site_that_bears_the_name_is_about_the_brand() -> None:
    assert kind_of("https://savenorthpinebank.org/") == ""


@pytest.mark.parametrize(
    "url", ["", "nan", "/goto?url=abc", "http://[::1", "https://", "https://-.-/", "https://a..b/c"]
)
def test_address_that_cannot_be_read_is_nobodys(url: str) -> None:
    address = read(url)

    assert not address.is_own
    assert not address.is_hostile
