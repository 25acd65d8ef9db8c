"""Rules for who acts and who suffers: the brand, its rivals, criminals, impostors."""

from __future__ import annotations

from reputation.tone.context import Context, Effect
from reputation.tone.reading import Hit
from reputation.tone.verdict import Category

CHARGE_REACH = 15
BRAND_LEFT = 9
BRAND_RIGHT = 7
PASSIVE_REACH = {"zh": 8, "de": 10}
BY_REACH = 5
RIVAL_REACH = 8
SEEN_WITHIN = 3
SPEECH_REACH = 30
OPENING_REACH = 6
COMPARING_REACH = 2
VICTIM_OF = frozenset({Category.CRIME.value, Category.FRAUD.value, ""})
BLAMED_ON_IMPOSTORS = VICTIM_OF | {Category.SERVICE.value, Category.BREACH.value}
SAID_BY_BRAND = frozenset(
    {Category.FINANCES.value, Category.PRICE.value, Category.CRIME.value, Category.FRAUD.value}
)
BY_THE_BRAND = Effect(0.0, "done by the brand to others")
BROUGHT_BY_THE_BRAND = Effect(0.0, "brought by the brand against others")


def acted(context: Context, hit: Hit) -> Effect | None:
    """ "Sues" with the brand before it is done by the brand; "sued by", "被起诉" is done to it."""
    lexicon, words = context.lexicon, hit.entry.words
    is_either = words in lexicon.either
    if not is_either and words not in lexicon.active:
        return None
    passive = _passive_marker(context, hit)
    if is_either and (passive is not None or _is_passive_behind(context, hit)):
        return BY_THE_BRAND if _is_by_brand(context, hit, passive) else None
    if passive is not None and hit.start - passive == 1:
        return None
    before = context.left(hit.start, BRAND_LEFT)
    if not context.has_brand(before) or context.has_brand(
        context.clause_right(hit.end, BRAND_RIGHT)
    ):
        return None
    have = context.cue_in("perfect", before)
    if have is not None and context.has_brand(range(have + 1, hit.start)):
        return None
    if _others_act(context, before) or _is_object(context, before):
        return None
    return BY_THE_BRAND


def _is_object(context: Context, before: range) -> bool:
    """ "Gegen X", "на X", "为X": the last mention before the verb stands behind "against"."""
    place = next((place for place in before if place in context.brand_places), 0)
    objects = context.lexicon.against | context.lexicon.fronting
    return context.word(place - 1) in objects or context.word(place - 2) in objects


def _others_act(context: Context, before: range) -> bool:
    """ "X customers sue", "families take X to court, alleging": people tied to it act against it."""
    people = context.lexicon.people
    return bool(people) and any(context.words[place] in people for place in before)


def _passive_marker(context: Context, hit: Hit) -> int | None:
    reach = PASSIVE_REACH.get(context.lexicon.language, 3)
    for place in context.left(hit.start, reach):
        if context.words[place] in context.lexicon.passive_before:
            return place
    return None


def _is_passive_behind(context: Context, hit: Hit) -> bool:
    following = context.word(hit.end)
    if context.lexicon.language == "zh":
        return False
    return (
        context.ends_at(hit.end)
        or following[:1] in "$€£0123456789"
        or following in context.lexicon.passive_next
        or _by_before(context, hit) is not None
    )


def _by_before(context: Context, hit: Hit) -> int | None:
    """ "Von Kunden verklagt": in some languages the doer stands before the participle."""
    if context.lexicon.language != "de":
        return None
    for place in context.clause_left(hit.start, BY_REACH):
        if context.words[place] in context.lexicon.by:
            return place
    return None


def _is_by_brand(context: Context, hit: Hit, passive: int | None) -> bool:
    if context.lexicon.language == "zh":
        # "被 X 起诉": the doer stands between the marker and the verb.
        return passive is not None and context.has_brand(range(passive + 1, hit.start))
    by = _by_before(context, hit)
    if by is not None:
        return context.has_brand(range(by + 1, min(by + 4, hit.start)))
    for place in context.clause_right(hit.end, 3):
        if context.words[place] in context.lexicon.by:
            return context.has_brand(range(place + 1, place + 4))
    return False


def charged(context: Context, hit: Hit) -> Effect | None:
    """ "The brand accuses Y of fraud": what follows its charge is said of Y."""
    if hit.entry.weight < 0 and len(context.hits) > 1:
        for place in context.left(hit.start, CHARGE_REACH):
            other = context.hits.get(place)
            if other is None or other.entry.weight > 0:
                continue
            if acted(context, other) is not None or aimed(context, other) is not None:
                return Effect(0.0, "charged by the brand against others")
    return None


