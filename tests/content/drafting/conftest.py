"""A draft to be checked, and what it is checked against, as the tests vary them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from content.drafting.check import Report, check
from content.drafting.finding import Finding, Ruling
from content.drafting.given import Given

Judge = Callable[..., Ruling]
PROSE = (
    "The grinder stands in the kitchen. It is quiet in the morning. People like the coffee that it makes. "
    "The motor is small and turns slowly. You can take the parts out and wash them. It needs no oil."
)


@pytest.fixture
def judge() -> Judge:
    """`judge("links", text, language="no")`: what one rule says about a text."""

    def one(
        rule: str, text: str, *, title: str = "A title", description: str = "", **known: Any
    ) -> Ruling:
        given = Given(**{"kind": "faq", **known})
        report: Report = check(text, given, title=title, description=description)
        return next(ruling for ruling in report.rulings if ruling.rule == rule)

    return one


def required(ruling: Ruling) -> list[Finding]:
    return [finding for finding in ruling.findings if finding.is_required]
