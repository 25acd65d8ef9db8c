"""Pages for what went wrong say what to do, and the last ones need no database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, override_settings
from django.urls import reverse

from serp.models import Brand, Keyword
from tests.reputation.views.conftest import SignedIn


@pytest.fixture
def calm() -> Client:
    """A browser that gets the error page instead of the exception."""
    return Client(raise_request_exception=False)


@contextmanager
def every_query_ends_in(error: Exception) -> Iterator[list[str]]:
    """While it lasts the database answers with this exception; gives the queries that were tried."""
    tried: list[str] = []

    def refuse(execute: Any, sql: str, *args: Any) -> None:
        tried.append(sql)
        raise error

    with connection.execute_wrapper(refuse):
        yield tried


@pytest.mark.parametrize(
    "error",
    [OperationalError("connection refused on 10.0.0.1"), InterfaceError("connection is closed")],
)
@pytest.mark.parametrize("name", ["overview", "grid", "checks", "status", "board"])
def test_a_page_whose_database_is_away_answers_503_without_asking_it_again(
    name: str, error: Exception, brand: Brand, editor: User
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    page = reverse(name, args=[brand.slug])
    with every_query_ends_in(error) as tried:
        answer = client.get(page)
    assert len(tried) == 1, "the page asked the database, and its answer did not"
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert b"The database does not answer" in answer.content
    assert b"10.0.0.1" not in answer.content
    assert b"Traceback" not in answer.content
    assert client.get(page).status_code == 200, "the control: it is back"


def test_a_database_that_goes_in_the_middle_of_a_page_answers_503(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    page = reverse("checks", args=[brand.slug])
    left = [0]

    def goes(execute: Any, *args: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(*args)

    answers = []
    for number in (*range(1, 12), 1000):
        left[0] = number
        with connection.execute_wrapper(goes):
            answers.append(client.get(page).status_code)
    assert answers == [503] * 11 + [200], (
        "the control, the last one: enough queries, and it answers"
    )


def test_a_defect_answers_500_without_a_trace(brand: Brand, editor: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    with every_query_ends_in(RuntimeError("secret detail")):
        answer = client.get(reverse("grid", args=[brand.slug]))
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
