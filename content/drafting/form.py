"""The form of a draft: text, title, description, evidence, and a file to take the text from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from content.drafting.saving import Typed

KB = 1000
MOST_BYTES = 500 * KB
LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 1000
MOST_EVIDENCE = 300
LONGEST_CELL = 2000
ENDINGS = (".md", ".markdown", ".txt")
AREA = {"class": "field", "spellcheck": "true"}


def too_big(size: int) -> str:
    """What is said about a text that is over the cap."""
    return (
        f"This draft has {round(size / KB):,} KB; at most {MOST_BYTES // KB} KB are taken. Leave embedded "
        "pictures out, or make two pieces of it. Nothing was saved; what you typed is still here."
    )


class DraftForm(forms.Form):
    """A draft as it is typed. Nothing but the whole thing's size and the fields' lengths is refused."""

    title = forms.CharField(
        required=False,
        max_length=LONGEST_TITLE,
        label="Title",
        widget=forms.TextInput(attrs={"class": "field", "autocomplete": "off"}),
    )
    description = forms.CharField(
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={**AREA, "rows": 2}),
    )
    text = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={**AREA, "rows": 28})
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="Take it from a file",
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,.txt,text/plain,text/markdown"}),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        # PostgreSQL takes no zero byte.
        text = text.replace("\x00", "")
        size = len(text.encode())
        if size > MOST_BYTES:
            raise ValidationError(too_big(size))
        return text

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_description(self) -> str:
        return " ".join(self.cleaned_data["description"].split())

    def clean_file(self) -> str:
        """The text of the file, or nothing."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if not file:
            return ""
        name = (file.name or "").casefold()
        if not name.endswith(ENDINGS):
            raise ValidationError(
                f"“{file.name}” is neither .md nor .txt. Save the text as Markdown or plain text first."
            )
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(too_big(file.size or 0))
        return text_of(file.read())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        taken = cleaned.get("file") or ""
        if taken and "text" in cleaned:
            # What was typed stays: a file goes below it.
            cleaned["text"] = "\n\n".join(filter(None, [cleaned["text"].rstrip(), taken]))
            size = len(cleaned["text"].encode())
            if size > MOST_BYTES:
                self.add_error("text", too_big(size))
        if len(self.evidence()) > MOST_EVIDENCE:
            self.add_error(None, f"At most {MOST_EVIDENCE} rows of evidence are taken.")
        return cleaned

    def evidence(self) -> list[dict[str, str]]:
        """The rows of evidence that say something, as typed."""
        if not hasattr(self.data, "getlist"):
            return []
        columns = [self.data.getlist(name) for name in ("claim", "source", "note")]
        rows = (
            [" ".join(cell.replace("\x00", "").split())[:LONGEST_CELL] for cell in row]
            for row in zip(*columns, strict=False)
        )
        return [
            {"claim": claim, "source": source, "note": note}
            for claim, source, note in rows
            if source or note
        ]

    def typed(self) -> Typed:
        """What was typed, once the form is valid."""
        return Typed(
            text=self.cleaned_data["text"],
            title=self.cleaned_data["title"],
            description=self.cleaned_data["description"],
            evidence=self.evidence(),
        )


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark. Raises ValidationError."""
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            "This file is not in UTF-8. Save it with the encoding “UTF-8” and choose it again."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
