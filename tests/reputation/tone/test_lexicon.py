"""The data files are complete, and say what they mean."""

from __future__ import annotations

import pytest

from reputation.tone.gaps import GAP
from reputation.tone.lexicon import LANGUAGES, lexicon, read_data
from reputation.tone.reading import reader
from reputation.tone.verdict import Category


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_covers_each_category(language: str) -> None:
    words = lexicon(language)

    found = {entry.category for entry in words.entries if entry.weight < 0 and not entry.is_mood}
    assert found == set(Category.values) - {""}
    assert any(entry.weight > 0 for entry in words.entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_single_lower_case_and_reasoned(language: str) -> None:
    entries = lexicon(language).entries

    assert len({entry.words for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.words == entry.words.lower().strip()
        assert -1 <= entry.weight <= 1
        assert entry.reason or entry.weight == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_found_in_a_text_of_its_own(language: str) -> None:
    reads = reader(language)
    lost = [
        entry.words
        for entry in lexicon(language).entries
        if entry.weight
        and not any(
            hit.entry is entry
            for hit in getattr(reads.read(f" {entry.words.replace(GAP, ' 9 ')} "), "hits", ())
        )
    ]

    assert lost == []


def test_every_site_has_a_known_kind_and_no_site_is_listed_twice() -> None:
    data = read_data("hosts")
    sites = [site for sites in data["sites"].values() for site in sites]

    assert set(data["sites"]) - {"social"} <= set(data["kinds"])
    assert len(sites) == len(set(sites))
