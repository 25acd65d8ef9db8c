"""Which foreign letters in a host name can be shown to people without deceiving them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LATIN_LOOKALIKES: frozenset[str] = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡкмтвнзʙαβγεηικνορτυχωϲ")
"""Cyrillic and Greek letters that pass for Latin ones in common fonts."""

TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"CJK", "BOPOMOFO", "LATIN"}),
    frozenset({"CJK", "HANGUL", "LATIN"}),
)
"""Scripts that are written together in one language."""

DECEIVING_LATIN: frozenset[str] = frozenset("ıĸŀŉſ")


@lru_cache(maxsize=4096)
def is_readable_label(label: str, top_level: str) -> bool:
    """Whether a label of a host may be shown in Unicode.

    Yes when its letters belong to one script, or to scripts written together, when none is a
    combining mark or a rare Latin letter, and when it is not made wholly of lookalikes of Latin
    letters under a Latin `top_level`.
    """
    scripts: set[str] = set()
    for character in label:
        if character in "-0123456789":
            continue
        if not character.isalpha() or character in DECEIVING_LATIN:
            return False
        script = unicodedata.name(character, "").partition(" ")[0]
        if script == "LATIN" and ord(character) > 0x17F:
            return False
        scripts.add(script)
    if len(scripts) > 1 and not any(scripts <= together for together in TOGETHER):
        return False
    letters = [character for character in label if character.isalpha()]
    is_disguise = bool(letters) and LATIN_LOOKALIKES.issuperset(letters)
    return not (is_disguise and top_level.isascii())
