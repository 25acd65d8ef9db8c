"""What the words around each hit do to it: one rule takes it away or turns it, others shade it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reputation.tone import denial, framing, roles
from reputation.tone.context import Context, Effect
from reputation.tone.reading import Hit

Rule = Callable[[Context, Hit], Effect | None]

# Each with the cues without which it has nothing to say. The first that speaks decides.
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (denial.asked, ()),
    (denial.negated, ("negators", "deniers")),
    (denial.negated_behind, ("negators_after",)),
    (denial.undone, ("undone",)),
    (roles.acted, ()),
    (roles.charged, ()),
    (roles.aimed, ()),
    (roles.impersonated, ("impostors",)),
    (roles.dueled, ()),
    (roles.rivalled, ("rivals",)),
    (roles.spoken, ("speech", "according")),
    (roles.quoted_speech, ()),
    (roles.victimised, ("victims", "targets", "intruders")),
    (framing.another_of_the_name, ("namesakes",)),
    (framing.quoted, ()),
    (framing.thanked, ()),
    (framing.earned, ("merits",)),
    (framing.advised, ("helpers",)),
    (framing.advertised_job, ("job_ads",)),
    (framing.self_praise, ("selftalk",)),
)
# Each of these may make a hit weaker or stronger.
DEGREES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (framing.turned, ()),
    (framing.long_ago, ()),
    (framing.unreal, ("unreal",)),
    (framing.degree, ("softeners", "intensifiers")),
)
CLEARED_FROM = 0.3
EXCUSED = Effect(0.25, "the title clears the brand")
OWN_CASES = (roles.BY_THE_BRAND, roles.BROUGHT_BY_THE_BRAND)
OWN_CASE = Effect(0.25, "part of the brand's own case against others")


def effects_of(context: Context) -> dict[int, Effect]:
    """The effect on each hit that does not simply mean what it says, by where it starts."""
    found: dict[int, Effect] = {}
    rules, degrees = _with_cues(context, RULES), _with_cues(context, DEGREES)
    for hit in context.hits.values():
        effect = _first(context, hit, rules)
        notes = [effect.note] if effect else []
        factor = effect.factor if effect else 1.0
        for shade in (rule(context, hit) for rule in degrees) if factor else ():
            if shade is not None:
                factor *= shade.factor
                notes.append(shade.note)
        if notes:
            found[hit.start] = Effect(factor, ", ".join(notes))
    return _settled(context, found)


def _with_cues(context: Context, rules: Sequence[tuple[Rule, tuple[str, ...]]]) -> list[Rule]:
    """The rules that may speak about this text."""
    known = context.cues.keys()
    return [rule for rule, cues in rules if not cues or not known.isdisjoint(cues)]


def _first(context: Context, hit: Hit, rules: Sequence[Rule]) -> Effect | None:
    for rule in rules:
        effect = rule(context, hit)
        if effect is not None:
            return effect
    return None


def _settled(context: Context, effects: dict[int, Effect]) -> dict[int, Effect]:
    """Where the title clears the brand, or the brand brings the case, the rest only retells it."""
    charges = {place: hit for place, hit in context.hits.items() if hit.entry.weight < 0}
    titled = [effects.get(at) for at in charges if context.fields[at] == "title"]
    cleared = [each for each in titled if each is not None and each.factor <= CLEARED_FROM]
    if denial.ONLY_ASKED in cleared:
        return effects
    if len(cleared) == len(titled) and (cleared or context.has_cue("undone", "title")):
        excuse = EXCUSED
    elif any(each in OWN_CASES for each in cleared):
        excuse = OWN_CASE
    else:
        return effects
    for place in charges.keys() - effects.keys():
        effects[place] = excuse
    return effects
