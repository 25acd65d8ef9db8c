"""Forms about pieces: the piece itself, and the address where it was published."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from content.models import Piece, Placement
from content.opportunities import Plan
from content.workflow import day_refusal
from serp.access import Role, members
from serp.addresses import BadAddress, canonical_url, display_address, safe_link
from serp.models import Brand, Page
from serp.models.snapshot import digest

LONGEST_LABEL = 90
MOST_DAYS_ASIDE = 365 * 5


class DayInput(forms.DateInput):
    """The browser's own picker of days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own picker of times."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PieceForm(forms.ModelForm):
    """A piece as people plan it. Keywords, negatives and owners are those of its brand alone."""

    class Meta:
        model = Piece
        fields = [
            "title", "kind", "keyword", "displaces", "placement", "owner", "hours", "due_on",
            "publish_on", "publish_time", "no_draft_reason",
        ]  # fmt: skip
        labels = {
            "title": "Working title",
            "kind": "Type",
            "keyword": "Target keyword",
            "displaces": "Negative to displace",
            "due_on": "Draft due",
            "publish_on": "To be published",
            "publish_time": "At what time",
            "placement": "Where it is to stand",
            "hours": "Hours of work",
            "no_draft_reason": "Why its text is not written here",
        }
        help_texts = {
            "title": "Without the negative's words: a page that repeats them helps it rank.",
            "due_on": "",
            "publish_on": "A day from today on.",
            "publish_time": "In the brand's time zone. Empty: any time of the day.",
            "hours": "Empty: what is usual for its type.",
            "no_draft_reason": "Only for a piece that is written elsewhere: approval asks for it.",
        }
        widgets = {"due_on": DayInput, "publish_on": DayInput, "publish_time": TimeInput}

    def __init__(self, *args: Any, brand: Brand, plan: Plan, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        self.today = today
        for name, rows, empty in (
            ("keyword", brand.keywords.order_by("phrase", "pk"), "no keyword yet"),
            ("displaces", self.negatives(plan), "none"),
            ("owner", members(brand, Role.EDITOR), "nobody yet"),
            ("placement", self.places(brand), "not decided yet"),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  as the model has it
            field.queryset = rows
            field.empty_label = empty
            field.error_messages["invalid_choice"] = (
                f"This is none of {brand}'s. Choose one from the list."
            )
        stands = {one.page.pk: one for one in reversed(plan.opportunities)}
        keyword, displaces, owner = (
            self.fields[name] for name in ("keyword", "displaces", "owner")
        )
        keyword.label_from_instance = lambda row: f"{row.phrase} ({row.market})"  # type: ignore[attr-defined]
        displaces.label_from_instance = lambda page: negative_label(page, stands.get(page.pk))  # type: ignore[attr-defined]
        owner.label_from_instance = lambda user: user.get_full_name() or user.get_username()  # type: ignore[attr-defined]
        if self.instance.is_live:
            self.fields["publish_time"].disabled = True
            self.fields["publish_on"].disabled = True
            self.fields["publish_on"].help_text = "The day on which it went out."

    def places(self, brand: Brand) -> Any:
        """Places that come into question, and the one named already even if it was taken out since."""
        usable = Placement.objects.for_brand(brand)
        return usable | Placement.objects.filter(pk=self.instance.placement_id or 0)

    def negatives(self, plan: Plan) -> Any:
        """Pages that may be displaced: the negatives on page one now, and the one named already."""
        pages = {one.page.pk for one in plan.opportunities}
        return Page.objects.filter(pk__in=pages | {self.instance.displaces_id or 0})

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise ValidationError("Give it a working title.")
        return title

    def clean_due_on(self) -> date | None:
        due: date | None = self.cleaned_data["due_on"]
        if due and abs((due - self.today).days) > MOST_DAYS_ASIDE:
            raise ValidationError("This day is more than five years away.")
        return due

    def clean_publish_on(self) -> date | None:
        day: date | None = self.cleaned_data["publish_on"]
        if "publish_on" in self.changed_data:
            reason = day_refusal(self.instance.status, day, today=self.today)
            if reason:
                raise ValidationError(reason)
        if day and (day - self.today).days > MOST_DAYS_ASIDE:
            raise ValidationError("This day is more than five years away.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("publish_time") and not cleaned.get("publish_on"):
            self.add_error("publish_time", "A time needs its day: give the day, too.")
        return cleaned


def negative_label(page: Page, opportunity: Any) -> str:
    """A negative in the list: its position and keyword where it stands on page one now."""
    address = display_address(page.url)[:LONGEST_LABEL]
    if opportunity is None:
        return address
    return f"{address}, at {opportunity.rung.position} for “{opportunity.keyword.phrase}”"


class PublishForm(forms.Form):
    """The address where a piece went out."""

    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.URLInput(attrs={"class": "field", "inputmode": "url", "autocomplete": "off"}),
        help_text="The whole address, with https://. From now on it is followed on all keywords.",
    )

    def __init__(self, *args: Any, piece: Piece, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.piece = piece

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            form = canonical_url(url)
        except BadAddress as error:
            raise ValidationError(f"“{url}” cannot be followed: {error}") from error
        if not safe_link(url):
            raise ValidationError("Write an address that begins with https:// or http://.")
        page = Page.objects.filter(key=digest(form)).first()
        if page is not None:
            self.refuse(page)
        return url

    def refuse(self, page: Page) -> None:
        """Raise ValidationError for a page that cannot be this piece."""
        if page.pk == self.piece.displaces_id:
            raise ValidationError("This is the negative that the piece is to displace.")
        others = Piece.objects.filter(brand=self.piece.brand, page=page).exclude(pk=self.piece.pk)
        other = others.first()
        if other is not None and self.piece.lifts_id is None:
            raise ValidationError(f"“{other}” was published at this address already.")
