"""Every example in docs/tone.md is judged as the page says."""

from __future__ import annotations

import re

import pytest

from reputation.tone import BrandNames, Text, Tone, judge_texts
from reputation.tone.verdict import Category
from tests.reputation.tone.figures import TARGET

PAGE = TARGET.read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\|[^|]*\| “(.+)” \| ([^|]+) \| (−?[\d.]+) \|$", re.MULTILINE)
EXAMPLES = EXAMPLE.findall(PAGE)
MASKED = BrandNames(("Disaster Kitchen",))


def reasons(title: str, brand: BrandNames) -> list[str]:
    text = Text(title, url="https://paper.example/story", language="en")
    return [each.reason for each in next(judge_texts([text], brand)).evidence]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize(("title", "reason", "counts"), EXAMPLES)
def test_example_has_the_reason_that_the_page_tells(title: str, reason: str, counts: str) -> None:
    assert any(f" – {reason}" in found for found in reasons(title, BrandNames(("Halden",))))
    assert float(counts.replace("−", "-")) != 1


def test_example_of_a_masked_name_holds() -> None:
    assert "“Disaster Kitchen”" in PAGE
    assert reasons("Disaster Kitchen opens in Oslo", MASKED) == []
    assert reasons("Disaster Kitchen opens in Oslo", BrandNames(("Halden",))) != []


def test_suffering_counts_in_full() -> None:
    text = Text("Halden is sued by a former partner", url="https://paper.example/story")
    assert next(judge_texts([text], BrandNames(("Halden",)))).tone == Tone.NEGATIVE


def test_every_category_is_explained() -> None:
    for category in set(Category.values) - {""}:
        assert f"\n| {category} | " in PAGE
