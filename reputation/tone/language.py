"""In which language a text is written: given, else by its script and py3langid."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from reputation.tone.lexicon import LANGUAGES

# The neighbours are there to be told apart: a German title must not be read with English words.
NEIGHBOURS = ("da", "sv", "de", "fr", "es", "it", "nl", "pt", "lt", "et", "fi", "pl")
READ_AS = {"nb": "no", "nn": "no", "da": "no"}
SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)
LATVIAN_LETTERS = re.compile(r"[āēīūģķļņ]", re.IGNORECASE)
NORWEGIAN_LETTERS = re.compile(r"[æøå]", re.IGNORECASE)
OTHER_LETTERS = re.compile(r"[äöüßñçőűłąęėįųõ]", re.IGNORECASE)
WORDS = re.compile(r"[^\W\d_]+")
# Two of these make a text English without asking further; none is a word of a neighbour.
ENGLISH_WORDS = frozenset(
    {
        "the",
        "and",
        "of",
        "with",
        "your",
        "this",
        "that",
        "are",
        "you",
        "our",
        "from",
        "has",
        "its",
        "their",
        "what",
        "how",
        "about",
        "have",
        "more",
        "company",
        "stock",
    }
)
READ_AT_MOST = 300
SHORT = 30
SURE_OF_OURS = 0.5
SURE_OF_OTHERS = 0.9


def language_of(given: str, text: str) -> tuple[str, float]:
    """ISO 639-1 code and how sure we are (0 to 1). `text` is without the brand's name.

    A given language stands unless the script speaks against it.
    """
    sample = text[:READ_AT_MOST]
    code = re.split(r"[-_]", given.strip().lower())[0]
    code = READ_AS.get(code, code)
    script = _script(sample)
    if code and (script == "") == (code not in dict(SCRIPTS)):
        return code, 1.0
    if script:
        return script, 0.95
    return _latin(sample)


def _script(text: str) -> str:
    """The language of a script that makes up a fifth of the letters; empty for Latin."""
    if text.isascii():
        return ""
    letters = sum(map(len, WORDS.findall(text))) or 1
    for code, script in SCRIPTS:
        if len(script.findall(text)) / letters > (0.05 if code == "ja" else 0.2):
            return code
    return ""


def _latin(text: str) -> tuple[str, float]:
    """English unless there is good reason: short titles tell too little."""
    found = WORDS.findall(text.lower())
    if not found:
        return "en", 0.3
    if text.isascii() and len(ENGLISH_WORDS.intersection(found)) > 1:
        return "en", 0.95
    words = " ".join(found)
    code, probability = _identifier().classify(words)
    code, probability = READ_AS.get(code, code), float(probability)
    if LATVIAN_LETTERS.search(words) and code != "lt":
        return "lv", 0.9
    if NORWEGIAN_LETTERS.search(words) and not OTHER_LETTERS.search(words) and code != "sv":
        return "no", 0.9
    if code in LANGUAGES:
        sure = probability >= SURE_OF_OURS or code == "en"
        return (code, probability) if sure else ("en", 0.4)
    if len(words) >= SHORT and probability >= SURE_OF_OTHERS:
        return code, probability
    return "en", 0.4


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", "no", "lv", *NEIGHBOURS])
    return identifier
