"""The optional second judge of tone: a model that reads whole sentences, where its package is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Protocol

from django.conf import settings

from reputation.tone import embedding
from reputation.tone.judge import judge_texts
from reputation.tone.opinion import Opinion, blend
from reputation.tone.verdict import BrandNames, Text, Verdict

BATCH = 32


class TextModel(Protocol):
    """A model that says of each text how likely it speaks ill or well of the brand."""

    @property
    def name(self) -> str:
        """Names the model and what it was taught; another name, another opinion."""

    def opinions(self, texts: Sequence[Text], names: BrandNames) -> list[Opinion]:
        """One opinion for each text, in order."""


def model() -> TextModel | None:
    """The model to ask, unless it is switched off (TONE_MODEL) or not installed."""
    return installed_model() if is_on() else None


def is_on() -> bool:
    """Whether what the model says counts on this installation."""
    return bool(settings.TONE_MODEL == "auto")


@cache
def installed_model() -> TextModel | None:
    """The model whose package is installed, loaded once a process; none without it."""
    return embedding.load()


def judge_with_model(texts: Iterable[Text], names: BrandNames) -> Iterator[Verdict]:
    """One verdict for each text, in order: of rules and model together where the model is installed,
    else of the rules alone. Texts are taken in small batches, as they come."""
    asked = installed_model()
    if asked is None:
        yield from judge_texts(texts, names)
        return
    left = iter(texts)
    while batch := list(islice(left, BATCH)):
        opinions = asked.opinions(batch, names)
        verdicts = judge_texts(batch, names)
        for text, verdict, opinion in zip(batch, verdicts, opinions, strict=True):
            yield blend(text, verdict, opinion, names)
