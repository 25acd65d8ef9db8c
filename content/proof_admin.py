"""Admin lists of testimonials, consents, requests and proofs, to look at: their acts are on the pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from content.models import Customer, Proof, Testimonial
from serp.access import Role, may
from serp.admin_base import ReadOnlyAdmin, VisibleBrands


@admin.register(Testimonial)
class TestimonialAdmin(ReadOnlyAdmin):
    """What customers said. Nothing is deleted here: unhappy answers stay, and erasing has its own act."""

    list_display = ("customer", "words", "state", "rating", "opinion", "received_at")
    list_filter = ("state", "is_negative", ("brand", VisibleBrands))
    search_fields = ("text", "customer__name")
    list_select_related = ("brand", "customer")
    fields = (
        "brand",
        "customer",
        "text",
        "rating",
        "is_negative",
        "incentive",
        "disclosure",
        "state",
        "received_at",
    )

    @admin.display(description="words")
    def words(self, row: Testimonial) -> str:
        return Truncator(row.text).chars(80)

    @admin.display(description="opinion", ordering="is_negative")
    def opinion(self, row: Testimonial) -> str:
        return "unhappy" if row.is_negative else "-"

    def view_on_site(self, obj: Testimonial) -> str:
        return reverse("proof-one", args=[obj.brand.slug, obj.pk])


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Who may speak for a brand; only editors see how to reach them."""

    list_display = ("name", "organisation", "relation", "brand", "erased_at")
    list_filter = ("relation", ("brand", VisibleBrands))
    search_fields = ("name", "organisation")
    list_select_related = ("brand",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        plain = ("brand", "name", "organisation", "role_title", "relation", "erased_at")
        is_editor = obj is not None and may(request.user, obj.brand, Role.EDITOR)
        return (*plain, "email", "relation_note", "country") if is_editor else plain


@admin.register(Proof)
class ProofAdmin(ReadOnlyAdmin):
    """What backs claims."""

    list_display = ("claim", "kind", "source", "holds_until", "brand")
    list_filter = ("kind", ("brand", VisibleBrands))
    search_fields = ("claim", "source")
    list_select_related = ("brand",)
    fields = ("brand", "claim", "kind", "source", "url", "holds_until", "note", "created_at")
