"""The admin lists about tone: read, filtered, never changed, and cheap."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reputation.marking import ask_second
from reputation.marking import mark as mark_page
from reputation.models import Mark, Passage, ToneEntry
from reputation.passages import mark_passage
from serp.providers.base import Feature, ResultKind
from tests.cast import NOW, MakeSnapshot

PASSAGES = reverse("admin:reputation_passage_changelist")
ENTRIES = reverse("admin:reputation_toneentry_changelist")
MARKS = reverse("admin:reputation_mark_changelist")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def desk(editor: User) -> Client:
    client = Client()
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tell(make_snapshot: MakeSnapshot, editor: User, number: int) -> None:
    """A text, a result, and a person's word on each."""
    text = f"Hallway Coffee was fined for fraud, part {number}. {HOSTILE}"
    make_snapshot(
        "negative",
        features=(Feature(ResultKind.AI_OVERVIEW, text=text),),
        at=NOW + timedelta(minutes=number),
    )
    for passage in Passage.objects.filter(source="machine").select_related("brand"):
        mark_passage(passage, "very_negative", by=editor, now=NOW, why=HOSTILE)
    for mark in Mark.objects.filter(source="machine").select_related("brand"):
        mark_page(mark, by=editor, now=NOW, shade="very_negative")


def test_the_lists_cost_a_constant_number_of_queries_and_escape_all(
    desk: Client, editor: User, make_snapshot: MakeSnapshot
) -> None:
    tell(make_snapshot, editor, 1)
    counts = {}
    for url in (PASSAGES, ENTRIES, MARKS):
        desk.get(url)
        with CaptureQueriesContext(connection) as caught:
            body = desk.get(url).content.decode()
        assert "very negative" in body
        assert HOSTILE not in body
        counts[url] = len(caught)
    for number in range(2, 9):
        tell(make_snapshot, editor, number)
    for url, before in counts.items():
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url).status_code == 200
        assert len(caught) == before


def test_a_row_tells_all_and_is_not_changed(
    desk: Client, editor: User, make_snapshot: MakeSnapshot
) -> None:
    tell(make_snapshot, editor, 1)
    for model, row in (
        ("passage", Passage.objects.get()),
        ("toneentry", ToneEntry.objects.first()),
    ):
        assert row is not None
        url = reverse(f"admin:reputation_{model}_change", args=[row.pk])
        body = desk.get(url).content.decode()
        assert HOSTILE not in body
        assert desk.post(url, {"tone": "positive"}).status_code == 403
    assert "marked it very negative; the machine agreed" in body


def test_marks_that_wait_for_a_second_look_are_found(
    desk: Client, editor: User, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:recall", "negative:kiosk")
    mark = Mark.objects.select_related("brand").get(page__host="recall.example")
    ask_second(mark_page(mark, by=editor, now=NOW, tone="negative"), by=editor, now=NOW)
    waits = desk.get(MARKS, {"second": "waits"}).content.decode()
    assert "recall.example" in waits
    assert "kiosk.example" not in waits
    none = desk.get(MARKS, {"second": "none"}).content.decode()
    assert "recall.example" not in none
    assert "kiosk.example" in none
