"""Outlines by a language model, against a real stand-in server: good answers, bad ones, and none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content.language_model import NotWritten, confirm, is_on, outline_in, write_outline
from content.models import Brief, Piece
from serp.models import Brand, Keyword, Pause
from tests.cast import NOW
from tests.web_site import Served, WebSite

PATH = "/v1/chat/completions"
GOOD = ["Who made the test", "How it was measured", "What changed in 2026"]


@pytest.fixture
def model(settings: Any) -> Iterator[WebSite]:
    """A stand-in that speaks the OpenAI-compatible protocol."""
    running = WebSite()
    settings.LANGUAGE_MODEL_URL = f"{running.url}/v1/"
    settings.LANGUAGE_MODEL_KEY = "a-key"
    settings.LANGUAGE_MODEL_NAME = "small-model"
    running.pages[PATH] = said({"outline": GOOD})
    yield running
    running.stop()


def said(content: Any) -> Served:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Served(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}))


@pytest.fixture
def brief(brand: Brand) -> Brief:
    keyword = Keyword.objects.create(brand=brand, phrase="hallway burr 2")
    piece = Piece.objects.create(brand=brand, title="Burr 2: answers", keyword=keyword)
    return Brief.objects.create(
        piece=piece,
        outline="First\nSecond",
        avoid=["recall"],
        questions=["How loud is it?", "Was it recalled?"],
        facts=["Measured 43 dB in 2026"],
        links=[{"url": "https://hallwaycoffee.example/secret", "title": "x", "why": ""}],
    )


def test_the_outline_is_stored_as_written_by_the_model_and_not_checked(
    model: WebSite, brief: Brief
) -> None:
    write_outline(brief)
    brief.refresh_from_db()
    assert brief.outline.splitlines() == GOOD
    assert (brief.outline_by, brief.outline_confirmed_at) == ("small-model", None)
    assert model.sent_headers[0]["Authorization"] == "Bearer a-key"


def test_the_model_gets_the_brief_without_links_and_without_questions_that_repeat_the_negative(
    model: WebSite, brief: Brief
) -> None:
    write_outline(brief)
    asked = json.loads(model.bodies[0])
    given = json.loads(asked["messages"][1]["content"])
    assert asked["model"] == "small-model"
    assert given["questions"] == ["How loud is it?"]
    assert given["facts"] == ["Measured 43 dB in 2026"]
    assert "secret" not in asked["messages"][1]["content"]


def test_figures_that_nobody_gave_are_marked_and_given_ones_are_not(
    model: WebSite, brief: Brief
) -> None:
    model.pages[PATH] = said({"outline": ["It is 43 dB loud", "Returns fell by 97 %", "In 2026"]})
    write_outline(brief)
    brief.refresh_from_db()
    assert brief.outline.splitlines() == [
        "It is 43 dB loud",
        "Returns fell by 97 % [check: 97 %]",
        "In 2026",
    ]
    assert any("97 %" in row["text"] for row in brief.claims)


def test_a_fenced_answer_is_read() -> None:
    text = '```json\n{"outline": ["One", "Two", "Three"]}\n```'
    assert outline_in(text, avoid=[], given={}) == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("served", "why"),
    [
        (said("I am sorry"), "no outline that can be read"),
        (said({"outline": "One"}), "no outline that can be read"),
        (said({"outline": [1, 2, 3]}), "no outline that can be read"),
        (said({"outline": ["One"]}), "wrote 1 headings"),
        (said({"outline": ["x"] * 99}), "wrote 99 headings"),
        (said({"outline": ["One", "Two", "The recalls of 2025"]}), "repeated “recalls”"),
        (said({"outline": ["One", "Two", "See https://a.example"]}), "more than headings"),
        (said({"outline": ["One", "Two", "x" * 201]}), "more than headings"),
        (said("[" * 50_000), "no outline that can be read"),
        (Served("not json"), "not the expected form"),
        (Served(json.dumps({"choices": []})), "not the expected form"),
        (Served("{}", status=401), "refused the key"),
        (Served("{}", status=429), "slow down"),
        (Served("{}", status=500), "answered with 500"),
        (Served("x" * 600_000), "more than is read"),
    ],
)
def test_a_bad_answer_leaves_the_brief_as_it_was(
    model: WebSite, brief: Brief, served: Served, why: str
) -> None:
    model.pages[PATH] = served
    with pytest.raises(NotWritten, match=why) as error:
        write_outline(brief)
    brief.refresh_from_db()
    assert (brief.outline, brief.outline_by) == ("First\nSecond", "")
    assert "a-key" not in str(error.value)


def test_a_model_that_does_not_answer_is_given_up(
    model: WebSite, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("content.language_model.DEADLINE", 0.5)
    model.pages[PATH] = Served("{}", delay=3)
    with pytest.raises(NotWritten, match="did not answer within"):
        write_outline(brief)


def test_a_model_that_is_gone_says_so(model: WebSite, brief: Brief) -> None:
    model.stop()
    with pytest.raises(NotWritten, match="could not be reached"):
        write_outline(brief)


def test_an_outline_that_somebody_changed_meanwhile_stays(model: WebSite, brief: Brief) -> None:
    Brief.objects.filter(pk=brief.pk).update(outline="Theirs")
    with pytest.raises(NotWritten, match="Theirs stays"):
        write_outline(brief)
    brief.refresh_from_db()
    assert brief.outline == "Theirs"


def test_without_a_model_it_is_off_and_nobody_is_asked(brief: Brief, settings: Any) -> None:
    settings.LANGUAGE_MODEL_URL = ""
    assert not is_on()
    with pytest.raises(NotWritten, match="names no language model"):
        write_outline(brief)


def test_a_person_confirms_and_the_page_says_so(
    model: WebSite, brief: Brief, client: Client, editor: User
) -> None:
    client.force_login(editor)
    page = reverse("board-piece", args=[brief.piece.brand.slug, brief.piece_id])
    act = reverse("board-brief", args=[brief.piece.brand.slug, brief.piece_id])
    assert "Have the language model write it" in client.get(page).content.decode()
    assert model.asked == []
    client.post(act, {"write": "1"})
    assert "Written by small-model, not checked." in client.get(page).content.decode()
    client.post(act, {"confirm": "1"})
    brief.refresh_from_db()
    assert brief.outline_confirmed_by == editor
    assert "not checked." not in client.get(page).content.decode()


def test_the_button_is_absent_without_a_model_and_for_viewers(
    brief: Brief, client: Client, editor: User, viewer: User, settings: Any
) -> None:
    page = reverse("board-piece", args=[brief.piece.brand.slug, brief.piece_id])
    settings.LANGUAGE_MODEL_URL = ""
    client.force_login(editor)
    assert "language model" not in client.get(page).content.decode()
    settings.LANGUAGE_MODEL_URL, settings.LANGUAGE_MODEL_NAME = "http://127.0.0.1:9/v1", "m"
    client.force_login(viewer)
    assert "language model" not in client.get(page).content.decode()


def test_an_outline_that_no_model_wrote_needs_no_check(brief: Brief, editor: User) -> None:
    confirm(brief, by=editor, now=NOW)
    brief.refresh_from_db()
    assert brief.outline_confirmed_at is None


def test_a_paused_installation_asks_no_model(model: WebSite, brief: Brief) -> None:
    Pause.begin("restored", NOW)
    with pytest.raises(NotWritten, match="paused: restored"):
        write_outline(brief)
    assert model.bodies == []


def test_signs_that_no_database_takes_are_no_part_of_an_outline() -> None:
    text = json.dumps({"outline": ["On\x00e", "Two\x07", "Th\ud800ree"]})
    assert outline_in(text, avoid=[], given={}) == ["On e", "Two", "Th ree"]
