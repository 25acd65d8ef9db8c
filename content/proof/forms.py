"""Forms of testimonials, consents and proofs as people of the brand fill them in."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from content.models import Consent, Customer, Piece, Proof, Testimonial
from content.proof import wording
from serp.addresses import safe_link
from serp.forms import LinesField
from serp.models import Brand

MOST_FIGURES = 20
PARTS = ("what", "before", "after", "unit", "how_measured")


class DayInput(forms.DateInput):
    """The browser's own picker of days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FiguresField(LinesField):
    """Figures one a line: what, before, after, unit and how it was measured, with bars between."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(str(row.get(part, "")) for part in PARTS) for row in value)

    def to_python(self, value: Any) -> Any:
        rows = []
        for line in super().to_python(value):
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) != len(PARTS) or not cells[0] or not cells[2]:
                raise ValidationError(
                    f"“{line}”: write what, before, after, unit and how it was measured, with a | "
                    "between them. Before and unit may be empty."
                )
            if not cells[4]:
                raise ValidationError(f"“{line}”: say how it was measured, last in the line.")
            rows.append(dict(zip(PARTS, cells, strict=True)))
        if len(rows) > MOST_FIGURES:
            raise ValidationError(f"At most {MOST_FIGURES} figures.")
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != self.to_python(data)
        except ValidationError:
            return True


class WebAddress(forms.URLField):
    """An address of the web that need not be given."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_length=2000, assume_scheme="https")

    def clean(self, value: Any) -> str:
        url: str = super().clean(value)
        if url and not safe_link(url):
            raise ValidationError("Write an address that begins with https:// or http://.")
        return url


class CustomerForm(forms.ModelForm):
    """The person who speaks."""

    class Meta:
        model = Customer
        fields = [
            "name",
            "email",
            "organisation",
            "role_title",
            "relation",
            "relation_note",
            "country",
        ]
        labels = {
            "email": "E-mail",
            "role_title": "Role",
            "relation": "Tie to the firm",
            "relation_note": "More about the tie",
        }
        help_texts = {
            "name": "As it is published.",
            "email": "Only editors see it.",
            "country": "Two letters, such as NO for Norway.",
            "relation": "Employees, owners, their families and agencies need a disclosure.",
        }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].strip().casefold()
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise ValidationError(
                "Write the two letters of the country, such as NO for Norway or US."
            )
        return country


