"""Every URL pattern against everybody: what each person gets for reading and for writing, by one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, path, reverse

from serp.models import Brand, Keyword
from tests.access_table import (
    ADMIN,
    EXPECTED,
    ODD_ADMIN,
    PAGES,
    ROW_OF_LIST,
    ROW_OF_PAGE,
    SHARED_ROWS,
)
from tests.address_plan import MISSING, PEOPLE, Side, ask, furnish, letter, patterns
from tests.cast import MakeSnapshot


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """The people sign in without their password, so none needs half a second of hashing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sides(
    brand: Brand,
    other_brand: Brand,
    keyword: Keyword,
    manager: User,
    editor: User,
    viewer: User,
    stranger: User,
    make_snapshot: MakeSnapshot,
) -> tuple[Side, Side]:
    """Our brand and the stranger's, each with a row of each kind; all people may enter the admin."""
    User.objects.update(is_staff=True)
    their_keyword = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    people = {"manager": manager, "editor": editor, "viewer": viewer}
    return (
        furnish(brand, keyword, people, make_snapshot),
        furnish(other_brand, their_keyword, {"stranger": stranger}, make_snapshot),
    )


@pytest.fixture
def clients(sides: tuple[Side, Side]) -> dict[str, Client]:
    """A browser for each of PEOPLE, signed in."""
    clients = {"anonymous": Client()}
    for side in sides:
        for name, user in side.people.items():
            clients[name] = Client()
            clients[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return clients


def address(name: str, ids: dict[str, Any]) -> str:
    """The address of a pattern for the rows with these ids."""
    if name in ODD_ADMIN:
        return ODD_ADMIN[name]
    if name.startswith(("admin:", "admin/")):
        return admin_address(name, ids)
    parameters = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    known = ids | {
        "pk": ids.get(ROW_OF_PAGE.get(name, "")),
        "position": 1,
        "year": 2026,
        "month": 11,
        "week": 47,
    }
    return reverse(name, kwargs={parameter: known[parameter] for parameter in parameters})


def admin_address(name: str, ids: dict[str, Any]) -> str:
    """The address of a page of the admin."""
    plain = name.removeprefix("admin:").removeprefix("admin/").replace("/", "_")
    kind = next((kind for start, kind in ROW_OF_LIST.items() if plain.startswith(start)), None)
    if kind is None:
        return reverse(name)
    if name.startswith("admin/"):
        return "/" + name.replace("<path:object_id>", str(ids[kind]))
    if name.endswith(("_changelist", "_add")):
        return reverse(name)
    state = [ids[f"{kind}_state"]] if name.endswith("_simple_history") else []
    return reverse(name, args=[ids[kind], *state])


def ids_of(side: Side, person: str) -> dict[str, Any]:
    """The ids of a side's rows; of those that can have a history also the id of its newest state."""
    ids = side.ids(person) | SHARED_ROWS | {"brand_pk": side.brand.pk}
    for kind in ("brand", "keyword", "mark", "incident", "piece", "placement", "brief_template"):
        name = "brand_pk" if kind == "brand" else kind
        ids[f"{name}_state"] = getattr(side, kind).history.latest().pk
    return ids


def found(name: str, side: Side, clients: dict[str, Client]) -> str:
    """What everybody gets at a pattern, in the letters of the table."""
    letters = {
        method: "".join(
            letter(ask(clients[person], method, address(name, ids_of(side, person))))
            for person in PEOPLE
        )
        for method in ("get", "post")
    }
    return f"{letters['get']} {letters['post']}"


def without_expectation(names: list[str]) -> list[str]:
    return sorted(set(names) - set(EXPECTED))


def test_every_pattern_has_an_expectation_and_none_is_left_over() -> None:
    names = list(patterns())
    assert without_expectation(names) == [], "say in the table who may do what at these"
    assert sorted(set(EXPECTED) - set(names)) == [], "these patterns are gone"


def test_a_new_pattern_without_an_expectation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = get_resolver()
    new = path(
        "b/<slug:brand>/secrets/", lambda request, brand: HttpResponse("all"), name="secrets"
    )
    monkeypatch.setattr(resolver, "url_patterns", [*resolver.url_patterns, new])
    assert without_expectation(list(patterns())) == ["secrets"]


def test_everybody_gets_what_the_table_says(
    sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    answers = {name: found(name, sides[0], clients) for name in patterns()}
    wrong = {
        name: f"expected {EXPECTED.get(name)}, found {answer}"
        for name, answer in answers.items()
        if answer != EXPECTED.get(name)
    }
    assert wrong == {}


def test_an_unguarded_page_would_be_noticed(
    sides: tuple[Side, Side], clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serp.access.hold", lambda own, role: None)
    assert found("checks-brand", sides[0], clients) != EXPECTED["checks-brand"]


OWN_ROW_PAGES = [
    name
    for name in PAGES
    if name in ROW_OF_PAGE or name in ("grid-card", "opportunities-plan", "opportunities-make")
]


def plain(answer: Any, *asked: str) -> str:
    """An answer without what must differ: its token against forgery and what was asked for."""
    text = "" if answer.streaming else answer.content.decode()
    for part in asked:
        text = text.replace(part, "")
    lines = [line for line in text.splitlines() if "csrf" not in line]
    return f"{answer.status_code} {''.join(lines)}"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OWN_ROW_PAGES)
def test_another_brands_row_answers_like_one_that_does_not_exist(
    name: str, method: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, theirs = sides
    mine = ids_of(ours, "manager")
    foreign = ids_of(theirs, "stranger") | {"brand": ours.brand.slug}
    missing = dict.fromkeys(mine, MISSING) | {"brand": ours.brand.slug}
    manager = clients["manager"]
    other = ask(manager, method, address(name, foreign))
    none = ask(manager, method, address(name, missing))
    own = ask(manager, method, address(name, mine))
    # Where the method is not served at all, the row is not even looked for.
    served = 404 if own.status_code != 405 else 405
    assert other.status_code == none.status_code == served
    assert plain(other, address(name, foreign)) == plain(none, address(name, missing))
    assert own.status_code != 404, "the control: one's own row is there"


ROW_LISTS = [
    name
    for name in ADMIN
    if name.endswith(("_change", "_history", "_delete"))
    and any(
        name.startswith(f"admin:{start}")
        for start in ROW_OF_LIST
        if start not in ("serp_ctrcurve", "auth_user", "axes_accessattempt")
    )
]


@pytest.mark.parametrize("name", ROW_LISTS)
def test_the_admin_answers_for_another_brands_row_like_for_none(
    name: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    _, theirs = sides
    foreign = ids_of(theirs, "stranger")
    missing = dict.fromkeys(foreign, MISSING)
    for person in ("manager", "editor", "viewer"):
        for method in ("get", "post"):
            other = ask(clients[person], method, address(name, foreign))
            none = ask(clients[person], method, address(name, missing))
            assert other.status_code == none.status_code
            assert other.status_code in (403, 404)
            assert plain(other, address(name, foreign)) == plain(none, address(name, missing))


def test_the_admin_does_not_open_a_foreign_state_through_ones_own_row(
    sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, theirs = sides
    state = ids_of(theirs, "stranger")["keyword_state"]
    url = reverse("admin:serp_keyword_simple_history", args=[ours.keyword.pk, state])
    assert ask(clients["manager"], "get", url).status_code == 404


Body = Callable[[Side, Side, Any], tuple[str, dict[str, Any]]]


def keyword_body(side: Side, **changes: Any) -> dict[str, Any]:
    fields = {
        "phrase": "hallway prices", "kind": "brand", "engine": "google", "country": "no",
        "language": "en", "device": "desktop", "depth": 10, "cadence": "1d",
    }  # fmt: skip
    return fields | changes


def brand_body(side: Side, **changes: Any) -> dict[str, Any]:
    fields = {"name": side.brand.name, "slug": side.brand.slug, "time_zone": "Europe/Oslo"}
    return fields | changes


BODIES: dict[str, Body] = {
    "the account of a keyword": lambda ours, theirs, which: (
        reverse("checks-keyword", args=[ours.brand.slug, ours.keyword.pk]),
        keyword_body(ours, account=which(theirs.account.pk)),
    ),
    "the account of new keywords": lambda ours, theirs, which: (
        reverse("checks-keyword-new", args=[ours.brand.slug]),
        keyword_body(ours, phrases="a phrase", account=which(theirs.account.pk)),
    ),
    "the account of the brand": lambda ours, theirs, which: (
        reverse("checks-brand", args=[ours.brand.slug]),
        brand_body(ours, account=which(theirs.account.pk)),
    ),
    "the page of an incident": lambda ours, theirs, which: (
        reverse("incidents-open", args=[ours.brand.slug]),
        {"page": which(theirs.page.pk)},
    ),
    "the keyword of an incident": lambda ours, theirs, which: (
        reverse("incidents-open", args=[ours.brand.slug]),
        {"page": ours.page.pk, "keyword": which(theirs.keyword.pk)},
    ),
    "the owner of an incident": lambda ours, theirs, which: (
        reverse("incidents-open", args=[ours.brand.slug]),
        {"title": "A call", "cause": "other", "severity": "low",
         "owner": which(theirs.people["stranger"].pk)},
    ),
    "the keyword of a new piece": lambda ours, theirs, which: (
        reverse("board-piece-new", args=[ours.brand.slug]),
        {"title": "A piece", "kind": "faq", "keyword": which(theirs.keyword.pk)},
    ),
    "the owner of a new piece": lambda ours, theirs, which: (
        reverse("board-piece-new", args=[ours.brand.slug]),
        {"title": "A piece", "kind": "faq", "owner": which(theirs.people["stranger"].pk)},
    ),
    "the account of a keyword in the admin": lambda ours, theirs, which: (
        reverse("admin:serp_keyword_change", args=[ours.keyword.pk]),
        keyword_body(ours, account=which(theirs.account.pk)),
    ),
    "the brand of a keyword in the admin": lambda ours, theirs, which: (
        reverse("admin:serp_keyword_add"),
        keyword_body(ours, brand=which(theirs.brand.pk)),
    ),
    "the brand of an account in the admin": lambda ours, theirs, which: (
        reverse("admin:serp_provideraccount_add"),
        {"name": "x", "provider": "serper", "key": "k", "options": "{}", "max_in_flight": 1,
         "per_second": 1, "brand": which(theirs.brand.pk)},
    ),
    "the owner of an incident in the admin": lambda ours, theirs, which: (
        reverse("admin:reputation_incident_change", args=[ours.incident.pk]),
        {"title": "x", "cause": "other", "severity": "low", "status": "open", "due_at_0": "2026-11-20",
         "due_at_1": "10:00", "owner": which(theirs.people["stranger"].pk)},
    ),
    "the keyword of a piece in the admin": lambda ours, theirs, which: (
        reverse("admin:content_piece_change", args=[ours.piece.pk]),
        {"title": "x", "kind": "faq", "keyword": which(theirs.keyword.pk),
         "brief-TOTAL_FORMS": 0, "brief-INITIAL_FORMS": 0},
    ),
    "the brand of a piece in the admin": lambda ours, theirs, which: (
        reverse("admin:content_piece_add"),
        {"title": "x", "kind": "faq", "brand": which(theirs.brand.pk),
         "brief-TOTAL_FORMS": 0, "brief-INITIAL_FORMS": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_foreign_id_in_a_form_is_refused_like_one_that_does_not_exist(
    what: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, theirs = sides
    url, foreign_body = BODIES[what](ours, theirs, lambda pk: pk)
    _, missing_body = BODIES[what](ours, theirs, lambda pk: MISSING)
    other = ask(clients["manager"], "post", url, foreign_body)
    none = ask(clients["manager"], "post", url, missing_body)
    assert other.status_code == none.status_code
    assert other.status_code != 302, "it was saved"
    if other.status_code != 404:
        assert plain(other) == plain(none)
    assert theirs.brand.name not in plain(other)


@pytest.mark.parametrize("what", [what for what in BODIES if "account of" in what])
def test_the_control_ones_own_account_is_taken(
    what: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, theirs = sides
    own = {str(theirs.account.pk): ours.account.pk, str(theirs.brand.pk): ours.brand.pk}
    url, body = BODIES[what](ours, theirs, lambda pk: own[str(pk)])
    assert ask(clients["manager"], "post", url, body).status_code == 302


QUERIES = [
    "/?brand={brand.slug}",
    "/b/{own}/grid/?market={brand.slug}&open={keyword.pk}",
    "/b/{own}/board/?owner={person.pk}",
    "/b/{own}/calendar/?owner={person.pk}",
    "/b/{own}/checks/?q={keyword.phrase}",
    "/admin/serp/keyword/?brand__id__exact={brand.pk}",
    "/admin/serp/check/?keyword__brand__id__exact={brand.pk}",
    "/admin/serp/snapshot/?keyword__brand__id__exact={brand.pk}",
    "/admin/reputation/mark/?brand__id__exact={brand.pk}",
    "/admin/reputation/incident/?brand__id__exact={brand.pk}",
    "/admin/content/piece/?brand__id__exact={brand.pk}",
    "/admin/serp/brand/?q={brand.name}",
    "/admin/search/?s={brand.name}&extended=1",
    "/admin/autocomplete/?app_label=content&model_name=piece&field_name=keyword&term={keyword.phrase}",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_string_shows_nothing_of_another_brand(
    query: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, theirs = sides
    url = query.format(
        own=ours.brand.slug,
        brand=theirs.brand,
        keyword=theirs.keyword,
        person=theirs.people["stranger"],
    )
    answer = clients["manager"].get(url, follow=True)
    assert answer.status_code == 200
    shown = answer.content.decode()
    for asked in (theirs.brand.name, theirs.keyword.phrase):
        shown = shown.replace(f'value="{asked}"', "")
    for secret in (
        theirs.keyword.phrase,
        theirs.incident.title,
        theirs.account.name,
        theirs.piece.title,
    ):
        assert secret not in shown
    if theirs.brand.name not in url:
        assert theirs.brand.name not in shown


def test_the_control_the_same_query_shows_ones_own_brand(
    sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, _ = sides
    answer = clients["manager"].get(f"/admin/serp/keyword/?brand__id__exact={ours.brand.pk}")
    assert ours.keyword.phrase in answer.content.decode()


@pytest.mark.parametrize("action", ["mark_negative", "make_pieces", "delete_selected"])
def test_a_bulk_action_leaves_another_brands_rows_alone(
    action: str, sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    _, theirs = sides
    mark = theirs.mark
    type(mark).objects.filter(pk=mark.pk).update(tone="neutral", shade="neutral")
    body = {"action": action, "_selected_action": [mark.pk], "post": "yes"}
    clients["manager"].post(reverse("admin:reputation_mark_changelist"), body)
    mark.refresh_from_db()
    assert mark.tone == "neutral"
    assert theirs.brand.pieces.count() == 1


def test_viewers_bulk_actions_change_nothing(
    sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, _ = sides
    url = reverse("admin:reputation_mark_changelist")
    body = {"action": "mark_positive", "_selected_action": [ours.mark.pk]}
    clients["viewer"].post(url, body)
    ours.mark.refresh_from_db()
    assert ours.mark.tone == "negative"
    clients["editor"].post(url, body)
    ours.mark.refresh_from_db()
    assert ours.mark.tone == "positive", "the control: an editor's does"


def test_reading_every_page_writes_nothing(
    sides: tuple[Side, Side], clients: dict[str, Client]
) -> None:
    ours, _ = sides
    writes = []
    for name in patterns():
        with CaptureQueriesContext(connection) as caught:
            clients["manager"].get(address(name, ids_of(ours, "manager")))
        writes += [
            (name, query["sql"][:90])
            for query in caught
            if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
            and "django_session" not in query["sql"]
        ]
    assert writes == []
