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
SHORTEST_SHORT = 3

# A company of Taipei or Hong Kong is 雲圖 at home and 云图 on the mainland.
SAME_HAN = {letter: same for same in read_data("han")["same"] for letter in same}
NAMES = read_data("names")
LEGAL = frozenset(NAMES["legal"])
LEGAL_CJK = tuple(sorted(NAMES["legal_cjk"], key=len, reverse=True))
TRADE = frozenset(NAMES["trade"]) | LEGAL
GIVEN = frozenset(NAMES["given"])
LEADING = frozenset(NAMES["leading"])
OFFICES = frozenset(NAMES["offices"])
GENERIC = frozenset(NAMES["generic"])

WORD = "0-9A-Za-zªµºÀ-ÖØ-öø-\u1fff"
# The same as a pattern that compiles fast: Python takes milliseconds for a class of several wide
# ranges, and for any wide one where case does not count.
LETTER = r"(?-i:[0-9A-Za-zªµºÀ-ÖØ-öø-ÿ]|[\u0100-\u1fff])"
APOSTROPHES = "'’‘`´"
GAP = r"[\s\-‐‑–_.·・'’«»\"“”„]{0,3}"
AND = r"(?:&|\+|and|og|un|und|y|et|и|和|与)"
INITIAL = rf"(?:\s{LETTER}{{1,2}}\.?\s|{GAP})"
# Germanic genitive; Latvian cases of a name that ends in a consonant or in -a, -e, -s, -is, -us;
# the Norwegian article.
ENDING = rf"(?:[{APOSTROPHES}]?s\b|[{APOSTROPHES}](?!{LETTER}))?"
LATVIAN = (
    r"(?:ai|ais|ajā|am|as|ām|ās|ei|em|es|ē|ēs|iem|im|is|os|us|a|ā|e|i|ī|u|ū|s|š"
    r"|en|ens|et|ets|ene|enes)?"
)
RUSSIAN = (
    "(?:а|у|ом|ем|ём|е|ы|и|ов|ев|ёв|ей|ам|ям|ами|ями|ах|ях|ой|ою|ею|я|ю|ь|ью|й|ый|ий|ая|яя|ое|ее"
    "|ого|его|ому|ему|ым|им|ых|их|ую|юю|ые|ие|ыми|ими|ии|ию|ия|ией|о)?"
)
BARE_LATVIAN = re.compile(r"(?:ais|is|us|as|es|s|š|a|e)$", re.IGNORECASE)
BARE_RUSSIAN = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ия|а|я|о|е|ь|й|ы|и)$", re.IGNORECASE)
FLEETING = re.compile(r"[её]([лц])$|[оеё](к)$", re.IGNORECASE)
CYRILLIC = re.compile(r"[а-яё]{3,}", re.IGNORECASE)
LATVIAN_LETTER = re.compile(r"[āčēģīķļņšūž]", re.IGNORECASE)
WITHOUT_MARKS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa"}
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
    """How to find one brand in a text: `full` names are hidden, `partial` words only point to it.

    `longest_word` is the length of the longest name of one word, `is_lower` a name without
    capitals, `given` how the given names of a person begin (Phil is Phillip).
    """

    full: re.Pattern[str] | None
    partial: frozenset[str]
    squashed: tuple[str, ...]
    any_case: re.Pattern[str] | None
    is_person: bool
    is_lower: bool
    given: frozenset[str]
    longest_word: int

    def hide(self, text: str) -> str:
        """The text with each mention replaced by as many mask characters; its length stays."""
        plain = text.translate(PLAIN)
        return self.full.sub(_masks, plain) if self.full else plain

    def hide_any_case(self, text: str) -> str:
        """The same for an address, where nothing has capitals."""
        plain = text.translate(PLAIN)
        return self.any_case.sub(_masks, plain) if self.any_case else plain


def _masks(found: re.Match[str]) -> str:
    return MASK * len(found[0])


