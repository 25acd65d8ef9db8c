"""Writes the figures of an evaluation as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reputation.tone.evaluation import RESAMPLES, Figures, Judged, OfCategory, Part, Share
from reputation.tone.verdict import Tone, Verdict

LONGEST = 160
MOST_EVIDENCE = 5
BLANK = ""
NONE = "-"


def as_text(figures: Figures, errors: Sequence[Judged]) -> Iterator[str]:
    """The lines of the report; figures are in points of 100."""
    whole = figures.whole
    yield f"Macro-F1 {_points(whole.macro_f1)}, the mean over {_tones(whole)}."
    neutral = figures.always_neutral
    yield f"Always neutral: macro-F1 {_point(neutral.macro_f1)}."
    yield f"In brackets: where 95 of 100 of {RESAMPLES:,} resamples of the rows lie."
    yield BLANK
    yield from _tone_table(whole)
    yield BLANK
    yield from _confusion_table(figures.confusion)
    yield BLANK
    yield from _language_table(figures.languages)
    if figures.categories or figures.other_categories:
        yield BLANK
        yield from _category_table(figures.categories)
    if figures.other_categories:
        others = (f"{name} ({rows})" for name, rows in figures.other_categories.items())
        yield f"Not ours, so not compared: {', '.join(others)}."
    if errors:
        yield BLANK
        yield f"The {len(errors)} worst errors: the opposite tone first, then the surest"
        for error in errors:
            yield from _error(error)


def _tones(part: Part) -> str:
    found = ", ".join(name for name in part.tones if name not in part.missing)
    if not part.missing:
        return f"{found} ({part.rows:,} rows)"
    return f"{found} ({part.rows:,} rows; none is {' or '.join(part.missing)})"


def _tone_table(part: Part) -> Iterator[str]:
    rows = [
        (
            name,
            f"{tone.rows:,}",
            f"{tone.judged:,}",
            _point(tone.precision),
            _point(tone.recall),
            _points(tone.f1),
        )
        for name, tone in part.tones.items()
    ]
    return _table(("tone", "rows", "judged so", "precision", "recall", "F1"), rows)


def _confusion_table(confusion: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    rows = [
        (truth, *(f"{count:,}" for count in judged.values())) for truth, judged in confusion.items()
    ]
    return _table(("truth \\ judged", *Tone.values), rows)


def _language_table(languages: Mapping[str, Part]) -> Iterator[str]:
    rows = []
    for name, part in languages.items():
        tones = (_point(part.tones[tone].f1) for tone in Tone.values)
        missing = f"none is {' or '.join(part.missing)}" if part.missing else ""
        rows.append((name, f"{part.rows:,}", _points(part.macro_f1), *tones, missing))
    return _table(("language", "rows", "macro-F1", *(f"F1 {tone}" for tone in Tone.values)), rows)


def _category_table(categories: Mapping[str, OfCategory]) -> Iterator[str]:
    rows = [
        (
            name or "(none)",
            f"{each.rows:,}",
            _point(each.found / each.rows),
            _point(each.right / each.found if each.found else None),
        )
        for name, each in categories.items()
    ]
    return _table(("negatives", "rows", "judged negative", "of those, right category"), rows)


def _error(error: Judged) -> Iterator[str]:
    row, verdict = error.labelled.row, error.verdict
    truth, judged = error.pair
    brand = f" | {row.names.names[0]}" if row.names.names else ""
    yield f"- {row.id}{brand}: {truth}, judged {judged} (score {verdict.score:+.2f})"
    for part in (row.text.title, row.text.snippet, row.text.url):
        if part.strip():
            yield f"    {_shortened(part)}"
    yield from _reasons(verdict)


def _reasons(verdict: Verdict) -> Iterator[str]:
    if not verdict.evidence:
        yield "    > no evidence found"
    for each in verdict.evidence[:MOST_EVIDENCE]:
        yield f"    > {each.weight:+.2f} {_shortened(each.words)}: {_shortened(each.reason)}"


def _shortened(text: str) -> str:
    """One line that a terminal can show: no control characters, nor halves of surrogate pairs."""
    line = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [heads, *rows]
    widths = [max(len(line[at]) for line in lines if at < len(line)) for at in range(len(heads))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [
            cell.rjust(width) for cell, width in zip(line[1 : len(heads)], widths[1:], strict=False)
        ]
        yield "  ".join([*cells, *line[len(heads) :]]).rstrip()


def _points(share: Share | None) -> str:
    if share is None:
        return NONE
    return f"{_point(share)} [{_point(share.low)}, {_point(share.high)}]"


def _point(figure: Share | float | None) -> str:
    if figure is None:
        return NONE
    return f"{100 * (figure.value if isinstance(figure, Share) else figure):.1f}"
