"""Bringing the shipped catalogue into the table: what people changed stays, nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from content.models import Piece, Placement
from content.placing import catalogue
from content.placing.catalogue import load
from content.placing.shipped import Entry, entries
from serp.models import Brand
from tests.content.placing.world import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ships these entries instead."""

    def ship(*rows: Entry) -> None:
        monkeypatch.setattr(catalogue, "entries", lambda: rows)

    return ship


def test_a_new_installation_has_the_whole_catalogue() -> None:
    rows = Placement.objects.filter(brand=None)
    assert set(rows.values_list("slug", flat=True)) == {entry.slug for entry in entries()}
    assert not rows.filter(is_active=False).exists()


def test_loading_again_changes_nothing() -> None:
    assert load() == (0, 0, 0)


def test_a_changed_entry_is_brought_up_to_date_and_a_new_one_made(shipped: Any) -> None:
    shipped(*entries(), Entry("new-place", "New place", "media", ("news",)))
    Placement.objects.filter(slug="linkedin").update(needs="old words")
    assert load() == (1, 1, 0)
    assert place("linkedin").needs != "old words"
    assert place("new-place").piece_kinds == ["news"]


def test_what_a_person_edited_stays_also_when_the_file_drops_it(shipped: Any) -> None:
    Placement.objects.filter(slug="linkedin").update(needs="our words", is_edited=True)
    Placement.objects.filter(slug="reddit").update(is_active=False, is_edited=True)
    assert load() == (0, 0, 0)
    assert place("linkedin").needs == "our words"
    assert not place("reddit").is_active
    shipped(*(entry for entry in entries() if entry.slug != "linkedin"))
    load()
    assert place("linkedin").is_active


def test_an_entry_gone_from_the_file_is_switched_off_with_its_pieces_and_comes_back(
    shipped: Any, brand: Brand
) -> None:
    piece = Piece.objects.create(brand=brand, title="Made before", placement=place("reddit"))
    shipped(*(entry for entry in entries() if entry.slug != "reddit"))
    assert load() == (0, 0, 1)
    assert load() == (0, 0, 0)
    assert not place("reddit").is_active
    piece.refresh_from_db()
    assert piece.placement == place("reddit")
    shipped(*entries())
    assert load() == (0, 1, 0)
    assert place("reddit").is_active


def test_a_brands_own_places_are_not_touched(brand: Brand, shipped: Any) -> None:
    own = Placement.objects.create(brand=brand, slug="linkedin", name="Our own", kind="social")
    shipped()
    load()
    own.refresh_from_db()
    assert own.is_active
    assert own.name == "Our own"


def test_migrating_brings_the_catalogue_and_before_its_table_does_nothing() -> None:
    Placement.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert Placement.objects.count() == len(entries())

    class Before:
        """The models as they were before places."""

        def get_model(self, *_: str) -> None:
            raise LookupError

    catalogue.after_migrate(apps.get_app_config("content"), apps=Before(), using="default")  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_emptied_has_the_catalogue_again() -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert Placement.objects.count() == len(entries())