@lru_cache(maxsize=512)
def mask_of(brand: BrandNames) -> Mask:
    """The mask of a brand. Names may hold any character; blank ones are ignored."""
    names = [_clean(name) for name in brand.names[:MOST_NAMES]]
    cores = [core for name in names if (core := _without_legal_form(name))]
    wanted = sorted({*names, *cores} - {""}, key=len, reverse=True)
    shorts = sorted({short for core in cores if (short := _short(core))} - {*wanted}, key=len)
    patterns = [f"(?i:{_pattern(name)})" for name in wanted]
    # A short form is an everyday word as well ("spirit"), so its capital counts.
    patterns += [_pattern(form) for short in shorts for form in (short, short.upper())]
    patterns += [_in_quotes(core) for core in cores if " " in core and not is_person(core)]
    any_case = [_in_address(name) for name in (*wanted, *shorts) if name.isascii()]
    squashed = [squash(name) for name in (*cores, *names)]
    squashed += [squash(name.replace("&", "")) for name in cores if "&" in name]
    words = [name for name in (*wanted, *shorts) if " " not in name]
    return Mask(
        re.compile("|".join(patterns)) if patterns else None,
        frozenset(_partial_words(cores)),
        tuple(dict.fromkeys(filter(None, squashed))),
        re.compile("|".join(any_case), re.IGNORECASE) if any_case else None,
        is_person=any(map(is_person, cores)),
        is_lower=all(name == name.lower() for name in names),
        given=frozenset(core[:3].casefold() for core in cores if is_person(core)),
        longest_word=max(map(len, words), default=0) + 2,
    )


def squash(name: str) -> str:
    """Letters and digits only, without case or accents: as a name stands in a domain."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    return "".join(letter for letter in bare if letter.isalnum())


def is_person(name: str) -> bool:
    """Whether a name begins like a person's: a given name and one to three more words."""
    words = name.split()
    return 2 <= len(words) <= 4 and words[0].casefold() in GIVEN and words[-1].isalpha()


def _clean(name: str) -> str:
    return " ".join(name.translate(PLAIN).split())[:LONGEST_NAME]


def _without_legal_form(name: str) -> str:
    """ "Tyson Foods, Inc." becomes "Tyson Foods"; a name that is only a legal form stays."""
    words = name.split()
    while len(words) > 1 and _bare(words[-1]) in LEGAL:
        words.pop()
    # In Norwegian, Latvian and Russian the legal form may stand first.
    while len(words) > 1 and words[0].isupper() and _bare(words[0]) in LEGAL:
        words.pop(0)
    if words and words[0].rstrip(".").casefold() in OFFICES and is_person(" ".join(words[1:])):
        words.pop(0)
    core = " ".join(words).rstrip(",. ").strip('«»"„“”')
    for form in LEGAL_CJK:
        if core.endswith(form) and len(core) >= len(form) + 2:
            return core[: -len(form)]
    return core


def _bare(word: str) -> str:
    return word.strip(".,()").replace(".", "").casefold()


def _short(core: str) -> str:
    """What a longer name is called in running text: a person by surname, "Spirit Airlines" Spirit."""
    words = core.split()
    if len(words) < 2:
        return ""
    if is_person(core):
        short = words[-1:]
    else:
        is_led = words[0].casefold() in LEADING or (words[0].casefold() == "the" and len(words) > 2)
        short = words[1:] if is_led else words
        while len(short) > 1 and short[-1].casefold() in TRADE:
            short = short[:-1]
        if len(short) == len(words) or (len(short) == 1 and short[0].casefold() in GENERIC):
            return ""
    name = " ".join(short)
    is_name = len(name) >= SHORTEST_SHORT and name[0].isupper() and name.casefold() not in GIVEN
    return name if is_name and short[0].casefold() not in TRADE else ""


