"""Working titles that never repeat a negative's words. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from content.terms import words_of

HAN = re.compile(r"[\u3400-\u9fff]")
SHORTEST_STEM = 4
LONGEST_SUBJECT = 120
LONGEST_TITLE = 200
JOINS = re.compile(r"^(?:and|or|of|for|in|og|i|av|un|ar|no|的|和|了)$")


def is_same_word(word: str, avoided: str) -> bool:
    """Whether two words in small letters are one word in two forms: "recall" and "recalled"."""
    if word == avoided:
        return True
    if word[:SHORTEST_STEM] != avoided[:SHORTEST_STEM]:
        return False
    shorter = min(len(word), len(avoided))
    if shorter < SHORTEST_STEM:
        return False
    common = next((i for i in range(shorter) if word[i] != avoided[i]), shorter)
    return common >= max(SHORTEST_STEM, shorter - 1)


def avoided_at(words: Sequence[str], avoid: Collection[str]) -> set[int]:
    """Which of these words, in small letters, are to be avoided, in any form.

    An entry of several words is met only where all of them follow each other: "refund" does not
    repeat "no refund". Chinese, which has no spaces, is searched within a word.
    """
    found: set[int] = set()
    for entry in avoid:
        if HAN.search(entry):
            found |= {i for i, word in enumerate(words) if entry in word}
            continue
        parts = words_of(entry)
        for i in range(len(words) - len(parts) + 1 if parts else 0):
            window = words[i : i + len(parts)]
            if all(is_same_word(word, part) for word, part in zip(window, parts, strict=True)):
                found |= set(range(i, i + len(parts)))
    return found


def is_avoided(word: str, avoid: Collection[str]) -> bool:
    """Whether one word in small letters is to be avoided."""
    return bool(avoided_at([word], avoid))


def repeats(text: str, avoid: Collection[str]) -> list[str]:
    """The words of a text that are to be avoided."""
    words = words_of(text)
    return [words[i] for i in sorted(avoided_at(words, avoid))]


def without(phrase: str, avoid: Collection[str]) -> str:
    """The phrase without the words to avoid; empty when nothing that means something is left."""
    for entry in sorted((e for e in avoid if HAN.search(e)), key=len, reverse=True):
        phrase = phrase.replace(entry, " ")
    gone = set(repeats(phrase, avoid))
    kept = [word for word in phrase.split() if gone.isdisjoint(words_of(word))]
    while kept and JOINS.match(kept[-1].casefold()):
        kept.pop()
    while kept and JOINS.match(kept[0].casefold()):
        kept.pop(0)
    return " ".join(kept)


def subject_of(phrase: str, names: Sequence[str], avoid: Collection[str]) -> str:
    """What a title is about: the phrase in the brand's own spelling, or the brand's name when
    nothing of the phrase may be said. `names` are the brand's, the main one first."""
    subject = without(phrase, avoid)[:LONGEST_SUBJECT].strip()
    if not words_of(subject):
        return names[0]
    for name in sorted(names, key=len, reverse=True):
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", subject, flags=re.IGNORECASE)
        if found:
            subject = f"{subject[: found.start()]}{name}{subject[found.end() :]}"
            break
    return subject[:1].upper() + subject[1:]


def title_of(pattern: str, subject: str, *, avoid: Collection[str], plain: str) -> str:
    """The pattern about the subject; the pattern itself gives way to `plain` where it would say a
    word to avoid."""
    said = pattern.replace("{subject}", "")
    text = f"{subject}: {plain}" if repeats(said, avoid) else pattern.replace("{subject}", subject)
    return text[:LONGEST_TITLE]
