"""The story of a keyword from stored readings; and of a real crisis, from the captured data."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content.charts.picture import WIDE
from content.charts.ranking import RankingChart
from content.spans import Stretch
from content.story import story_of
from serp.importing import import_history
from serp.models import Brand, Keyword
from tests.cast import NOW, MakeSnapshot

DAY = timedelta(days=1)
OUTBREAK = (date(2026, 6, 10), date(2026, 6, 25))


def test_seldom_pages_are_counted_not_drawn(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:once", "neutral:often", at=NOW - 3 * DAY)
    for ago in range(3):
        make_snapshot("neutral:often", at=NOW - ago * DAY)
    stretch = Stretch(NOW - 9 * DAY, NOW)
    story = story_of(brand, keyword, stretch)
    assert [line.named.title for line in story.lines] == ["Title of often"]
    assert story.left_out == 1
    assert story_of(brand, keyword, stretch, everything=True).left_out == 0


def test_a_page_of_ours_that_is_negative_counts_as_negative(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own:shop", at=NOW)
    brand.marks.update(tone="negative", shade="negative")
    (line,) = story_of(brand, keyword, Stretch(NOW - DAY, NOW)).lines
    assert (line.group, line.named.sign) == ("neg", "−")


def test_a_page_without_a_mark_is_drawn_as_not_judged(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:a", at=NOW)
    brand.marks.all().delete()
    (line,) = story_of(brand, keyword, Stretch(NOW - DAY, NOW)).lines
    assert (line.named.sign, line.named.word) == ("?", "not judged yet")


@pytest.fixture
def crisis(shared_data: Path, tmp_path: Path) -> tuple[Path, set[str]]:
    """The captured query with the most pages that appeared in mid-June 2026 and stood on page one at
    the end, as a file of its own, with these pages."""
    source = shared_data / "longitudinal" / "transit-brands-2025-2026" / "person.csv.gz"
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["query"]].append(row)
    found: dict[str, set[str]] = {}
    for query, held in rows.items():
        last = max(row["date"] for row in held)
        first: dict[str, str] = {}
        for row in held:
            first[row["url"]] = min(first.get(row["url"], row["date"]), row["date"])
        begin, end = (day.isoformat() for day in OUTBREAK)
        found[query] = {
            row["url"] for row in held if row["date"] == last and begin <= first[row["url"]] <= end
        }
    query = max(found, key=lambda name: len(found[name]))
    path = tmp_path / "one.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[query][0].keys())
        writer.writeheader()
        writer.writerows(rows[query])
    return path, found[query]


def test_a_real_crisis_enters_and_climbs(
    client: Client, viewer: User, brand: Brand, crisis: tuple[Path, set[str]]
) -> None:
    path, urls = crisis
    assert urls
    import_history(path, brand=brand)
    keyword = Keyword.objects.get()
    stretch = Stretch(datetime(2025, 9, 1, tzinfo=UTC), datetime(2026, 8, 23, tzinfo=UTC))
    story = story_of(brand, keyword, stretch)
    assert len(story.readings) > 250
    new = [
        line
        for line in story.lines
        if line.last is not None
        and OUTBREAK[0] <= story.days[line.positions.index(line.found[0])] <= OUTBREAK[1]
    ]
    assert new
    assert any((line.best or 99) < line.found[0] for line in new)
    svg = RankingChart(story.picture, WIDE).svg()
    assert all(line.named.address.partition("/")[0] in svg for line in new)
    assert len(gzip.compress(svg.encode())) < 60_000
    client.force_login(viewer)
    there = reverse("history-keyword", args=[brand.slug, keyword.pk])
    answer = client.get(there, {"span": "all"})
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) < 60_000
