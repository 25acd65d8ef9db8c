"""Spoils answers on purpose: every kind of change to their values and to their bytes, drawn at random."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

NEST = "@nest-{}@"
"""Stands for lists inside lists until the answer is written: Python cannot write them that deep."""
DEPTHS = (3, 60, 400, 900, 930, 950, 960, 970, 975, 980, 985, 990, 995, 3000)
"""Some that JSON's own parser reads and whatever comes after it may not."""
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(
        [
            *("https://acme.example/", "javascript:x", "left", "right", "organic", "<b>", "\ud800"),
            *(
                "Fully empty",
                "Success",
                "Processing",
                "no results found",
                "captcha",
                "web",
                "search",
            ),
            *("https://[bad", "http://", "//a.example", "https://a.example/" + "x" * 5000, "\x00"),
            *(0, -1, 20000, 40102, 40501, 1.5e308, "NaN", "1", "x" * 20_000, "&amp;" * 5000),
            *(NEST.format(depth) for depth in DEPTHS),
        ]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "link", "url", "items", "type", "position", "error"]), inner
        )
    ),
    max_leaves=6,
)
NUMBERS = st.integers(0, 2**20)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ["drop", "replace", "double", "retype", "wrap", "reverse", "graft", "swap", "misplace"]
        ),
        NUMBERS,
        NUMBERS,
        VALUES,
    ),
    min_size=1,
    max_size=4,
)
TOKENS = (
    *(b"\x00", b"\\u0000", b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"NaN", b"1e999", b"-0"),
    *(b"9" * 5000, b"[" * 3000, b'"', b"{}", b"null", b"<html>", b"captcha", b",", b"\\"),
)
BYTE_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["cut", "flip", "insert", "delete", "splice", "blank"]),
        NUMBERS,
        NUMBERS,
        st.sampled_from(TOKENS) | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=3,
)
PLACES = ("position", "positions", "rank_absolute", "rank_group", "index", "rank")
Change = tuple[str, int, int, Any]


def ways_of(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    found = [way] if way else []
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for step, inner in pairs:
        found += ways_of(inner, (*way, step))
    return found


def retyped(value: Any) -> Any:
    """The same in another type."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return {str(place): inner for place, inner in enumerate(value)}
    if isinstance(value, str):
        return [value] if len(value) % 2 else len(value)
    return {"value": value} if value is None else str(value)


def changed(data: Any, changes: Sequence[Change]) -> Any:
    """A copy of the data with these changes."""
    data = copy.deepcopy(data)
    for kind, first, second, value in changes:
        ways = ways_of(data)
        if not ways:
            return value
        way, other = ways[first % len(ways)], ways[second % len(ways)]
        if kind == "misplace":
            placed = [way for way in ways if way[-1] in PLACES] or ways
            way = placed[first % len(placed)]
        change(data, way, other, kind, value)
    return data


def change(data: Any, way: tuple[Any, ...], other: tuple[Any, ...], kind: str, value: Any) -> None:
    """Do one change at a way, in place."""
    holder, step = at(data, way[:-1]), way[-1]
    here = holder[step]
    if kind == "drop":
        del holder[step]
    elif kind == "double" and isinstance(holder, list):
        holder.insert(step, copy.deepcopy(here))
    elif kind == "reverse" and isinstance(here, list):
        here.reverse()
    elif kind == "retype":
        holder[step] = retyped(here)
    elif kind == "wrap":
        holder[step] = [here] if isinstance(here, dict) else {"items": here}
    elif kind == "graft":
        holder[step] = copy.deepcopy(at(data, other))
    elif kind == "swap":
        taken = copy.deepcopy(at(data, other))
        at(data, other[:-1])[other[-1]] = copy.deepcopy(here)
        replace(data, way, taken)
    else:
        holder[step] = copy.deepcopy(value)


def at(data: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        data = data[step]
    return data


def replace(data: Any, way: tuple[Any, ...], value: Any) -> None:
    """Put a value at a way, unless an earlier change has taken the way."""
    try:
        at(data, way)
    except (KeyError, IndexError, TypeError):
        return
    at(data, way[:-1])[way[-1]] = value


def written(data: Any) -> bytes:
    """The data as a body, with what stands for deep lists written out."""
    body = json.dumps(data).encode()
    for depth in DEPTHS:
        body = body.replace(f'"{NEST.format(depth)}"'.encode(), b"[" * depth + b"]" * depth)
    return body


def spoilt(body: bytes, changes: Sequence[tuple[str, int, int, bytes]], other: bytes) -> bytes:
    """A body with these changes to its bytes; `other` is what may be spliced in."""
    changed = bytearray(body)
    for kind, first, second, token in changes:
        place = first % (len(changed) + 1)
        size = second % 60
        if kind == "cut":
            del changed[place:]
        elif kind == "flip" and place < len(changed):
            changed[place] ^= 1 << (second % 8)
        elif kind == "delete":
            del changed[place : place + size]
        elif kind == "splice":
            changed[place:] = other[second % (len(other) + 1) :]
        elif kind == "blank":
            changed[place : place + size] = b" " * size
        else:
            changed[place:place] = token
    return bytes(changed)
