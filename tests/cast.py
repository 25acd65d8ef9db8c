"""The cast of the tests: two brands, the people around them, and result pages made to order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from reputation.judging import judge
from reputation.models import Mark
from serp.models import Brand, Keyword, Membership, ProviderAccount, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record

NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
PASSWORD = "a long enough test password"
HOSTS = count(1)


def person(name: str, **fields: Any) -> User:
    return get_user_model().objects.create_user(name, f"{name}@people.example", PASSWORD, **fields)


@pytest.fixture
def account(db: None) -> ProviderAccount:
    return ProviderAccount.objects.create(name="Sample world", provider="sample", per_second=1000)


@pytest.fixture
def brand(account: ProviderAccount) -> Brand:
    return Brand.objects.create(
        name="Hallway Coffee",
        slug="hallway",
        aliases=["Hallway"],
        domains=["hallwaycoffee.example"],
        profiles=["tubely.example/@hallway"],
        time_zone="Europe/Oslo",
        account=account,
    )


@pytest.fixture
def other_brand(account: ProviderAccount) -> Brand:
    return Brand.objects.create(
        name="Kettle Works", slug="kettle", domains=["kettleworks.example"], account=account
    )


@pytest.fixture
def manager(brand: Brand) -> User:
    user = person("manager")
    Membership.objects.create(brand=brand, user=user, role=Membership.Role.MANAGER)
    return user


@pytest.fixture
def editor(brand: Brand) -> User:
    user = person("editor", is_staff=True)
    Membership.objects.create(brand=brand, user=user, role=Membership.Role.EDITOR)
    return user


@pytest.fixture
def viewer(brand: Brand) -> User:
    user = person("viewer")
    Membership.objects.create(brand=brand, user=user, role=Membership.Role.VIEWER)
    return user


@pytest.fixture
def stranger(other_brand: Brand) -> User:
    """Editor and manager of the other brand, nobody to ours."""
    user = person("stranger", is_staff=True)
    Membership.objects.create(brand=other_brand, user=user, role=Membership.Role.MANAGER)
    return user


@pytest.fixture
def keyword(brand: Brand) -> Keyword:
    return Keyword.objects.create(brand=brand, phrase="hallway coffee", country="no")


MakeSnapshot = Callable[..., Snapshot]


@pytest.fixture
def make_snapshot(keyword: Keyword) -> MakeSnapshot:
    """`make_snapshot("negative", "own", "neutral")`: a judged result page with these tones from the top.

    "own" is a neutral page of the brand. A word with a colon names the page: "negative:recall" is the
    same page in every snapshot. `at` is the moment, `of` the keyword, `depth` how far was read.
    The marks are given by hand, so that no test hangs on the wording of a title.
    """

    def make(
        *tones: str,
        at: datetime = NOW,
        of: Keyword | None = None,
        depth: int | None = None,
        is_partial: bool = False,
        features: tuple[Any, ...] = (),
    ) -> Snapshot:
        target = of or keyword
        items, wanted = [], {}
        for position, word in enumerate(tones, start=1):
            tone, _, name = word.partition(":")
            name = name or f"page{next(HOSTS)}"
            host = target.brand.domains[0] if tone == "own" else f"{name}.example"
            url = f"https://{host}/{name}"
            items.append(Item(position, url, f"Title of {name}", f"Snippet of {name}."))
            wanted[url] = "neutral" if tone == "own" else tone
        (snapshot,) = record(
            [
                Reading(
                    keyword=target,
                    taken_at=at,
                    items=tuple(items),
                    features=features,
                    depth=len(tones) if depth is None else depth,
                    asked=target.depth,
                    provider="sample",
                    source=Snapshot.Source.CHECK,
                    is_partial=is_partial,
                )
            ]
        )
        judge([snapshot])
        for url, tone in wanted.items():
            Mark.objects.filter(brand=target.brand, page__url=url).update(
                tone=tone,
                shade=tone,
                machine_tone=tone,
                score={"negative": -0.5, "neutral": 0.0, "positive": 0.5}[tone],
            )
        judge([Snapshot.objects.get(pk=snapshot.pk)])
        target.refresh_from_db()
        return snapshot

    return make
