"""The form of a site that takes drafts, whose password is written and never shown."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from content.models import Site
from content.publishing.indexnow import KEY


class SiteForm(forms.ModelForm):
    """A site. A new address or user name asks for the password again, so that it goes nowhere else."""

    base_url = forms.URLField(
        assume_scheme="https",
        max_length=500,
        label="Address",
        help_text="Where the site begins, such as https://www.example.org. https only.",
    )
    password = forms.CharField(
        required=False,
        max_length=200,
        label="Application password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="From the user's profile in WordPress. Stored encrypted and never shown again.",
    )
    make_key = forms.BooleanField(
        required=False,
        label="Make a new IndexNow key",
        help_text="With a key, search engines are told when a piece goes out on this host.",
    )

    class Meta:
        model = Site
        fields = [
            "name",
            "base_url",
            "username",
            "password",
            "indexnow_key",
            "make_key",
            "is_active",
        ]
        labels = {
            "username": "User name",
            "indexnow_key": "IndexNow key",
            "is_active": "In use",
        }
        help_texts = {
            "name": "As your people know it, such as “Company blog”.",
            "indexnow_key": "Empty: engines are not told.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["password"].help_text = (
                "A password is stored; leave this empty to keep it."
                if self.instance.password
                else "No password is stored, or it cannot be read: enter it."
            )

    def clean_base_url(self) -> str:
        url = str(self.cleaned_data["base_url"]).rstrip("/")
        # A password over plain http could be read on the way; a site on this machine has no way.
        parts = urlsplit(url)
        is_near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if parts.scheme != "https" and not is_near:
            raise ValidationError("The password would travel in the open: use https://.")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ValidationError("Write the address alone, without user, password or “?”.")
        return url

    def clean_indexnow_key(self) -> str:
        key = str(self.cleaned_data["indexnow_key"]).strip()
        if key and not KEY.match(key):
            raise ValidationError("A key has 8 to 128 letters, digits or dashes.")
        return key

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("make_key"):
            data["indexnow_key"] = secrets.token_hex(16)
        stored = Site.objects.filter(pk=self.instance.pk).first()
        given = data.get("password", "")
        if given or "password" in self.errors:
            return data
        if stored is None or not stored.password:
            self.add_error("password", "Enter the application password.")
            return data
        moved = stored.base_url.rstrip("/") != data.get("base_url", "")
        if moved or stored.username != data.get("username"):
            self.add_error("password", "The address or the user changed: enter the password again.")
        data["password"] = stored.password
        return data

    def validate_unique(self) -> None:
        """The brand stands in the instance only, so Django leaves the name's uniqueness to us."""
        super().validate_unique()
        name = self.cleaned_data.get("name")
        same = Site.objects.filter(brand=self.instance.brand_id, name=name)
        if name and same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "There is a site of this name already.")
