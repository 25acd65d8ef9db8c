"""The way to a piece's approval: stages, decisions, comments, checklists, links for outsiders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from content.models.piece import Piece
from serp.models import Brand


class ReviewStage(models.Model):
    """One approval that a brand's pieces need, in order."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="review_stages")
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=1)
    kinds = models.JSONField(default=list, blank=True, help_text="Types it holds for; empty: all.")
    reviewers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    is_required = models.BooleanField(default=True)
    days = models.PositiveSmallIntegerField(default=2, help_text="Time that a reviewer has.")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="a_stage_has_its_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """One decision about one piece: asked for, claimed, and taken. A new round makes new rows."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        APPROVED = "approved", "approved"
        CHANGES = "changes", "changes requested"
        SKIPPED = "skipped", "skipped"

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="approvals")
    stage = models.ForeignKey(
        ReviewStage, on_delete=models.SET_NULL, null=True, blank=True, related_name="approvals"
    )
    name = models.CharField(max_length=80)
    round = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=1)
    is_required = models.BooleanField(default=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its turn came; empty: the ones before it are waited for.",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    draft_revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["round", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "round", "order"], name="one_approval_a_piece_round_and_place"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_at__isnull=False),
                name="a_decision_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"


class Comment(models.Model):
    """What somebody said about a piece, a person of the brand or a guest with a link."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    link = models.ForeignKey(
        "ReviewLink", on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    guest_name = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    quote = models.TextField(blank=True, help_text="The words of the draft that it is about.")
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class ChecklistItem(models.Model):
    """One point to be ticked before approval; without a brand for all, without a type for each."""

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="checklist_items"
    )
    kind = models.CharField(max_length=12, choices=Piece.Kind.choices, blank=True)
    text = models.CharField(max_length=200)
    is_required = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class Tick(models.Model):
    """That a point of the checklist is done for a piece."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="ticks")
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="ticks"
    )
    text = models.CharField(
        max_length=200, help_text="As it was read; shipped points have no row of their own."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "text"], name="a_point_is_ticked_once")
        ]

    def __str__(self) -> str:
        return self.text


class ReviewLink(models.Model):
    """A revocable address under which an outsider reads and decides one piece. Only its hash is kept."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="review_links")
    approval = models.ForeignKey(
        Approval, on_delete=models.SET_NULL, null=True, blank=True, related_name="links"
    )
    name = models.CharField(max_length=120, help_text="Who it is for.")
    email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.piece}: {self.name}"
