"""Admin list of the trained versions of the judge: what each showed, which one judges, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action, display

from reputation.judge_versions import RefusedVersion, make_live, take_down
from reputation.judges import live_version
from reputation.models import JudgeVersion
from reputation.tone import VERSION
from serp.access import Role, visible_brands
from serp.admin_base import ReadOnlyAdmin, VisibleBrands

STATE_COLOURS = {"judges now": "info", "was not promoted": "warning"}


@admin.register(JudgeVersion)
class JudgeVersionAdmin(ReadOnlyAdmin):
    """Those of a brand are for its people, and for its managers to choose from; those of the whole
    installation, learned from all brands, for those who run it."""

    write_role = Role.MANAGER
    list_display = ["label", "scope", "state", "trained_at", "marks", "held", "macro_f1", "better", "negative_recall", "gate_set", "verdict"]  # fmt: skip
    list_filter = ["is_live", ("brand", VisibleBrands)]
    list_select_related = ["brand"]
    search_fields = ["label", "brand__name"]
    date_hierarchy = "trained_at"
    actions = ["make_live", "take_down"]
    fields = ["label", "scope", "state", "base", "verdict", "marks", "held", "macro_f1", "better", "negative_recall", "gate_set", "trained_at", "promoted_at", "retired_at"]  # fmt: skip
    readonly_fields = ["scope", "state", "macro_f1", "better", "negative_recall", "gate_set"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JudgeVersion]:
        rows = JudgeVersion.objects.order_by("-pk").defer("weights")
        if getattr(request.user, "is_superuser", False):
            return rows
        return rows.filter(brand__in=visible_brands(request.user).values("pk"))

    @display(description="Of", ordering="brand__name")
    def scope(self, version: JudgeVersion) -> str:
        return str(version.brand) if version.brand else "the installation"

    @display(description="State", label=STATE_COLOURS, ordering="is_live")
    def state(self, version: JudgeVersion) -> str:
        if version.is_live and version.base == VERSION:
            return "judges now"
        return "judged before" if version.promoted_at else "was not promoted"

    @display(description="Macro-F1 on marks kept out")
    def macro_f1(self, version: JudgeVersion) -> str:
        return change(version, "before", "after")

    @display(description="Better in")
    def better(self, version: JudgeVersion) -> str:
        share = version.figures.get("better")
        return "–" if share is None else f"{share:.1%} of resamples"

    @display(description="Negatives found")
    def negative_recall(self, version: JudgeVersion) -> str:
        return change(version, "recall_before", "recall_after", " %")

    @display(description="Macro-F1 on the gate set")
    def gate_set(self, version: JudgeVersion) -> str:
        return change(version, "gate_before", "gate_after")

    @action(description="Make this version live")
    def make_live(self, request: HttpRequest, rows: QuerySet[JudgeVersion]) -> None:
        chosen = self.changeable(request, rows)
        if len(chosen) != 1:
            text = "Choose one version that you may change: one at a time can judge."
            self.message_user(request, text, messages.WARNING)
            return
        (version,) = chosen
        try:
            make_live(version, timezone.now())
        except RefusedVersion as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.log_change(request, version, "Made live by hand.")
        text = (
            f"{version} judges {self.scope(version)} now; results are judged anew within minutes."
        )
        self.message_user(request, text, messages.SUCCESS)

    @action(description="Judge by the rules alone")
    def take_down(self, request: HttpRequest, rows: QuerySet[JudgeVersion]) -> None:
        now = timezone.now()
        done = [version for version in self.changeable(request, rows) if take_down(version, now)]
        if not done:
            text = "None of these judges now, or you may not change it."
            self.message_user(request, text, messages.WARNING)
        for version in done:
            self.log_change(request, version, "Taken down by hand.")
            left = live_version(version.brand)
            judge = f"the installation's {left}" if left else "the rules alone"
            text = f"{version} is taken down: {judge} judge{'s' if left else ''} {self.scope(version)} now."
            self.message_user(request, text, messages.SUCCESS)

    def changeable(self, request: HttpRequest, rows: QuerySet[JudgeVersion]) -> list[JudgeVersion]:
        """Those of the chosen versions that this person may put to work or take down."""
        return [row for row in rows if self.allowed(request.user, row, self.write_role)]


def change(version: JudgeVersion, before: str, after: str, unit: str = "") -> str:
    """Two figures of a version as "61.2 → 72.0"; a dash where they were not measured."""
    figures: dict[str, Any] = version.figures
    if before not in figures or after not in figures:
        return "–"
    return f"{figures[before]:.1f} → {figures[after]:.1f}{unit}"
