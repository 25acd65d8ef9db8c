"""What the pages about watching say in words: the name of a provider."""

from __future__ import annotations

from django import template

from serp.providers.registry import PROVIDERS

register = template.Library()


@register.filter
def provider_title(name: str) -> str:
    """A provider's name as people know it; of one that is not ours, such as another tracker whose
    history was imported, the name that is stored."""
    return PROVIDERS[name].title if name in PROVIDERS else name
