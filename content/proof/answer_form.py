"""The form behind a one-time link: what a customer says, agrees to, and is asked about."""

from __future__ import annotations

from typing import Any

from django import forms

from content.models import Customer
from content.proof import wording
from content.proof.answering import Answer
from content.proof.forms import one_line
from serp.models import Brand

LONGEST = 5000
YES_NO = [("yes", "Yes"), ("no", "No")]
RATINGS = [
    ("", "no rating"),
    ("1", "1, very bad"),
    ("2", "2, bad"),
    ("3", "3, in between"),
    ("4", "4, good"),
    ("5", "5, very good"),
]
RELATIONS = {
    Customer.Relation.CUSTOMER: "No, I am a customer and nothing else",
    Customer.Relation.EMPLOYEE: "I work for {brand}",
    Customer.Relation.FORMER: "I worked for {brand}",
    Customer.Relation.OWNER: "I own or manage {brand}",
    Customer.Relation.FAMILY: "I am family of somebody who does one of these",
    Customer.Relation.PARTNER: "I am a partner or agency of {brand}",
    Customer.Relation.SUPPLIER: "I supply {brand}",
}
CONFIRMED = tuple(wording.QUESTIONS)


class YesNo(forms.ChoiceField):
    """A question that is answered with yes or no, or not at all."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, choices=YES_NO, required=False, widget=forms.RadioSelect)


class AnswerForm(forms.Form):
    """Every opinion is taken; only publishing needs consent and the confirmations."""

    text = forms.CharField(
        label="Your experience, in your own words",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write a few words, or choose “I would rather not” below."},
    )
    rating = forms.ChoiceField(label="Your rating", choices=RATINGS, required=False)
    name = forms.CharField(label="Your name", max_length=120)
    role = forms.CharField(label="Your role", max_length=120, required=False)
    organisation = forms.CharField(label="Your organisation", max_length=120, required=False)
    relation = forms.ChoiceField(widget=forms.RadioSelect)
    relation_note = forms.CharField(label="If so, what is it?", max_length=200, required=False)
    received = YesNo("Did you receive or were you promised anything in return?")
    incentive = forms.CharField(label="If so, what?", max_length=300, required=False)
    conditional = YesNo("Was it promised only for a good word?")
    own_words = YesNo(wording.QUESTIONS["own_words"])
    used_it = YesNo(wording.QUESTIONS["used_it"])
    adult = YesNo(wording.QUESTIONS["adult"])
    purposes = forms.MultipleChoiceField(
        required=False, choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relation, purposes = self.fields["relation"], self.fields["purposes"]
        assert isinstance(relation, forms.ChoiceField)  # noqa: S101
        assert isinstance(purposes, forms.MultipleChoiceField)  # noqa: S101
        relation.label = f"Are you employed by {brand}, related to it or tied to it in another way?"
        relation.choices = [(key, text.format(brand=brand)) for key, text in RELATIONS.items()]
        relation.error_messages["required"] = "Choose one, so that readers can be told."
        purposes.label = wording.introduction(str(brand))
        purposes.choices = wording.purpose_words(str(brand))

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_role(self) -> str:
        return one_line(self.cleaned_data["role"])

    def clean_organisation(self) -> str:
        return one_line(self.cleaned_data["organisation"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("received") == "yes" and not cleaned.get("incentive", "").strip():
            self.add_error("incentive", "Say what it was, so that readers can be told.")
        if not cleaned.get("purposes"):
            return cleaned
        for name in CONFIRMED:
            if cleaned.get(name) != "yes":
                self.add_error(name, self.publishing_needs(name))
        if not cleaned.get("received"):
            self.add_error("received", "Answer this, so that readers can be told.")
        if cleaned.get("received") == "yes" and not cleaned.get("conditional"):
            self.add_error("conditional", "Answer this too.")
        return cleaned

    def publishing_needs(self, name: str) -> str:
        if self.cleaned_data.get(name) == "no":
            return (
                "Then your words cannot be published. Untick the boxes above, and your answer still "
                "arrives."
            )
        return "To publish your words this must be answered. Without ticked boxes it need not be."

    def answer(self) -> Answer:
        """What was sent, as the act takes it."""
        data = self.cleaned_data
        got = data["received"] == "yes"
        told = {name: data[name] == "yes" for name in CONFIRMED if data[name]}
        if got and data["conditional"]:
            told["conditional"] = data["conditional"] == "yes"
        return Answer(
            text=data["text"],
            name=data["name"],
            purposes=data["purposes"],
            rating=int(data["rating"]) if data["rating"] else None,
            organisation=data["organisation"],
            role=data["role"],
            relation=data["relation"],
            relation_note=data["relation_note"].strip(),
            incentive=data["incentive"].strip() if got else "",
            statements=told,
        )


class WithdrawForm(forms.Form):
    """Takes a consent back; a reason is not needed."""

    why = forms.CharField(
        label="Why, if you want to say",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
