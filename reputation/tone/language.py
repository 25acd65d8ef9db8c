"""In which language a text is written: given, else by script, common words, letters and py3langid."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

from reputation.tone.lexicon import read_data

# Danish and Norwegian share most of their words; a short title does not tell them apart.
READ_AS = {"nb": "no", "nn": "no", "da": "no"}
SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
OTHER_SCRIPT = re.compile(r"[\u0370-\u11ff\u3040-\u9fff\uac00-\ud7a3]")
# One character of these says as much as a few letters.
DENSE = {"zh": 3, "ja": 3, "ko": 2}
OTHER_SHARE = 0.3
KANA_SHARE = 0.05
# Forms of characters that only Japan writes: a title may do without kana.
JAPANESE = re.compile(
    r"[気対発売駅検験応様総満両楽読黒沢辺円実価変帰弾戦挙毎浄焼営厳圧桜歯転軽込働畑枠匂]"
)
CYRILLIC = {
    "ru": re.compile(r"[ыэё]"),
    "uk": re.compile(r"[іїєґ]"),
    "be": re.compile(r"ў"),
    "sr": re.compile(r"[јљњћђџ]"),
    "mk": re.compile(r"[ќѓѕ]"),
    "kk": re.compile(r"[әғқңөұүһ]"),
    "bg": re.compile(r"ъ(?![еёюя])"),
}
WORDS = re.compile(r"[^\W\d_]+")
READ_AT_MOST = 300
# So far ahead, the words need no second opinion; one is worth at most three of them.
CLEAR = 2.0
IDENTIFIER_VOTES = 3.0
# What is in no language, like a list of names, is read as English, or in Cyrillic as Russian.
DEFAULT_VOTES = 1.0


def language_of(given: str, text: str) -> tuple[str, float]:
    """ISO 639-1 code and how sure we are (0 to 1). `text` is without the brand's name.

    A given language stands unless the script speaks against it.
    """
    sample = text[:READ_AT_MOST]
    code = given.strip().lower().replace("_", "-").partition("-")[0]
    code = READ_AS.get(code, code)
    script = "" if sample.isascii() else _script(sample)
    if code and _script_of(code) == script:
        return code, 1.0
    if script == "ru":
        return _cyrillic(sample.lower()), 0.95
    if script:
        return script, 0.95
    return _latin(sample.lower())


def _script_of(code: str) -> str:
    if code in CYRILLIC:
        return "ru"
    return code if code in SCRIPTS else ""


def _script(text: str) -> str:
    """The first language of the script that much of the text is written in; empty for Latin."""
    latin = OTHER_SCRIPT.sub(" ", text)
    if latin == text:
        return ""
    counts = {
        code: DENSE.get(code, 1) * len(script.findall(text)) for code, script in SCRIPTS.items()
    }
    letters = sum(counts.values())
    if not letters or letters < OTHER_SHARE * (letters + sum(map(len, WORDS.findall(latin)))):
        return ""
    first = max(counts, key=counts.__getitem__)
    if first == "zh" and (counts["ja"] > KANA_SHARE * letters or JAPANESE.search(text)):
        return "ja"
    return first


def _cyrillic(text: str) -> str:
    """Russian unless letters or words of a neighbour speak against it."""
    votes = _votes(WORDS.findall(text))
    votes["ru"] += DEFAULT_VOTES
    for code, letters in CYRILLIC.items():
        votes[code] += len(letters.findall(text))
    return _first(votes)[0]


def _latin(text: str) -> tuple[str, float]:
    """English unless there is good reason: short titles tell too little."""
    found = WORDS.findall(text)
    if not found:
        return "en", 0.3
    votes = _votes(found)
    votes["en"] += DEFAULT_VOTES
    if not text.isascii():
        _add_letters(votes, text)
    code, lead = _first(votes)
    if lead >= CLEAR:
        return code, _sure(lead)
    for each, probability in _identifier().rank(" ".join(found)):
        votes[READ_AS.get(each, each)] += IDENTIFIER_VOTES * probability
    code, lead = _first(votes)
    return code, _sure(lead)


def _sure(lead: float) -> float:
    return min(0.4 + 0.1 * lead, 0.95)


def _votes(words: Iterable[str]) -> dict[str, float]:
    """How many of the words are common ones of each language."""
    votes: dict[str, float] = defaultdict(float)
    table = _words()
    for word in table.keys() & set(words):
        for code in table[word]:
            votes[code] += 1
    return votes


def _add_letters(votes: dict[str, float], text: str) -> None:
    table = _letters()
    for letter in table.keys() & set(text):
        for code in table[letter]:
            votes[code] += 1


def _first(votes: dict[str, float]) -> tuple[str, float]:
    """The language with most votes, and how far the next one is behind."""
    ordered = sorted(((count, code) for code, count in votes.items()), reverse=True)
    (most, code), *others = ordered
    return code, most - (others[0][0] if others else 0.0)


@cache
def _words() -> dict[str, frozenset[str]]:
    """Common words, and the languages that have each of them."""
    return _by_part({code: each["words"].split() for code, each in read_data("languages").items()})


@cache
def _letters() -> dict[str, frozenset[str]]:
    """Letters beyond ASCII, and the languages that write each of them."""
    return _by_part({code: each["letters"] for code, each in read_data("languages").items()})


def _by_part(parts: dict[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, each in parts.items():
        for part in each:
            found[part].add(READ_AS.get(code, code))
    return {part: frozenset(codes) for part, codes in found.items()}


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid for the languages that have words here: its tables for all take 30 MB more."""
    tables, priors, codes, moves, rows, output = load_model(MODEL_DIR / MODEL_FILE)
    known = read_data("languages")
    kept = [place for place, code in enumerate(codes) if code in known and _script_of(code) == ""]
    return LanguageIdentifier(
        tables[:, kept],
        priors[kept],
        [codes[place] for place in kept],
        moves,
        output,
        norm_probs=True,
        tk_row=rows,
    )
