"""Structured data: honest, complete, of the right form, and harmless inside a page."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from content.models import Consent, Customer, Draft, Piece, Testimonial, Use
from content.publishing.documents import as_html
from content.publishing.facts import Answered, PageFacts, Voice, facts_of
from content.publishing.schema_rules import problems
from content.publishing.structured import USED_BY, structured
from serp.models import Brand, Keyword
from tests.cast import NOW

vocabulary = importlib.import_module("msgspec_schemaorg.models")
"""schema.org's own vocabulary; the package cannot be imported the usual way, it asks itself for ever."""
OUT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
FULL = PageFacts(
    kind="faq",
    title="Hallway Burr 2: your questions answered",
    description="What the lid switch does, and how to change it.",
    language="en",
    markdown="# Title\n\nText.",
    url="https://help.hallwaycoffee.example/answers",
    published_at=OUT,
    changed_at=OUT,
    brand="Hallway Coffee",
    brand_url="https://hallwaycoffee.example/",
    profiles=("https://tubely.example/@hallway",),
    product="hallway burr 2",
    answered=(Answered("Is it safe?", "Yes, since the new switch."),),
    voices=(Voice("Ada Lund", "It grinds well.", 4, OUT, ""),),
    image="https://hallwaycoffee.example/switch.jpg",
    video="https://tubely.example/watch/switch.mp4",
    words=640,
)
SHOWN = {
    "faq": {"Organization", "FAQPage"},
    "case_study": {"Organization", "Article", "Review"},
    "white_paper": {"Organization", "Article"},
    "comparison": {"Organization", "Article"},
    "news": {"Organization", "NewsArticle"},
    "video": {"Organization", "VideoObject"},
    "testimonial": {"Organization", "Article", "Review"},
    "guest_post": set(),
    "profile": set(),
    "forum": set(),
}


def types(facts: PageFacts) -> set[str]:
    return {str(node["@type"]) for node in structured(facts).nodes}


@pytest.mark.parametrize("kind", list(Piece.Kind))
def test_each_type_of_piece_gets_its_types_and_each_passes_the_check(kind: str) -> None:
    facts = replace(FULL, kind=kind)
    assert types(facts) == SHOWN[kind]
    assert [row for node in structured(facts).nodes for row in problems(node)] == []
    assert structured(facts).left == ()


def unknown_to_schema_org(node: dict[str, Any]) -> list[str]:
    """Properties that schema.org's own vocabulary does not know for the type, here and deeper."""
    known = getattr(vocabulary, node["@type"]).__struct_fields__
    found = [f"{node['@type']}.{name}" for name in node if name[0] != "@" and name not in known]
    for value in node.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += unknown_to_schema_org(one)
    return found


@pytest.mark.parametrize("kind", [kind for kind, shown in SHOWN.items() if shown])
def test_schema_org_itself_knows_every_type_and_property(kind: str) -> None:
    for node in structured(replace(FULL, kind=kind)).nodes:
        assert unknown_to_schema_org(node) == []
    assert unknown_to_schema_org({"@type": "Article", "colour": "red"}) == ["Article.colour"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"headline": ""}, "Article.headline"),
        ({"author": {"@type": "Robot", "name": "x"}}, "Article.author"),
        ({"author": {"@type": "Person"}}, "Article.author.name"),
        ({"datePublished": "2026-11-02"}, "Article.datePublished"),
        ({"image": ["javascript:alert(1)"]}, "Article.image[0]"),
        ({"url": "hallwaycoffee.example"}, "Article.url"),
        ({"inLanguage": "English"}, "Article.inLanguage"),
        ({"stars": 5}, "Article.stars"),
        ({"image": []}, "Article.image"),
    ],
)
def test_the_check_bites(change: dict[str, Any], where: str) -> None:
    node = next(n for n in structured(replace(FULL, kind="white_paper")).nodes if "headline" in n)
    assert problems(node) == []
    assert [row.where for row in problems({**node, **change})] == [where]


def test_the_check_sees_what_is_missing_and_how_grave_it_is() -> None:
    found = {row.where: row.is_hard for row in problems({"@type": "VideoObject", "name": "x"})}
    assert found == {
        "VideoObject.thumbnailUrl": True,
        "VideoObject.uploadDate": True,
        "VideoObject.description": False,
    }
    assert problems({"@type": "Recipe"})[0].is_hard


