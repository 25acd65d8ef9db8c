"""Admin lists about tone: what engines say themselves, and the history of every tone; to read, not to change."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from reputation.headlines import GONE
from reputation.models import Passage, ToneEntry
from reputation.shades import COLOURS
from reputation.tone_history import in_words
from serp.admin_base import ReadOnlyAdmin, VisibleBrands

BY_PEOPLE = (ToneEntry.Act.MARKED, ToneEntry.Act.SECOND, ToneEntry.Act.TAKEN_BACK)


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    """Texts of the engines' own. They are marked on their page, where the sentences stand out."""

    list_display = ["words", "tone_shown", "machine_tone", "brand", "kind", "category", "source", "last_seen_at"]  # fmt: skip
    list_filter = ["tone", "shade", "kind", "source", "category", "language", ("brand", VisibleBrands)]  # fmt: skip
    list_select_related = ["brand"]
    search_fields = ["question", "text"]
    date_hierarchy = "last_seen_at"
    fields = ["brand", "kind", "question", "text", "source_url", "tone", "shade", "machine_tone", "category", "source", "marked_by", "marked_at", "score", "confidence", "language", "why", "judge", "first_seen_at", "last_seen_at", "last_keyword"]  # fmt: skip
    readonly_fields = ["why"]

    @display(description="Text", ordering="question")
    def words(self, passage: Passage) -> SafeString:
        return format_html("<b>{}</b><br>{}", passage.question[:80], passage.text[:110])

    @display(description="Tone", label=COLOURS, ordering="tone")
    def tone_shown(self, passage: Passage) -> tuple[str, str]:
        return passage.shade, passage.get_shade_display()

    @display(description="Why")
    def why(self, passage: Passage) -> SafeString | str:
        rows = ((piece.get("words", ""), piece.get("reason", "")) for piece in passage.evidence)
        return format_html_join("", "“{}”: {}<br>", rows) or "no evidence"


@admin.register(ToneEntry)
class ToneEntryAdmin(ReadOnlyAdmin):
    """Every change of a tone and every word of a person, newest first."""

    list_display = ["what", "tone_shown", "act", "who", "brand", "machine_tone", "judge", "at"]
    list_filter = ["act", "tone", "shade", "category", ("brand", VisibleBrands)]
    list_select_related = ["brand", "by", "mark__page", "passage"]
    search_fields = ["mark__page__url", "passage__text", "why"]
    date_hierarchy = "at"
    fields = ["brand", "what", "told", "why", "act", "at", "by", "before", "tone", "shade", "category", "machine_tone", "machine_score", "machine_confidence", "judge"]  # fmt: skip
    readonly_fields = ["what", "told"]

    @display(description="About")
    def what(self, line: ToneEntry) -> str:
        if line.mark is not None:
            return line.mark.page.url[:110]
        return line.passage.text[:110] if line.passage is not None else ""

    @display(description="Tone", label=COLOURS, ordering="tone")
    def tone_shown(self, line: ToneEntry) -> tuple[str, str]:
        return line.shade, line.get_shade_display()

    @display(description="By", ordering="by__username")
    def who(self, line: ToneEntry) -> str:
        if line.by is not None:
            return str(line.by)
        return GONE if line.act in BY_PEOPLE else "machine"

    @display(description="What happened")
    def told(self, line: ToneEntry) -> str:
        return in_words(line)
