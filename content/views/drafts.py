"""The page on which a piece is written: its text beside what the rules say about it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.brief.widths import Fit, description_fit, title_fit
from content.drafting.check import Report, check, name_of
from content.drafting.finding import Finding, Level
from content.drafting.form import MOST_BYTES, DraftForm
from content.drafting.gathering import given_of, language_of
from content.drafting.rendering import preview
from content.drafting.saving import SavedMeanwhile, Typed, save
from content.drafting.sentences import unit_of
from content.models import Brief, Draft, Piece
from serp.access import Role, brand_page, may, of_brand
from serp.models import Brand

REFUSED, CONFLICT = 422, 409
MOST_LINES = 400
"""Lines of a comparison that are shown; the whole text stands in the field anyway."""


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of its room a title or description takes."""

    fit: Fit
    name: str

    @property
    def share(self) -> int:
        return min(100, round(100 * self.fit.pixels / self.fit.limit))

    @property
    def words(self) -> str:
        if self.fit.is_fine:
            return self.fit.words
        return f"{self.fit.words}: the end will be cut"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one level as the page lists them."""

    level: Level
    findings: list[Finding]

    @property
    def title(self) -> str:
        return self.level.value.capitalize()


@brand_page
def draft(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The draft. A POST saves it (`act` = "save"), only checks it ("check"), or adds a row of evidence
    for a sentence (`attach`); what was typed is never lost."""
    piece = piece_of(brand, pk)
    stored = Draft.objects.filter(piece=piece).select_related("saved_by").first()
    stored = stored or first_draft(piece)
    if request.method == "POST":
        return posted(request, piece, stored)
    return show(request, piece, stored, Typed.of(stored), form=blank(stored))


