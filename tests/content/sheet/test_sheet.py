"""The calendar as a table: out and in again without loss, each bad cell told, nothing half done."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from content.models import Piece
from content.sheet.columns import MOST_LINES, BadSheet, decoded, lines_of, plain
from content.sheet.reading import bring_in, preview
from serp.models import Brand, Keyword
from serp.sheets import cell
from tests.cast import NOW

OUT = "/b/hallway/calendar/pieces.csv"
IN = "/b/hallway/calendar/bring/"
TODAY = NOW.date()
NEXT = TODAY + timedelta(7)


def table(*rows: dict[str, Any]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def look(brand: Brand, *rows: dict[str, Any]) -> list[Any]:
    return preview(brand, lines_of(table(*rows)), NOW)


@pytest.fixture
def piece(brand: Brand, keyword: Keyword, editor: User) -> Piece:
    return Piece.objects.create(
        brand=brand,
        title="=Is the switch safe?",
        kind="faq",
        keyword=keyword,
        owner=editor,
        due_on=date(2030, 1, 2),
        publish_on=date(2030, 1, 9),
        publish_time=time(9, 30),
        hours=2.5,
    )


def test_what_goes_out_comes_back_and_changes_nothing(
    client: Client, editor: User, brand: Brand, piece: Piece
) -> None:
    client.force_login(editor)
    answer = client.get(OUT)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=Is the switch safe?" in text
    (change,) = preview(brand, lines_of(text), timezone.now())
    assert (change.refused, change.values, change.is_same) == ("", {}, True)


def test_the_file_holds_what_the_filter_shows(
    client: Client, editor: User, brand: Brand, piece: Piece
) -> None:
    Piece.objects.create(brand=brand, title="A film", kind="video")
    client.force_login(editor)
    body = b"".join(client.get(OUT, {"kind": "video"}).streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert [row["title"] for row in rows] == ["A film"]


def test_a_line_without_a_number_makes_a_piece_and_one_with_it_changes_it(
    brand: Brand, editor: User, keyword: Keyword, piece: Piece
) -> None:
    text = table(
        {"id": "", "title": "A film", "type": "video", "owner": "EDITOR@people.example",
         "keyword": keyword.phrase.upper(), "publish on": NEXT, "time": "08:15", "hours": "1,5"},
        {"id": piece.pk, "title": piece.title, "type": "FAQ", "owner": "",
         "keyword": keyword.phrase, "publish on": NEXT, "time": "", "hours": "2.5"},
    )  # fmt: skip
    bring_in(brand, lines_of(text), by=editor, now=NOW)
    made = Piece.objects.get(title="A film")
    assert (made.kind, made.owner, made.keyword, made.publish_on) == (
        "video",
        editor,
        keyword,
        NEXT,
    )
    assert (made.publish_time, made.hours, made.status) == (time(8, 15), 1.5, "idea")
    assert made.created_by == editor
    piece.refresh_from_db()
    assert (piece.owner, piece.publish_on, piece.publish_time) == (None, NEXT, None)
    assert piece.due_on == date(2030, 1, 2), "a column that is not there is left alone"
    assert piece.history.first().history_user == editor


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"title": "", "type": "video"}, "no title"),
        ({"title": "x" * 201}, "201 letters"),
        ({"title": "A", "type": "poem"}, "is no type"),
        ({"title": "A", "keyword": "nobody asks"}, "is not watched"),
        ({"title": "A", "owner": "stranger"}, "does not work on this brand"),
        ({"title": "A", "owner": "viewer"}, "does not work on this brand"),
        ({"title": "A", "publish on": "23.11.2026"}, "year-month-day"),
        ({"title": "A", "publish on": "2026-11-17"}, "has passed"),
        ({"title": "A", "draft due": "2099-01-01"}, "five years"),
        ({"title": "A", "time": "25:00"}, "is no time"),
        ({"title": "A", "hours": "nan"}, "no number of hours"),
        ({"title": "A", "hours": "-1"}, "no number of hours"),
        ({"title": "A", "id": "999999"}, "no piece 999999"),
        ({"title": "A", "id": "²"}, "no piece ²"),
    ],
)
def test_a_bad_cell_is_told_and_the_line_left_out(
    brand: Brand, editor: User, viewer: User, stranger: User, cells: dict[str, str], said: str
) -> None:
    text = table({"id": "", "hours": "", **cells}, {"id": "", "title": "Good", "hours": ""})
    bad, good = bring_in(brand, lines_of(text), by=editor, now=NOW)
    assert said in bad.refused
    assert good.is_new
    assert list(Piece.objects.values_list("title", flat=True)) == ["Good"]


def test_a_piece_of_another_brand_is_not_there(
    brand: Brand, other_brand: Brand, editor: User
) -> None:
    foreign = Piece.objects.create(brand=other_brand, title="Foreign")
    (change,) = bring_in(
        brand, lines_of(table({"id": foreign.pk, "title": "Mine now"})), by=editor, now=NOW
    )
    assert "no piece" in change.refused
    foreign.refresh_from_db()
    assert foreign.title == "Foreign"


def test_a_published_piece_keeps_its_day(brand: Brand, editor: User, piece: Piece) -> None:
    Piece.objects.filter(pk=piece.pk).update(
        status="published", url="https://x.example/", published_at=NOW, publish_on=TODAY
    )
    (change,) = look(brand, {"id": piece.pk, "title": piece.title, "publish on": NEXT})
    assert "keeps the day" in change.refused


def test_a_keyword_of_several_markets_is_asked_for(
    brand: Brand, keyword: Keyword, piece: Piece
) -> None:
    Keyword.objects.create(brand=brand, phrase=keyword.phrase, country="no", language="no")
    new, old = look(
        brand,
        {"id": "", "title": "New", "keyword": keyword.phrase},
        {"id": piece.pk, "title": piece.title, "keyword": keyword.phrase},
    )
    assert "2 markets" in new.refused
    assert old.is_same


def test_the_same_title_twice_makes_no_second_piece(
    brand: Brand, editor: User, piece: Piece
) -> None:
    text = table({"title": "A film"}, {"title": "a FILM"}, {"title": piece.title})
    first, second, present = bring_in(brand, lines_of(text), by=editor, now=NOW)
    assert first.is_new
    assert "line 2 already" in second.refused
    assert f"number {piece.pk}" in present.refused
    again = bring_in(brand, lines_of(text), by=editor, now=NOW)
    assert [bool(change.refused) for change in again] == [True, True, True]
    assert Piece.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name,when\nx,y\n", "“title”"),
        ("title,colour\nx,red\n", "no column “colour”"),
        ("title,title\nx,y\n", "twice"),
        ("title\n", "no line below"),
        ('title\n"never closed\n', "quotation mark"),
        ("title\n" + "x\n" * (MOST_LINES + 1), f"{MOST_LINES + 1} lines"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        lines_of(text)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00x", b"x" * 1_000_001])
def test_a_file_that_is_no_text_or_too_large_is_refused(content: bytes) -> None:
    with pytest.raises(BadSheet):
        decoded(content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_is_read(delimiter: str) -> None:
    (line,) = lines_of(f"\ufefftitle{delimiter}Type\r\n漢字{delimiter}video\r\n\r\n")
    assert (line.number, dict(line.cells)) == (2, {"title": "漢字", "type": "video"})


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=40))
def test_a_cell_that_was_made_safe_is_read_back_as_it_was(text: str) -> None:
    if not text.startswith("'"):
        assert plain(cell(text)) == text


def test_looking_writes_nothing_and_costs_the_same_for_more_lines(
    brand: Brand, piece: Piece
) -> None:
    counts = []
    for size in (2, 40):
        rows = [{"id": "", "title": f"T{n}", "owner": "editor"} for n in range(size)]
        with CaptureQueriesContext(connection) as found:
            look(brand, *rows)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert Piece.objects.count() == 1


def test_the_page_shows_first_and_writes_then(
    client: Client, editor: User, viewer: User, brand: Brand
) -> None:
    client.force_login(editor)
    day = timezone.now().date() + timedelta(30)
    text = table({"title": "A film", "publish on": day}, {"title": "Bad", "publish on": "soon"})
    upload = SimpleUploadedFile("plan.csv", text.encode("utf-8-sig"))
    page = client.post(IN, {"file": upload}).content.decode()
    assert "1 new, 0 changed" in page
    assert "1 refused" in page
    assert Piece.objects.count() == 0
    answer = client.post(IN, {"text": text, "sure": "1"}, follow=True)
    assert "1 piece made, 0 changed. 1 refused and left out." in answer.content.decode()
    assert Piece.objects.get().publish_on == day
    client.force_login(viewer)
    assert client.post(IN, {"text": text, "sure": "1"}).status_code == 403


def test_a_refused_table_stays_on_the_page(client: Client, editor: User, brand: Brand) -> None:
    client.force_login(editor)
    answer = client.post(IN, {"text": "colour\n<b>red</b>\n"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "&lt;b&gt;red&lt;/b&gt;" in page
    assert "“title”" in page
    assert "Choose a file" in client.post(IN, {}).content.decode()


def test_two_who_bring_the_same_table_make_one_piece(brand: Brand, editor: User) -> None:
    lines = lines_of(table({"title": "A film"}))
    looked = preview(brand, lines, NOW)
    assert looked[0].is_new
    bring_in(brand, lines, by=editor, now=NOW)
    (late,) = bring_in(brand, lines, by=editor, now=datetime.now(NOW.tzinfo))
    assert late.refused
    assert Piece.objects.count() == 1


def test_pieces_are_held_in_the_order_of_their_ids_before_they_are_looked_at(
    brand: Brand, editor: User
) -> None:
    low = Piece.objects.create(brand=brand, title="Low")
    high = Piece.objects.create(brand=brand, title="High")
    lines = lines_of(table({"id": high.pk, "title": "High 2"}, {"id": low.pk, "title": "Low 2"}))
    with CaptureQueriesContext(connection) as asked:
        done = bring_in(brand, lines, by=editor, now=NOW)
    assert [change.piece.title for change in done if change.piece] == ["High 2", "Low 2"]
    about = [q["sql"] for q in asked if 'FROM "content_piece"' in q["sql"]]
    assert f"IN ({low.pk}, {high.pk})) ORDER BY 1 ASC" in about[0]
