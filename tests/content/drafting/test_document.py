"""Markdown as the rules read it, and as the preview shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.drafting.document import read
from content.drafting.rendering import preview
from content.drafting.sentences import count_words, sentences_of

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHN2Zz4=)",
    "[a](vbscript:x)",
    '![x" onload="alert(1)](https://a.example/b.png)',
    '[a](https://a.example/"onmouseover="alert(1))',
    "<https://a.example/><script>",
    "[a][b]\n\n[b]: javascript:alert(1)",
    '[a](https://a.example "x\\" onclick=\\"alert(1)")',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    from html.parser import HTMLParser

    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    Reader().feed(str(preview(text)))
    for tag, attributes in seen:
        assert tag not in {"script", "img", "svg"}
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "https://").startswith(("https://", "http://", "#"))


def test_the_preview_keeps_tables_and_names_images() -> None:
    html = str(
        preview("# One\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n![A cup](https://x.example/c.png)")
    )
    assert "<table>" in html
    assert '<h3 id="l1">One</h3>' in html
    assert "<img" not in html
    assert "Image: A cup" in html


def test_a_links_declared_kind_reaches_the_preview() -> None:
    html = str(preview('[us](https://x.example "sponsored")'))
    assert 'rel="noopener noreferrer sponsored"' in html


def test_blocks_have_their_lines_levels_links_and_images() -> None:
    text = "# Top\n\nFirst [words](https://a.example).\n\n- one\n- ![alt](b.png)\n\n> said\n"
    document = read(text.replace("\n", "\r\n"), "en")
    assert [(b.text, b.line, b.level) for b in document.headings] == [("Top", 1, 1)]
    assert [(link.url, link.text, link.line) for link in document.links] == [
        ("https://a.example", "words", 3)
    ]
    assert [(image.alt, image.line) for image in document.images] == [("alt", 6)]
    assert [b.text for b in document.blocks if b.is_quote] == ["said"]


def test_a_link_that_is_no_web_address_is_named_and_not_followed() -> None:
    document = read("[x](javascript:alert(1)) and [y](mailto:a@b.example)", "en")
    assert [link.url for link in document.refused] == ["javascript:alert(1)", "mailto:a@b.example"]


def test_code_is_no_text() -> None:
    assert read("```\nTODO in code\n```\n\nText.", "en").text == "Text."


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Dr. Smith came at 5 p.m. yesterday. He left. Was it late?", 3),
        ("no", "Vi åpnet 3. mars. Det kom bl.a. kunder fra Oslo.", 2),
        ("de", "Am 3. März kam er. Es gab z.B. Kaffee. Gut!", 3),
        ("lv", "Tas notika 3. martā. Bija piem. kafija.", 2),
        ("es", "¿Funciona? Sí. El Sr. Pérez lo dice.", 3),
        ("fr", "M. Martin est venu. « Bien », dit-il.", 2),
        ("ru", "В 2024 г. мы открылись. Было тихо.", 2),
        ("zh", "机器很安静。我们测量了三次！结果如下：好。", 3),
    ],
)
def test_sentences_end_where_readers_think_they_end(language: str, text: str, count: int) -> None:
    assert len(sentences_of(text, language)) == count


def test_chinese_is_counted_in_characters_and_other_languages_in_words() -> None:
    assert count_words("这台机器 made 2024年", "zh") == 4 + 1 + 1 + 1
    assert count_words("don't stop-start 3 times", "en") == 4


@given(st.text(max_size=400))
def test_any_text_is_read_and_rendered(text: str) -> None:
    document = read(text, "en")
    assert all(block.line >= 1 for block in document.blocks)
    assert "<script" not in str(preview(text)).lower()