@brand_page
@require_POST
def live(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """What the rules say about a text that is being typed. Writes nothing."""
    piece = piece_of(brand, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": first_error(form)}, status=REFUSED)
    typed = form.typed()
    parts = looked_at(piece, typed)
    context = {**parts, "piece": piece, "brand": brand, "may_edit": True}
    return JsonResponse(
        {
            "findings": render_to_string("content/_draft_findings.html", context),
            "preview": parts["preview"],
            "title": render_to_string("content/_draft_meter.html", {"meter": parts["title_meter"]}),
            "description": render_to_string(
                "content/_draft_meter.html", {"meter": parts["description_meter"]}
            ),
            "said": parts["said"],
        }
    )


def posted(request: HttpRequest, piece: Piece, stored: Draft) -> HttpResponse:
    """One of the form's buttons was pressed."""
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, piece, stored, as_typed(form), form=form, status=REFUSED)
    typed = form.typed()
    if request.POST.get("act") != "save":
        claim = request.POST.get("attach", "")
        if form.cleaned_data["file"]:
            messages.success(request, "The file's text stands in the field. It is not saved yet.")
        return show(request, piece, stored, typed, form=refilled(form, typed), attach=claim)
    try:
        saved = save(
            piece,
            typed,
            revision=form.cleaned_data["revision"],
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except SavedMeanwhile as error:
        form = refilled(form, typed, revision=error.current.revision)
        return show(
            request, piece, error.current, typed, form=form, theirs=error.current, status=CONFLICT
        )
    messages.success(request, f"Saved as revision {saved.revision}.")
    return redirect("board-draft", piece.brand.slug, piece.pk)


def show(
    request: HttpRequest,
    piece: Piece,
    stored: Draft,
    typed: Typed,
    *,
    form: DraftForm,
    attach: str = "",
    theirs: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with these texts in its fields."""
    may_edit = isinstance(request.user, User) and may(request.user, piece.brand, Role.EDITOR)
    is_too_big = len(typed.text.encode()) > MOST_BYTES
    parts = looked_at(piece, Typed(title=typed.title) if is_too_big else typed)
    context: dict[str, Any] = {
        **parts,
        "piece": piece,
        "form": form,
        "stored": stored,
        "typed": typed,
        "rows": evidence_rows(typed, attach),
        "attach": attach,
        "theirs": theirs,
        "changes": changes(theirs.text, typed.text) if theirs else [],
        "brief": Brief.objects.filter(piece=piece).first(),
        "is_unsaved": request.method == "POST",
        "may_edit": may_edit,
        "most_bytes": MOST_BYTES,
    }
    return render(request, "content/draft.html", context, status=status)


def looked_at(piece: Piece, typed: Typed) -> dict[str, Any]:
    """The check of a text, as templates show it."""
    report = check(
        typed.text,
        given_of(piece, typed.evidence),
        title=typed.title,
        description=typed.description,
    )
    unit = unit_of(language_of(piece))
    return {
        "report": report,
        "groups": [Group(level, report.of_level(level)) for level in Level],
        "rulings": [(name_of(ruling.rule), ruling) for ruling in report.rulings],
        "raises": [(name_of(ruling.rule), gain) for ruling, gain in report.to_raise],
        "length": f"{report.words:,} {unit}",
        "said": said(report),
        "preview": preview(typed.text),
        "title_meter": Meter(title_fit(typed.title), "title"),
        "description_meter": Meter(description_fit(typed.description), "description"),
    }


def said(report: Report) -> str:
    """The state of the draft in one sentence, for screen readers."""
    if report.score is None:
        return "Nothing is written yet."
    required = len(report.required)
    left = f"{required} required finding{'s' if required != 1 else ''} left" if required else ""
    return f"Score {report.score} of 100, {left or 'nothing required is left'}."


def evidence_rows(typed: Typed, attach: str) -> list[dict[str, str]]:
    """The rows of evidence in the form: those there are, one for the sentence asked for, and an empty
    one for people without a script."""
    rows = list(typed.evidence)
    if attach and all(row["claim"] != attach for row in rows):
        rows.append({"claim": attach, "source": "", "note": ""})
    return [*rows, {"claim": "", "source": "", "note": ""}]


def changes(theirs: str, mine: str) -> list[tuple[str, str]]:
    """The lines in which two texts differ, with some around them: sign and line."""
    lines = difflib.unified_diff(theirs.split("\n"), mine.split("\n"), lineterm="", n=1)
    # The first two lines name files.
    shown = islice(lines, 2, 2 + MOST_LINES)
    return [(line[0], line[1:]) for line in shown if line]


def blank(stored: Draft) -> DraftForm:
    """The form as the stored draft fills it."""
    return DraftForm(
        initial={
            "title": stored.title,
            "description": stored.description,
            "text": stored.text,
            "revision": stored.revision,
        }
    )


def refilled(form: DraftForm, typed: Typed, revision: int | None = None) -> DraftForm:
    """The form with what was typed, to be sent again; after a conflict with the newest revision."""
    return DraftForm(
        initial={
            "title": typed.title,
            "description": typed.description,
            "text": typed.text,
            "revision": form.cleaned_data["revision"] if revision is None else revision,
        }
    )


def as_typed(form: DraftForm) -> Typed:
    """What stands in a form that was refused, as it was sent."""
    return Typed(
        text=str(form.data.get("text", "")).replace("\r\n", "\n"),
        title=str(form.data.get("title", "")),
        description=str(form.data.get("description", "")),
        evidence=form.evidence(),
    )


def first_draft(piece: Piece) -> Draft:
    """An empty draft, not stored, with the brief's title and description in it."""
    brief = Brief.objects.filter(piece=piece).first()
    return Draft(
        piece=piece,
        title=(brief.seo_title if brief else "") or piece.title,
        description=brief.description if brief else "",
    )


def first_error(form: DraftForm) -> str:
    return next(str(errors[0]) for errors in form.errors.values())


def piece_of(brand: Brand, pk: int) -> Piece:
    """The brand's piece with what its checks ask for, or 404."""
    rows = Piece.objects.select_related("brand", "keyword", "displaces", "lifts")
    found: Piece = of_brand(brand, rows, pk=pk)
    return found
