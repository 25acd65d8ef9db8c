"""Judges a text of an engine's own sentence by sentence, where it speaks of the brand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import spacy
from spacy.language import Language

from reputation.tone.language import language_of
from reputation.tone.lexicon import LANGUAGES, read_data
from reputation.tone.masking import MASK, mask_of
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict

MOST_SENTENCES = 200
READ_AT_MOST = 20_000

Judging = Callable[[Iterable[Text]], Iterator[Verdict]]
"""What turns texts about one brand into verdicts, as `Judge.verdicts` does."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence about the brand: where it stands in the text, and what it says."""

    start: int
    end: int
    tone: Tone
    score: float


@dataclass(frozen=True, slots=True)
class PassageVerdict:
    """The judgement of a passage: that of its gravest sentence, and each sentence about the brand.

    Evidence has the fields "question" and "text"; its offsets count in these.
    """

    verdict: Verdict
    sentences: tuple[Sentence, ...]


def judge_passage(question: str, text: str, brand: BrandNames, judging: Judging) -> PassageVerdict:
    """Judge `text`, which may answer a `question` (or stand below a title).

    A sentence speaks of the brand when it names it, when it goes on about it ("It has …", "The
    company …"), or when the question names it. Without such a sentence the
    passage is neutral. One negative sentence makes it negative: that is what a reader takes away.
    """
    text = text[:READ_AT_MOST]
    mask = mask_of(brand)
    language, sure = language_of("", mask.hide(f"{question} {text}").replace(MASK, ""))
    spans = list(_about(question, text, brand, language))
    lead = f"{brand.names[0]}: " if brand.names else ""
    texts, shifts = [], []
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        answers = number == 0 and MASK in mask.hide(question)
        # "It was fined" is said of the brand: put in its name, so that the rules see whom it meets.
        prefix = "" if answers or MASK in mask.hide(sentence) else lead
        title = question if answers else ""
        texts.append(Text(title=title, snippet=prefix + sentence, language=language))
        shifts.append(start - len(prefix))
    verdicts = list(judging(texts))
    sentences = tuple(
        Sentence(start, end, verdict.tone, verdict.score)
        for (start, end), verdict in zip(spans, verdicts, strict=True)
    )
    if not verdicts:
        neutral = Verdict(Tone.NEUTRAL, 0.0, Category.NONE, language, round(sure / 2, 3), ())
        return PassageVerdict(neutral, ())
    gravest = min(verdicts, key=lambda verdict: verdict.score)
    best = max(verdicts, key=lambda verdict: verdict.score)
    chosen = gravest if gravest.tone == Tone.NEGATIVE else best
    evidence = _placed(shifts, verdicts)
    return PassageVerdict(replace(chosen, language=language, evidence=evidence), sentences)


def _about(question: str, text: str, brand: BrandNames, language: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence that speaks of the brand."""
    mask = mask_of(brand)
    asked = goes_on = MASK in mask.hide(question)
    openers = tuple(_data()["goes_on"].get(language, ()))
    for start, end in _sentences(text, language):
        sentence = text[start:end]
        names = MASK in mask.hide(sentence)
        goes_on = asked or names or (goes_on and _opens(sentence, openers, language))
        if goes_on:
            yield start, end


def _opens(sentence: str, openers: tuple[str, ...], language: str) -> bool:
    """Whether a sentence goes on about what the one before it named."""
    lowered = sentence.lower()
    if language == "zh":
        return lowered.startswith(openers)
    return any(lowered.startswith(opener + " ") for opener in openers)


def _sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Start and end of each sentence or line, without the white space around it."""
    found: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        for span in _splitter(language)(line).sents:
            start, end = offset + span.start_char, offset + span.end_char
            piece = text[start:end]
            start, end = (
                start + len(piece) - len(piece.lstrip()),
                end - len(piece) + len(piece.rstrip()),
            )
            if start < end:
                found.append((start, end))
        offset += len(line) + 1
    return found[:MOST_SENTENCES]


@cache
def _splitter(language: str) -> Language:
    """A blank pipeline that only ends sentences; its tokenizer knows the abbreviations."""
    code = {"no": "nb"}.get(language, language if language in LANGUAGES else "en")
    nlp = spacy.blank(code)
    nlp.add_pipe("sentencizer")
    nlp.max_length = READ_AT_MOST + 1
    return nlp


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    data: dict[str, dict[str, list[str]]] = read_data("passages")
    return data


def _placed(shifts: list[int], verdicts: list[Verdict]) -> tuple[Evidence, ...]:
    """All evidence with its place in the whole text, which lies by `shifts` further on than in the
    sentence as judged; what the question gave is told once."""
    found: dict[tuple[str, int, str], Evidence] = {}
    for shift, verdict in zip(shifts, verdicts, strict=True):
        for each in verdict.evidence:
            if each.field == "snippet":
                moved = replace(each, field="text", start=each.start + shift, end=each.end + shift)
            else:
                moved = replace(each, field="question")
            key = (moved.field, moved.start, moved.words)
            if key not in found or abs(moved.weight) > abs(found[key].weight):
                found[key] = moved
    return tuple(sorted(found.values(), key=lambda e: (-abs(e.weight), e.field, e.start)))
