"""A version of the judge of tone: the rules, or corrections that were trained on top from people's marks."""

from __future__ import annotations

from django.db import models

from serp.models import Brand


class JudgeVersion(models.Model):
    """Corrections trained from marks, with the figures that let them live or not.

    `brand` is empty for the whole installation. At most one lives a scope; where none lives, the
    rules judge alone. `figures` holds what was measured on the marks kept out and on the gate set,
    with the sizes of both.
    """

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="judge_versions"
    )
    label = models.CharField(max_length=20, unique=True, help_text="As each mark names it.")
    base = models.CharField(max_length=20, help_text="The rules that it corrects.")
    weights = models.BinaryField()
    trained_at = models.DateTimeField()
    marks = models.PositiveIntegerField(help_text="Marks learned from.")
    held = models.PositiveIntegerField(help_text="Marks kept out, by text and domain.")
    figures = models.JSONField(default=dict)
    verdict = models.CharField(max_length=300, help_text="Why it was promoted, or not.")
    is_live = models.BooleanField(default=False)
    promoted_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-trained_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand"],
                condition=models.Q(is_live=True, brand__isnull=False),
                name="one_live_judge_a_brand",
            ),
            models.UniqueConstraint(
                fields=["is_live"],
                condition=models.Q(is_live=True, brand__isnull=True),
                name="one_live_judge_an_installation",
            ),
        ]

    def __str__(self) -> str:
        return self.label
