"""Rank histories of other trackers: streamed, counted, repeatable, and nothing guessed."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from serp.importing import BadHistory, Defaults, import_history
from serp.models import Brand, Keyword, Listing, Page, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record
from tests.cast import NOW

pytestmark = pytest.mark.django_db
HEAD = "date,kind,query,position,title,url,snippet\n"


def history(tmp_path: Path, *lines: str, head: str = HEAD, name: str = "history.csv") -> Path:
    path = tmp_path / name
    text = head + "".join(line + "\n" for line in lines)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def line(position: object, *, day: str = "2026-03-01", query: str = "kettle", url: str = "") -> str:
    return f"{day},brand,{query},{position},Title {position},{url or f'https://h{position}.example/'},Text"


def test_a_day_becomes_one_result_page_in_order(brand: Brand, tmp_path: Path) -> None:
    path = history(tmp_path, line(2), line(1), line(3))
    report = import_history(path, brand=brand)
    (snapshot,) = Snapshot.objects.all()
    urls = [Listing.objects.get(pk=pk).page.url for pk in snapshot.results]
    assert urls == ["https://h1.example/", "https://h2.example/", "https://h3.example/"]
    assert snapshot.taken_at.isoformat() == "2026-03-01T11:00:00+00:00", "noon in Oslo"
    assert (report.rows, report.stored, report.new_pages) == (3, 3, 1)


def test_a_second_import_stores_nothing_twice(brand: Brand, tmp_path: Path) -> None:
    path = history(tmp_path, line(1), line(2), name="history.csv.gz")
    import_history(path, brand=brand)
    report = import_history(path, brand=brand)
    assert (report.stored, report.present, report.new_pages) == (0, 2, 0)
    assert Snapshot.objects.count() == 1
    assert Page.objects.count() == 2


def test_new_keywords_are_paused_so_that_an_import_never_spends(
    brand: Brand, tmp_path: Path
) -> None:
    import_history(
        history(tmp_path, "2026-03-01,ceo,A Person,1,T,https://h.example/,S"), brand=brand
    )
    keyword = Keyword.objects.get()
    assert keyword.is_paused
    assert keyword.next_check_at is None
    assert keyword.kind == Keyword.Kind.PERSON


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line(0), "position 0: positions begin at 1"),
        (line(""), "no position"),
        (line("first"), "the position is no number"),
        (line(2.5), "the position is not a whole number from 1 to 1000"),
        (line(4, url="nan"), "no address"),
        (line(4, url="javascript:alert(1)"), "the address is not a web address"),
        (line(4, url=r"https://h.example/?a\u003db"), "an escape such as"),
        (line(4, day="1 March"), "the date is not written as"),
        (line(4, day="2999-01-01"), "the date lies in the future"),
        (line(4, query=" "), "no query"),
        (line(1), "the same row a second time"),
        (line(1, url="https://other.example/"), "a second row at one position: the first was kept"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_stay(
    brand: Brand, tmp_path: Path, bad: str, reason: str
) -> None:
    report = import_history(history(tmp_path, line(1), bad, line(2)), brand=brand)
    assert [known for known in report.refused if reason in known], report.refused
    assert report.refused.total() == 1
    assert report.stored == 2


def test_a_refused_position_stays_a_hole_and_nothing_moves_up(brand: Brand, tmp_path: Path) -> None:
    bad = line(2, url=r"https://h.example/?a\u003db")
    import_history(history(tmp_path, line(1), bad, line(3)), brand=brand)
    _first, second, third = Snapshot.objects.get().results
    assert second is None
    assert Listing.objects.get(pk=third).page.url == "https://h3.example/"


def test_a_page_of_which_nothing_is_usable_is_a_gap_and_is_counted(
    brand: Brand, tmp_path: Path
) -> None:
    rows = [line(1), line(0, day="2026-03-02", url="nan"), line(1, day="2026-03-04")]
    report = import_history(history(tmp_path, *rows), brand=brand)
    assert (report.pages, report.new_pages, report.unread_pages) == (3, 2, 1)
    assert report.missing_days() == 2
    assert Snapshot.objects.count() == 2


def test_a_page_with_position_one_only_is_partly_read(brand: Brand, tmp_path: Path) -> None:
    report = import_history(history(tmp_path, line(1)), brand=brand)
    assert Snapshot.objects.get().is_partial
    assert report.single == 1


def test_thin_days_are_named(brand: Brand, tmp_path: Path) -> None:
    rows = [
        line(position, day=f"2026-03-{day:02d}")
        for day in range(1, 10)
        for position in range(1, 9 if day != 5 else 4)
    ]
    report = import_history(history(tmp_path, *rows), brand=brand)
    assert report.thin_days() == [(date(2026, 3, 5), 3, 8)]


def test_a_lasting_drop_is_named_by_its_first_day(brand: Brand, tmp_path: Path) -> None:
    rows = [
        line(position, day=f"2026-03-{day:02d}")
        for day in range(1, 25)
        for position in range(1, 11 if day < 12 else 7)
    ]
    report = import_history(history(tmp_path, *rows), brand=brand)
    assert report.drops() == [(date(2026, 3, 12), 10, 6)]


def test_a_file_without_the_columns_says_which(brand: Brand, tmp_path: Path) -> None:
    path = history(tmp_path, "1,2", head="day,rank\n")
    with pytest.raises(BadHistory, match="no column date, query, position, url"):
        import_history(path, brand=brand)


def test_a_file_that_breaks_off_keeps_what_came_before(brand: Brand, tmp_path: Path) -> None:
    path = history(tmp_path, *[line(n) for n in range(1, 400)], name="history.csv.gz")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadHistory, match="breaks off"):
        import_history(path, brand=brand)
    assert Snapshot.objects.exists()


def test_a_damaged_archive_is_told_and_keeps_what_came_before(brand: Brand, tmp_path: Path) -> None:
    path = history(tmp_path, *[line(n) for n in range(1, 1000)], name="history.csv.gz")
    second = bytearray(gzip.compress(line(1, day="2026-03-02").encode()))
    second[10:14] = b"\xff\xff\xff\xff"  # no kind of block that there is
    path.write_bytes(path.read_bytes() + bytes(second))
    with pytest.raises(BadHistory, match="breaks off"):
        import_history(path, brand=brand)
    assert Snapshot.objects.exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("country", "norway"),
        ("language", "norwegian"),
        ("device", "watch"),
        ("engine", "altavista"),
    ],
)
def test_a_place_that_cannot_be_watched_is_refused(
    brand: Brand, tmp_path: Path, column: str, value: str
) -> None:
    path = history(
        tmp_path,
        f"2026-03-01,kettle,1,https://h.example/,{value}",
        "2026-03-01,kettle,2,https://i.example/,",
        head=f"date,query,position,url,{column}\n",
    )
    report = import_history(path, brand=brand)
    assert report.refused == {f"the {column} is none that can be watched": 1}
    assert report.stored == 1


def test_a_history_of_a_checked_keyword_joins_it_and_changes_nothing_else(
    brand: Brand, keyword: Keyword, tmp_path: Path
) -> None:
    newer = make_reading(keyword)
    path = history(tmp_path, *[line(n, query=keyword.phrase) for n in (1, 2)])
    import_history(path, brand=brand, defaults=Defaults(country="no"))
    keyword.refresh_from_db()
    assert keyword.snapshots.count() == 2
    assert keyword.latest == newer
    assert not keyword.is_paused


def make_reading(keyword: Keyword) -> Snapshot:
    (snapshot,) = record(
        [
            Reading(
                keyword=keyword,
                taken_at=NOW,
                items=(Item(1, "https://h1.example/", "Title"),),
                features=(),
                depth=1,
                asked=1,
                provider="sample",
                source=Snapshot.Source.CHECK,
            )
        ]
    )
    return snapshot


def test_an_unknown_brand_is_answered_with_those_there_are(brand: Brand, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Brands: hallway"):
        call_command("import_history", str(history(tmp_path, line(1))), brand="nobody")


def count_by_hand(path: Path) -> tuple[int, int]:
    """Rows and result pages of a history, counted without the code under test."""
    import csv

    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return len(rows), len({(row["date"], row["query"]) for row in rows})


def test_the_fortune_history_is_taken_over_whole(brand: Brand, shared_data: Path) -> None:
    path = shared_data / "longitudinal/fortune1000-brands-2025Q4/brand.csv.gz"
    report = import_history(path, brand=brand)
    rows, pages = count_by_hand(path)
    assert (rows, pages) == (22_618, 3_358)
    assert (report.rows, report.pages) == (rows, pages)
    assert report.rows == report.stored + report.refused.total()
    assert report.new_pages == Snapshot.objects.count() == pages - report.unread_pages
    assert report.unread_pages == 138
    assert report.drops() == [(date(2025, 10, 25), 361, 244)]


@pytest.mark.parametrize("name", ["brand.csv.gz", "person.csv.gz"])
def test_the_transit_histories_are_taken_over_whole(
    brand: Brand, shared_data: Path, name: str
) -> None:
    path = shared_data / "longitudinal/transit-brands-2025-2026" / name
    report = import_history(path, brand=brand)
    rows, pages = count_by_hand(path)
    assert (report.rows, report.pages) == (rows, pages)
    assert report.rows == report.stored + report.refused.total()
    assert report.new_pages == Snapshot.objects.count()
