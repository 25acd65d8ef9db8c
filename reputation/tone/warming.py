"""Opens the judge's readers ahead of the first text, which would wait a second for its language's lexicon."""

from __future__ import annotations

from collections.abc import Iterable

from reputation.tone.lexicon import LANGUAGES
from reputation.tone.reading import reader

READ_AS = {"nb": "no", "nn": "no"}


def open_readers(languages: Iterable[str]) -> None:
    """Open the reader of each of these ISO 639-1 languages that the judge has a lexicon for."""
    for code in languages:
        language = READ_AS.get(code, code)
        if language in LANGUAGES:
            reader(language)
