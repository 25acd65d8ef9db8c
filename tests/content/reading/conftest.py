"""The site that the tests of reading pages read."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web_site import WebSite


@pytest.fixture
def site(settings: Any) -> Iterator[WebSite]:
    """A site on loopback that this installation may call."""
    running = WebSite()
    settings.ALLOWED_PROVIDER_HOSTS = [running.host]
    settings.READ_PAGES = True
    yield running
    running.stop()
