"""The sign of life for machines answers over plain HTTP too, where people are sent to HTTPS."""

from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_healthz_answers_where_other_pages_redirect(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/login/").status_code == 301, "the control: the redirect is on"
    assert client.get("/healthz").content == b"ok\n"
