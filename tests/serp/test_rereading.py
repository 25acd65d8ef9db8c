"""Kept answers read again: what a better adapter tells is stored, dated by its answer, and nothing
else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reputation.judging import judge_new_snapshots
from reputation.models import Judgement
from serp.models import (
    Check,
    Confirmation,
    Keyword,
    LedgerEntry,
    Page,
    ProviderAccount,
    RawAnswer,
    Sighting,
    Snapshot,
)
from serp.providers import registry
from serp.providers.base import Access, Answer, ProviderError, Query, Request, SerpPage
from serp.providers.serper import Serper
from serp.raw import keep, pack
from serp.recording import Reading, record
from serp.rereading import Clash, Finding, kept_checks, look_again, mend
from tests.cast import NOW

KEY = "key-4711-0815-abc"
LATER = NOW + timedelta(days=3)
Attempt = Callable[..., Check]


def rows(*names: str, host: str = "example") -> list[dict[str, Any]]:
    return [
        {"title": f"About {name}", "link": f"https://{name}.{host}/", "snippet": "Some words."}
        for name in names
    ]


def page(*names: str, key: str = "organic") -> Answer:
    told = {"searchParameters": {"q": "x"}, key: rows(*names)}
    return Answer(200, {}, json.dumps(told).encode())


def drifted(*names: str) -> Answer:
    """A page in a form that today's Serper adapter does not know."""
    return page(*names, key="organicResults")


class Better(Serper):
    """Reads the new form as well, and takes texts from the row's `better` where there is one."""

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        found = data.pop("organicResults", data.get("organic"))
        told = [{**row, **row.get("better", {})} for row in found] if found else found
        return super().read({**data, "organic": told}, query, answer)


