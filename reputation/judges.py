"""The judge that lives now for a brand: the rules, and what was trained on top of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat, tee

from django.db.models import F, Q
from django.utils import timezone

from reputation.models import JudgeVersion
from reputation.tone import VERSION, BrandNames, Text, Verdict, judge_texts
from reputation.tone.corrections import Corrections
from reputation.tone.model import is_on
from reputation.tone.opinion import Opinion, blend
from serp.models import Brand

WITH_MODEL = "+model"
"""What the label of a verdict ends with in which the optional model had its say."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judge:
    """How the texts of one brand are judged now. `version` is the label that each mark carries."""

    names: BrandNames
    version: str
    corrections: Corrections | None = None

    def verdicts(
        self, texts: Iterable[Text], opinions: Iterable[Opinion | None] | None = None
    ) -> Iterator[Verdict]:
        """One verdict for each text, in order, as the texts come: the rules', with the model's opinion
        where there is one, and then with what people taught."""
        judged, read = tee(texts)
        verdicts = self.base_verdicts(judged)
        for text, verdict, opinion in zip(read, verdicts, opinions or repeat(None), strict=False):
            if opinion is not None:
                verdict = blend(text, verdict, opinion, self.names)
            yield (
                self.corrections.correct(text, verdict, self.names) if self.corrections else verdict
            )

    def base_verdicts(self, texts: Iterable[Text]) -> Iterator[Verdict]:
        """The verdicts that corrections are learned for and laid over."""
        return judge_texts(texts, self.names, year=timezone.now().year)

    def label(self, opinion: object | None) -> str:
        """What a mark names as its judge, with an opinion of the model or without."""
        return self.version if opinion is None else self.version + WITH_MODEL

    def outdated(self) -> Q:
        """What another version judged. Ranges and no "not equal": an index answers these. With the
        model switched off, verdicts in which it had its say are outdated too."""
        last = self.version + WITH_MODEL if is_on() else self.version
        between = Q(judge__gt=self.version, judge__lt=last)
        return Q(judge__lt=self.version) | between | Q(judge__gt=last)


def brand_names(brand: Brand) -> BrandNames:
    """The brand as the judge of tone knows it."""
    return BrandNames(names=brand.names, domains=brand.hosts)


def judge_for(brand: Brand) -> Judge:
    """The judge that lives for this brand: corrections of its own, else those of the installation,
    else the rules alone. Asked anew each time, so that a promotion or a roll-back counts at once in
    every process; only the corrections themselves are kept."""
    live = live_version(brand)
    if live is not None:
        try:
            return Judge(brand_names(brand), live.label, corrections_of(live))
        except ValueError:
            logger.exception("Version %s of the judge cannot be read; the rules judge", live)
    return Judge(brand_names(brand), VERSION)


def live_version(brand: Brand | None) -> JudgeVersion | None:
    """The trained version that judges this brand now, or what judges brands without one of their
    own; without its weights. One that was trained on other rules than today's judges nothing."""
    scope = Q(brand__isnull=True) if brand is None else Q(brand=brand) | Q(brand__isnull=True)
    rows = JudgeVersion.objects.filter(scope, is_live=True, base=VERSION)
    return rows.order_by(F("brand").asc(nulls_last=True)).defer("weights").first()


def corrections_of(version: JudgeVersion) -> Corrections:
    """What a stored version learned; ValueError where it cannot be read."""
    return _corrections(version.pk, str(version.figures.get("weights", "")))


@lru_cache(maxsize=64)
def _corrections(pk: int, digest: str) -> Corrections:
    """Read once a process; `digest` tells weights apart, whatever key they are stored under."""
    weights = JudgeVersion.objects.values_list("weights", flat=True).get(pk=pk)
    return Corrections.from_bytes(bytes(weights))
