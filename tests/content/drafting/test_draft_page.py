"""The draft's page: what it shows, keeps, refuses, and to whom."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.drafting.saving import Typed, save
from content.models import Brief, Draft, Piece
from serp.models import Brand, Keyword

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def piece(brand: Brand, keyword: Keyword) -> Piece:
    made = Piece.objects.create(brand=brand, title="Grinder", kind="faq", keyword=keyword)
    Brief.objects.create(piece=made, seo_title="Hallway coffee at home", questions=["Is it loud?"])
    return made


@pytest.fixture
def signed_in(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def url(piece: Piece, name: str = "board-draft") -> str:
    return reverse(name, args=[piece.brand.slug, piece.pk])


def fields(text: str, **changes: Any) -> dict[str, Any]:
    return {
        "act": "save",
        "title": "A title",
        "description": "",
        "text": text,
        "revision": 0,
    } | changes


def test_the_page_begins_with_the_briefs_title(signed_in: Client, piece: Piece) -> None:
    text = signed_in.get(url(piece)).content.decode()
    assert 'value="Hallway coffee at home"' in text
    assert "Nothing is written yet" in text
    assert not Draft.objects.exists()


def test_saving_comes_back_with_findings(signed_in: Client, piece: Piece) -> None:
    answer = signed_in.post(
        url(piece), fields("94 % of customers stayed.\r\n\r\nTODO"), follow=True
    )
    text = answer.content.decode()
    assert "Saved as revision 1" in text
    assert "without evidence" in text
    assert Draft.objects.get().text == "94 % of customers stayed.\n\nTODO"


def test_checking_without_a_script_saves_nothing(signed_in: Client, piece: Piece) -> None:
    answer = signed_in.post(url(piece), fields("TODO here", act="check"))
    assert "is a placeholder" in answer.content.decode()
    assert not Draft.objects.exists()


def test_the_live_check_answers_parts_and_writes_nothing(signed_in: Client, piece: Piece) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = signed_in.post(url(piece, "board-draft-check"), fields("## Is it loud\n\nTODO"))
    assert "is a placeholder" in answer.json()["findings"]
    assert "Score" in answer.json()["said"]
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert signed_in.get(url(piece, "board-draft-check")).status_code == 405


def test_attaching_evidence_without_a_script_opens_a_row(signed_in: Client, piece: Piece) -> None:
    claim = "94 % of customers stayed."
    answer = signed_in.post(url(piece), fields(claim, act="", attach=claim))
    assert f'name="claim" value="{claim}"' in answer.content.decode()
    sent = fields(claim, claim=[claim, ""], source=["Survey.pdf", ""], note=["2026", ""])
    signed_in.post(url(piece), sent)
    assert Draft.objects.get().evidence == [
        {"claim": claim, "source": "Survey.pdf", "note": "2026"}
    ]
    assert "Backed: a figure" in signed_in.get(url(piece)).content.decode()


def test_whoever_saves_second_sees_both_texts_and_loses_none(
    signed_in: Client, piece: Piece, manager: User
) -> None:
    save(piece, Typed("One\nTheir line", "T"), revision=0, by=manager, now=timezone.now())
    answer = signed_in.post(url(piece), fields("One\nMy line"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "manager saved meanwhile" in text
    assert "Their line" in text
    assert "My line" in text
    assert 'name="revision" value="1"' in text
    assert Draft.objects.get().text == "One\nTheir line"
    signed_in.post(url(piece), fields("Both lines", revision=1))
    assert Draft.objects.get().text == "Both lines"


def test_a_draft_over_the_cap_is_refused_with_what_was_typed(
    signed_in: Client, piece: Piece
) -> None:
    answer = signed_in.post(url(piece), fields("Begin " + "x" * 500_001))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "has 500 KB; at most 500 KB" in text
    assert "Begin xxx" in text
    live = signed_in.post(url(piece, "board-draft-check"), fields("x" * 600_000))
    assert "has 600 KB" in live.json()["error"]


def test_a_file_goes_below_what_was_typed(signed_in: Client, piece: Piece) -> None:
    file = SimpleUploadedFile("text.md", "\ufeff# From æ file\r\n".encode())
    answer = signed_in.post(url(piece), fields("Typed.", act="check", file=file))
    assert "Typed.\n\n# From æ file" in answer.content.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.docx", b"PK", "neither .md nor .txt"),
        ("text.txt", b"caf\xe9 \xff", "not in UTF-8"),
        ("text.md", b"x" * 500_001, "at most 500 KB"),
    ],
)
def test_a_wrong_file_is_named_and_the_text_kept(
    signed_in: Client, piece: Piece, name: str, content: bytes, words: str
) -> None:
    sent = fields("Typed by me.", file=SimpleUploadedFile(name, content))
    answer = signed_in.post(url(piece), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Typed by me." in answer.content.decode()


def test_hostile_text_stays_text(signed_in: Client, piece: Piece) -> None:
    sent = fields(
        f"{HOSTILE}\n\n94 % {HOSTILE}", title=HOSTILE, claim=[HOSTILE], source=[HOSTILE], note=[""]
    )
    signed_in.post(url(piece), sent)
    Brief.objects.update(questions=[HOSTILE], terms=[{"term": HOSTILE}], links=[{"url": HOSTILE}])
    assert "<script>alert" not in signed_in.get(url(piece)).content.decode()
    live = signed_in.post(url(piece, "board-draft-check"), sent).json()
    assert not [part for part in live.values() if "<script>alert" in part]


def test_who_may_read_and_write(
    client: Client, viewer: User, stranger: User, piece: Piece, editor: User
) -> None:
    save(piece, Typed("Shown to viewers.", "T"), revision=0, by=editor, now=timezone.now())
    for name in ("board-draft", "board-draft-check"):
        client.force_login(stranger)
        assert client.get(url(piece, name)).status_code == 404
        assert client.post(url(piece, name), fields("x", revision=1)).status_code == 404
        client.force_login(viewer)
        assert client.post(url(piece, name), fields("x", revision=1)).status_code == 403
    text = client.get(url(piece)).content.decode()
    assert "Shown to viewers." in text
    assert "<textarea" not in text
    assert Draft.objects.get().text == "Shown to viewers."


def test_another_brands_piece_is_not_there(
    signed_in: Client, brand: Brand, other_brand: Brand
) -> None:
    theirs = Piece.objects.create(brand=other_brand, title="Theirs")
    assert signed_in.get(reverse("board-draft", args=[brand.slug, theirs.pk])).status_code == 404


def test_queries_do_not_grow_with_the_brands_drafts(
    signed_in: Client, piece: Piece, brand: Brand, editor: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(url(piece)).status_code == 200
        return len(queries)

    def more(number: int) -> None:
        for n in range(number):
            other = Piece.objects.create(brand=brand, title=f"Other {n}")
            save(other, Typed(f"Text {n}"), revision=0, by=editor, now=timezone.now())

    more(1)
    count()
    before = count()
    more(8)
    count()
    assert count() <= before
