"""The one door: which role opens what, and that a stranger finds nothing behind it."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from serp.access import Role, brand_page, may, members, of_brand, require, role_of, visible_brands
from serp.models import Brand, Keyword, Membership

FACTORY = RequestFactory()


@brand_page
def page(request: HttpRequest, brand: Brand) -> HttpResponse:
    return HttpResponse(f"{brand.name} {request.role}")  # type: ignore[attr-defined]


def ask(user: object, method: str = "get", slug: str = "hallway") -> HttpResponse:
    request = getattr(FACTORY, method)("/")
    request.user = user
    return page(request, slug)


def test_each_role_includes_the_lower_ones(brand, viewer, editor, manager) -> None:
    can = {
        user.username: [role.value for role in Role if may(user, brand, role)]
        for user in (viewer, editor, manager)
    }
    assert can == {
        "viewer": ["viewer"],
        "editor": ["viewer", "editor"],
        "manager": ["viewer", "editor", "manager"],
    }


def test_superusers_count_as_managers_of_every_brand(brand, other_brand) -> None:
    root = User.objects.create_superuser("root")
    assert role_of(root, brand) == role_of(root, other_brand) == Role.MANAGER
    assert visible_brands(root, Role.MANAGER).count() == 2


def test_strangers_and_the_unknown_get_404_and_low_roles_403(brand, stranger, viewer) -> None:
    for nobody in (stranger, AnonymousUser()):
        with pytest.raises(Http404):
            require(nobody, brand, Role.VIEWER)
    with pytest.raises(PermissionDenied, match="editor"):
        require(viewer, brand, Role.EDITOR)


def test_a_page_reads_for_viewers_and_writes_for_editors(brand, viewer, editor) -> None:
    assert ask(viewer).content == b"Hallway Coffee viewer"
    with pytest.raises(PermissionDenied):
        ask(viewer, "post")
    assert ask(editor, "post").status_code == 200


def test_a_hidden_brand_answers_like_none(brand, stranger) -> None:
    with pytest.raises(Http404) as hidden:
        ask(stranger)
    with pytest.raises(Http404) as missing:
        ask(stranger, slug="no-such-brand")
    assert str(hidden.value) == str(missing.value)


def test_who_is_not_signed_in_is_sent_to_sign_in(brand) -> None:
    answer = ask(AnonymousUser())
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/")


def test_a_row_of_another_brand_is_not_found(brand, other_brand, keyword) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    assert of_brand(brand, Keyword.objects.all(), pk=keyword.pk) == keyword
    with pytest.raises(Http404):
        of_brand(brand, Keyword.objects.all(), pk=theirs.pk)


def test_a_role_for_one_brand_says_nothing_about_the_next(brand, other_brand, editor) -> None:
    Membership.objects.create(brand=other_brand, user=editor, role=Role.VIEWER)
    assert set(visible_brands(editor)) == {brand, other_brand}
    assert list(visible_brands(editor, Role.EDITOR)) == [brand]


def test_owners_are_chosen_among_those_who_may_edit(
    brand, viewer, editor, manager, stranger
) -> None:
    assert set(members(brand, Role.EDITOR)) == {editor, manager}
    assert set(members(brand)) == {viewer, editor, manager}


def test_taking_a_membership_away_closes_the_door_at_once(brand, editor) -> None:
    assert ask(editor).status_code == 200
    Membership.objects.filter(user=editor).delete()
    with pytest.raises(Http404):
        ask(editor)
