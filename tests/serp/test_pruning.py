"""Pruning: what is old and needed by nothing goes, in small steps; readings and money stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command

from serp import pruning
from serp.models import (
    Brand,
    Check,
    Confirmation,
    Keyword,
    LedgerEntry,
    Notice,
    Page,
    RawAnswer,
    Snapshot,
)
from serp.pruning import prune, would_prune

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=401)


@pytest.fixture(autouse=True)
def days(settings: Any) -> None:
    settings.RAW_DAYS, settings.CHECK_DAYS = 14, 400


def finished(keyword: Keyword, number: int, **values: Any) -> Check:
    return Check.objects.create(
        **{
            "keyword": keyword,
            "period": LONG_AGO + timedelta(hours=number),
            "state": Check.State.FAILED,
            "not_before": LONG_AGO,
            "finished_at": LONG_AGO,
        }
        | values
    )


def snapshot(keyword: Keyword, row: Check | None, at: datetime = LONG_AGO) -> Snapshot:
    return Snapshot.objects.create(
        keyword=keyword, check_row=row, taken_at=at, depth=10, asked=10, provider="sample"
    )


def answer(row: Check, *, at: datetime, body: bytes = b"x" * 100) -> RawAnswer:
    return RawAnswer.objects.create(
        check_row=row, fence=1, page=1, provider="x", at=at, status=200, body=body, size=900
    )


def gone(results: list[pruning.Pruned]) -> dict[str, int]:
    return {one.what: one.rows for one in results if one.rows}


def test_only_old_checks_that_nothing_needs_go(keyword: Keyword) -> None:
    useless = finished(keyword, 1)
    keep = [
        finished(keyword, 2, finished_at=NOW - timedelta(days=399)),
        finished(keyword, 3, state=Check.State.DUE, finished_at=None),
        finished(keyword, 4, state=Check.State.MEASURED),
        finished(keyword, 5),
        finished(keyword, 6),
        finished(keyword, 7),
    ]
    read = snapshot(keyword, keep[2])
    Keyword.objects.update(last_check=keep[3])
    page = Page.objects.create(
        key="k", url="https://a.example/", host="a.example", domain="a.example"
    )
    Confirmation.objects.create(
        snapshot=read, page=page, is_gone=True, check_row=keep[4], asked_at=LONG_AGO
    )
    money = {"brand": keyword.brand, "provider": "x", "at": LONG_AGO, "reserved_calls": 1}
    LedgerEntry.objects.create(check_row=keep[5], fence=1, reserved=1, **money)
    paid = LedgerEntry.objects.create(
        check_row=useless, fence=1, reserved=1, cost=Decimal(1), state="settled", **money
    )
    assert gone(list(would_prune(NOW))) == {"checks": 1}
    assert gone(list(prune(NOW))) == {"checks": 1}
    assert set(Check.objects.all()) == set(keep)
    paid.refresh_from_db()
    assert (paid.cost, paid.check_row) == (Decimal(1), None), "the ledger keeps what was paid"
    assert Snapshot.objects.get() == read


def test_a_settled_question_no_longer_keeps_its_check(keyword: Keyword) -> None:
    asked = finished(keyword, 1)
    page = Page.objects.create(
        key="k", url="https://a.example/", host="a.example", domain="a.example"
    )
    question = Confirmation.objects.create(
        snapshot=snapshot(keyword, None),
        page=page,
        is_gone=True,
        check_row=asked,
        asked_at=LONG_AGO,
    )
    assert gone(list(prune(NOW))) == {}
    Confirmation.objects.update(verdict=Confirmation.Verdict.UNKNOWN)
    assert gone(list(prune(NOW))) == {"checks": 1}
    question.refresh_from_db()
    assert question.check_row is None


def test_raw_answers_go_after_their_days_and_their_bytes_are_told(keyword: Keyword) -> None:
    answer(finished(keyword, 1, finished_at=NOW), at=NOW - timedelta(days=15))
    fresh = answer(finished(keyword, 2, finished_at=NOW), at=NOW - timedelta(days=13))
    told = {one.what: one for one in would_prune(NOW)}["raw answers"]
    assert (told.rows, told.bytes, told.why) == (1, 100, "older than 14 days")
    assert RawAnswer.objects.count() == 2, "nothing goes in a dry run"
    assert gone(list(prune(NOW))) == {"raw answers": 1}
    assert RawAnswer.objects.get() == fresh


def test_a_check_goes_in_the_same_run_as_its_raw_answer(keyword: Keyword) -> None:
    answer(finished(keyword, 1), at=LONG_AGO)
    assert gone(list(prune(NOW))) == {"raw answers": 1, "checks": 1}


def test_notices_sessions_and_sign_ins_go_when_they_are_over(brand: Brand) -> None:
    for key, closed in (("a", LONG_AGO), ("b", NOW - timedelta(days=399)), ("c", None)):
        Notice.objects.create(
            kind="drift", key=key, text="…", opened_at=LONG_AGO, closed_at=closed, brand=brand
        )
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOW + timedelta(hours=hours)
        )
    for name in ("old", "new"):
        AccessAttempt.objects.create(username=name, failures_since_start=1)
    AccessAttempt.objects.filter(username="old").update(attempt_time=NOW - timedelta(days=91))
    AccessAttempt.objects.filter(username="new").update(attempt_time=NOW - timedelta(days=89))
    assert gone(list(prune(NOW))) == {"notices": 1, "sessions": 1, "sign-in attempts": 1}
    assert set(Notice.objects.values_list("key", flat=True)) == {"b", "c"}
    assert Session.objects.get().session_key == "new"
    assert AccessAttempt.objects.get().username == "new"


def test_it_works_in_small_steps_and_may_be_interrupted(
    keyword: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "ROWS_AT_ONCE", 2)
    for number in range(7):
        finished(keyword, number)
    steps = []
    delete = pruning.deleted

    def third_is_interrupted(rows: Any) -> int:
        steps.append(rows.count())
        if len(steps) == 3:
            raise KeyboardInterrupt
        return delete(rows)

    monkeypatch.setattr(pruning, "deleted", third_is_interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(prune(NOW))
    assert steps == [2, 2, 2]
    assert Check.objects.count() == 3, "what was done stays done"
    assert gone(list(prune(NOW))) == {"checks": 3}


def test_when_its_time_is_over_it_says_that_some_is_left(keyword: Keyword) -> None:
    finished(keyword, 1)
    left = [one.what for one in prune(NOW, seconds=-1) if not one.is_all]
    assert left == ["checks"]
    assert Check.objects.count() == 1
    assert all(one.is_all for one in prune(NOW, seconds=60))
    assert not Check.objects.exists()


def test_a_row_that_has_become_needed_since_it_was_found_stays(
    keyword: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = finished(keyword, 1)
    find = pruning.oldest

    def found_then_needed(rows: Any, *, after: object) -> list[Any]:
        keys = find(rows, after=after)
        if keys:
            snapshot(keyword, row)
        return keys

    monkeypatch.setattr(pruning, "oldest", found_then_needed)
    assert gone(list(prune(NOW))) == {}
    assert Check.objects.get() == row


def test_the_command_says_what_goes_and_what_is_kept(keyword: Keyword) -> None:
    def said(*arguments: str) -> str:
        output = StringIO()
        call_command("prune", *arguments, stdout=output)
        return output.getvalue()

    long_ago = datetime.now(UTC) - timedelta(days=500)
    row = finished(keyword, 1, finished_at=long_ago)
    answer(row, at=long_ago, body=b"x" * 2_000_000)
    dry = said("--dry-run")
    assert "        1 raw answers (older than 14 days, 2.0 MB)" in dry
    assert "would be deleted; nothing was. Kept for good: snapshots" in dry
    assert RawAnswer.objects.exists()
    done = said()
    assert "        1 checks (finished more than 400 days ago, without a snapshot)" in done
    assert "2 rows deleted. Kept for good" in done
    assert "ledger" in done
    assert not Check.objects.exists()
