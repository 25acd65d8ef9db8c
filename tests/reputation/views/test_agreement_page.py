"""The agreement page shows counts with every share, and says how it fills while it is empty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from reputation.marking import ask_second
from reputation.marking import mark as mark_page
from reputation.models import Mark, ToneEntry
from serp.models import Brand
from tests.cast import NOW, MakeSnapshot
from tests.reputation.views.conftest import SignedIn


def text_of(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def page(brand: Brand) -> str:
    return reverse("marking-agreement", args=[brand.slug])


def test_the_empty_page_says_how_it_fills(page: str, viewer: User, signed_in: SignedIn) -> None:
    body = text_of(signed_in(viewer).get(page))
    assert "Nobody has marked a result in the last 26 weeks." in body
    assert '<svg class="chart' not in body


def test_few_marks_are_counts_and_many_are_a_share(
    page: str, make_snapshot: MakeSnapshot, editor: User, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot(*["negative"] * 9, "neutral")
    marks = list(Mark.objects.select_related("brand").order_by("pk"))
    for row in marks[:9]:
        mark_page(row, by=editor, now=NOW, tone="negative")
    body = text_of(signed_in(viewer).get(page))
    assert "9 of 9" in body
    assert "a share needs at least 10" in body
    assert "100 %</b>" not in body
    mark_page(marks[9], by=editor, now=NOW, tone="positive")
    body = text_of(signed_in(viewer).get(page))
    assert (
        '<b class="strong">9 of 10</b> marks: <b class="strong">90 %, between 60 and 98</b>' in body
    )
    assert "Week of 16 Nov 2026: 9 of 10, 90 %, between 60 and 98" in body


def test_first_and_second_person_are_compared(
    page: str,
    make_snapshot: MakeSnapshot,
    editor: User,
    manager: User,
    signed_in: SignedIn,
) -> None:
    make_snapshot("negative:recall")
    mark = mark_page(Mark.objects.get(), by=editor, now=NOW, tone="neutral")
    ask_second(mark, by=editor, now=NOW)
    mark_page(Mark.objects.get(), by=manager, now=NOW + timedelta(hours=1), tone="negative")
    assert 'tone of the first in <b class="strong">0 of 1</b> second look' in text_of(
        signed_in(manager).get(page)
    )


def test_a_negative_that_a_person_turned_down_keeps_its_category(
    page: str, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:one")
    Mark.objects.update(category="lawsuit")
    mark_page(Mark.objects.get(), by=editor, now=NOW, tone="neutral")
    assert Mark.objects.get().category == ""
    assert ToneEntry.objects.get().category == "lawsuit"
    assert '<td>Lawsuit</td><td class="num">0 of 1</td>' in text_of(signed_in(editor).get(page))


def test_more_marks_take_no_more_queries(
    page: str,
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(editor)

    def add(number: int) -> None:
        make_snapshot(*["negative"] * number, at=NOW + timedelta(minutes=number))
        for row in Mark.objects.filter(source="machine").select_related("brand"):
            mark_page(row, by=editor, now=NOW, tone="negative")

    add(1)
    client.get(page)
    with django_assert_max_num_queries(30) as few:
        client.get(page)
    add(9)
    with django_assert_max_num_queries(len(few)):
        client.get(page)
