"""One's own reminders of a brand: whether, how many days before, from which hour on."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from content.models import Reminder, ReminderChoice
from serp.access import Role, brand_page
from serp.models import Brand

LATEST = 20
REFUSED = 422


class ReminderForm(forms.ModelForm):
    """A person's choice for one brand."""

    class Meta:
        model = ReminderChoice
        fields = ["is_on", "days_before", "hour"]
        labels = {
            "is_on": "Remind me by mail",
            "days_before": "Days before",
            "hour": "From this hour on",
        }
        help_texts = {
            "is_on": "Of drafts, reviews and publications that are mine, and once when one is late.",
            "days_before": "0 is the day itself, 30 at most.",
            "hour": "0 to 23, in the brand's time zone.",
        }


@brand_page(write=Role.VIEWER)
def reminders(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The choice, and what was sent last."""
    user = cast(User, request.user)
    stored = ReminderChoice.objects.filter(brand=brand, user=user).first()
    form = ReminderForm(
        request.POST or None, instance=stored or ReminderChoice(brand=brand, user=user)
    )
    if request.method == "POST" and form.is_valid():
        ReminderChoice.objects.update_or_create(
            brand=brand, user=user, defaults={name: form.cleaned_data[name] for name in form.fields}
        )
        messages.success(request, "Saved.")
        return redirect("calendar-reminders", brand.slug)
    rows = Reminder.objects.filter(user=user, piece__brand=brand).select_related("piece")
    context = {"form": form, "latest": rows.order_by("-pk")[:LATEST], "address": user.email}
    return render(
        request, "content/reminders.html", context, status=REFUSED if form.errors else 200
    )