def aimed(context: Context, hit: Hit) -> Effect | None:
    """A "lawsuit against" somebody else, with the brand before it, is brought by the brand."""
    lexicon = context.lexicon
    if hit.entry.words not in lexicon.against_nouns:
        return None
    for place in context.right(hit.end, 4):
        word = context.words[place]
        if word in lexicon.by and word not in lexicon.against:
            if context.has_brand(range(place + 1, place + 3)):
                return BROUGHT_BY_THE_BRAND
        elif word in lexicon.against:
            if context.has_brand(context.clause_right(place + 1, BRAND_RIGHT)):
                return None
            before = context.left(hit.start, BRAND_LEFT)
            if context.has_brand(before) and not _others_act(context, before):
                return BROUGHT_BY_THE_BRAND
            return None
    return None


def dueled(context: Context, hit: Hit) -> Effect | None:
    """ "Y beats X", "better than X": what honours the subject tells against the object."""
    is_duel = hit.entry.words in context.lexicon.duels
    if not is_duel and not context.lexicon.than:
        return None
    following = context.clause_right(hit.end, 5)
    if is_duel:
        turned = not context.has_brand(context.left(hit.start, BRAND_LEFT))
        turned = turned and context.has_brand(following)
    else:
        than = next((at for at in following if context.words[at] in context.lexicon.than), None)
        turned = than is not None and context.has_brand(range(than + 1, than + 4))
        turned = turned and _is_comparison(context, hit)
        if context.lexicon.language == "zh":
            turned = _is_compared_before(context, hit)
    return Effect(-0.7, "said of somebody else at the brand's cost") if turned else None


def _is_comparison(context: Context, hit: Hit) -> bool:
    """ "Que", "als" and "que" also open a clause: only with "más", "besser", "pire" they compare."""
    comparing = context.lexicon.comparing
    around = range(max(hit.start - COMPARING_REACH, 0), hit.end + COMPARING_REACH)
    return not comparing or any(context.word(place) in comparing for place in around)


def _is_compared_before(context: Context, hit: Hit) -> bool:
    """ "比 X 好": in Chinese the comparison comes first."""
    for place in context.clause_left(hit.start, 5):
        if context.words[place] in context.lexicon.than:
            return context.has_brand(range(place + 1, place + 3))
    return False


def spoken(context: Context, hit: Hit) -> Effect | None:
    """ "Bank X says prices fall": the brand is the source, not the matter."""
    if hit.entry.category not in SAID_BY_BRAND and hit.entry.weight < 0 and not context.is_person:
        return None
    spoken_fields, field = context.spoken_fields, context.fields[hit.start]
    if not spoken_fields:
        return None
    just_before = context.left(hit.start, SEEN_WITHIN)
    if hit.entry.weight > 0 and context.cue_in("speech", just_before) is not None:
        # "X sees strong sales": its own.
        return None
    named_elsewhere = field not in context.brand_fields or "title" in spoken_fields
    if field in spoken_fields or named_elsewhere:
        return Effect(0.2, "said by the brand about others")
    return None


def quoted_speech(context: Context, hit: Hit) -> Effect | None:
    """ "X: they are liars": a title that opens with the brand and a colon is the brand's word."""
    if hit.entry.weight < 0 and not context.is_page:
        for place in context.left(hit.start, SPEECH_REACH):
            if context.words[place] in (":", "："):
                opening = context.left(place, OPENING_REACH)
                is_first = context.has_brand(opening[-2:]) and len(opening) < OPENING_REACH
                if is_first and not context.has_brand(context.right(place + 1, SPEECH_REACH)):
                    return Effect(0.2, "said by the brand about others")
    return None


def rivalled(context: Context, hit: Hit) -> Effect | None:
    """ "A rival of X", "unlike X": the brand is only named to point at somebody else."""
    place = context.cue_in("rivals", context.clause_left(hit.start, RIVAL_REACH))
    if place is not None and not context.has_brand(range(place + 1, hit.start)):
        return Effect(0.2, "about a rival, not the brand")
    if not context.bystanders:
        return None
    sentence = [*context.left(hit.start, 40), *context.right(hit.end, 40)]
    here = [place for place in sentence if place in context.brand_places]
    if all(place in context.bystanders for place in here or context.brand):
        return Effect(0.2, "about a rival, not the brand")
    return None


def victimised(context: Context, hit: Hit) -> Effect | None:
    """ "X victim of forgers", "burglary at X": a crime that others did to the brand."""
    if hit.entry.weight >= 0 or hit.entry.category not in VICTIM_OF:
        return None
    if context.has_cue("intruders") and hit.entry.category != Category.FRAUD.value:
        return Effect(0.3, "others did it to the brand")
    around = (context.left(hit.end, 14), context.right(hit.start, 14))
    for places in around:
        for place in places:
            is_victim = context.is_cue("victims", place)
            if is_victim and context.has_brand(context.left(place, BRAND_LEFT)):
                return Effect(0.3, "others did it to the brand")
            if context.is_cue("targets", place) and context.has_brand(
                context.clause_right(place + 1, 4)
            ):
                return Effect(0.3, "others did it to the brand")
    return None


def impersonated(context: Context, hit: Hit) -> Effect | None:
    if (
        hit.entry.weight < 0
        and hit.entry.category in BLAMED_ON_IMPOSTORS
        and context.has_cue("impostors")
    ):
        return Effect(0.15, "others misuse the brand's name")
    return None