@pytest.mark.parametrize(
    ("kind", "change", "type_", "said"),
    [
        ("faq", {"answered": ()}, "FAQPage", "question mark"),
        ("video", {"image": ""}, "VideoObject", "thumbnail"),
        ("video", {"published_at": None}, "VideoObject", "upload"),
        ("testimonial", {"product": ""}, "Review", "self-serving"),
        ("testimonial", {"voices": ()}, "Review", "No testimonial"),
        ("news", {"brand_url": ""}, "Organization", "no domain"),
    ],
)
def test_what_cannot_be_said_honestly_is_left_out_with_its_reason(
    kind: str, change: dict[str, Any], type_: str, said: str
) -> None:
    facts = replace(FULL, kind=kind, **change)
    (left,) = structured(facts).left
    assert (left.type, said in left.why) == (type_, True)
    assert type_ not in types(facts)


def test_no_stars_are_made_up() -> None:
    silent = replace(FULL, kind="testimonial", voices=(replace(FULL.voices[0], rating=None),))
    (review,) = [n for n in structured(silent).nodes if n["@type"] == "Review"]
    assert "reviewRating" not in review


class Scripts(HTMLParser):
    """What a browser takes for scripts in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.texts, self.tags = False, [""], []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[0] += data


@given(st.text(max_size=80))
def test_no_text_leaves_the_script_that_it_stands_in(text: str) -> None:
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        return
    hostile = f"{text}</script><script>alert(1)</script><!--"
    facts = replace(FULL, answered=(Answered(hostile, hostile),), title=hostile, markdown=hostile)
    page = Scripts()
    page.feed(as_html(facts))
    assert page.tags.count("script") == 1
    graph = json.loads(page.texts[0])
    asked = next(node for node in graph["@graph"] if node["@type"] == "FAQPage")
    assert asked["mainEntity"][0]["name"] == hostile


@pytest.fixture
def piece(brand: Brand, keyword: Keyword) -> Piece:
    keyword.kind = Keyword.Kind.PRODUCT
    keyword.save()
    made = Piece.objects.create(brand=brand, title="Working title", kind="faq", keyword=keyword)
    Draft.objects.create(
        piece=made,
        title="Your questions",
        text="# Your questions\n\nShort and plain.\n\n## Is it safe?\n\nYes.\n\n- Since May\n\n"
        "## What else\n\nNothing.\n\n## 安全吗？\n\n安全。\n\n## Unanswered?\n",
        saved_at=NOW,
    )
    return made


def test_questions_come_from_the_headings_of_the_draft(piece: Piece) -> None:
    facts = facts_of(piece)
    assert [row.question for row in facts.answered] == ["Is it safe?", "安全吗？"]
    assert facts.answered[0].answer == "Yes. Since May"
    assert (facts.title, facts.description) == ("Your questions", "Short and plain.")
    assert facts.brand_url == "https://hallwaycoffee.example/"
    assert facts.profiles == ("https://tubely.example/@hallway",)


@pytest.fixture
def said(brand: Brand, piece: Piece) -> Consent:
    customer = Customer.objects.create(brand=brand, name="Ada Lund")
    row = Testimonial.objects.create(
        brand=brand, customer=customer, text="It grinds well.", state="agreed", rating=4
    )
    Use.objects.create(testimonial=row, piece=piece, added_at=NOW)
    return Consent.objects.create(
        testimonial=row, given_at=NOW, given_by="Ada Lund", scope=["website"], quote="It grinds well."
    )  # fmt: skip


def test_a_voice_is_shown_word_for_word_and_only_as_far_as_it_agreed(
    piece: Piece, said: Consent
) -> None:
    Testimonial.objects.update(text="It grinds very well!")
    (voice,) = facts_of(piece).voices
    assert (voice.name, voice.text, voice.rating) == ("Ada Lund", "It grinds well.", 4)
    for change in ({"scope": ["press"]}, {"withdrawn_at": NOW}):
        before = Consent.objects.filter(pk=said.pk).values(*change).get()
        Consent.objects.filter(pk=said.pk).update(**change)
        assert facts_of(piece).voices == ()
        Consent.objects.filter(pk=said.pk).update(**before)
    assert facts_of(piece).voices, "the control"
    Use.objects.update(must_off_at=NOW)
    assert facts_of(piece).voices == ()


def test_the_types_are_those_of_the_table() -> None:
    assert set(USED_BY) == {"Organization", "Article", "FAQPage", "VideoObject", "Review"}


def test_a_piece_without_a_draft_has_facts_too(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    bare = Piece.objects.create(brand=brand, title="Bare", kind="news", keyword=keyword)
    assert types(facts_of(bare)) == {"Organization", "NewsArticle"}
