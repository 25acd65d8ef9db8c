"""What published pieces did: passes, the comparison with untouched keywords, verdicts, lessons, the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import Draft, Piece
from content.outcome.account import Account, account_of, accounts, newest, untouched
from content.outcome.contrast import Contrast, Level, contrast
from content.outcome.lessons import lessons
from content.outcome.passes import Encounter, encounters
from content.outcome.telling import (
    Verdict,
    Way,
    contrast_words,
    encounter_words,
    met_words,
    verdict,
    way_words,
)
from content.workflow import move
from reputation.models import Judgement
from serp.history import Reading
from serp.models import Brand, Keyword, Page
from tests.cast import NOW, MakeSnapshot

DAY = timedelta(days=1)
OURS, BAD, WORSE = 1, 2, 3
OTHERS = tuple(range(100, 120))


def reading(day: int, *pages: int | None, whole: bool = True) -> Reading:
    """A reading so many days after NOW; it is filled up to ten with other pages."""
    filled = (*pages, *OTHERS)[:10] if whole else pages
    return Reading(day, 1, NOW + day * DAY, len(filled), not whole, "sample", filled, filled)


def met(*readings: Reading) -> list[Encounter]:
    return encounters(readings, page=OURS, negatives={BAD, WORSE}, out=NOW)


def test_a_pass_is_the_first_reading_above_and_says_how_often_it_held() -> None:
    (one,) = met(
        reading(-1, 100, BAD),
        reading(1, 100, BAD, OURS),
        reading(2, OURS, BAD),
        reading(3, 100, BAD, OURS),
        reading(4, OURS, BAD),
        reading(5, OURS, 100),
    )
    assert (one.before, one.now) == (2, None)
    assert one.passed_at == NOW + 2 * DAY
    assert (one.above, one.compared, one.holds) == (3, 4, True)
    assert one.gone_at == NOW + 5 * DAY


def test_a_negative_that_left_before_the_piece_came_was_never_passed() -> None:
    (one,) = met(reading(-1, BAD), reading(1, 100), reading(2, 100))
    assert (one.passed_at, one.gone_at) == (None, NOW + DAY)
    said = encounter_words(one, day=lambda at: f"{at:%d.%m.}")
    assert said == "left page one on 19.11.; this piece never stood above it"


def test_one_that_left_first_and_was_passed_later_is_told_in_that_order() -> None:
    (one,) = met(reading(-1, BAD), reading(1, 100), reading(2, OURS, 100))
    said = encounter_words(one, day=lambda at: f"{at:%d.%m.}")
    assert said == (
        "left page one on 19.11., before this piece passed it on 20.11.; above it in 1 of 1 readings"
    )
    assert met_words([one]) == "It passed the one negative there, which has left page one."


def test_all_negatives_beside_a_piece_are_told_in_one_sentence() -> None:
    found = met(reading(-1, BAD, WORSE), reading(1, BAD, WORSE), reading(2, OURS, BAD))
    assert met_words(found) == "It passed 2 of 2 negatives on page one; 1 of them left page one."
    never = met(reading(-1, BAD, WORSE), reading(1, BAD, WORSE, OURS))
    assert met_words(never) == (
        "It passed none of 2 negatives on page one; none of them left page one."
    )
    assert met_words([]).startswith("No negative stood on page one")


def test_a_reading_that_is_not_whole_proves_no_absence() -> None:
    (one,) = met(reading(-1, BAD), reading(1, OURS, 100, whole=False))
    assert (one.passed_at, one.compared, one.gone_at) == (None, 0, None)
    (sure,) = met(reading(-1, BAD), reading(1, OURS, 100))
    assert sure.passed_at == NOW + DAY, "the control: a whole reading does"


def test_a_return_ends_the_absence() -> None:
    (one,) = met(reading(-1, BAD), reading(1, 100), reading(2, BAD), reading(3, 100))
    assert one.gone_at == NOW + 3 * DAY


def test_negatives_that_came_later_count_and_those_that_never_stood_there_do_not() -> None:
    found = met(reading(-1, BAD), reading(2, BAD, WORSE))
    assert [one.page_id for one in found] == [BAD, WORSE]
    deep = reading(1, *OTHERS[:12], BAD)
    assert encounters([deep], page=OURS, negatives={BAD}, out=NOW) == []


def levels(**values: float) -> dict[int, Level]:
    return {int(name[1:]): Level(value, 4) for name, value in values.items()}


def test_the_difference_is_the_change_less_that_of_the_others() -> None:
    before = levels(k1=-30, k2=0, k3=10, k4=20, k5=0)
    after = levels(k1=-10, k2=4, k3=12, k4=26, k5=90)
    found = contrast(1, before, after, free={2, 3, 4})
    assert found is not None
    assert (found.change, found.control, found.difference) == (20, 4, 16)
    assert found.as_much == 0
    assert "Score \u221230 before, \u221210 since: +20." in contrast_words(found)
    assert "On 3 keywords that nobody worked on it changed by +4" in contrast_words(found)
    assert "none of them changed as much" in contrast_words(found)


def test_a_fall_is_counted_against_falls() -> None:
    found = Contrast(Level(0, 4), Level(-10, 4), (-12.0, 3.0, -1.0))
    assert found.as_much == 1
    assert "1 of them changed as much" in contrast_words(found)


def test_too_few_readings_or_others_claim_nothing() -> None:
    few = {1: Level(0, 2), 2: Level(0, 9)}
    assert contrast(1, few, few, free={2}) is None
    assert "cannot be compared" in contrast_words(None)
    two = contrast(1, levels(k1=0, k2=0, k3=0), levels(k1=50, k2=0, k3=0), free={2, 3})
    assert two is not None
    assert two.difference is None
    assert "2 keywords that nobody worked on could be read" in contrast_words(two)


NONE = Way(best=None, best_at=None, first_on_page_one=None, now=None, depth=20, readings=9)
ON_ONE = Way(4, NOW + 9 * DAY, NOW + 9 * DAY, 5, 20, 9)
HELD = Encounter(BAD, 2, 7, NOW + 9 * DAY, 8, 9, None)
LOST = Encounter(BAD, 2, 3, NOW + 9 * DAY, 1, 9, None)
ROSE = Contrast(Level(0, 4), Level(20, 4), (1.0, 2.0, 3.0))
ALL_ROSE = Contrast(Level(0, 4), Level(20, 4), (1.0, 2.0, 30.0))


@pytest.mark.parametrize(
    ("way", "encounter", "compared", "days", "expected"),
    [
        (Way(None, None, None, None, 0, 0), [], None, 60, Verdict.UNREAD),
        (NONE, [], None, 60, Verdict.FAILED),
        (NONE, [], ROSE, 60, Verdict.FAILED),
        (NONE, [], None, 27, Verdict.EARLY),
        (ON_ONE, [], None, 27, Verdict.EARLY),
        (ON_ONE, [HELD], None, 27, Verdict.WORKED),
        (ON_ONE, [LOST], None, 60, Verdict.PARTLY),
        (ON_ONE, [], ROSE, 60, Verdict.WORKED),
        (ON_ONE, [], ALL_ROSE, 60, Verdict.PARTLY),
    ],
)
def test_a_verdict_says_what_was_reached_and_no_more(
    way: Way,
    encounter: Sequence[Encounter],
    compared: Contrast | None,
    days: int,
    expected: Verdict,
) -> None:
    assert verdict(way, encounter, compared, age=days * DAY) is expected


def test_what_did_not_work_is_said_as_plainly() -> None:
    def day(at: datetime) -> str:
        return f"{at.day} {at:%b}"

    assert way_words(NONE, out=NOW, day=day) == (
        "It was not among the first 20 in 9 readings since."
    )
    never = Way(13, NOW + DAY, None, None, 20, 9)
    assert way_words(never, out=NOW, day=day) == (
        "It never reached page one in 9 readings: best 13 on 19 Nov, now not in the first 20."
    )
    assert way_words(ON_ONE, out=NOW, day=day) == (
        "It reached page one after 9 days, best 4 on 27 Nov, now at 5."
    )


Publish = Callable[..., Piece]


@pytest.fixture
def publish(brand: Brand, keyword: Keyword) -> Publish:
    def act(at: datetime = NOW, **fields: Any) -> Piece:
        fields = {"keyword": keyword, "url": "https://ours.example/ours"} | fields
        url = fields.pop("url")
        piece = Piece.objects.create(brand=brand, title="A piece", status="approved", **fields)
        return move(piece, Piece.Status.PUBLISHED, by=None, now=at, url=url)

    return act


def told(piece: Piece, now: datetime) -> Account:
    found = account_of(piece, now)
    assert found is not None
    return found


def fill(*first: str) -> list[str]:
    return [*first, *(f"neutral:n{n}" for n in range(10 - len(first)))]


@pytest.fixture
def story(brand: Brand, make_snapshot: MakeSnapshot, publish: Publish) -> Piece:
    """A negative at 1, a piece that comes out and stands above it from day 10 on; three keywords that
    nobody worked on stay as they are."""
    others = [
        Keyword.objects.create(brand=brand, phrase=f"other {n}", country="no") for n in range(3)
    ]
    piece = publish()
    for day in range(-27, 60, 3):
        ours = ["neutral:ours"] if day >= 10 else []
        make_snapshot(*fill(*ours, "negative:bad"), at=NOW + day * DAY)
        for other in others:
            make_snapshot(*fill(f"neutral:{other.phrase[-1]}"), at=NOW + day * DAY, of=other)
    return piece


def test_an_account_tells_the_story_of_the_readings(story: Piece) -> None:
    found = told(story, NOW + 60 * DAY)
    assert found.verdict is Verdict.WORKED
    assert found.way.first_on_page_one == NOW + 12 * DAY
    (one,) = found.passed
    assert found.pages[one.page_id].host == "bad.example"
    assert found.contrast is not None
    assert found.contrast.change > 5
    assert found.contrast.control == 0
    assert len(found.contrast.others) == 3


def test_scores_by_two_curves_are_not_compared(story: Piece) -> None:
    newest_ = Judgement.objects.order_by("-snapshot__taken_at").first()
    assert newest_ is not None
    Judgement.objects.filter(pk=newest_.pk).update(curve_version="another")
    mixed = told(story, NOW + 60 * DAY).contrast
    assert mixed is None or len(mixed.others) == 2


def test_readings_that_saw_little_count_for_no_score(story: Piece) -> None:
    Judgement.objects.filter(snapshot__keyword=story.keyword).update(coverage=0.5)
    assert told(story, NOW + 60 * DAY).contrast is None


def test_a_keyword_that_a_piece_was_for_or_seen_on_is_no_control(
    story: Piece, brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    free = untouched(brand)
    assert len(free) == 3
    same = Keyword.objects.create(brand=brand, phrase="Hallway  Coffee", device="mobile")
    seen = Keyword.objects.get(phrase="other 0")
    make_snapshot(*fill("neutral:ours"), at=NOW + 61 * DAY, of=seen)
    assert untouched(brand) == free - {seen.pk}
    assert same.pk not in untouched(brand)


def test_a_lifted_page_is_followed_as_the_piece(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*fill("negative:bad", "own:mine"), at=NOW - DAY)
    mine = Page.objects.get(url__contains="/mine")
    piece = Piece.objects.create(
        brand=brand, title="Lift", keyword=keyword, lifts=mine, status="published",
        url="https://x.example/", published_at=NOW,
    )  # fmt: skip
    make_snapshot(*fill("own:mine", "negative:bad"), at=NOW + 5 * DAY)
    assert told(piece, NOW + 6 * DAY).way.best == 1


def test_pieces_without_keyword_or_publication_have_no_account(
    brand: Brand, keyword: Keyword, publish: Publish
) -> None:
    idea = Piece.objects.create(brand=brand, title="Idea", keyword=keyword)
    assert account_of(idea, NOW) is None
    assert account_of(publish(keyword=None), NOW + DAY) is None


def test_lessons_count_old_pieces_only_and_name_the_few(story: Piece, publish: Publish) -> None:
    young = publish(at=NOW + 50 * DAY, kind="video", url="https://ours.example/film")
    Draft.objects.create(piece=story, text="word " * 700)
    told_ = accounts(story.brand, [young, story], NOW + 60 * DAY)
    found = dict(lessons(told_, {story.pk: 700}))
    (row,) = found["Type"]
    assert (row.name, row.tried, row.reached, row.worked, row.days) == ("FAQ", 1, 1, 1, 12)
    assert row.is_few
    assert [row.name for row in found["Length"]] == ["600 to 1,499 words"]
    assert [row.name for row in found["Host"]] == ["ours.example"]
    assert "Place" not in found


def test_the_accounts_cost_the_same_for_more_pieces(story: Piece, publish: Publish) -> None:
    counts = []
    for size in (1, 7):
        for n in range(size):
            publish(at=NOW + (n + size) * DAY, url=f"https://ours.example/{size}-{n}")
        with CaptureQueriesContext(connection) as found:
            accounts(story.brand, newest(story.brand), NOW + 60 * DAY)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_page_tells_each_piece_and_what_works(
    client: Client, viewer: User, brand: Brand, publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    client.force_login(viewer)
    address = "/b/hallway/effect/"
    assert "Nothing with a target keyword was published" in client.get(address).content.decode()
    out = timezone.now() - 40 * DAY
    make_snapshot(*fill("negative:bad"), at=out - DAY)
    publish(at=out)
    make_snapshot(*fill("neutral:ours", "negative:bad"), at=out + 8 * DAY)
    publish(at=out, url="https://ours.example/nowhere")
    page = client.get(address).content.decode()
    assert "1 of 2 pieces that can be judged worked" in page
    assert "Did not work" in page
    assert "It was not among the first 10 in the one reading since." in page
    assert "It passed the one negative there, which has not left page one." in page
    assert "bad.example" in page
    assert "too few to tell" in page
