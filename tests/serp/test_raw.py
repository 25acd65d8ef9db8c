"""Raw answers: kept small, without keys, once, and given back as they came."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote

import pytest
import zstandard

from serp.models import Check, Keyword, RawAnswer
from serp.providers.base import Answer
from serp.raw import HIDDEN, MOST_KEPT, NotKept, Packed, keep, pack, unpack
from tests.cast import NOW
from tests.serp.providers.answers import GOOD, KEY, answer, provider, query

ROWS = json.dumps(
    {"organic": [{"title": f"Result {n}", "link": f"https://r{n}.example/"} for n in range(900)]}
).encode()


@pytest.fixture
def check(keyword: Keyword) -> Check:
    return Check.objects.create(keyword=keyword, period=NOW, not_before=NOW, fence=2)


def stored(packed: Packed) -> RawAnswer:
    return RawAnswer(
        status=packed.status, headers=packed.headers, body=packed.body, size=packed.size
    )


def plain(packed: Packed) -> bytes:
    return unpack(stored(packed)).body


def test_answer_comes_back_as_it_was() -> None:
    given = Answer(503, {"retry-after": "7", "server-timing": "total;dur=1"}, ROWS)

    packed = pack(1, given, secrets=["a-key-of-no-part-in-it"])

    assert unpack(stored(packed)) == given
    assert (packed.page, packed.size) == (1, len(ROWS))
    assert len(packed.body) < len(ROWS) / 5


def test_empty_body_is_kept_as_one() -> None:
    packed = pack(1, Answer(204, {}, b""), secrets=[])

    assert packed.body
    assert plain(packed) == b""


def test_only_headers_that_adapters_read_are_kept() -> None:
    given = Answer(
        200, {"set-cookie": "session=1", "x-account": "4711", "retry-after": "3\x00" * 900}, b"{}"
    )

    headers = pack(1, given, secrets=[]).headers

    assert set(headers) == {"retry-after"}
    assert "\x00" not in headers["retry-after"]
    assert len(headers["retry-after"]) <= 1000


AWKWARD = 'login@mail.example:pa/ss"word+0815'


@pytest.mark.parametrize(
    ("key", "echo"),
    [
        (KEY, f'{{"next": "https://p.example/?api_key={KEY}"}}'),
        (KEY, f'{{"next": "https://p.example/?api_key={quote(KEY, safe="")}"}}'),
        (KEY, '{"user": "login-4711", "password": "secret-word-0815"}'),
        (KEY, f'{{"sent": "Basic {b64encode(KEY.encode()).decode()}"}}'),
        (AWKWARD, json.dumps({"key": AWKWARD})),
        (AWKWARD, json.dumps({"key": AWKWARD}).replace("/", "\\/")),
    ],
)
def test_key_that_the_answer_repeats_is_hidden(key: str, echo: str) -> None:
    kept = plain(pack(1, Answer(200, {"server-timing": key}, echo.encode()), secrets=[key]))

    # The control: the answer did hold it, in one form or another.
    assert kept != echo.encode()
    assert HIDDEN in json.dumps(json.loads(kept))
    for part in (key, *key.split(":"), b64encode(key.encode()).decode(), quote(key, safe="")):
        assert part not in json.dumps(json.loads(kept))
        assert part.encode() not in kept


def test_key_in_a_header_is_hidden() -> None:
    packed = pack(1, Answer(200, {"server-timing": f"key;desc={KEY}"}, b"{}"), secrets=[KEY])

    assert packed.headers == {"server-timing": f"key;desc={HIDDEN}"}


def test_hidden_key_leaves_the_page_readable() -> None:
    body = json.dumps({**GOOD["serpapi"], "echo": KEY}).encode()
    kept = unpack(stored(pack(1, answer(body), secrets=[KEY])))

    page = provider("serpapi").parse(kept, query("serpapi"))

    assert page == provider("serpapi").parse(answer(body), query("serpapi"))


def test_short_word_is_no_secret_to_hide() -> None:
    assert plain(pack(1, Answer(200, {}, b'{"a": "abc"}'), secrets=["abc", ""])) == b'{"a": "abc"}'


def test_body_above_the_cap_is_not_kept_and_that_is_said(
    check: Check, caplog: pytest.LogCaptureFixture
) -> None:
    packed = pack(1, Answer(200, {}, b"x" * (MOST_KEPT + 1)), secrets=[])

    keep([(check.pk, 2, "serper", [packed])], NOW)

    row = RawAnswer.objects.get()
    assert (bytes(row.body), row.size) == (b"", MOST_KEPT + 1)
    assert "1 answers above 5000000 bytes were not kept" in caplog.text
    with pytest.raises(NotKept, match="5,000,001 bytes was too large"):
        unpack(row)


def test_body_at_the_cap_is_kept() -> None:
    assert len(plain(pack(1, Answer(200, {}, b"x" * MOST_KEPT), secrets=[]))) == MOST_KEPT


def test_bomb_in_the_database_is_not_unpacked() -> None:
    bomb = zstandard.compress(b"\0" * 300_000_000, 1)
    # The control: it is small and would unpack.
    assert len(bomb) < 100_000
    assert len(zstandard.decompress(bomb)) == 300_000_000

    with pytest.raises(NotKept, match="more than was ever kept"):
        unpack(RawAnswer(status=200, headers={}, body=bomb, size=10))


SOUND = pack(1, Answer(200, {}, ROWS), secrets=[]).body


@pytest.mark.parametrize(
    "body",
    [
        b"no zstandard at all",
        SOUND[:-40],
        SOUND[:200] + bytes([SOUND[200] ^ 1]) + SOUND[201:],
        zstandard.compress(b"")[:5],
    ],
)
def test_damaged_row_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(NotKept, match="damaged"):
        unpack(RawAnswer(status=200, headers={}, body=body, size=len(ROWS)))


def test_answers_are_kept_in_two_queries_and_once(
    check: Check,
    django_assert_num_queries: object,
) -> None:
    pages = [pack(n, Answer(200, {}, b"{}"), secrets=[]) for n in (1, 2, 3)]

    with django_assert_num_queries(2):  # type: ignore[operator]
        keep([(check.pk, 2, "serper", pages)], NOW)
    keep([(check.pk, 2, "searchapi", pages)], NOW + timedelta(hours=1))
    keep([(check.pk, 3, "searchapi", pages[:1])], NOW + timedelta(hours=1))

    assert list(RawAnswer.objects.order_by("fence", "page").values_list("fence", "page", "provider")) == [
        (2, 1, "serper"),
        (2, 2, "serper"),
        (2, 3, "serper"),
        (3, 1, "searchapi"),
    ]  # fmt: skip
    row = RawAnswer.objects.get(fence=2, page=1)
    assert (row.at, unpack(row).body) == (NOW, b"{}")


def test_nothing_to_keep_is_no_error(db: None) -> None:
    keep([], NOW)

    assert not RawAnswer.objects.exists()
