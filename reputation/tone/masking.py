"""Hides every form of a brand's name, so that "Killer Burger" is never evidence against itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from reputation.tone.lexicon import read_data
from reputation.tone.verdict import BrandNames

MASK = "\ue000"
LONGEST_NAME = 200
MOST_NAMES = 60

NAMES = read_data("names")
LEGAL = frozenset(NAMES["legal"])
LEGAL_CJK = tuple(sorted(NAMES["legal_cjk"], key=len, reverse=True))
TRADE = frozenset(NAMES["trade"]) | LEGAL

WORD = "0-9A-Za-z\u00aa-\u1fff"
APOSTROPHES = "'’‘`´"
GAP = r"[\s\-‐‑–_.·・'’]{0,3}"
AND = r"(?:&|\+|and|og|un|und|y|et|和|与)"
# Norwegian genitive; Latvian cases of a name that ends in a consonant or in -a, -e, -s, -is, -us.
ENDING = rf"(?:[{APOSTROPHES}]?s\b|[{APOSTROPHES}](?![{WORD}]))?"
LATVIAN = r"(?:ai|ais|ajā|am|as|ām|ās|ei|em|es|ē|ēs|iem|im|is|os|us|a|ā|e|i|ī|u|ū|s|š)?"
# Every replacement is one character for one, so that offsets keep their meaning.
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", MASK: " ", "\u00a0": " ", "\u3000": " "}
    | {chr(code): " " for code in range(32) if chr(code) != "\n"}
    # Half a surrogate pair cannot be encoded, which spaCy needs to do.
    | {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}
    | dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad", " ")
)


@dataclass(frozen=True, slots=True)
class Mask:
    """How to find one brand in a text: `full` names are hidden, `partial` words only point to it."""

    full: re.Pattern[str] | None
    partial: frozenset[str]
    squashed: tuple[str, ...]

    def hide(self, text: str) -> str:
        """The text with each mention replaced by as many mask characters; its length stays."""
        plain = text.translate(PLAIN)
        if self.full is None:
            return plain
        return self.full.sub(lambda found: MASK * len(found[0]), plain)


@lru_cache(maxsize=512)
def mask_of(brand: BrandNames) -> Mask:
    """The mask of a brand. Names may hold any character; blank ones are ignored."""
    names = [_clean(name) for name in brand.names[:MOST_NAMES]]
    cores = [core for name in names if (core := _without_legal_form(name))]
    wanted = sorted({*names, *cores} - {""}, key=len, reverse=True)
    patterns = [_pattern(name) for name in wanted]
    full = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
    squashed = tuple(dict.fromkeys(filter(None, map(squash, (*cores, *names)))))
    return Mask(full, frozenset(_partial_words(cores)), squashed)


def squash(name: str) -> str:
    """Letters and digits only, without case or accents: as a name stands in a domain."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    return "".join(letter for letter in bare if letter.isalnum())


def _clean(name: str) -> str:
    return " ".join(name.translate(PLAIN).split())[:LONGEST_NAME]


def _without_legal_form(name: str) -> str:
    """ "Tyson Foods, Inc." becomes "Tyson Foods"; a name that is only a legal form stays."""
    words = name.split()
    while len(words) > 1 and words[-1].strip(".,()").replace(".", "").casefold() in LEGAL:
        words.pop()
    core = " ".join(words).rstrip(",. ")
    for form in LEGAL_CJK:
        if core.endswith(form) and len(core) >= len(form) + 2:
            return core[: -len(form)]
    return core


def _pattern(name: str) -> str:
    """A pattern for one name: any case, hyphen or space, possessive and common case endings."""
    words = [word for part in re.split(r"[\s\-‐‑–_/.·]+", name) for word in _humps(part)]
    if not words:
        return re.escape(name)
    body = GAP.join(AND if word.casefold() in ("&", "and") else _letters(word) for word in words)
    start = rf"(?<![{WORD}])" if re.match(f"[{WORD}]", name) else ""
    last = words[-1]
    if not re.search(f"[{WORD}]$", last):
        return start + body
    if last.isascii() and len(last) < 4:
        return f"{start}{body}{ENDING}(?![{WORD}])"
    stem = body
    bare = re.search(r"(?:is|us|as|es|s|š|a|e)$", last, re.IGNORECASE)
    if bare and len(last) - len(bare[0]) >= 3:
        stem = GAP.join([*(_letters(word) for word in words[:-1]), _letters(last[: bare.start()])])
        return f"{start}(?:{body}{ENDING}|{body}{LATVIAN}|{stem}{LATVIAN})(?![{WORD}])"
    return f"{start}(?:{body}{ENDING}|{stem}{LATVIAN})(?![{WORD}])"


def _humps(word: str) -> list[str]:
    return re.split(r"(?<=[a-z])(?=[A-Z][a-z])", word) if word else []


def _letters(word: str) -> str:
    """The word as a pattern: accents and the apostrophe before a final s may be missing."""
    pieces = []
    for place, letter in enumerate(word):
        base = unicodedata.normalize("NFKD", letter)[0]
        if letter in APOSTROPHES:
            pieces.append("'?")
        elif letter in "sS" and place == len(word) - 1 and place > 2:
            pieces.append("'?" + letter)
        elif base != letter and base.isalpha():
            pieces.append(f"[{base}{letter}]")
        else:
            pieces.append(re.escape(letter))
    return "".join(pieces)


def _partial_words(cores: list[str]) -> list[str]:
    """The telling single words of longer names ("State Farm Insurance": state, farm), and initials."""
    found: list[str] = []
    for core in cores:
        words = [word.casefold() for word in re.findall(rf"[{WORD}]+", core)]
        telling = [word for word in words if word not in TRADE]
        if len(words) > 1:
            found += [word for word in telling if len(word) > 2]
        if len(words) > 2:
            found.append("".join(word[0] for word in words if word not in ("of", "the", "and")))
    return found
