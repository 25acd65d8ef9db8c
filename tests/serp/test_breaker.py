"""An account that does not answer is held: an outage costs few calls, and one answer ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from serp import breaker
from serp.breaker import FIRST_HOLD, LONGEST_HOLD, TRIP, Answered, Health, after
from serp.models import Brand, Notice, ProviderAccount
from serp.providers.base import ErrorKind
from tests.cast import NOW

DOWN = Answered(ErrorKind.SERVER)
WELL = Answered(None)
ILL_QUERY = Answered(ErrorKind.BAD_REQUEST)


def test_failures_in_a_row_hold_the_account_and_single_ones_do_not() -> None:
    health = after(Health(), [DOWN] * (TRIP - 1), NOW)
    assert health.held_until is None
    assert after(health, [WELL], NOW).failures == 0
    assert after(health, [DOWN, WELL], NOW).failures == 0
    held = after(health, [DOWN], NOW)
    assert held.held_until == NOW + FIRST_HOLD
    assert held.because == "the provider had an error of its own"


def test_a_query_that_the_provider_refuses_says_that_it_answers() -> None:
    assert after(Health(failures=4), [ILL_QUERY] * 20, NOW).failures == 0


def test_each_failed_trial_doubles_the_hold_up_to_a_bound() -> None:
    health, now, holds = after(Health(), [DOWN] * 10, NOW), NOW, []
    for _ in range(6):
        now = health.held_until or NOW
        health = after(health, [DOWN], now)
        assert health.held_until
        holds.append((health.held_until - now) / FIRST_HOLD)
    assert holds == [2, 4, 8, 15, 15, 15]
    assert LONGEST_HOLD == 15 * FIRST_HOLD
    assert after(health, [WELL], now).held_until is None


def test_answers_of_requests_that_were_out_already_do_not_prolong_a_hold() -> None:
    held = after(Health(), [DOWN] * 5, NOW)
    assert after(held, [DOWN] * 10, NOW + timedelta(seconds=5)).held_until == held.held_until


def test_a_refused_key_is_not_tried_again_every_minute() -> None:
    held = after(Health(), [Answered(ErrorKind.BAD_KEY)] * 5, NOW)
    assert held.held_until == NOW + LONGEST_HOLD


def test_retry_after_holds_the_account_even_after_one_answer() -> None:
    answers = [Answered(ErrorKind.RATE_LIMITED, 120.0), WELL]
    assert after(Health(), answers, NOW).held_until == NOW + timedelta(seconds=120)


@pytest.mark.django_db
def test_a_suspect_account_gets_few_requests_and_a_held_one_a_single_trial(
    account: ProviderAccount,
) -> None:
    account.max_in_flight = 200
    assert breaker.in_flight(account, NOW) == 200
    account.failures = 3
    assert breaker.in_flight(account, NOW) == 12
    account.failures, account.held_until = 9, NOW + timedelta(minutes=1)
    assert breaker.in_flight(account, NOW) == 0
    assert breaker.in_flight(account, NOW + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_answers_that_hung_while_others_came_hold_nobody(account: ProviderAccount) -> None:
    """Of 1,000 requests 20 hang: they come to their end together, five seconds after the others."""
    later = NOW + timedelta(seconds=5)
    hung = [Answered(ErrorKind.TIMEOUT, began=NOW)] * 20
    breaker.note(account.pk, [WELL], NOW + timedelta(seconds=1))
    breaker.note(account.pk, hung, later)
    account.refresh_from_db()
    assert (account.failures, account.held_until) == (0, None)
    breaker.note(account.pk, [Answered(ErrorKind.TIMEOUT, began=later)] * 20, later)
    account.refresh_from_db()
    assert account.held_until == later + FIRST_HOLD, (
        "the control: these began after the last good one"
    )


@pytest.mark.django_db
def test_a_hold_is_told_once_and_its_end_too(account: ProviderAccount) -> None:
    breaker.note(account.pk, [DOWN] * 4, NOW)
    assert not Notice.objects.exists(), "the control: nothing is held yet"
    for _ in range(3):
        breaker.note(account.pk, [DOWN], NOW)
    notice = Notice.objects.get()
    assert (notice.kind, notice.account, notice.closed_at) == ("account", account, None)
    later = NOW + timedelta(minutes=2)
    breaker.note(account.pk, [WELL], later)
    notice.refresh_from_db()
    assert notice.closed_at == later
    assert "answers again" in notice.ending
    account.refresh_from_db()
    assert (account.failures, account.held_until, account.answered_at) == (0, None, later)


def test_a_held_account_is_told_of_in_its_brands_time(brand: Brand) -> None:
    shared = ProviderAccount.objects.create(name="Shared", provider="serper", key="k")
    own = ProviderAccount.objects.create(name="Own", provider="serper", key="k", brand=brand)
    for account in (shared, own):
        breaker.note(account.pk, [DOWN] * TRIP, NOW)
    texts = {row.account_id: row.text for row in Notice.objects.all()}
    assert "the last at 06:00 UTC. It is tried again at 06:01 UTC." in texts[shared.pk]
    assert "the last at 07:00 CET. It is tried again at 07:01 CET." in texts[own.pk]
