"""How often places stand on page one: for the brand's keywords, for others, and what sorts the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.chances.rates import Rate
from content.models import Placement
from content.placing.listing import Filters, catalogue_of, filtered, in_market
from content.placing.ranking import Record, fits, promise
from content.placing.shipped import public, usual_share
from serp.models import Brand, Keyword
from tests.cast import NOW
from tests.content.placing.world import line_of, more_keywords, place, show

REDDIT = "https://www.reddit.com/r/coffee/1"


def test_a_place_is_counted_once_a_keyword_with_its_best_position(
    brand: Brand, keyword: Keyword
) -> None:
    first, second = more_keywords(brand, 2)
    show(keyword, {4: REDDIT, 2: "https://old.reddit.com/r/tea/2"})
    show(first, {7: REDDIT})
    show(second, {})
    record = line_of(brand, "reddit").record
    assert (record.seen, record.best) == (Rate(2, 3), 2)


def test_only_keywords_of_the_places_languages_and_countries_count(
    brand: Brand, keyword: Keyword
) -> None:
    (norwegian,) = more_keywords(brand, 1, language="nb")
    show(keyword, {})
    show(norwegian, {3: "https://www.proff.no/selskap/hallway"})
    assert line_of(brand, "proff-no").record.seen == Rate(1, 1)
    assert line_of(brand, "linkedin").record.seen == Rate(0, 2)
    assert line_of(brand, "companies-house").record.seen == Rate(0, 0)


def test_keywords_of_others_count_without_names_from_five_on(
    brand: Brand, other_brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {})
    theirs = more_keywords(other_brand, 5)
    for one in theirs[:4]:
        show(one, {1: REDDIT})
    assert line_of(brand, "reddit").record.elsewhere == Rate()
    show(theirs[4], {})
    assert line_of(brand, "reddit").record.elsewhere == Rate(4, 5)
    assert line_of(brand, "reddit").record.best is None


def test_only_the_newest_reading_counts(brand: Brand, keyword: Keyword) -> None:
    show(keyword, {1: REDDIT}, at=NOW - timedelta(days=1))
    show(keyword, {})
    assert line_of(brand, "reddit").record.seen == Rate(0, 1)


def test_the_own_count_outweighs_the_public_one_with_time() -> None:
    known, never = Placement(slug="linkedin", kind="social"), Placement(slug="x", kind="social")
    assert promise(known, Record()) > promise(never, Record())
    assert promise(known, Record(seen=Rate(0, 40))) < promise(never, Record(seen=Rate(20, 40)))


def test_the_list_begins_with_what_ranks_for_this_brand(brand: Brand, keyword: Keyword) -> None:
    keywords = [keyword, *more_keywords(brand, 29)]
    for one in keywords:
        show(one, {5: REDDIT})
    order = [line.place.slug for line in catalogue_of(brand).lines]
    assert order.index("reddit") < order.index("linkedin") < order.index("crunchbase")


@pytest.mark.parametrize(
    ("slug", "kind", "like"),
    [("wikipedia-lv", "encyclopaedia", "wikipedia-en"), ("amazon-de", "marketplace", "amazon-us")],
)
def test_an_edition_without_a_count_is_expected_as_its_sister(
    slug: str, kind: str, like: str
) -> None:
    assert usual_share(slug, kind) == usual_share(like, kind) > 0


def test_a_place_without_count_or_sister_is_expected_as_its_kind() -> None:
    assert usual_share("google-business", "review") < usual_share("google-play", "app_store")
    assert 0 < usual_share("", "social") < usual_share("linkedin", "social")
    assert all(0 <= pages <= public().names for pages in public().pages.values())


def test_a_place_fits_its_languages_and_countries_and_an_open_one_all() -> None:
    assert fits(place_like(["no"], ["no"]), language="no", country="no")
    assert not fits(place_like(["no"], ["no"]), language="no", country="se")
    assert not fits(place_like(["lv"], []), language="no", country="no")
    assert fits(place_like([], []), language="no", country="no")


def place_like(languages: list[str], countries: list[str]) -> Placement:
    return Placement(languages=languages, countries=countries)


@pytest.mark.django_db
def test_the_default_market_is_that_of_the_brands_keywords(brand: Brand, keyword: Keyword) -> None:
    known = catalogue_of(brand)
    shown = {line.place.slug for line in in_market(known, Filters())}
    assert {"linkedin", "wikipedia-en"} <= shown
    assert not {"wikipedia-lv", "companies-house"} & shown
    everywhere = in_market(known, Filters(language="all", country="all"))
    assert len(everywhere) == len(known.lines)
    norwegian = {line.place.slug for line in in_market(known, Filters(language="no"))}
    assert "wikipedia-no" in norwegian
    assert "wikipedia-en" not in norwegian


def test_a_brand_without_keywords_is_shown_every_place(brand: Brand) -> None:
    known = catalogue_of(brand)
    assert len(in_market(known, Filters())) == len(known.lines)


def test_filters_by_kind_and_state(brand: Brand, keyword: Keyword) -> None:
    lines = catalogue_of(brand).lines
    forums = filtered(lines, Filters(kind="forum", state="missing"))
    assert {line.place.kind for line in forums} == {"forum"}
    assert filtered(lines, Filters(kind="no such")) == []


def test_keywords_pages_and_pieces_do_not_raise_the_queries(brand: Brand, keyword: Keyword) -> None:
    show(keyword, {1: REDDIT})
    catalogue_of(brand)
    with CaptureQueriesContext(
        connection,
    ) as before:
        catalogue_of(brand)
    for number, one in enumerate(more_keywords(brand, 6)):
        show(one, {number + 1: REDDIT, 9: "https://www.linkedin.com/company/hallway"})
        brand.pieces.create(title="One", placement=place("reddit"), keyword=one)
    with CaptureQueriesContext(connection) as after:
        catalogue_of(brand)
    assert len(after) == len(before) <= 12


def test_a_place_for_one_keyword_comes_after_one_for_all(brand: Brand, keyword: Keyword) -> None:
    (norwegian,) = more_keywords(brand, 1, language="no")
    for one in (keyword, norwegian, *more_keywords(brand, 3, country="us")):
        show(one, {})
    order = [line.place.slug for line in catalogue_of(brand).lines]
    assert order.index("linkedin") < order.index("wikipedia-no")
