"""What the pages about watching say in words: the name of a provider."""

from __future__ import annotations

from django import template

from serp.providers.registry import title_of

register = template.Library()

register.filter("provider_title", title_of)
