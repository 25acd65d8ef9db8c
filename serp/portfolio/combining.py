"""Combines names, products, people, problems, topics, places and rivals into phrases, by patterns. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from serp.portfolio.candidates import Candidate, joined, tidy
from serp.portfolio.language_words import NAME, OTHER, words_of

PATTERNS = {
    "name": "name",
    "product": "product",
    "name_product": "name + product",
    "name_problem": "name + problem",
    "product_problem": "product + problem",
    "person": "person",
    "person_name": "person + name",
    "person_problem": "person + problem",
    "name_place": "name + place",
    "name_topic": "name + topic",
    "topic": "topic",
    "versus": "name vs competitor",
}
"""The patterns that a person chooses from, with their names in words."""
USUAL = (
    "name", "product", "name_product", "name_problem", "person", "person_name", "name_place",
    "name_topic", "versus",
)  # fmt: skip
"""What is ticked at first: without topics alone, on which every firm of the trade competes."""
SPACELESS = frozenset({"zh", "ja"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What keywords are about. `meanings` are the problems chosen from the data file ("reviews");
    `problems` are such as a person wrote, used in every language."""

    names: tuple[str, ...]
    products: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


def combined(
    subject: Subject, languages: Collection[str], patterns: Collection[str], *, per_meaning: int = 2
) -> list[Candidate]:
    """The phrases of these patterns, each once. Of each meaning the first `per_meaning` words of a
    language are used."""
    found: list[Candidate] = []
    first = subject.names[:1]
    if "name" in patterns:
        found += singles(subject.names, "brand", "one of the names")
    if "product" in patterns:
        found += singles(subject.products, "product", "a product")
    if "name_product" in patterns:
        found += pairs(first, subject.products, kind="product", reason="name and product")
    if "person" in patterns:
        found += singles(subject.people, "person", "a person")
    if "person_name" in patterns:
        found += pairs(subject.people, first, kind="person", reason="person and name")
    if "topic" in patterns:
        found += singles(subject.topics, "topic", "a topic")
    if "name_topic" in patterns:
        found += pairs(first, subject.topics, kind="topic", reason="name and topic")
    if "name_place" in patterns:
        found += pairs(first, subject.places, kind="brand", reason="name and place")
    for pattern, about in (
        ("name_problem", subject.names),
        ("product_problem", subject.products),
        ("person_problem", subject.people),
    ):
        if pattern in patterns:
            found += troubles(about, subject, languages, per_meaning=per_meaning)
    if "versus" in patterns:
        found += against(first, subject.rivals, languages)
    return joined(found)


def singles(texts: tuple[str, ...], kind: str, reason: str) -> Iterator[Candidate]:
    for text in texts:
        yield Candidate(tidy(text), kind, reason, about=tidy(text))


def pairs(
    heads: tuple[str, ...], tails: tuple[str, ...], *, kind: str, reason: str
) -> Iterator[Candidate]:
    """Every head with every tail; a tail that holds the head already stands alone."""
    for head in heads:
        for tail in tails:
            holds = head.casefold() in tail.casefold()
            yield Candidate(tidy(tail if holds else f"{head} {tail}"), kind, reason, about=head)


def troubles(
    names: tuple[str, ...], subject: Subject, languages: Collection[str], *, per_meaning: int
) -> Iterator[Candidate]:
    """What people type behind a name when they doubt it: by language, then what was written."""
    for name in names:
        for language in languages:
            for meaning in subject.meanings:
                for word in words_of(language).meanings.get(meaning, ())[:per_meaning]:
                    yield Candidate(
                        phrase_of(name, word, language),
                        "problem",
                        f"name and “{word.replace(NAME, '…')}” ({meaning})",
                        languages=(language,),
                        about=name,
                    )
        for problem in subject.problems:
            yield Candidate(
                tidy(f"{name} {problem}"),
                "problem",
                "name and a problem that you named",
                about=name,
            )


def phrase_of(name: str, word: str, language: str) -> str:
    """Name and word as the language puts them: with a space, or without one between Chinese signs."""
    if NAME in word:
        return tidy(word.replace(NAME, name))
    is_tight = language.split("-")[0] in SPACELESS and not name[-1:].isascii()
    return tidy(f"{name}{'' if is_tight else ' '}{word}")


def against(
    names: tuple[str, ...], rivals: tuple[str, ...], languages: Collection[str]
) -> Iterator[Candidate]:
    """The name beside each rival's, in the words of each language."""
    for name in names:
        for rival in rivals:
            for language in languages:
                for pattern in words_of(language).versus[:1]:
                    yield Candidate(
                        tidy(pattern.replace(NAME, name).replace(OTHER, rival)),
                        "topic",
                        f"name and the competitor “{rival}”",
                        languages=(language,),
                        about=name,
                    )
