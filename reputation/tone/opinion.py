"""What a model thinks of a text, and how far it moves the verdict of the rules. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from reputation.tone.corrections import TONES, log_odds, score_of
from reputation.tone.hosts import address_of
from reputation.tone.judge import HALF_SCORE_AT, NEGATIVE_AT, POSITIVE_AT
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict

LEAST_SHARE = 0.01
"""No model is so sure that a tone is out of the question."""
PROSE, PAGE = 0.9, 0.5
"""How far the model's log-odds count beside those of the rules: in loose prose, and on a result page
with an address, where the rules know more."""
AGAINST = 0.5
"""What the model does not see counts less than what it sees: it often takes news for neutral."""
NOT_IN_PROSE = frozenset({"zh"})
"""Languages in whose loose prose the model did more harm than good: see docs/model.md."""
MOVED = 0.1
"""A score that moved by so much is explained even where the tone stayed."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely a model thinks each tone; the three add up to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def shares(self) -> tuple[float, float, float]:
        """In the order of TONES."""
        return self.negative, self.neutral, self.positive

    @property
    def tone(self) -> Tone:
        """The likeliest tone; neutral where it is one of several."""
        best = max(self.shares)
        return Tone.NEUTRAL if self.neutral == best else TONES[self.shares.index(best)]


def blend(text: Text, verdict: Verdict, opinion: Opinion, names: BrandNames) -> Verdict:
    """The verdict of the rules with a model's opinion added to it: log-odds are summed, so that a sure
    verdict stands against a lukewarm opinion, and the other way round."""
    sums = [
        sum(pair)
        for pair in zip(
            log_odds(verdict), _pushes(text, opinion, names, verdict.language), strict=True
        )
    ]
    tone = TONES[sums.index(max(sums))]
    score = score_of(sums, tone)
    blended = replace(
        verdict,
        tone=tone,
        score=score,
        category=_category(verdict, tone),
        confidence=_confidence(verdict, score),
    )
    if tone == verdict.tone and abs(score - verdict.score) < MOVED:
        return blended
    pieces = (*verdict.evidence, _line(opinion, score - verdict.score))
    return replace(blended, evidence=tuple(sorted(pieces, key=lambda each: -abs(each.weight))))


def _pushes(
    text: Text, opinion: Opinion, names: BrandNames, language: str
) -> tuple[float, float, float]:
    """The opinion as log-odds against neutral, as far as it counts here. The model cannot tell whose
    page it reads: blame and praise count as far as words do on this kind of site."""
    address = address_of(text.url, names)
    if address.is_own or (language in NOT_IN_PROSE and not address.host):
        return 0.0, 0.0, 0.0
    kind = address.kind
    negative, positive = (min(kind.negative, 1.0), min(kind.positive, 1.0)) if kind else (1.0, 1.0)
    whole = PAGE if address.host else PROSE
    return (
        whole * _push(opinion.negative, opinion.neutral, negative),
        0.0,
        whole * _push(opinion.positive, opinion.neutral, positive),
    )


def _push(share: float, neutral: float, counts: float) -> float:
    push = math.log(max(share, LEAST_SHARE) / max(neutral, LEAST_SHARE))
    return push * (counts if push > 0 else AGAINST)


def _line(opinion: Opinion, moved: float) -> Evidence:
    """The opinion in words; its weight is in the measure of the rules' own evidence."""
    said = opinion.tone
    share = round(100 * opinion.shares[TONES.index(said)])
    reason = f"the model reads it as {said.label} ({share} %)"
    return Evidence("", "title", 0, 0, round(moved * HALF_SCORE_AT, 3) + 0.0, "", reason)


def _category(verdict: Verdict, tone: Tone) -> Category:
    """What a negative verdict is about by its heaviest reason, as far as the rules found one."""
    if tone != Tone.NEGATIVE or verdict.tone == Tone.NEGATIVE:
        return verdict.category if tone == Tone.NEGATIVE else Category.NONE
    against = [piece for piece in verdict.evidence if piece.weight < 0 and piece.category]
    heaviest = min(against, key=lambda piece: piece.weight, default=None)
    return Category(heaviest.category) if heaviest else Category.NONE


def _confidence(verdict: Verdict, score: float) -> float:
    """As the rules say it: by the way from the nearest border, and how sure the language is."""
    share = verdict.confidence / _clearness(verdict.score)
    return round(min(share * _clearness(score), 1.0), 3)


def _clearness(score: float) -> float:
    return 0.5 + min(abs(score - NEGATIVE_AT), abs(score - POSITIVE_AT), 0.45)