class TestimonialForm(forms.ModelForm):
    """What the person said, and what is known about it."""

    evidence_url = WebAddress("Address of the evidence")
    result = FiguresField(
        required=False,
        label="Figures",
        help_text="One a line: what | before | after | unit | how measured. "
        "Time to the first cup | 9 | 4 | min | stopwatch, 20 mornings",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Testimonial
        fields = [
            "text",
            "rating",
            "is_negative",
            "incentive",
            "disclosure",
            "evidence",
            "evidence_url",
            "result",
        ]
        labels = {
            "text": "Words",
            "rating": "Rating, 1 to 5",
            "is_negative": "An unhappy answer",
            "incentive": "Given in return",
        }
        help_texts = {
            "text": "Word for word. Empty: ask for them. Changing agreed words needs a new consent.",
            "is_negative": "It is kept and counted, never hidden.",
            "incentive": "Money, a discount, a gift, anything. Empty: nothing was.",
            "disclosure": "As readers see it beside the words, such as “Works for us.”",
            "evidence": "How one knows that it is real: the letter, the mail, the recording.",
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "evidence": forms.Textarea(attrs={"rows": 2}),
            "rating": forms.NumberInput(attrs={"min": 1, "max": 5, "inputmode": "numeric"}),
        }


class ConsentForm(forms.ModelForm):
    """A consent that came on another way than the form: with its evidence."""

    given_on = forms.DateField(label="Given on", widget=DayInput())
    scope = forms.MultipleChoiceField(
        label="For what",
        choices=Consent.Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what was agreed to."},
    )

    class Meta:
        model = Consent
        fields = ["how", "given_by", "scope", "text_agreed", "evidence"]
        labels = {"how": "How", "given_by": "Given by", "text_agreed": "Text agreed to"}
        help_texts = {
            "given_by": "The person's own name.",
            "text_agreed": "The whole text that the person agreed to, word for word.",
            "evidence": "Where the letter, mail or recording is kept.",
        }
        widgets = {
            "text_agreed": forms.Textarea(attrs={"rows": 8}),
            "evidence": forms.Textarea(attrs={"rows": 2}),
        }

    field_order = ["how", "given_by", "given_on", "scope", "text_agreed", "evidence"]

    def __init__(self, *args: Any, testimonial: Testimonial, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.testimonial, self.today = testimonial, today
        self.instance.testimonial = testimonial
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101  as the model has it
        how.choices = [row for row in Consent.How.choices if row[0] != Consent.How.FORM]
        self.fields["evidence"].required = True

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"]
        if day > self.today:
            raise ValidationError("This day has not come yet.")
        return day

    def clean_text_agreed(self) -> str:
        text: str = self.cleaned_data["text_agreed"]
        quote = " ".join(self.testimonial.text.split())
        if quote not in " ".join(text.split()):
            raise ValidationError(
                "The words of the testimonial do not stand in this text. A consent is to the very "
                "words: correct the testimonial first, or write the whole text."
            )
        return text

    def given_at(self) -> datetime:
        """Noon of the day in the brand's zone: the hour is not known."""
        zone = self.testimonial.brand.zone
        return datetime.combine(self.cleaned_data["given_on"], time(12), tzinfo=zone)


class ProofForm(forms.ModelForm):
    """What backs a claim, and the pieces that lean on it."""

    url = WebAddress("Address")

    class Meta:
        model = Proof
        fields = ["claim", "kind", "source", "url", "holds_until", "note", "pieces"]
        labels = {"holds_until": "Holds until", "pieces": "Pieces that use it"}
        help_texts = {
            "claim": "What it proves, as a sentence that may be published.",
            "source": "Who measured or certified it, where, when, on how many cases.",
            "holds_until": "Empty: it does not run out.",
            "pieces": "",
        }
        widgets = {
            "claim": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "holds_until": DayInput,
            "pieces": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        pieces = self.fields["pieces"]
        assert isinstance(pieces, forms.ModelMultipleChoiceField)  # noqa: S101
        pieces.queryset = Piece.objects.filter(brand=brand).order_by("title", "pk")


class AskForm(forms.Form):
    """What a request says, and whether it is mailed."""

    asked_for = forms.CharField(
        label="What do you ask for?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The customer reads this. Ask everybody alike, for good and bad experience.",
    )
    by_mail = forms.BooleanField(label="Send it by mail", required=False)

    def __init__(self, *args: Any, may_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_mail"].initial = may_mail
        if not may_mail:
            self.fields["by_mail"].disabled = True


class UseForm(forms.Form):
    """Which testimonial a piece uses, and for which purpose."""

    testimonial = forms.ModelChoiceField(queryset=Testimonial.objects.none())
    purpose = forms.ChoiceField(choices=Consent.Purpose.choices, required=False)

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["testimonial"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = Testimonial.objects.filter(brand=brand).select_related("customer")
        field.error_messages["invalid_choice"] = (
            f"This is none of {brand}'s. Choose one of the list."
        )


def one_line(text: str) -> str:
    return " ".join(text.split())


def default_request(brand: Brand) -> str:
    """What a request says unless somebody writes something else."""
    return (
        f"You have used what {brand} offers. How was it: what did you want to solve, what happened, and "
        "what changed, with figures if you have any? Good and bad both help us."
    )


def wording_now(testimonial: Testimonial) -> str:
    """Today's wording with all purposes, to start a consent by letter from."""
    customer = testimonial.customer
    return wording.statement(
        str(testimonial.brand),
        name=customer.name,
        quote=testimonial.text,
        purposes=list(wording.PURPOSES),
        role=customer.role_title,
        organisation=customer.organisation,
    )
