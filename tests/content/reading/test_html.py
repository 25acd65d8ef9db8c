"""What is read off a page: structure, terms and questions, also of broken and hostile pages."""

import pytest

from content.reading import html
from content.reading.html import Unreadable, common_terms, decoded, facts_of, length

PAGE = """<!doctype html><html lang="en-GB"><head><title> Burr  grinders </title>
<meta name="Description" content="All about burrs."><script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [{"@type": ["FAQPage", "WebPage"]}, {"@type": "bad type"}]}
</script></head><body><nav><h2>Menu</h2><a href="/">Home</a></nav><main><h1>Burr grinders</h1>
<p>The quiet grinder. A quiet grinder!</p><h2>How loud is it?</h2><h2>Which burr fits?</h2>
<h2>Can I wash it?</h2><h3>Care</h3><ul><li>One</li><li>Two</li></ul><ul><li>Single</li></ul>
<table><tr><td>a</td></tr><tr><td>b</td></tr></table><img src="a.png" alt=""><a href="/b">b</a>
<script>var hidden = "secret words";</script></main><footer><p>Imprint</p></footer></body></html>"""


def test_a_page_is_told_by_its_facts() -> None:
    facts = facts_of(PAGE)
    assert (facts.title, facts.description, facts.language) == (
        "Burr grinders",
        "All about burrs.",
        "en",
    )
    assert facts.headings[0] == [1, "Burr grinders"]
    assert [2, "Menu"] not in facts.headings
    assert facts.questions == ["How loud is it?", "Which burr fits?", "Can I wash it?"]
    assert (facts.images, facts.lists, facts.tables, facts.links) == (1, 1, 1, 1)
    assert facts.has_faq
    assert not facts.has_video
    assert facts.schema_types == ["FAQPage", "WebPage"]


def test_terms_are_counted_and_scripts_and_menus_are_none() -> None:
    facts = facts_of(PAGE)
    assert facts.terms["grinder"] == 2
    assert facts.terms["quiet grinder"] == 2
    assert {"secret", "menu", "imprint", "the"}.isdisjoint(facts.terms)
    assert 20 < facts.words < 40


def test_neighbours_in_different_blocks_are_no_pair() -> None:
    page = "<p>quiet</p><p>grinder</p>" * 5
    assert "quiet grinder" not in facts_of(page).terms
    assert facts_of("<p>quiet grinder</p>" * 5).terms["quiet grinder"] == 5


def test_a_video_is_seen_by_tag_player_or_markup() -> None:
    assert facts_of("<body><video src=a></video>").has_video
    assert facts_of('<body><iframe src="https://www.youtube.com/embed/x"></iframe>').has_video
    assert not facts_of('<body><iframe src="https://ads.example/x"></iframe>').has_video


@pytest.mark.parametrize("page", ["", "\x00", "<", "plain text", "<html>", "<body></body>", "{}"])
def test_a_page_that_is_none_has_no_facts_and_raises_nothing(page: str) -> None:
    assert facts_of(page).words <= 2


def test_a_page_made_to_hang_its_parser_is_given_up_in_seconds() -> None:
    hostile = "<a " + " ".join(f"x{n}" for n in range(200_000)) + ">x"
    with pytest.raises(Unreadable, match=r"too long|could not be read"):
        facts_of(hostile)


def test_markup_made_to_hang_the_structured_data_reader_is_left_out() -> None:
    deep = "[" * 100_000
    page = f'<script type="application/ld+json">{deep}</script><body><p>Some words here</p>'
    assert facts_of(page).schema_types == []


def test_the_charset_is_the_servers_then_the_pages() -> None:
    assert decoded("å".encode("latin-1"), "text/html; charset=ISO-8859-1") == "å"
    assert decoded(b'<meta charset="latin-1">' + "å".encode("latin-1"), "").endswith("å")
    assert decoded("å".encode(), "text/html; charset=nonsense") == "å"
    assert decoded(b"\xff", "") == "\ufffd"


def test_chinese_length_counts_signs() -> None:
    assert length("走廊咖啡 two words") == 6
    assert common_terms("安静的咖啡机\n安静", "zh")["安静"] == 2


@pytest.mark.parametrize("charset", ["idna", "undefined", "rot13", "no-such"])
def test_an_encoding_that_is_none_of_the_web_is_read_as_utf_8(charset: str) -> None:
    assert decoded("Grüße".encode(), f"text/html; charset={charset}") == "Grüße"


def test_a_run_of_signs_that_spacy_takes_minutes_for_is_no_word() -> None:
    handed: list[str] = []

    def note(part: str, language: str) -> dict[str, int]:
        handed.append(part)
        return {}

    text = "quiet grinder\n" + "http://" * 20_000 + "\n" + "我们" * 300
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "counted", note)
        html.common_terms(text, "en")
    assert handed == ["quiet grinder", "我们" * 300]
