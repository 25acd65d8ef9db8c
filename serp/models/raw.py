"""What a provider answered, byte for byte, kept for some days so that a better adapter can read it again."""

from __future__ import annotations

from django.db import models

from serp.models.check import Check


class RawAnswer(models.Model):
    """One answer to one request of a check, compressed."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="raw_answers")
    fence = models.PositiveIntegerField(help_text="Which claim of the check asked.")
    page = models.PositiveSmallIntegerField(help_text="1 is the first request of the try.")
    provider = models.CharField(max_length=30)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(
        default=dict, help_text="Names in lower case; those that adapters read."
    )
    body = models.BinaryField(help_text="Compressed with Zstandard.")
    size = models.PositiveIntegerField(help_text="Bytes before compression.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_row", "fence", "page"], name="one_raw_answer_a_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.at:%Y-%m-%d %H:%M}, page {self.page}"
