"""Pages for what went wrong say what to do, and the last ones need no database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.urls import reverse

from reputation.views import home
from serp.models import Brand
from tests.reputation.views.conftest import SignedIn


@pytest.fixture
def calm() -> Client:
    """A browser that gets the error page instead of the exception."""
    return Client(raise_request_exception=False)


def no_database(execute: Any, *args: Any) -> None:
    raise AssertionError("the database was asked")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Let the sign of life end in this exception."""

    def end_in(error: Exception) -> None:
        class Broken:
            def cursor(self) -> Any:
                raise error

        monkeypatch.setattr(home, "connection", Broken())

    return end_in


def test_a_database_that_is_away_answers_503_without_asking_it(
    calm: Client, broken: Callable[[Exception], None]
) -> None:
    broken(OperationalError("connection refused on 10.0.0.1"))
    with connection.execute_wrapper(no_database):
        answer = calm.get(reverse("healthz"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert b"The database does not answer" in answer.content
    assert b"10.0.0.1" not in answer.content


def test_a_defect_answers_500_without_a_trace(
    calm: Client, broken: Callable[[Exception], None]
) -> None:
    broken(RuntimeError("secret detail"))
    with connection.execute_wrapper(no_database):
        answer = calm.get(reverse("healthz"))
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
    assert b"secret detail" not in answer.content


@pytest.mark.django_db
def test_a_missing_page_says_so_to_anybody(calm: Client, editor: User, signed_in: SignedIn) -> None:
    for client in (calm, signed_in(editor)):
        answer = client.get("/no/such/page")
        assert answer.status_code == 404
        assert b"nothing that you may see" in answer.content


def test_a_brand_of_others_answers_like_none(
    brand: Brand, stranger: User, signed_in: SignedIn
) -> None:
    client = signed_in(stranger)
    theirs, none = (client.get(f"/b/{slug}/grid/") for slug in (brand.slug, "no-such-brand"))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert without_token(theirs.content) == without_token(none.content)


def without_token(body: bytes) -> bytes:
    """The page without what differs at every request."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)


def test_too_low_a_role_is_told_which_role_it_takes(
    brand: Brand, viewer: User, signed_in: SignedIn
) -> None:
    answer = signed_in(viewer).post(reverse("incidents-open", args=[brand.slug]))
    assert answer.status_code == 403
    assert "editor: marks results" in answer.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_answers_400(calm: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["pushdown.example"]):
        answer = calm.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"could not be read" in answer.content


def test_a_form_without_its_token_says_what_to_do(brand: Brand, editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    answer = client.post(reverse("incidents-open", args=[brand.slug]), {"title": "x"})
    assert answer.status_code == 403
    assert b"This form has expired" in answer.content


@pytest.mark.django_db
def test_a_person_without_a_brand_is_told_whom_to_ask(
    stranger: User, signed_in: SignedIn, admin_user: User
) -> None:
    stranger.memberships.all().delete()
    body = signed_in(stranger).get("/").content.decode()
    assert "You are a member of no brand yet" in body
    assert reverse("brand-new") not in body
    Brand.objects.all().delete()
    assert reverse("brand-new") in signed_in(admin_user).get("/").content.decode()


@pytest.mark.django_db
def test_a_wrong_password_is_told_and_names_no_reason(calm: Client, editor: User) -> None:
    answer = calm.post(reverse("login"), {"username": "editor", "password": "wrong"})
    assert answer.status_code == 200
    assert b"Name and password do not fit together" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "drawn"), [("dark", True), ("light", True), ('"><script>', False)]
)
def test_the_theme_of_the_cookie_is_drawn_by_the_server(
    calm: Client, cookie: str, drawn: bool
) -> None:
    calm.cookies["theme"] = cookie
    body = calm.get(reverse("login")).content.decode()
    assert (f'<html lang="en" data-theme="{cookie}">' in body) is drawn
    assert "data-theme" in body if drawn else "data-theme" not in body
