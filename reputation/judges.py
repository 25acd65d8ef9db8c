"""The judge that lives now for a brand: the rules, and what was trained on top of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reputation.tone import VERSION, BrandNames, Text, Verdict, judge_texts
from serp.models import Brand


@dataclass(frozen=True, slots=True)
class Judge:
    """How the texts of one brand are judged now. `version` is the label that each mark carries."""

    names: BrandNames
    version: str

    def verdicts(self, texts: Iterable[Text]) -> Iterator[Verdict]:
        """One verdict for each text, in order."""
        return judge_texts(texts, self.names)


def brand_names(brand: Brand) -> BrandNames:
    """The brand as the judge of tone knows it."""
    return BrandNames(names=brand.names, domains=brand.hosts)


def judge_for(brand: Brand) -> Judge:
    """The judge that lives for this brand."""
    return Judge(brand_names(brand), VERSION)
