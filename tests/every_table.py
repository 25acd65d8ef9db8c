"""Puts two rows into every table, one with a value in each column and one as empty as may be, and tells
what all tables hold; for tests that must forget no table."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models, transaction

from reputation.backup.tables import MADE_BY_MIGRATIONS, all_models, fields_of, kept_models

FIRST = 901
"""The key of the first row; far from those that migrations give."""
ROWS: dict[str, list[dict[str, Any]]] = {
    "serp.budgetuse": [{"brand_id": None}, {"brand_id": FIRST + 1}],
    "serp.pause": [{"id": 1}, {}],
    "serp.ctrcurve": [{"is_default": False}, {"is_default": False}],
    "serp.notice": [{}, {"account_id": FIRST}],
    "reputation.mark": [{"shade": "very_negative"}, {"tone": "neutral", "shade": "neutral"}],
    "reputation.passage": [{"shade": "very_negative"}, {"tone": "neutral", "shade": "neutral"}],
    "reputation.toneentry": [{"passage_id": None}, {"passage_id": FIRST + 1}],
    "content.approval": [{}, {"state": "waiting"}],
    "reputation.judgeversion": [{"is_live": False}, {"is_live": False}],
}
"""Values of columns that a constraint of the table asks for."""
ALONE = {"serp.pause"}
TEXT = '“Smør” 漢字 \t 🙂\n\\" '


def fill() -> None:
    """Make the rows, in one transaction, so that they may point at each other."""
    with transaction.atomic():
        for model in all_models():
            if model._meta.label_lower in MADE_BY_MIGRATIONS:
                continue
            for number in range(1 if model._meta.label_lower in ALONE else 2):
                values = {field.attname: value_for(field, number) for field in fields_of(model)}
                values |= ROWS.get(model._meta.label_lower, [{}, {}])[number]
                try:
                    model(**values).save_base(raw=True, force_insert=True)
                except Exception as error:
                    raise AssertionError(
                        f"ROWS in tests/every_table.py must say how to make a {model._meta.label}: {error}"
                    ) from error


def value_for(field: Any, number: int) -> Any:
    """A value that this column takes; for the second row NULL or an empty one where that may be."""
    key = FIRST + number
    if field.remote_field:
        target = field.remote_field.model
        if target._meta.label_lower in MADE_BY_MIGRATIONS:
            key = target._base_manager.order_by("pk").values_list("pk", flat=True)[number]
        return None if field.null and number else key
    if field.primary_key:
        return key if isinstance(field, models.IntegerField) else f"key-{key}"
    if field.null and number:
        return None
    if field.choices:
        return list(field.flatchoices)[min(number, len(field.flatchoices) - 1)][0]
    moment = datetime(2026, 11, 22, 23, 59, 58, 123456 + number, tzinfo=UTC)
    kinds: list[tuple[type[models.Field], Any]] = [
        (models.DateTimeField, moment),
        (models.DateField, date(2026, 2, 27) + timedelta(days=number)),
        (models.TimeField, time(12, 30, number)),
        (models.DurationField, timedelta(days=3, microseconds=number)),
        (models.BooleanField, not number),
        (models.DecimalField, Decimal("1.25") + number),
        (models.FloatField, 0.1 + 0.2 + number),
        (models.IntegerField, 7 + number),
        (models.UUIDField, UUID(int=2**100 + number)),
        (models.GenericIPAddressField, f"2001:db8::{number + 1}"),
        (models.BinaryField, bytes(range(256)) * (not number)),
        (models.JSONField, [{"b": [1, 2.5, None], "a": TEXT}] if number == 0 else []),
        (models.CharField, f"{field.name[:8]}{key}{TEXT}"[: field.max_length or 255]),
        (models.TextField, f"{field.name}{key}{TEXT * 50}"),
    ]
    return next(value for kind, value in kinds if isinstance(field, kind))


def contents() -> dict[str, list[str]]:
    """Every row of every table that a backup holds, as text; secrets decrypted."""
    found = {}
    for model in kept_models():
        columns = sorted(field.attname for field in fields_of(model))
        rows = model._base_manager.order_by("pk").values_list(*columns)
        found[model._meta.label] = [repr([comparable(value) for value in row]) for row in rows]
    return found


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, comparable(one)) for key, one in value.items())
    if isinstance(value, list):
        return [comparable(one) for one in value]
    return bytes(value) if isinstance(value, memoryview) else value


def show() -> None:
    json.dump(contents(), sys.stdout)
