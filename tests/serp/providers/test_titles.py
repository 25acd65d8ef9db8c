"""Providers are named as people call them, and so are those that are not ours."""

import pytest

from serp.providers.registry import PROVIDERS, title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("dataforseo", "DataForSEO"),
        ("sample", "Sample world"),
        ("import", "imported history"),
        ("another tracker", "another tracker"),
        ("", ""),
    ],
)
def test_a_provider_has_one_title_everywhere(name: str, title: str) -> None:
    assert title_of(name) == title


def test_every_provider_of_ours_has_a_title() -> None:
    assert all(title_of(name) == row.title != "" for name, row in PROVIDERS.items())
