"""The suite's own ground: it stays offline, its servers are real, and what must not be skipped fails."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tests.conftest import missing
from tests.local_provider import LocalProvider
from tests.offline import OutsideNetworkError
from tests.run import closing_line, without_settings
from tests.services import ServiceError, package_folder, start_redis


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(OutsideNetworkError, match="tried to reach"):
        outward.connect(("192.0.2.1", 80))


def test_a_name_finds_no_address() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("pushdown.example", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    assert socket.getaddrinfo("localhost", 80)


def test_postgresql_is_real_and_finds_letters_in_chinese(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        (similarity,) = connection.execute("SELECT similarity('声誉管理', '声誉管控')").fetchone()
        (unlike,) = connection.execute("SELECT similarity('声誉管理', '天气预报')").fetchone()
    assert similarity > unlike == 0


def test_redis_is_real_and_tells_its_time_to_lua(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.set("tests", "real")
        assert connection.get("tests") == b"real"
        connection.delete("tests")
        assert int(connection.eval("return redis.call('TIME')[1]", 0)) > 1_700_000_000


def test_the_browser_is_real_and_runs_script(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<title>before</title><script>document.title = 6 * 7</script>")
    assert page.title() == "42"
    page.close()


def test_the_local_provider_answers_and_counts(serp_stub: Callable[..., LocalProvider]) -> None:
    provider = serp_stub(results=10)
    with urllib.request.urlopen(f"{provider.url}/search?q=acme&api_key=k") as answer:
        assert len(json.load(answer)["organic_results"]) == 10
    provider.configure(error_rate=1, error_codes=503)
    with pytest.raises(urllib.error.HTTPError, match="503"):
        urllib.request.urlopen(f"{provider.url}/search?q=other")
    assert provider.stats()["requests"] == 2


def test_a_server_leaves_nothing_behind() -> None:
    with start_redis() as server:
        folder, port = server.folder, server.port
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(ServiceError, match="no_such_wheel is not installed"):
        package_folder("no_such_wheel")


def test_what_is_missing_skips_but_fails_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("REQUIRE_A_THING", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no thing"):
        missing("no thing", required_by="REQUIRE_A_THING")
    monkeypatch.setenv("REQUIRE_A_THING", "1")
    with pytest.raises(pytest.fail.Exception, match="no thing"):
        missing("no thing", required_by="REQUIRE_A_THING")


def test_the_closing_line_sums_both_runs(tmp_path: Path) -> None:
    reports = [tmp_path / "a.xml", tmp_path / "b.xml", tmp_path / "never-written.xml"]
    reports[0].write_text('<r><testsuite tests="9" failures="1" errors="1" skipped="2"/></r>')
    reports[1].write_text('<r><testsuite tests="3" failures="0" errors="0" skipped="0"/></r>')
    assert closing_line(reports) == "tests: 8 passed, 2 failed, 2 skipped"


def test_a_developers_own_settings_do_not_steer_the_tests() -> None:
    mine = {"DATABASE_URL": "postgres://x", "REDIS_URL": "redis://x", "PATH": "/bin"}
    assert without_settings(mine) == {"PATH": "/bin"}
