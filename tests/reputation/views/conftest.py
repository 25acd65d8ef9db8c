"""The pages of the middle floor are tested at one moment: noon of the cast's day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.cast import NOW

NOON = NOW + timedelta(hours=5)

SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stop the clock at 12:00 in the brand's zone, six hours after the cast's readings."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return NOON


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
