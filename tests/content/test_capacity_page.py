"""The page of hours and absences: what a manager writes is kept, and a slip loses nothing of it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from content.models import Absence, Capacity
from serp.models import Brand

PAGE = "/b/hallway/calendar/capacity/"


def today_of(brand: Brand) -> date:
    return timezone.now().astimezone(brand.zone).date()


def test_hours_are_kept_and_an_empty_field_takes_them_away(
    client: Client, brand: Brand, manager: User, editor: User
) -> None:
    Capacity.objects.create(brand=brand, user=manager, hours=30)
    client.force_login(manager)
    typed = {"act": "hours", f"hours-{editor.pk}": "7.5", f"hours-{manager.pk}": ""}
    answer = client.post(PAGE, typed, follow=True)
    assert "The hours are saved." in answer.content.decode()
    assert list(brand.capacities.values_list("user", "hours")) == [(editor.pk, 7.5)]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("twelve", "Write hours as a number"),
        ("81", "at most 80 hours"),
        ("-1", "cannot be fewer than none"),
        ("nan", "Write hours as a number"),
    ],
)
def test_senseless_hours_are_told_and_nothing_is_lost(
    client: Client, brand: Brand, manager: User, editor: User, typed: str, told: str
) -> None:
    client.force_login(manager)
    fields = {"act": "hours", f"hours-{editor.pk}": typed, f"hours-{manager.pk}": "12"}
    answer = client.post(PAGE, fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert told in text
    assert f'value="{typed}"' in text
    assert 'value="12"' in text
    assert not brand.capacities.exists()


def test_an_absence_is_noted_shown_and_taken_out(
    client: Client, brand: Brand, manager: User, editor: User
) -> None:
    client.force_login(manager)
    first = today_of(brand) + timedelta(3)
    typed = {"act": "absence", "user": editor.pk, "first_on": first, "last_on": first}
    assert "The absence is noted." in client.post(PAGE, typed, follow=True).content.decode()
    (absence,) = Absence.objects.filter(brand=brand)
    assert (absence.user, absence.first_on, absence.last_on) == (editor, first, first)
    client.post(f"{PAGE}absences/{absence.pk}/delete/")
    assert not brand.absences.exists()


def test_an_absence_that_ends_before_it_begins_is_told(
    client: Client, brand: Brand, manager: User, editor: User
) -> None:
    client.force_login(manager)
    first = today_of(brand) + timedelta(3)
    typed = {
        "act": "absence",
        "user": editor.pk,
        "first_on": first,
        "last_on": first - timedelta(1),
    }
    answer = client.post(PAGE, typed)
    assert answer.status_code == 422
    assert "The last day is before the first." in answer.content.decode()
    assert f'value="{first}"' in answer.content.decode()
    assert not brand.absences.exists()


def test_only_people_of_the_brand_can_be_away(
    client: Client, brand: Brand, manager: User, stranger: User
) -> None:
    client.force_login(manager)
    day = today_of(brand)
    typed = {"act": "absence", "user": stranger.pk, "first_on": day, "last_on": day}
    assert "Choose somebody who may edit" in client.post(PAGE, typed).content.decode()
    assert not brand.absences.exists()


def test_an_absence_of_another_brand_cannot_be_taken_out(
    client: Client, brand: Brand, other_brand: Brand, manager: User, stranger: User
) -> None:
    day = today_of(brand)
    theirs = Absence.objects.create(brand=other_brand, user=stranger, first_on=day, last_on=day)
    client.force_login(manager)
    assert client.post(f"{PAGE}absences/{theirs.pk}/delete/").status_code == 404
    assert Absence.objects.filter(pk=theirs.pk).exists()


def test_an_editor_sees_the_hours_and_may_not_write_them(
    client: Client, brand: Brand, editor: User
) -> None:
    client.force_login(editor)
    text = client.get(PAGE).content.decode()
    assert "Hours planned, week by week" in text
    assert "Save hours" not in text
    assert client.post(PAGE, {"act": "hours", f"hours-{editor.pk}": "9"}).status_code == 403
    assert not brand.capacities.exists()
