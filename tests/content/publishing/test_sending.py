"""Drafts on a real stand-in of WordPress, and messages to engines: once, by whoever claims, never published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from content.models import Delivery, Draft, Piece, Ping
from content.models import Site as SiteRow
from content.publishing import sending
from content.publishing.sending import (
    LEASE,
    MOST_TRIES,
    PAUSE,
    CannotSend,
    ask_for,
    ask_ping,
    ping_published,
    send_waiting,
)
from content.publishing.wordpress import Login, NotSent, read, remote_of
from serp.models import Brand, Keyword, Pause
from serp.providers.base import Answer
from tests.cast import NOW
from tests.content.publishing.stand_in import BUSY, CUT, HTML, MOVED, PASSWORD, USER, Site

LATER = NOW + PAUSE + timedelta(seconds=1)


@pytest.fixture
def server(settings: Any) -> Iterator[Site]:
    started = Site()
    settings.ALLOWED_PROVIDER_HOSTS = [started.url.removeprefix("http://")]
    settings.INDEXNOW_URL = f"{started.url}/indexnow"
    yield started
    started.stop()


@pytest.fixture
def site(brand: Brand, server: Site) -> SiteRow:
    return SiteRow.objects.create(
        brand=brand, name="Blog", base_url=server.url, username=USER, password=PASSWORD
    )


@pytest.fixture
def piece(brand: Brand, keyword: Keyword) -> Piece:
    made = Piece.objects.create(brand=brand, title="Is it safe?", kind="faq", keyword=keyword)
    Draft.objects.create(
        piece=made, title="Is it safe?", text="## Is it safe?\n\nYes.", revision=1, saved_at=NOW
    )
    return made


def ask(piece: Piece, site: SiteRow, by: User) -> Delivery:
    return ask_for(piece, site, by=by, now=NOW)


def test_a_draft_arrives_as_a_draft_with_its_structured_data(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    assert server.posts == {}, "the page does not wait for the site"
    assert send_waiting(NOW) == 1
    (post,) = server.posts.values()
    assert post["status"] == "draft"
    assert "<p>Yes.</p>" in post["content"]
    assert '"@type": "FAQPage"' in post["content"]
    row = Delivery.objects.get()
    assert (row.state, row.remote_id, row.draft_revision) == ("sent", "100", 1)
    assert row.edit_url == f"{server.url}/wp-admin/post.php?post=100&action=edit"
    assert send_waiting(NOW + LEASE * 2) == 0


def test_a_changed_draft_brings_the_same_post_up_to_date(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    send_waiting(NOW)
    with pytest.raises(CannotSend, match="nothing changed"):
        ask(piece, site, editor)
    Draft.objects.update(text="New.", revision=2)
    ask(piece, site, editor)
    send_waiting(NOW)
    (post,) = server.posts.values()
    assert "New." in post["content"]
    assert Delivery.objects.get().draft_revision == 2


def test_what_was_published_there_is_left_alone(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    send_waiting(NOW)
    server.posts[100]["status"] = "publish"
    Draft.objects.update(text="New.", revision=2)
    ask(piece, site, editor)
    send_waiting(NOW)
    assert "New." not in server.posts[100]["content"]
    row = Delivery.objects.get()
    assert (row.state, "“publish” at the site already" in row.error) == ("failed", True)


def test_an_answer_that_got_lost_makes_no_second_post(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    server.fault = CUT
    assert send_waiting(NOW) == 0
    assert len(server.posts) == 1, "it came through; only the answer was lost"
    server.fault = ""
    assert send_waiting(NOW) == 0, "not before its pause"
    assert send_waiting(LATER) == 1
    assert len(server.posts) == 1
    assert Delivery.objects.get().state == "sent"


def test_a_site_that_is_busy_is_tried_three_times_and_can_be_asked_again(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    server.fault = BUSY
    for number in range(MOST_TRIES + 2):
        send_waiting(NOW + number * (PAUSE + LEASE))
    row = Delivery.objects.get()
    assert (row.state, row.tries) == ("failed", MOST_TRIES)
    assert "Try later." in row.error
    server.fault = ""
    ask(piece, site, editor)
    assert send_waiting(LATER) == 1
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "fault", "said"),
    [
        ({"password": "wrong"}, "", "application password"),
        ({}, MOVED, "https://www.elsewhere.example"),
        ({"base_url": "{url}/shop"}, "", "where the site begins"),
        ({}, HTML, "no JSON"),
        ({"base_url": "http://10.1.2.3"}, "", "not a public address"),
    ],
)
def test_each_refusal_says_what_to_do(
    server: Site,
    site: SiteRow,
    piece: Piece,
    editor: User,
    change: dict[str, str],
    fault: str,
    said: str,
) -> None:
    for name, value in change.items():
        setattr(site, name, value.format(url=server.url))
    site.save()
    server.fault = fault
    ask(piece, site, editor)
    assert send_waiting(NOW) == 0
    error = Delivery.objects.get().error
    assert said in error
    assert PASSWORD not in error
    assert server.posts == {}


def test_of_two_workers_one_sends(server: Site, site: SiteRow, piece: Piece, editor: User) -> None:
    row = ask(piece, site, editor)
    waiting = Delivery.objects.filter(state="waiting")
    assert sending.claim(waiting, row.pk, NOW)
    assert not sending.claim(waiting, row.pk, NOW)
    assert send_waiting(NOW) == 0
    assert send_waiting(NOW + LEASE + timedelta(seconds=1)) == 1, "a worker that died is replaced"


def test_two_clicks_make_one_sending(site: SiteRow, piece: Piece, editor: User) -> None:
    ask(piece, site, editor)
    with pytest.raises(CannotSend, match="being sent"):
        ask(piece, site, editor)
    assert Delivery.objects.count() == 1


def test_nothing_goes_out_in_a_pause_or_without_a_draft(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    Pause.begin("restored", NOW)
    assert send_waiting(NOW) == 0
    assert server.posts == {}
    Draft.objects.all().delete()
    with pytest.raises(CannotSend, match="no draft"):
        ask(piece, site, editor)


def test_a_post_is_taken_down_on_a_person_s_click(
    client: Client, server: Site, site: SiteRow, piece: Piece, editor: User, viewer: User
) -> None:
    ask(piece, site, editor)
    send_waiting(NOW)
    server.posts[100]["status"] = "publish"
    address = f"/b/hallway/pieces/{piece.pk}/send/"
    client.force_login(viewer)
    assert client.post(address, {"down": Delivery.objects.get().pk}).status_code == 403
    assert server.posts[100]["status"] == "publish"
    client.force_login(editor)
    client.post(address, {"down": Delivery.objects.get().pk})
    assert server.posts[100]["status"] == "draft"


def publish(piece: Piece, url: str) -> None:
    Piece.objects.filter(pk=piece.pk).update(status="published", url=url, published_at=NOW)
    piece.refresh_from_db()


def test_engines_are_told_once_of_a_new_address_on_our_host(
    server: Site, site: SiteRow, piece: Piece
) -> None:
    site.indexnow_key = "0123456789abcdef"
    site.save()
    publish(piece, f"{server.url}/answers")
    assert ping_published(NOW) == 1
    assert ping_published(NOW) == 0
    assert send_waiting(NOW) == 1
    assert send_waiting(NOW) == 0
    (told,) = server.told
    assert told == {
        "host": server.url.removeprefix("http://"),
        "key": "0123456789abcdef",
        "keyLocation": f"{server.url}/0123456789abcdef.txt",
        "urlList": [f"{server.url}/answers"],
    }
    assert Ping.objects.get().status == 200


def test_engines_are_not_told_of_other_hosts_or_without_a_key(
    server: Site, site: SiteRow, piece: Piece
) -> None:
    publish(piece, "https://guest.example/column")
    assert ask_ping(piece, NOW) is None
    site.indexnow_key = "0123456789abcdef"
    site.save()
    assert ask_ping(piece, NOW) is None
    assert ping_published(NOW) == 0


@pytest.mark.parametrize(("status", "tries"), [(403, 1), (429, 3)])
def test_a_refused_message_is_told_and_a_busy_service_asked_again(
    server: Site, site: SiteRow, piece: Piece, status: int, tries: int
) -> None:
    site.indexnow_key = "0123456789abcdef"
    site.save()
    publish(piece, f"{server.url}/answers")
    ask_ping(piece, NOW)
    server.tell_status = status
    for hour in range(3):
        send_waiting(NOW + timedelta(hours=hour))
    row = Ping.objects.get()
    assert (len(server.told), row.done_at, row.status) == (tries, None, status)
    assert row.error


FORM = {"name": "Blog", "base_url": "https://blog.example", "username": "w", "is_active": "on"}


def test_a_password_is_kept_encrypted_never_shown_and_asked_again_for_a_new_address(
    client: Client, manager: User, editor: User, brand: Brand
) -> None:
    client.force_login(manager)
    address = "/b/hallway/sites/"
    page = client.post(address, FORM | {"password": "topsecret"}, follow=True).content.decode()
    assert "topsecret" not in page
    row = SiteRow.objects.get()
    assert row.password == "topsecret"
    one = f"{address}{row.pk}/"
    assert "topsecret" not in client.get(one).content.decode()
    assert client.post(one, FORM | {"name": "Company blog"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.password) == ("Company blog", "topsecret")
    refused = client.post(one, FORM | {"base_url": "https://evil.example"})
    assert refused.status_code == 422
    assert "enter the password again" in refused.content.decode()
    row.refresh_from_db()
    assert row.base_url == "https://blog.example"
    assert "password" not in str(row.history.values().first())
    client.force_login(editor)
    assert client.post(one, FORM).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base_url": "http://blog.example"}, "use https"),
        ({"indexnow_key": "short"}, "8 to 128"),
        ({"password": ""}, "Enter the application password"),
        ({"name": "Taken"}, "of this name already"),
    ],
)
def test_a_bad_site_is_refused_and_keeps_what_was_typed(
    client: Client, manager: User, brand: Brand, change: dict[str, str], said: str
) -> None:
    SiteRow.objects.create(brand=brand, name="Taken", base_url="https://x.example", username="x")
    client.force_login(manager)
    answer = client.post("/b/hallway/sites/", FORM | {"password": "p"} | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert f'value="{(FORM | change)["base_url"]}"' in page
    assert SiteRow.objects.count() == 1


def test_a_row_that_breaks_keeps_no_other_waiting_and_is_given_up(
    server: Site, site: SiteRow, piece: Piece, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = Piece.objects.create(brand=piece.brand, title="Poison", kind="faq")
    Draft.objects.create(piece=poison, text="x", revision=1, saved_at=NOW)
    ask(poison, site, editor)
    ask_for(piece, site, by=editor, now=NOW + timedelta(seconds=1))
    read_facts = sending.facts_of

    def broken(one: Piece) -> Any:
        if one.pk == poison.pk:
            raise RuntimeError("a bug")
        return read_facts(one)

    monkeypatch.setattr(sending, "facts_of", broken)
    later = NOW + timedelta(seconds=1)
    assert send_waiting(later) == 1
    for number in range(1, 6):
        send_waiting(later + number * 2 * LEASE)
    row = Delivery.objects.get(piece=poison)
    assert (row.state, row.tries, row.error) == ("failed", MOST_TRIES, sending.BROKE_OFF)


def test_a_worker_that_is_killed_each_time_is_not_replaced_for_ever(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    row = ask(piece, site, editor)
    waiting = Delivery.objects.filter(state="waiting")
    for number in range(MOST_TRIES):
        assert sending.claim(waiting, row.pk, NOW + number * 2 * LEASE)
    assert send_waiting(NOW + 10 * LEASE) == 0
    row.refresh_from_db()
    assert (row.state, row.error, server.posts) == ("failed", sending.BROKE_OFF, {})


def test_a_tick_begins_nothing_after_its_time(
    server: Site, site: SiteRow, piece: Piece, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(piece, site, editor)
    monkeypatch.setattr(sending, "SECONDS", 0.0)
    assert send_waiting(NOW) == 0
    assert (Delivery.objects.get().tries, server.posts) == (0, {})


def test_a_paused_installation_takes_nothing_down(
    server: Site, site: SiteRow, piece: Piece, editor: User
) -> None:
    ask(piece, site, editor)
    send_waiting(NOW)
    server.posts[100]["status"] = "publish"
    Pause.begin("restored", NOW)
    with pytest.raises(CannotSend, match="paused: restored"):
        sending.unpublish(Delivery.objects.get())
    assert server.posts[100]["status"] == "publish"


def test_a_password_of_another_encryption_key_is_not_sent_as_an_empty_one(
    server: Site, site: SiteRow, piece: Piece, editor: User, settings: Any
) -> None:
    ask(piece, site, editor)
    settings.ENCRYPTION_KEY = "another"
    assert send_waiting(NOW) == 0
    row = Delivery.objects.get()
    assert (row.state, "ENCRYPTION_KEY" in row.error) == ("failed", True)


LOGIN = Login("https://blog.example", "w", "p")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"[" * 200_000),
        (200, b'{"id": "' + b"1" * 41 + b'"}'),
        (200, '{"id": "²"}'.encode()),
        (400, b"[" * 200_000),
    ],
)
def test_a_hostile_answer_of_a_site_is_a_refusal(status: int, body: bytes) -> None:
    with pytest.raises(NotSent):
        remote_of(LOGIN, read(Answer(status, {}, body), LOGIN))


def test_what_a_site_says_of_a_post_cannot_break_the_row() -> None:
    told = remote_of(LOGIN, {"id": 7, "link": "javascript:alert(1)", "status": "dr\x00aft"})
    assert (told.id, told.url, told.status) == ("7", "", "dr aft")
    with pytest.raises(NotSent, match=r"^blog\.example answered 400: a b\.$"):
        read(Answer(400, {}, b'{"message": "a\\u0000\\nb"}'), LOGIN)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://writer:secret@blog.example",
        "https://blog.example/?site=1",
    ],
)
def test_an_address_that_would_leak_the_password_is_refused(
    client: Client, manager: User, brand: Brand, url: str
) -> None:
    client.force_login(manager)
    answer = client.post("/b/hallway/sites/", FORM | {"password": "p", "base_url": url})
    assert answer.status_code == 422
    assert not SiteRow.objects.exists()
