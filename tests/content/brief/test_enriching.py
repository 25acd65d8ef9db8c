"""What pages tell goes into briefs, once, and never over what a person wrote."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content.brief import enriching
from content.brief.enriching import enrich_waiting
from content.brief.sheet import sheet_of
from content.briefing import bring_back, draw
from content.models import Brief, PageReading, Piece
from serp.models import Brand, Keyword
from tests.cast import NOW, MakeSnapshot

State = PageReading.State
ROWS = ("negative:bad", *["neutral"] * 9)


@pytest.fixture
def brief(brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot, settings: Any) -> Brief:
    settings.READ_PAGES = True
    make_snapshot(*ROWS, at=NOW)
    keyword.refresh_from_db()
    piece = Piece.objects.create(brand=brand, title="A", keyword=keyword)
    return draw(piece, now=NOW)


def read(brief: Brief, *, without: int = 0) -> None:
    """All pages of the brief but the last ones are read."""
    rows = list(PageReading.objects.order_by("pk"))
    for n, row in enumerate(rows[: len(rows) - without]):
        row.state, row.fetched_at, row.words = State.READ, NOW, 500 + 100 * n
        row.headings, row.images, row.lists = [[1, "T"], [2, "How loud is it?"]], n, 1
        row.terms = {"quiet": 5, "grinder": n + 1, "bad": 3}
        row.questions, row.schema_types = ["How loud is it?"], ["FAQPage"]
        row.save()


def test_drawing_asks_for_the_pages_of_page_one_and_fetches_nothing(brief: Brief) -> None:
    assert PageReading.objects.filter(state=State.WAITING).count() == 10
    assert len(brief.sources) == 10
    assert sheet_of(brief).progress == "0 of 10 pages read, 10 waiting"


def test_with_reading_off_nothing_waits_and_the_brief_names_no_pages(
    brief: Brief, settings: Any
) -> None:
    settings.READ_PAGES = False
    PageReading.objects.all().delete()
    again = draw(brief.piece, now=NOW)
    assert (again.sources, PageReading.objects.count()) == ([], 0)
    assert enrich_waiting(NOW) == 0


def test_terms_and_structure_are_filled_in_when_all_are_done(brief: Brief) -> None:
    read(brief)
    assert enrich_waiting(NOW) == 1
    brief.refresh_from_db()
    assert brief.enriched_at == NOW
    assert brief.structure["of"] == 10
    assert brief.structure["words"] == {"low": 500, "median": 950, "high": 1400}
    assert brief.structure["results"] == 10
    rows = {row["term"]: row for row in brief.terms}
    assert (rows["quiet"]["results"], rows["quiet"]["of"]) == (9, 9)
    assert rows["quiet"]["base"] == "pages"
    assert rows["quiet"]["low"] == pytest.approx(4.2)
    assert "How loud is it?" in brief.questions
    assert enrich_waiting(NOW) == 0


def test_a_page_that_waits_holds_the_brief_up_for_two_days_and_no_longer(brief: Brief) -> None:
    read(brief, without=1)
    assert enrich_waiting(NOW + timedelta(hours=47)) == 0
    assert enrich_waiting(NOW + timedelta(hours=49)) == 1
    brief.refresh_from_db()
    assert brief.structure["of"] == 9
    assert brief.sources[-1]["outcome"] == "waiting"


def test_parts_that_a_person_changed_are_left_alone(
    brief: Brief, client: Client, editor: User
) -> None:
    client.force_login(editor)
    url = reverse("board-brief", args=[brief.piece.brand.slug, brief.piece_id])
    form = client.get(url).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    assert client.post(url, fields | {"terms": "our own term"}).status_code == 302
    brief.refresh_from_db()
    assert brief.edited == ["terms"]
    read(brief)
    enrich_waiting(NOW)
    brief.refresh_from_db()
    assert brief.terms == [{"term": "our own term"}]
    assert brief.structure["of"] == 10


def test_saving_without_a_change_keeps_every_part(
    brief: Brief, client: Client, editor: User
) -> None:
    read(brief)
    enrich_waiting(NOW)
    before = Brief.objects.filter(pk=brief.pk).values().get()
    client.force_login(editor)
    url = reverse("board-brief", args=[brief.piece.brand.slug, brief.piece_id])
    form = client.get(url).context["form"]
    fields = {name: str(form[name].value() or "").replace("\n", "\r\n") for name in form.fields}
    assert client.post(url, fields).status_code == 302
    assert Brief.objects.filter(pk=brief.pk).values().get() == before


def test_pages_that_nobody_could_read_change_nothing_and_are_told(brief: Brief) -> None:
    before = (brief.terms, brief.structure)
    PageReading.objects.update(state=State.REFUSED, reason="refused by robots.txt")
    assert enrich_waiting(NOW) == 1
    brief.refresh_from_db()
    assert (brief.terms, brief.structure) == before
    sheet = sheet_of(brief)
    assert sheet.progress == "0 of 10 pages read, 10 refused by robots.txt"
    assert sheet.sources[0][1] == "refused by robots.txt"


def test_drawing_anew_loses_nothing_an_earlier_version_is_brought_back(brief: Brief) -> None:
    brief.angle, brief.edited = "Ours", ["angle"]
    brief.save()
    draw(brief.piece, now=NOW)
    brief = Brief.objects.get(pk=brief.pk)
    assert brief.angle != "Ours"
    ours = next(v for v in sheet_of(brief).versions if "angle" in v.parts)
    assert bring_back(brief, ours.id)
    brief.refresh_from_db()
    assert (brief.angle, brief.edited) == ("Ours", ["angle"])


def test_a_version_of_another_brief_is_none(brief: Brief, brand: Brand) -> None:
    other = draw(Piece.objects.create(brand=brand, title="B"), now=NOW)
    version = other.history.first()
    assert version is not None
    assert not bring_back(brief, version.history_id)


def test_a_brief_that_breaks_keeps_no_other_waiting_and_is_left_as_it_is(
    brief: Brief, keyword: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(brief)
    second = Brief.objects.create(
        piece=Piece.objects.create(brand=brief.piece.brand, title="Second", keyword=keyword),
        sources=brief.sources,
        drawn_from=brief.drawn_from,
    )
    fill = enriching.enrich

    def broken(pk: int, *args: Any) -> bool:
        if pk == brief.pk:
            raise RuntimeError("a bug")
        return fill(pk, *args)

    monkeypatch.setattr(enriching, "enrich", broken)
    assert enrich_waiting(NOW) == 1
    before = brief.questions
    brief.refresh_from_db()
    second.refresh_from_db()
    assert (brief.enriched_at, second.enriched_at, brief.questions) == (NOW, NOW, before)
    assert enrich_waiting(NOW) == 0
