"""The first way in: made once, and never beside a user who is already there."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.test import RequestFactory

pytestmark = pytest.mark.django_db


def first_user() -> str:
    output = StringIO()
    call_command("first_user", stdout=output)
    return output.getvalue()


def test_the_printed_password_opens_the_door() -> None:
    password = first_user().split("password ")[1].split()[0]
    request = RequestFactory().post("/login/")
    user = authenticate(request, username="admin", password=password)
    assert user is not None
    assert user.is_superuser


def test_a_second_start_makes_and_says_nothing() -> None:
    first_user()
    assert first_user() == ""
    assert get_user_model().objects.count() == 1


def test_a_user_of_any_name_is_enough() -> None:
    get_user_model().objects.create_user("somebody")
    assert first_user() == ""
    assert not get_user_model().objects.filter(is_superuser=True).exists()


def test_two_passwords_are_never_the_same() -> None:
    one = first_user()
    get_user_model().objects.all().delete()
    assert first_user() != one
