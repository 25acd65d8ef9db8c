"""What every test may ask for: the captured data, the local provider, real servers, a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, sync_playwright

from serp.limits import limits
from tests.local_provider import LocalProvider
from tests.offline import stay_offline
from tests.services import ServiceError, start_postgres, start_redis

pytest_plugins = ["tests.cast"]

stay_offline()

REPOSITORY = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MARKED_BY_FIXTURE = {
    "browser": "browser",
    "postgres_url": "services",
    "redis_url": "services",
    "shared_data": "shared_data",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only the tests that touch Django's database, without those in a browser",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKED_BY_FIXTURE:
                item.add_marker(MARKED_BY_FIXTURE[fixture])
    if config.getoption("--database-only"):
        kept = [item for item in items if touches_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def touches_database(item: pytest.Item) -> bool:
    """Whether the outcome may depend on which database Django uses."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "browser" in fixtures:
        return False
    asks = {"db", "transactional_db", "django_db_setup"} & fixtures
    return bool(asks) or item.get_closest_marker("django_db") is not None


def missing(reason: str, *, required_by: str) -> NoReturn:
    """Skip, or fail where the environment says that this must be here."""
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason} ({required_by}=1)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of captured provider answers and rank histories, which is no part of the project."""
    folder = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        missing(f"no captured data at {folder}", required_by="REQUIRE_SHARED_DATA")
    return folder


@pytest.fixture
def serp_stub(shared_data: Path) -> Iterator[Callable[..., LocalProvider]]:
    """Start local providers: `serp_stub(error_rate=0.1).url`; all end with the test."""
    program = shared_data.parent / "serp_stub" / "serp_stub.py"
    if not program.is_file():
        missing(f"no local provider at {program}", required_by="REQUIRE_SHARED_DATA")
    started: list[LocalProvider] = []

    def start(**options: Any) -> LocalProvider:
        started.append(LocalProvider(program, **options))
        return started[-1]

    yield start
    for provider in started:
        provider.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty database of this test process, on a real PostgreSQL."""
    own = None
    server = os.environ.get("TEST_POSTGRES_URL")
    if not server:
        try:
            own = start_postgres()
        except ServiceError as error:
            missing(str(error), required_by="REQUIRE_SERVICES")
        server = own.url
    name = f"free_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    if own:
        own.stop()


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> Iterator[str]:
    """The URL of an empty numbered database of this test process, on a real Redis."""
    own = None
    server = os.environ.get("TEST_REDIS_URL")
    if not server:
        try:
            own = start_redis()
        except ServiceError as error:
            missing(str(error), required_by="REQUIRE_SERVICES")
        server = own.url
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    url = f"{server}/{number}"
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()
    yield url
    if own:
        own.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing("no Chromium on this machine", required_by="REQUIRE_BROWSER")
    # Playwright keeps an event loop in this thread, in which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """What the gate remembers of an account is no business of the next test's account."""
    limits.cache_clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hashing a password slowly costs half a second a person, and no test is about it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
