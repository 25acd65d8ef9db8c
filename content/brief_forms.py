"""The form of a brief: its lists are texts with one entry a line, and what is written behind an entry is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from content.brief.term_rows import PER
from content.models import Brief
from content.wording import repeats
from serp.addresses import safe_link
from serp.forms import LinesField

LONGEST_LIST = 60
LONGEST_LINE = 500
TERM = re.compile(r"^(?P<term>.*?)(?:\s+\((?P<results>\d{1,3}) of (?P<of>\d{1,3})[^()]*\))?$")
TYPE = re.compile(r"^[A-Z][A-Za-z0-9]{1,60}$")
BAR = " | "


class RowsField(LinesField):
    """A list of rows, one a line. `write` makes the line of a row; lines that were not touched give
    back the row that they came from, with all that the line does not show."""

    def __init__(
        self,
        *,
        write: Callable[[dict[str, Any]], str],
        read: Callable[[str], dict[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.write, self.read = write, read
        self.stored: dict[str, dict[str, Any]] = {}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(self.write(row) for row in value)

    def to_python(self, value: Any) -> Any:
        lines: list[str] = super().to_python(value)
        return [self.stored.get(text) or self.read(text) for text in lines]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


def written_term(row: dict[str, Any]) -> str:
    """A term with its count: "burr grinder (4 of 9)"; from pages also how often it stands there."""
    if not row.get("results"):
        return str(row["term"])
    often = ""
    if row.get("base") == "pages":
        often = f", {row.get('low', 0):g}–{row.get('high', 0):g} in {PER:,} words"
    return f"{row['term']} ({row['results']} of {row.get('of', 0)}{often})"


def read_term(text: str) -> dict[str, Any]:
    match = TERM.match(text)
    assert match is not None  # noqa: S101  every line is a term
    row: dict[str, Any] = {"term": match["term"]}
    if match["results"]:
        row |= {"results": int(match["results"]), "of": int(match["of"])}
    return row


def written_pair(*names: str) -> Callable[[dict[str, Any]], str]:
    """Writes the values of these names with bars between them."""

    def write(row: dict[str, Any]) -> str:
        values = [str(row.get(name) or "").replace("|", "/") for name in names]
        while values and not values[-1]:
            values.pop()
        return BAR.join(values)

    return write


def read_pair(*names: str) -> Callable[[str], dict[str, Any]]:
    """Reads what `written_pair` wrote."""

    def read(text: str) -> dict[str, Any]:
        values = [value.strip() for value in text.split("|", len(names) - 1)]
        return dict(zip(names, [*values, *[""] * len(names)], strict=False))

    return read


def lines(label: str, help_text: str, rows: int = 5) -> LinesField:
    """A list of texts in the form."""
    return LinesField(
        required=False,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class BriefForm(forms.ModelForm):
    """A brief as people edit it. Parts that were changed are noted, so that nothing drawn later
    replaces them."""

    facts = lines("Facts that answer the negative", "One a line.")
    claims = RowsField(
        required=False,
        label="Claims that need proof",
        help_text="One a line: the claim | what would prove it.",
        widget=forms.Textarea(attrs={"rows": 6}),
        write=written_pair("text", "why"),
        read=read_pair("text", "why"),
    )
    questions = lines("Questions", "Asked by searchers, one a line.", 6)
    terms = RowsField(
        required=False,
        help_text="One a line; in brackets how many of the top results say it.",
        widget=forms.Textarea(attrs={"rows": 8}),
        write=written_term,
        read=read_term,
    )
    avoid = lines(
        "Words not to repeat", "One a line. Title and headings should do without them.", 4
    )
    disclosures = lines("What must be said openly", "One a line.", 4)
    links = RowsField(
        required=False,
        label="Own pages to link",
        help_text="One a line: address | title | why. Never the negative.",
        widget=forms.Textarea(attrs={"rows": 4}),
        write=written_pair("url", "title", "why"),
        read=read_pair("url", "title", "why"),
    )
    schema_types = lines("Structured data", "Types of schema.org, one a line: FAQPage.", 2)
    proof = lines("Proof list", "What this type has to show, one a line.", 5)

    class Meta:
        model = Brief
        fields = ["search_intent", "intent", "seo_title", "description", "angle", "facts", "claims", "outline", "questions", "terms", "avoid", "disclosures", "links", "schema_types", "proof"]  # fmt: skip
        labels = {
            "search_intent": "Searchers want",
            "intent": "In words",
            "seo_title": "Title for result pages",
            "description": "Description for result pages",
        }
        help_texts = {
            "outline": "One heading a line.",
            "seo_title": "Google shows about 580 px, some 60 letters.",
            "description": "Google shows about 920 px on a desktop, 680 px on a phone.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "angle": forms.Textarea(attrs={"rows": 3}),
            "outline": forms.Textarea(attrs={"rows": 10}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = {name: getattr(self.instance, name) for name in self.fields}
        for name, field in self.fields.items():
            if isinstance(field, RowsField):
                field.stored = {field.write(row): row for row in getattr(self.instance, name)}

    def clean_schema_types(self) -> list[str]:
        types: list[str] = self.cleaned_data["schema_types"]
        for name in types:
            if not TYPE.match(name):
                raise ValidationError(
                    f"“{name[:60]}” is no type of schema.org: write its name alone, such as FAQPage."
                )
        return types

    def clean_links(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["links"]
        negative = self.instance.piece.displaces
        for row in rows:
            if not safe_link(row["url"]):
                raise ValidationError(
                    f"“{row['url'][:80]}” is no address: begin each line with https://."
                )
            if negative and row["url"] in (negative.url, negative.seen_url):
                raise ValidationError(
                    "This is the negative: a link helps it rank. Take the line out."
                )
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                # Browsers send line ends that nobody typed: what was not touched stays as it is.
                cleaned[name] = value.replace("\r\n", "\n")
        for name, field in self.fields.items():
            value = cleaned.get(name)
            if not isinstance(field, LinesField) or value is None:
                continue
            if len(value) > LONGEST_LIST:
                self.add_error(name, f"At most {LONGEST_LIST} lines.")
            elif any(len(str(part)) > LONGEST_LINE for row in value for part in parts(row)):
                self.add_error(name, f"At most {LONGEST_LINE} signs a line.")
        for name in ("seo_title", "description"):
            found = repeats(cleaned.get(name) or "", cleaned.get("avoid") or [])
            if found:
                self.add_error(
                    name, f"It says “{found[0]}”, a word of the negative: say it without."
                )
        return cleaned

    def save(self, commit: bool = True) -> Brief:
        brief: Brief = self.instance
        changed = {name for name, value in self.cleaned_data.items() if value != self.before[name]}
        brief.edited = sorted({*brief.edited, *changed})
        if "outline" in changed:
            # What a person rewrote is the person's.
            brief.outline_by, brief.outline_confirmed_at, brief.outline_confirmed_by = (
                "",
                None,
                None,
            )
        brief._change_reason = "changed by hand"  # type: ignore[attr-defined]
        found: Brief = super().save(commit=commit)
        return found


def parts(row: Any) -> list[Any]:
    """The texts of an entry."""
    return list(row.values()) if isinstance(row, dict) else [row]