@pytest.fixture
def better(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setitem(registry.PROVIDERS, "serper", Better)


@pytest.fixture
def serper(db: None) -> ProviderAccount:
    return ProviderAccount.objects.create(name="Serper", provider="serper", key=KEY)


@pytest.fixture
def attempt(keyword: Keyword, serper: ProviderAccount) -> Attempt:
    """`attempt(page, page, at=...)`: a check whose provider answered this, with the outcome and the
    kept answers that the tracker would give it today."""

    def make(
        *answers: Answer, at: datetime = NOW, of: Keyword | None = None, fence: int = 1
    ) -> Check:
        target = of or keyword
        check = Check.objects.create(
            keyword=target, period=at, not_before=at, fence=fence, account=serper, finished_at=at,
            calls=len(answers),
        )  # fmt: skip
        store(check, answers, at)
        return check

    return make


def store(check: Check, answers: Sequence[Answer], at: datetime) -> None:
    given = iter(answers)
    sent: list[Answer] = []

    def send(request: Request) -> Answer:
        sent.append(next(given))
        return sent[-1]

    query = Query(check.keyword.phrase, depth=check.keyword.depth)
    try:
        serp = registry.make("serper", Access(key=KEY), send).fetch(query)
    except ProviderError as error:
        check.state, check.error_kind, check.message = "failed", error.kind, str(error)
    else:
        check.state = ("partial" if serp.shortfall else "measured") if serp.items else "empty"
        check.error_kind = serp.shortfall.kind if serp.shortfall else ""
        check.depth = serp.depth
        if serp.items:
            record([Reading.of(check, serp, provider="serper", taken_at=at)])
    check.save()
    packed = [pack(n, answer, secrets=[KEY]) for n, answer in enumerate(sent, start=1)]
    keep([(check.pk, check.fence, "serper", packed)], at)


def urls(check: Check) -> list[str]:
    snapshot = Snapshot.objects.get(check_row=check)
    pages = dict(Page.objects.values_list("listings", "url"))
    return [pages[listing] for listing in snapshot.results]


def reparse(*arguments: str) -> str:
    out = StringIO()
    call_command("reparse", *arguments, stdout=out)
    return out.getvalue()


def findings() -> list[Finding]:
    return [second.finding for second in look_again(kept_checks())]


def test_the_same_adapter_finds_the_same(attempt: Attempt) -> None:
    attempt(page("a", "b"), page())
    attempt(page("a", "b"), page("c"), page(), at=NOW + timedelta(days=1))
    attempt(page(), at=NOW + timedelta(days=2))

    assert findings() == [Finding.SAME, Finding.SAME, Finding.SAME]


def test_failed_check_is_read_by_a_better_adapter(
    attempt: Attempt, better: Callable[[], None], keyword: Keyword
) -> None:
    check = attempt(drifted("a", "b"), drifted())
    # The control: today's adapter refuses it, and nothing is written for it.
    assert check.state == "failed"
    assert findings() == [Finding.REFUSED]
    reparse("--write")
    check.refresh_from_db()
    assert (check.state, Snapshot.objects.count()) == ("failed", 0)
    better()

    dry = reparse()

    assert "1  readable now, not before" in dry
    assert "Nothing was written. To store these 1, add --write." in dry
    check.refresh_from_db()
    assert (check.state, Snapshot.objects.count()) == ("failed", 0)

    assert "Written: 1." in reparse("--write")

    check.refresh_from_db()
    snapshot = Snapshot.objects.get(check_row=check)
    keyword.refresh_from_db()
    assert (check.state, check.error_kind, check.depth) == ("partial", "malformed", 2)
    assert check.message.startswith("Read again on 20")
    assert check.message.endswith("from the kept answer.")
    assert (snapshot.taken_at, snapshot.depth, snapshot.provider) == (NOW, 2, "serper")
    assert urls(check) == ["https://a.example/", "https://b.example/"]
    assert keyword.latest == snapshot
    assert not LedgerEntry.objects.exists()


def test_whole_reading_is_measured_without_an_error(
    attempt: Attempt, better: Callable[[], None]
) -> None:
    check = attempt(drifted(*"abcdefghijklmnopqrst"))
    better()

    reparse("--write")

    check.refresh_from_db()
    assert (check.state, check.error_kind, check.depth) == ("measured", "", 20)


def test_empty_check_that_is_readable_gets_its_reading(
    attempt: Attempt, better: Callable[[], None]
) -> None:
    told = {
        "searchParameters": {"q": "x"},
        "organic": [],
        "organicResults": rows(*"abcdefghijklmnopqrst"),
    }
    check = attempt(Answer(200, {}, json.dumps(told).encode()))
    assert check.state == "empty"
    better()

    reparse("--write")

    check.refresh_from_db()
    assert (check.state, len(urls(check))) == ("measured", 20)


def test_failed_check_may_turn_out_empty(attempt: Attempt, better: Callable[[], None]) -> None:
    check = attempt(drifted())
    assert check.state == "failed"
    better()

    reparse("--write")

    check.refresh_from_db()
    assert (check.state, check.error_kind, Snapshot.objects.count()) == ("empty", "", 0)


def better_titles(*names: str) -> Answer:
    told = [{**row, "better": {"title": f"All about {row['title']}"}} for row in rows(*names)]
    return Answer(200, {}, json.dumps({"searchParameters": {}, "organic": told}).encode())


def test_reading_that_differs_is_replaced_and_judged_anew(
    attempt: Attempt, better: Callable[[], None], keyword: Keyword
) -> None:
    check = attempt(better_titles(*"abcdefghijklmnopqrst"))
    judge_new_snapshots()
    old = Snapshot.objects.get(check_row=check)
    noted = Confirmation.objects.create(
        snapshot=old, page=Page.objects.earliest("pk"), is_gone=False, asked_at=NOW
    )
    better()

    dry = reparse()
    assert "1  read differently" in dry
    assert (
        "position 1: https://a.example/ “About a”, now https://a.example/ “All about About a”"
        in dry
    )
    assert Snapshot.objects.get() == old

    reparse("--write")

    new = Snapshot.objects.get()
    keyword.refresh_from_db()
    assert new.pk != old.pk
    assert (new.check_row, new.taken_at, new.asked) == (check, NOW, old.asked)
    assert keyword.latest == new
    assert not Judgement.objects.exists()
    assert Confirmation.objects.get(pk=noted.pk).snapshot == new
    assert judge_new_snapshots() == 1
    assert Judgement.objects.get().snapshot == new
    assert findings() == [Finding.SAME]


def test_newer_reading_stays_the_latest(
    attempt: Attempt, better: Callable[[], None], keyword: Keyword
) -> None:
    attempt(better_titles(*"abcdefghijklmnopqrst"))
    attempt(page(*"abcdefghijklmnopqrst"), at=LATER)
    failed = attempt(drifted(*"abcdefghijklmnopqrst"), at=NOW + timedelta(days=1))
    better()

    reparse("--write")

    keyword.refresh_from_db()
    assert Snapshot.objects.count() == 3
    assert Snapshot.objects.get(check_row=failed).taken_at == NOW + timedelta(days=1)
    assert keyword.latest is not None
    assert keyword.latest.taken_at == LATER


def test_first_seen_is_corrected_with_the_reading(
    attempt: Attempt, better: Callable[[], None], keyword: Keyword
) -> None:
    names = "abcdefghijklmnopqrst"
    wrong = [{**row, "better": {"link": "https://better.example/"}} for row in rows("bad", "late")]
    told = {"searchParameters": {}, "organic": [*wrong, *rows(*names)]}
    attempt(Answer(200, {}, json.dumps(told).encode()))
    attempt(page("x1", "late", *names), at=LATER)
    seen = dict(Sighting.objects.values_list("page__host", "first_seen_at"))
    assert seen["bad.example"] == seen["late.example"] == NOW
    better()

    reparse("--write")

    rows_now = Sighting.objects.values_list("page__host", "first_seen_at", "first_position")
    now = {host: (at, place) for host, at, place in rows_now}
    assert "bad.example" not in now
    assert now["late.example"] == (LATER, 2)
    assert now["better.example"] == (NOW, 1)
    assert now["a.example"] == (NOW, 3)


def test_pages_are_joined_as_the_fetch_does(attempt: Attempt, better: Callable[[], None]) -> None:
    check = attempt(drifted("a", "b"), drifted("b", "c"), drifted())
    # Today's adapter gave up at the first request: the others were never sent.
    assert RawAnswer.objects.count() == 1
    packed = [pack(n, answer, secrets=[]) for n, answer in ((2, drifted("b", "c")), (3, page()))]
    keep([(check.pk, check.fence, "serper", packed)], NOW)
    better()

    reparse("--write")

    check.refresh_from_db()
    assert urls(check) == [f"https://{name}.example/" for name in "abc"]
    assert (check.state, check.depth) == ("measured", 3)


def test_late_page_that_failed_keeps_its_reason(attempt: Attempt) -> None:
    check = attempt(page("a", "b"), Answer(503, {}, b"{}"))
    assert (check.state, check.error_kind) == ("partial", "server")

    assert findings() == [Finding.SAME]


def test_only_the_claim_that_stands_counts(attempt: Attempt, better: Callable[[], None]) -> None:
    check = attempt(drifted("a", "b"), fence=1)
    Check.objects.filter(pk=check.pk).update(fence=2)
    better()

    assert kept_checks() == []
    # The control: with the claim that stands it counts.
    Check.objects.filter(pk=check.pk).update(fence=1)
    assert kept_checks() == [check.pk]


@pytest.mark.parametrize("state", ["due", "sent", "skipped", "quarantined"])
def test_check_that_is_open_or_was_never_asked_is_left_alone(attempt: Attempt, state: str) -> None:
    check = attempt(page("a"), page())
    Check.objects.filter(pk=check.pk).update(state=state)

    assert kept_checks() == []


def test_reading_that_cannot_be_read_any_more_stands(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Worse(Serper):
        def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
            raise self.malformed("something odd")

    check = attempt(page(*"abcdefghijklmnopqrst"))
    monkeypatch.setitem(registry.PROVIDERS, "serper", Worse)

    told = reparse("--write")

    assert "1  refused now, readable before: the reading stands" in told
    assert len(urls(check)) == 20


def test_adapter_that_breaks_stops_nothing(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Serper):
        def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
            raise KeyError("organic")

    attempt(page("a"), page())
    attempt(drifted("a"), at=LATER)
    monkeypatch.setitem(registry.PROVIDERS, "serper", Broken)

    assert findings() == [Finding.LOST, Finding.REFUSED]


def test_deleted_reading_is_not_made_anew(attempt: Attempt) -> None:
    attempt(page("a"), page())
    Snapshot.objects.all().delete()

    reparse("--write")

    assert not Snapshot.objects.exists()


def test_result_that_holds_the_key_is_not_written(
    attempt: Attempt, better: Callable[[], None]
) -> None:
    check = attempt(drifted(f"x.example/{KEY}/y", "b"))
    better()

    told = reparse("--write")

    check.refresh_from_db()
    assert "A result holds the account's key" in told
    assert (check.state, Snapshot.objects.count()) == ("failed", 0)


def test_check_that_moved_on_is_not_written(attempt: Attempt, better: Callable[[], None]) -> None:
    check = attempt(drifted("a", "b"))
    better()
    (second,) = look_again(kept_checks())
    Check.objects.filter(pk=check.pk).update(fence=5)

    with pytest.raises(Clash):
        mend(second, LATER)

    assert not Snapshot.objects.exists()


def test_another_reading_of_the_moment_is_left(
    attempt: Attempt, better: Callable[[], None]
) -> None:
    check = attempt(drifted("a", "b"))
    Snapshot.objects.create(
        keyword=check.keyword, taken_at=NOW, depth=1, asked=20, provider="serper", results=[]
    )
    better()

    told = reparse("--write")

    check.refresh_from_db()
    assert "Not written: “hallway coffee” has another reading of 2026-11-18 06:00." in told
    assert "Written: 0." in told
    assert check.state == "failed"


def test_selection_by_day_provider_and_keyword(attempt: Attempt, keyword: Keyword) -> None:
    first = attempt(page("a"), page())
    other = Keyword.objects.create(brand=keyword.brand, phrase="other")
    second = attempt(page("a"), page(), at=LATER, of=other)

    assert kept_checks() == [first.pk, second.pk]
    assert kept_checks(keyword=other.pk) == [second.pk]
    assert kept_checks(provider="brave") == []
    assert kept_checks(provider="serper", until=LATER) == [first.pk]
    assert kept_checks(since=LATER) == [second.pk]
    assert "again from kept answers: 1." in reparse(
        "--since", "2026-11-21", "--until", "2026-11-21"
    )
    assert reparse("--until", "2026-11-17") == "No kept answers match.\n"
    with pytest.raises(CommandError, match="--until is before --since"):
        reparse("--since", "2026-11-21", "--until", "2026-11-20")


def test_written_once_there_is_nothing_left_to_write(
    attempt: Attempt, better: Callable[[], None]
) -> None:
    attempt(drifted(*"abcdefghijklmnopqrst"))
    better()

    reparse("--write")

    assert "Written: 0." in reparse("--write")
    assert Snapshot.objects.count() == 1
