"""How Chinese names are typed otherwise: in pinyin, and with other signs of the same sound. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

HAN = re.compile(r"[\u3400-\u9fff]")
FUZZY = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("ang", "an"),
    ("eng", "en"),
    ("ing", "in"),
    ("n", "l"),
)
"""Initials and finals that southern speakers do not tell apart, as pinyin keyboards offer them."""
COMMON = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小"
    "么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民"
    "样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什"
    "打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处"
    "总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光"
    "王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义"
    "科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城"
    "父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史"
    "商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济"
    "喜离虽坏兴晓妈尔巴米克拉罗尼卡奥布福瑞丽雅迪诺维佳盛鑫隆康宝恒鸿宏伟丰润泰益嘉锦源润泽"
)
"""Signs that names are made of and keyboards offer first: ours, by common use."""


def has_han(text: str) -> bool:
    """Whether a Chinese sign stands in the text."""
    return bool(HAN.search(text))


def chinese_misspellings(name: str) -> Iterator[tuple[str, str, float]]:
    """Pinyin with and without spaces, fuzzy pinyin, and single signs of the same sound."""
    syllables = pinyin_of(name)
    written = "".join(syllables)
    yield written, "pinyin: as one word", 0.9
    if len(syllables) > 1:
        yield " ".join(syllables), "pinyin: by syllables", 0.7
    for wanted, put in FUZZY:
        for place, syllable in enumerate(syllables):
            fuzzy = fuzzed(syllable, wanted, put)
            if fuzzy:
                text = "".join([*syllables[:place], fuzzy, *syllables[place + 1 :]])
                yield text, f"sounds alike: {fuzzy} for {syllable}", 0.5
                break
    for place, sign in enumerate(name):
        if not HAN.match(sign):
            continue
        others = [other for other in same_sound().get(sound_of(sign), "") if other != sign]
        for rank, other in enumerate(others[:3]):
            text = name[:place] + other + name[place + 1 :]
            yield text, f"same sound: {other} for {sign}", 0.85 - 0.1 * rank


def fuzzed(syllable: str, wanted: str, put: str) -> str:
    """The syllable as said without the difference; empty where there is none."""
    if len(wanted) == 1 or wanted.endswith("h"):
        return put + syllable[len(wanted) :] if syllable.startswith(wanted) else ""
    return syllable[: -len(wanted)] + put if syllable.endswith(wanted) else ""


def pinyin_of(text: str) -> list[str]:
    """The syllables of a text without tones; what is no Chinese sign stays as it is."""
    # Its tables hold 40 MB, which an installation without Chinese names need not.
    from pypinyin import lazy_pinyin

    return [part.strip() for part in lazy_pinyin(text) if part.strip()]


def sound_of(sign: str) -> str:
    return "".join(pinyin_of(sign))


@cache
def same_sound() -> Mapping[str, str]:
    """The common signs by their sound without tones, in their order."""
    found: dict[str, str] = defaultdict(str)
    for sign in dict.fromkeys(COMMON):
        found[sound_of(sign)] += sign
    return found
