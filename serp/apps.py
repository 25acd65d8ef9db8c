"""The Django app `serp`."""

from django.apps import AppConfig


class SerpConfig(AppConfig):
    name = "serp"
    verbose_name = "Search results"
