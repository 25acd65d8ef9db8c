"""The demo's story is made once, begins anew when it broke off, touches nobody else's data, and shows the planner at work."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from content.demo import beginning, living, plot, story
from content.models import (
    Approval,
    Comment,
    Consent,
    Draft,
    Piece,
    ReviewLink,
    Testimonial,
    Tick,
)
from reputation.models import BrandScore, Incident, Mark
from serp.models import Brand, Check, Keyword, ProviderAccount, Snapshot
from tests.cast import person

pytestmark = pytest.mark.django_db
DAYS = 9


@pytest.fixture(autouse=True)
def short_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "DAYS", DAYS)


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def break_off_on(day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the power fail after this day of the story."""
    real = living.Demo.live

    def live(self: living.Demo, progress: Any) -> None:
        def fail(done: int) -> None:
            if done == day:
                raise KeyboardInterrupt

        real(self, fail)

    monkeypatch.setattr(living.Demo, "live", live)


def test_the_story_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Password" in run()
    pages = Snapshot.objects.count()
    assert pages > 100
    second = run()
    assert "is there" in second
    assert "Password  " not in second
    assert Snapshot.objects.count() == pages


def test_a_story_that_broke_off_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        break_off_on(4, patch)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert Snapshot.objects.exists(), "the control: it had begun"
    assert not beginning.is_there()
    run()
    assert beginning.is_there()
    assert Brand.objects.count() == 2
    assert ProviderAccount.objects.count() == 1
    assert set(Brand.objects.get(slug=plot.SLUGS[0]).scores.values_list("keywords", flat=True)) <= {24, 25}  # fmt: skip


def test_nothing_lies_in_the_future_and_changes_are_dated_in_the_story() -> None:
    run()
    now = timezone.now()
    start = now - timedelta(days=DAYS + 1)
    for model, field in (
        (Snapshot, "taken_at"), (Check, "finished_at"), (Mark, "first_seen_at"),
        (Incident, "opened_at"), (Piece, "created_at"), (Keyword, "created_at"),
        (Draft, "saved_at"), (Comment, "created_at"), (Approval, "decided_at"), (Tick, "at"),
        (Testimonial, "created_at"), (Consent, "given_at"), (ReviewLink, "created_at"),
    ):  # fmt: skip
        moments = list(model.objects.values_list(field, flat=True))
        assert all(start <= moment <= now for moment in moments if moment), model
    assert BrandScore.objects.latest("day").day <= now.astimezone(story.OSLO).date()
    keywords = Keyword.history.all()
    assert {row.history_user.username for row in keywords} == {"mara"}
    assert max(row.history_date for row in keywords) < now - timedelta(days=DAYS - 1)


def test_people_and_brands_that_are_there_stay_and_are_named() -> None:
    person("tomas")
    with pytest.raises(CommandError, match=r"people called tomas already.*DATA_DIR"):
        run()
    assert get_user_model().objects.filter(username="tomas").exists()
    get_user_model().objects.all().delete()
    Brand.objects.create(name="A real brand", slug=plot.SLUGS[0])
    with pytest.raises(CommandError, match="a brand hallway-coffee"):
        run()
    assert Brand.objects.get().name == "A real brand"
