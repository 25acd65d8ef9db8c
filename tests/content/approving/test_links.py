"""An outsider's link: what it shows and hides, what it decides, and when it opens nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from content.approving import commenting, links, rounds
from content.drafting.saving import Typed, save
from content.models import Approval, Brief, Comment, Piece, ReviewLink, ReviewStage
from content.workflow import move
from serp.models import Brand, Page
from tests.mail_server import REFUSE, MailServer

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[ReviewLink, str]]


@pytest.fixture
def make_link(piece: Piece, writer: User) -> Make:
    def make(approval: Approval | None = None, *, days: int = 7) -> tuple[ReviewLink, str]:
        link, token = links.open_link(
            piece, name="Kari Nes", approval=approval, days=days, by=writer, now=timezone.now()
        )
        return link, f"/review/{token}/"

    return make


@pytest.fixture
def asked(piece: Piece, editor: User) -> Approval:
    """The one approval of the piece, in review."""
    move(piece, "review", by=editor, now=timezone.now())
    (row,) = rounds.rows_of(piece)
    return row


@pytest.fixture
def mail_server(settings: object) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port  # type: ignore[attr-defined]
    yield server
    server.stop()


def test_the_token_is_long_and_only_its_hash_is_kept(make_link: Make) -> None:
    link, address = make_link()
    token = address.split("/")[2]
    assert len(token) * 6 >= 128
    assert token not in str(ReviewLink.objects.filter(pk=link.pk).values())


def test_the_page_shows_the_draft_and_nothing_internal(
    client: Client, piece: Piece, make_link: Make, asked: Approval, writer: User, editor: User
) -> None:
    evil = Page.objects.create(url="https://bad.example/recall", key="k", host="bad.example")
    Piece.objects.update(displaces=evil)
    Brief.objects.create(
        piece=piece, intent="A sure answer.", questions=["Is it safe?"], avoid=["recalled"],
        angle="Do not name the recall.",
    )  # fmt: skip
    save(
        piece,
        Typed(text="# Safe\n\nYes. <script>alert(1)</script> [x](javascript:alert(1))"),
        revision=0,
        by=writer,
        now=timezone.now(),
    )
    commenting.say(piece, text="Between us.", by=editor)
    _, address = make_link(asked)
    answer = client.get(address)
    text = answer.content.decode()
    for shown in ("A sure answer.", "Is it safe?", "Yes.", "Kari Nes", "Approve"):
        assert shown in text
    for hidden in (
        "bad.example", "recall", "Between us.", "Wanda", "<script>alert", 'href="javascript', "/b/hallway",
    ):  # fmt: skip
        assert hidden not in text
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_reading_decides_nothing(client: Client, make_link: Make, asked: Approval) -> None:
    link, address = make_link(asked)
    client.get(address, {"act": "approve", "name": "A mail scanner"})
    asked.refresh_from_db()
    link.refresh_from_db()
    assert (asked.state, link.last_used_at) == ("waiting", None)


def test_an_outsider_approves(
    client: Client, piece: Piece, make_link: Make, asked: Approval
) -> None:
    link, address = make_link(asked)
    answer = client.post(
        address, {"act": "approve", "name": "Kari N.", "note": "Good."}, follow=True
    )
    assert "Your approval is noted" in answer.content.decode()
    asked.refresh_from_db()
    piece.refresh_from_db()
    link.refresh_from_db()
    assert (asked.state, asked.guest_name, asked.note) == ("approved", "Kari N.", "Good.")
    assert piece.status == "approved"
    assert link.last_used_at is not None
    assert "Kari N., through a link" in piece.history.latest().history_change_reason


def test_an_outsider_asks_for_changes_and_decides_again_through_the_same_link(
    client: Client, piece: Piece, make_link: Make, asked: Approval, editor: User
) -> None:
    _, address = make_link(asked)
    refused = client.post(address, {"act": "changes", "name": "Kari", "note": ""})
    assert refused.status_code == 422
    assert "Write what should be changed" in refused.content.decode()
    client.post(address, {"act": "changes", "name": "Kari", "note": "Name the source."})
    piece.refresh_from_db()
    assert piece.status == "draft"
    late = client.post(address, {"act": "approve", "name": "Kari", "note": "Typed by me"})
    assert late.status_code == 422
    assert "Typed by me" in late.content.decode()
    move(piece, "review", by=editor, now=timezone.now())
    client.post(address, {"act": "approve", "name": "Kari"})
    piece.refresh_from_db()
    assert piece.status == "approved"
    assert [row.state for row in rounds.rows_of(piece)] == ["changes", "approved"]


def test_nobody_approves_words_saved_after_they_began_to_read(
    client: Client, piece: Piece, make_link: Make, asked: Approval, writer: User
) -> None:
    _, address = make_link(asked)
    assert 'name="read" value="0"' in client.get(address).content.decode()
    save(piece, Typed(text="Other words."), revision=0, by=writer, now=timezone.now())
    answer = client.post(address, {"act": "approve", "name": "Kari", "read": "0"})
    assert answer.status_code == 422
    assert "changed while you read it" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "waiting"
    client.post(address, {"act": "approve", "name": "Kari", "read": "1"})
    asked.refresh_from_db()
    assert (asked.state, asked.draft_revision) == ("approved", 1)


def test_a_link_without_an_approval_only_comments(
    client: Client, make_link: Make, asked: Approval
) -> None:
    _, address = make_link()
    assert "Only comment" in client.get(address).content.decode()
    assert client.post(address, {"act": "approve", "name": "Kari"}).status_code == 422
    client.post(address, {"act": "comment", "name": "Kari", "note": "Well put."})
    asked.refresh_from_db()
    assert asked.state == "waiting"
    assert Comment.objects.get().guest_name == "Kari"


def test_an_earlier_stage_comes_first(
    client: Client, piece: Piece, brand: Brand, make_link: Make, editor: User
) -> None:
    for order, name in enumerate(("Facts", "Outside"), start=1):
        ReviewStage.objects.create(brand=brand, name=name, order=order)
    move(piece, "review", by=editor, now=timezone.now())
    _, address = make_link(rounds.rows_of(piece)[1])
    text = client.get(address).content.decode()
    assert "an approval before it is still open" in text
    assert 'value="approve"' not in text
    assert client.post(address, {"act": "approve", "name": "Kari"}).status_code == 422


def test_a_guest_sees_the_answers_to_the_own_comments_alone(
    client: Client, piece: Piece, make_link: Make, asked: Approval, editor: User
) -> None:
    link, address = make_link(asked)
    _, other = make_link()
    client.post(address, {"act": "comment", "name": "Kari", "note": "Which year?"})
    commenting.say(
        piece, text="2026, we add it.", by=editor, answers=Comment.objects.get(link=link)
    )
    assert "2026, we add it." in client.get(address).content.decode()
    assert "Which year?" not in client.get(other).content.decode()


@pytest.mark.parametrize("end", ["revoked", "expired", "never"])
def test_a_link_that_is_over_opens_nothing(
    client: Client, make_link: Make, asked: Approval, end: str
) -> None:
    link, address = make_link(asked)
    assert client.get(address).status_code == 200, "the control"
    if end == "revoked":
        links.revoke(link, timezone.now())
    elif end == "expired":
        ReviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        address = "/review/" + "x" * 43 + "/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"act": "approve", "name": "Kari"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_a_forged_answer_is_refused(make_link: Make, asked: Approval) -> None:
    _, address = make_link(asked)
    client = Client(enforce_csrf_checks=True)
    assert client.post(address, {"act": "approve", "name": "Kari"}).status_code == 403


def test_a_link_that_talks_too_much_has_to_rest(
    client: Client, make_link: Make, asked: Approval
) -> None:
    _, address = make_link(asked)
    for number in range(links.MOST_ACTS):
        client.post(address, {"act": "comment", "name": "Kari", "note": f"Line {number}"})
    answer = client.post(address, {"act": "comment", "name": "Kari", "note": "One more"})
    assert answer.status_code == 429
    assert "One more" in answer.content.decode()
    assert Comment.objects.count() == links.MOST_ACTS


def link_fields(**changes: str) -> dict[str, str]:
    return {"name": "Kari Nes", "days": "7", "email": "kari@outside.example"} | changes


def test_a_new_link_is_shown_once_and_opens_the_piece(
    client: Client, piece: Piece, asked: Approval, writer: User
) -> None:
    client.force_login(writer)
    page = f"/b/hallway/pieces/{piece.pk}/"
    answer = client.post(f"{page}links/", link_fields(decides=str(asked.pk)))
    address = answer.context["address"]
    assert address in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert address not in client.get(page).content.decode()
    assert "mail" not in answer.context["link_form"].fields, "no mail server, no promise"
    client.post(f"{page}links/", {"revoke": ReviewLink.objects.get().pk})
    assert ReviewLink.objects.get().revoked_at is not None


def test_the_approval_of_another_piece_is_not_given_away(
    client: Client, piece: Piece, brand: Brand, asked: Approval, writer: User
) -> None:
    other = Piece.objects.create(brand=brand, title="Another")
    client.force_login(writer)
    answer = client.post(f"/b/hallway/pieces/{other.pk}/links/", link_fields(decides=str(asked.pk)))
    assert answer.status_code == 422
    assert 'value="Kari Nes"' in answer.content.decode()
    assert not ReviewLink.objects.exists()


def test_the_link_is_mailed_where_there_is_a_mail_server(
    client: Client, piece: Piece, asked: Approval, writer: User, mail_server: MailServer
) -> None:
    Piece.objects.update(title="Safe?\r\nBcc: all@people.example")
    client.force_login(writer)
    url = f"/b/hallway/pieces/{piece.pk}/links/"
    answer = client.post(url, link_fields(decides=str(asked.pk), mail="on"))
    (mail,) = mail_server.mails
    assert mail_server.people == [["kari@outside.example"]]
    assert mail["Subject"] == "Please review: Safe? Bcc: all@people.example"
    body = mail.get_payload(decode=True).decode()
    assert answer.context["address"] in body.replace("=\n", "")
    mail_server.fault = REFUSE
    answer = client.post(url, link_fields(mail="on"))
    assert "The mail was not sent" in answer.content.decode()
    assert answer.context["address"] in answer.content.decode()


def test_a_mail_needs_its_address(
    client: Client, piece: Piece, writer: User, mail_server: MailServer
) -> None:
    client.force_login(writer)
    answer = client.post(f"/b/hallway/pieces/{piece.pk}/links/", link_fields(email="", mail="on"))
    assert answer.status_code == 422
    assert "Write the address that the mail is to go to" in answer.content.decode()