def _pattern(name: str) -> str:
    """A pattern for one name: any case, hyphen or space, possessive and common case endings."""
    words = [word for part in re.split(r"[\s\-‐‑–_/.·]+", name) for word in _humps(part)]
    if not words:
        return re.escape(name)
    declined = len(words) > 1 and LATVIAN_LETTER.search(name)
    first = [_inner(word, declined=bool(declined)) for word in words[:-1]]
    gap = INITIAL if is_person(name) else GAP
    start = rf"(?<!{LETTER})" if re.match(f"[{WORD}]", name) else ""
    last = words[-1]
    head = gap.join([*first, ""])
    if not re.search(f"[{WORD}]$", last):
        return start + head + _letters(last)
    if CYRILLIC.fullmatch(last):
        return f"{start}{head}{_cyrillic(last)}(?!{LETTER})"
    body = head + _letters(last)
    if last.isascii() and len(last) < 4:
        return f"{start}{body}{ENDING}(?!{LETTER})"
    stem = head + _letters(_stem(last))
    forms = f"{body}{ENDING}|{stem}{LATVIAN}"
    if stem != body:
        forms = f"{body}{ENDING}|{body}{LATVIAN}|{stem}{LATVIAN}"
    return f"{start}(?:{forms})(?!{LETTER})"


def _in_address(name: str) -> str:
    words = re.findall(r"[0-9A-Za-z]+", name)
    body = r"[\s\-_]?".join(words) or re.escape(name)
    return rf"(?<![0-9A-Za-z]){body}(?![0-9A-Za-z])"


def _in_quotes(core: str) -> str:
    """The end of a longer name in quotation marks: «Туесок» for "Квас Туесок"."""
    words = core.split()
    ends = [" ".join(words[start:]) for start in range(1, min(len(words), 5))]
    names = "|".join(_pattern(end) for end in ends if len(end) >= SHORTEST_SHORT)
    return rf"(?<=[«\"“„])(?i:{names or '(?!)'})(?=[»\"”“])"


def _inner(word: str, *, declined: bool) -> str:
    """A word that is not the last of its name."""
    if word.casefold() in ("&", "and"):
        return AND
    if CYRILLIC.fullmatch(word):
        return _cyrillic(word)
    if declined and len(word) > 3:
        return f"(?:{_letters(word)}|{_letters(_stem(word))}{LATVIAN})"
    return _letters(word)


def _stem(word: str) -> str:
    bare = BARE_LATVIAN.search(word)
    return word[: bare.start()] if bare and bare.start() >= 3 else word


def _cyrillic(word: str) -> str:
    """A Russian name in all its cases; "Павел" loses its last vowel in "Павла"."""
    bare = BARE_RUSSIAN.search(word)
    stem = word[: bare.start()] if bare and bare.start() >= 2 else word
    found = f"{_letters(stem)}{RUSSIAN}"
    fleeting = FLEETING.search(word) if len(word) > 3 else None
    if fleeting:
        found += f"|{_letters(word[: fleeting.start()] + word[-1])}{RUSSIAN}"
    return f"(?:{found})"


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
        elif letter.lower() in WITHOUT_MARKS:
            pieces.append(f"(?:[{base}{letter}]|{WITHOUT_MARKS[letter.lower()]})")
        elif base != letter and base.isalpha():
            pieces.append(f"[{base}{letter}]")
        elif letter in SAME_HAN:
            pieces.append(f"[{SAME_HAN[letter]}]")
        else:
            pieces.append(re.escape(letter))
    return "".join(pieces)


def _partial_words(cores: list[str]) -> list[str]:
    """The telling single words of longer names ("State Farm Insurance": state, farm), and initials."""
    found: list[str] = []
    for core in cores:
        words = [word.casefold() for word in re.findall(rf"[{WORD}]+", core)]
        if is_person(core):
            found.append(words[-1])
            continue
        telling = [word for word in words if word not in TRADE and word not in GENERIC]
        if len(words) > 1:
            found += [word for word in telling[:1] if len(word) > 2]
        if len(words) > 2:
            found.append("".join(word[0] for word in words if word not in ("of", "the", "and")))
    return found
