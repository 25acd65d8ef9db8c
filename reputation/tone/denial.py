"""Rules for what is asked, negated, denied, dismissed or prevented."""

from __future__ import annotations

from reputation.tone.context import Context, Effect
from reputation.tone.reading import Hit
from reputation.tone.sentences import SOFT_STOPS

NEGATION_REACH = 3
DENIAL_REACH = 8
UNDONE_REACH = 6
NEGATED_NEAR = 2
ONLY_ASKED = Effect(0.0, "only asked, not claimed")
REFUTED_PRAISE = Effect(-1.5, "asked, and answered with no")
NOT_PRAISE = Effect(-0.9, "denied, so it is no praise")


def asked(context: Context, hit: Hit) -> Effect | None:
    if hit.start in context.questions.affirmed:
        return Effect(0.8, "asked, and answered with yes")
    if hit.start in context.questions.doubted and hit.entry.weight > 0:
        return REFUTED_PRAISE
    if hit.start in context.questions.asked and not _is_question(context, hit):
        return ONLY_ASKED
    if hit.start in context.questions.refuted and hit.entry.weight < 0:
        return Effect(0.0, "asked, and answered with no")
    return None


def _is_question(context: Context, hit: Hit) -> bool:
    """Whether the words weigh because they ask: "where did the money go"."""
    return hit.entry.words.partition(" ")[0] in context.lexicon.question_openers


def negated(context: Context, hit: Hit) -> Effect | None:
    praise = hit.entry.weight > 0
    for place in context.left(hit.start, DENIAL_REACH):
        word = context.words[place]
        distance = hit.start - place
        if word in context.lexicon.breakers or context.is_cue("doubles", place):
            return None
        if word in SOFT_STOPS and distance <= NEGATION_REACH:
            distance = NEGATION_REACH + 1
        near = distance <= NEGATION_REACH and not _is_cut(context, place, hit.start)
        near = near or (not praise and _is_listed(context, place, hit))
        if near and context.is_cue("negators", place) and context.word(place + 1) != "only":
            if praise:
                return None if _is_enough(context, hit) else NOT_PRAISE
            return Effect(0.0, "said not to be so")
        if not praise and context.is_cue("deniers", place):
            if _is_negated(context, place):
                return None
            return Effect(0.0, "denied, dismissed or prevented")
    return None


def _is_enough(context: Context, hit: Hit) -> bool:
    """ "Cannot praise them enough"."""
    following = context.clause_right(hit.end, NEGATION_REACH)
    return any(context.words[place] in context.lexicon.enough for place in following)


def _is_negated(context: Context, place: int) -> bool:
    """ "Did not deny", "dementiert nicht": the denial itself is denied."""
    # "Not proven" is one phrase, and its own "not" no other denial.
    while _is_denial(context, place - 1):
        place -= 1
    before = context.clause_left(place, NEGATED_NEAR)
    if any(context.is_cue("doubles", at) or context.is_cue("negators", at) for at in before):
        return True
    while _is_denial(context, place + 1):
        place += 1
    return context.is_cue("negators_after", place + 1)


def _is_denial(context: Context, place: int) -> bool:
    return context.is_cue("deniers", place) or context.is_cue("undone", place)


def _is_listed(context: Context, negator: int, hit: Hit) -> bool:
    """ "No X, Y or Z" denies Z as well: another hit stands right behind the negator."""
    first = range(negator + 1, min(negator + 3, hit.start))
    return any(place in context.hits for place in first)


def _is_cut(context: Context, start: int, end: int) -> bool:
    return any(context.words[place] in SOFT_STOPS for place in range(start, end))


def negated_behind(context: Context, hit: Hit) -> Effect | None:
    """ "Empfehle ich nicht", "klagt nicht". Of a noun that troubles ("complaint not answered")
    the negation usually denies something else."""
    place = context.cue_in("negators_after", context.clause_right(hit.end, NEGATION_REACH))
    if place is None:
        return None
    between = range(hit.end, place)
    if any(context.word(at) in context.lexicon.breakers for at in between):
        return None
    if hit.entry.weight > 0:
        return NOT_PRAISE
    is_verb = hit.entry.words in context.lexicon.active or hit.entry.words in context.lexicon.either
    if is_verb or (place == hit.end and context.ends_at(place + 1)):
        return Effect(0.0, "said not to be so")
    return None


def undone(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.weight < 0:
        for place in context.right(hit.end, UNDONE_REACH):
            if context.words[place] in context.lexicon.breakers:
                return None
            if context.is_cue("undone", place):
                if _is_negated(context, place):
                    return None
                return Effect(0.0, "dismissed, denied or prevented")
    return None
