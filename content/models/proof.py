"""What customers said and what backs a claim, with the consent that allows its use."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from content.models.piece import Piece
from serp.models import Brand
from serp.models.secret import SecretField


class BrandsOwn(models.QuerySet[models.Model]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class Customer(models.Model):
    """A person who may speak for a brand. Contact data is personal data: editors see it, nobody else."""

    class Relation(models.TextChoices):
        CUSTOMER = "customer", "customer"
        EMPLOYEE = "employee", "employee"
        FORMER = "former", "former employee"
        OWNER = "owner", "owner or manager"
        FAMILY = "family", "family of one of these"
        PARTNER = "partner", "partner or agency"
        SUPPLIER = "supplier", "supplier"

    INSIDE = (Relation.EMPLOYEE, Relation.OWNER, Relation.FAMILY, Relation.PARTNER)

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    role_title = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=5, blank=True)
    relation = models.CharField(max_length=10, choices=Relation.choices, default=Relation.CUSTOMER)
    relation_note = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandsOwn.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_insider(self) -> bool:
        """Whether the person stands so near to the firm that it must be said."""
        return self.relation in self.INSIDE


class Testimonial(models.Model):
    """One customer's words, kept as they were said, good or bad."""

    class State(models.TextChoices):
        REQUESTED = "requested", "asked for"
        RECEIVED = "received", "received, not agreed"
        AGREED = "agreed", "agreed to"
        WITHDRAWN = "withdrawn", "withdrawn"
        REFUSED = "refused", "refused"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="testimonials")
    customer = models.ForeignKey(Customer, on_delete=models.RESTRICT, related_name="testimonials")
    text = models.TextField(blank=True)
    result = models.JSONField(
        default=list,
        blank=True,
        help_text="what, before, after, unit, how_measured of each figure.",
    )
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    is_negative = models.BooleanField(default=False)
    incentive = models.CharField(max_length=300, blank=True, help_text="What was given in return.")
    disclosure = models.CharField(max_length=300, blank=True, help_text="As it is shown.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    language = models.CharField(max_length=5, blank=True)
    evidence = models.TextField(blank=True, help_text="How one knows that it is real.")
    evidence_url = models.URLField(max_length=2000, blank=True)
    statements = models.JSONField(
        default=dict, blank=True, help_text="What the customer stated on the form."
    )
    received_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandsOwn.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.customer}: {self.text[:60]}"


class Consent(models.Model):
    """What a customer agreed to: who, when, for what, in which words; and when it was withdrawn."""

    class Purpose(models.TextChoices):
        WEBSITE = "website", "own website"
        SOCIAL = "social", "social media"
        PRESS = "press", "press"
        ADS = "ads", "advertising"
        CASE_STUDY = "case_study", "case study"

    class How(models.TextChoices):
        FORM = "form", "the form behind a one-time link"
        LETTER = "letter", "letter"
        MAIL = "mail", "e-mail"
        RECORDING = "recording", "recording"

    testimonial = models.ForeignKey(Testimonial, on_delete=models.CASCADE, related_name="consents")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    scope = models.JSONField(default=list, help_text="Purposes that it is for.")
    quote = models.TextField(help_text="The testimonial as it was agreed to, word for word.")
    text_agreed = models.TextField(help_text="The whole statement that was agreed to.")
    wording_version = models.CharField(max_length=20, blank=True)
    how = models.CharField(max_length=9, choices=How.choices, default=How.FORM)
    evidence = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.given_by}, {self.given_at:%Y-%m-%d}"


class ProofRequest(models.Model):
    """A link that asks a customer for words, or takes them back. The row waits until it is mailed."""

    class Kind(models.TextChoices):
        ASK = "ask", "request for a testimonial"
        RECEIPT = "receipt", "copy with the link to withdraw"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="proof_requests")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="requests")
    testimonial = models.ForeignKey(
        Testimonial, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests"
    )
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.ASK)
    consent = models.ForeignKey(
        Consent, on_delete=models.CASCADE, null=True, blank=True, related_name="requests"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    token = SecretField(blank=True, help_text="Kept until it is mailed, then emptied.")
    asked_for = models.TextField(blank=True)
    by_mail = models.BooleanField(default=False)
    message_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="A link to withdraw never expires."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.customer}, {self.created_at:%Y-%m-%d}"


class Use(models.Model):
    """That a piece uses a testimonial. `removed_at` is when it was taken off again."""

    testimonial = models.ForeignKey(Testimonial, on_delete=models.CASCADE, related_name="uses")
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="uses")
    purpose = models.CharField(
        max_length=10, choices=Consent.Purpose.choices, default=Consent.Purpose.WEBSITE
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()
    must_off_at = models.DateTimeField(
        null=True, blank=True, help_text="Set by a withdrawal: until then it must be off."
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["testimonial", "piece"],
                condition=Q(removed_at=None),
                name="a_testimonial_is_used_once_a_piece",
            )
        ]

    def __str__(self) -> str:
        return f"{self.testimonial} in {self.piece}"


class Proof(models.Model):
    """What backs a claim: a study, a test, a certificate, figures."""

    class Kind(models.TextChoices):
        STUDY = "study", "study"
        TEST = "test", "test"
        CERTIFICATE = "certificate", "certificate"
        FIGURES = "figures", "own figures"
        DOCUMENT = "document", "document"
        LINK = "link", "page of others"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="proofs")
    claim = models.TextField()
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.DOCUMENT)
    source = models.CharField(max_length=300)
    url = models.URLField(max_length=2000, blank=True)
    holds_until = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    pieces = models.ManyToManyField(Piece, blank=True, related_name="proofs")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandsOwn.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.claim[:80]
