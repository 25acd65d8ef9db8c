"""Groups phrases by intent: what they say beside the name, and result pages that they share. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from serp.portfolio.chinese_spelling import has_han
from serp.portfolio.language_words import NAME, OTHER, words_of
from serp.portfolio.near import content_words

SHARED = 4
"""Pages of the first ten that two keywords must have in common to be answered by one page of ours."""
NAMED = "brand name"


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase to group. `about` is what a misspelling stands for; `pages` are the ids of its first ten
    results, where a result page is stored."""

    phrase: str
    language: str = ""
    about: str = ""
    is_misspelling: bool = False
    pages: frozenset[int] = frozenset()


@dataclass(slots=True)
class Group:
    """Phrases of one intent. `why` says what holds them together."""

    name: str
    items: list[Item] = field(default_factory=list)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the phrases are about: the brand's names, and products, people and other names that are
    subjects of their own."""

    names: tuple[str, ...]
    subjects: tuple[str, ...] = ()


def grouped(items: Sequence[Item], vocabulary: Vocabulary) -> list[Group]:
    """The items in groups, in the order in which each group first appears.

    Two phrases belong together when they say the same beside the brand's name, in one language; a
    misspelling belongs to what it stands for. Then groups are joined whose first read members share
    at least four of their first ten results.
    """
    found: dict[tuple[str, frozenset[str]], Group] = {}
    spread = len({item.language for item in items if item.language}) > 1
    for item in items:
        intent = intent_of(item, vocabulary)
        speech = "" if intent == frozenset() or is_subject(intent) else item.language
        group = found.get((speech, intent))
        if group is None:
            group = Group(label(intent, speech if spread else ""), why="the same words")
            found[speech, intent] = group
        group.items.append(item)
    return by_pages(list(found.values()))


def intent_of(item: Item, vocabulary: Vocabulary) -> frozenset[str]:
    """What a phrase says beside the brand's name: meanings of the data file, subjects, other words."""
    phrase = item.about if item.is_misspelling and item.about else item.phrase
    text = f" {' '.join(phrase.casefold().split())} "
    parts: set[str] = set()
    for subject in longest_first(vocabulary.subjects):
        if subject in text:
            parts.add(f"={subject}")
            text = text.replace(subject, " ")
    for name in longest_first(vocabulary.names):
        text = text.replace(name, " ")
    rules = words_of(item.language)
    if parts:
        patterns = (p.replace(NAME, "|").replace(OTHER, "|") for p in rules.versus)
        for between in longest_first(word for p in patterns for word in p.split("|")):
            if holds(text, between):
                parts.add("compared")
                text = text.replace(between, " ")
    for meaning, said in rules.meanings.items():
        for word in longest_first([one.replace(NAME, "") for one in said]):
            if holds(text, word):
                parts.add(meaning)
                text = text.replace(word, " ")
    return frozenset(parts.union(content_words(text, item.language)))


def longest_first(texts: Iterable[str]) -> list[str]:
    """The texts in small letters, the longest first, so that none hides a longer one."""
    clean = {" ".join(text.casefold().split()) for text in texts}
    return sorted((text for text in clean if text), key=lambda text: (-len(text), text))


def holds(text: str, word: str) -> bool:
    """Whether the word stands in the text: as a word, or anywhere between Chinese signs."""
    return word in text if has_han(word) else f" {word} " in text


def is_subject(intent: Collection[str]) -> bool:
    """Whether it is a product or person alone, which has one page in no certain language."""
    return all(part.startswith("=") for part in intent)


def label(intent: frozenset[str], language: str) -> str:
    """The group's name as people read it."""
    subjects = sorted(part[1:] for part in intent if part.startswith("="))
    others = sorted(part for part in intent if not part.startswith("="))
    name = " · ".join([*subjects, " ".join(others)] if others else subjects) or NAMED
    return f"{name} ({language})" if language and name != NAMED else name


def by_pages(groups: Sequence[Group]) -> list[Group]:
    """Join groups whose result pages are much the same; each is compared with the first read member of
    the groups before it, so that no chain of half-alike pages ties everything together."""
    heads: list[tuple[frozenset[int], Group]] = []
    kept: list[Group] = []
    for group in groups:
        pages = next((item.pages for item in group.items if item.pages), frozenset())
        home = next((one for head, one in heads if len(head & pages) >= SHARED), None)
        if home is not None:
            home.items += group.items
            home.why = f"at least {SHARED} shared results on page one"
            continue
        kept.append(group)
        if pages:
            heads.append((pages, group))
    return kept


def group_of(groups: Iterable[Group]) -> Mapping[str, Group]:
    """The group of each phrase."""
    return {item.phrase: group for group in groups for item in group.items}
