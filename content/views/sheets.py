"""The calendar as a CSV file, out by the same filter as the pages, and in with a look at it first."""

from __future__ import annotations

import csv
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from content import planner
from content.scheduling.choice import Choice
from content.sheet.columns import COLUMNS, MOST_BYTES, BadSheet, decoded, lines_of, row_of
from content.sheet.reading import Change, bring_in, preview
from content.views.history import Echo
from serp.access import brand_page
from serp.models import Brand

REFUSED = 422


class SheetForm(forms.Form):
    """A file, or the text of a table."""

    file = forms.FileField(
        required=False, label="File", help_text="CSV, UTF-8, 1 MB and 1000 lines at most."
    )
    text = forms.CharField(
        required=False,
        label="Or paste the table",
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The first line names the columns, as in an export.",
    )

    def table(self) -> str:
        """The text that was sent. Raises BadSheet."""
        upload = self.cleaned_data.get("file")
        text = decoded(upload.read(MOST_BYTES + 1)) if upload else self.cleaned_data["text"]
        if not text.strip():
            raise BadSheet("Choose a file, or paste the table.")
        return str(text)


@brand_page  # type: ignore[arg-type]  # a stream is no HttpResponse to the checker
def export(request: HttpRequest, brand: Brand) -> HttpResponse | StreamingHttpResponse:
    """The pieces that the filter shows, one a line."""
    today = timezone.now().astimezone(brand.zone).date()
    rows = planner.planner_of(brand, Choice.of(request.GET), today).rows()
    writer = csv.writer(Echo())
    lines = ([*COLUMNS], *(row_of(piece) for piece in rows.order_by("publish_on", "pk")))
    answer = StreamingHttpResponse(
        (writer.writerow(line) for line in lines), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="calendar-{brand.slug}.csv"'
    return answer


@brand_page
def bring(request: HttpRequest, brand: Brand) -> HttpResponse:
    """GET asks for a table, POST shows what it would do, and with `sure` does it."""
    sent = request.method == "POST"
    form = SheetForm(request.POST if sent else None, request.FILES if sent else None)
    changes: list[Change] = []
    text = ""
    if sent and form.is_valid():
        try:
            text = form.table()
            lines = lines_of(text)
        except BadSheet as error:
            form.add_error("file" if request.FILES else "text", str(error))
        else:
            if "sure" in request.POST:
                done = bring_in(brand, lines, by=cast(User, request.user), now=timezone.now())
                messages.success(request, words(done))
                return redirect("calendar-list", brand.slug)
            changes = preview(brand, lines, timezone.now())
    context = {
        "form": form,
        "changes": changes,
        "text": text,
        "columns": ", ".join(COLUMNS),
        "new": sum(change.is_new for change in changes),
        "same": sum(change.is_same for change in changes),
        "refused": sum(bool(change.refused) for change in changes),
        "changed": sum(bool(change.values and change.piece) for change in changes),
    }
    return render(request, "content/sheet.html", context, status=REFUSED if form.errors else 200)


def words(done: list[Change]) -> str:
    """What came of a table, counted."""
    new = sum(change.is_new for change in done)
    changed = sum(bool(change.values and change.piece) for change in done)
    left = sum(bool(change.refused) for change in done)
    text = f"{new} piece{'s' if new != 1 else ''} made, {changed} changed."
    return f"{text} {left} refused and left out." if left else text
