"""Rules for the kind of text around a hit: advice, own talk, job advertisements, old stories."""

from __future__ import annotations

from reputation.tone.context import Context, Effect
from reputation.tone.reading import Hit
from reputation.tone.verdict import Category

ADVISED_ABOUT = frozenset(
    {
        Category.FRAUD.value,
        Category.BREACH.value,
        Category.CRIME.value,
        Category.SERVICE.value,
    }
)
# These rules are of 2026, so that what is ten years old for them is old for every reader.
YEAR_OF_RULES = 2026
LONG_AGO = 10
COMPLAINT_FROM = -0.4
# An arrest or a murder weighs more, and stays one next to any honour.
MERIT_FROM = -0.85
MERITED = frozenset({Category.CRIME.value, Category.RECALL.value, ""})
# Where the brand itself does not write, "discover" and "explore" are others' words.
OTHERS_WRITE = frozenset({"news", "review", "forum"})
NEAR = 6
YEAR_NEAR = 4
QUOTES = frozenset("\"“”„«»‘’'「」")
TURNED_REACH = 25
DEGREE_REACH = 2


def advised(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.category in ADVISED_ABOUT and context.has_cue("helpers"):
        return Effect(0.25, "advice to readers")
    return None


def self_praise(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.weight < 0 or context.site in OTHERS_WRITE or not context.has_cue("selftalk"):
        return None
    only_below = context.fields[hit.start] == "title" and not context.has_cue("selftalk", "title")
    return Effect(0.5 if only_below else 0.2, "reads like praise of itself")


def thanked(context: Context, hit: Hit) -> Effect | None:
    """ "Thank you, X, for three days without water": next to a complaint thanks are none."""
    if hit.entry.words not in context.lexicon.thanks:
        return None
    if any(other.entry.weight <= COMPLAINT_FROM for other in context.hits.values()):
        return Effect(-0.5, "thanks next to a complaint, so meant the other way round")
    return None


def earned(context: Context, hit: Hit) -> Effect | None:
    """ "Rescues four from burning boat", "honoured for help to victims": harm that honours."""
    is_harm = hit.entry.category in MERITED and MERIT_FROM <= hit.entry.weight < 0
    if is_harm and context.has_cue("merits"):
        return Effect(0.1, "what it is honoured for")
    return None


def advertised_job(context: Context, hit: Hit) -> Effect | None:
    if context.has_cue("job_ads"):
        return Effect(0.2, "a job advertisement")
    return None


def turned(context: Context, hit: Hit) -> Effect | None:
    """ "Good coffee, but rude staff": what comes after "but" is the verdict."""
    following = context.right(hit.end, TURNED_REACH)
    if not any(place in following for place in context.turns):
        return None
    turn = None
    for place in following:
        if context.words[place] in context.lexicon.turns:
            turn = place
        other = context.hits.get(place)
        if turn is not None and other and other.entry.weight * hit.entry.weight < 0:
            return Effect(0.4, "taken back by what follows")
    return None


def long_ago(context: Context, hit: Hit) -> Effect | None:
    if "past" in context.cues:
        around = (*context.left(hit.start, NEAR), *context.right(hit.end, NEAR))
        if any(context.is_cue("past", place) for place in around):
            return Effect(0.5, "a matter of the past")
    last = context.last_year
    if last is None or last > max(context.year, YEAR_OF_RULES) - LONG_AGO:
        return None
    near = (*context.left(hit.start, YEAR_NEAR), *context.right(hit.end, YEAR_NEAR))
    if any(context.words[place][:4].isdigit() for place in near):
        return Effect(0.5, f"a matter of {last}")
    return None


def another_of_the_name(context: Context, hit: Hit) -> Effect | None:
    if context.has_cue("namesakes"):
        return Effect(0.1, "about another of the same name")
    return None


def quoted(context: Context, hit: Hit) -> Effect | None:
    """A word of praise alone in quotation marks is meant the other way round."""
    is_quoted = context.word(hit.start - 1) in QUOTES and context.word(hit.end) in QUOTES
    if hit.entry.weight > 0 and is_quoted and hit.end - hit.start <= 2:
        return Effect(-0.5, "in quotation marks, so meant the other way round")
    return None


def unreal(context: Context, hit: Hit) -> Effect | None:
    if context.cue_in("unreal", context.clause_left(hit.start, NEAR)) is not None:
        return Effect(0.6, "only thought of, not said to be so")
    return None


def degree(context: Context, hit: Hit) -> Effect | None:
    before = context.clause_left(hit.start, DEGREE_REACH)
    if context.cue_in("softeners", before) is not None:
        return Effect(0.6, "softened")
    if context.cue_in("intensifiers", before) is not None:
        return Effect(1.25, "stressed")
    return None
