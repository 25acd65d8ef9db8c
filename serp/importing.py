"""Takes over rank histories that other trackers exported: streamed, counted, and nothing guessed."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.utils import timezone

from serp.addresses import BadAddress, canonical_url
from serp.import_report import Report
from serp.models import Brand, Keyword, Snapshot
from serp.providers.base import Item
from serp.providers.registry import IMPORTED
from serp.providers.text import clean
from serp.recording import Reading, record

REQUIRED = ("date", "query", "position", "url")
DEEPEST = 1000
"""Positions above this are no rank that anybody measured."""
OPEN_PAGES = 500
"""Result pages held in memory while their rows come in; histories are sorted by day, or nearly so."""
AT_ONCE = 100
"""Result pages stored together: SQLite takes only so many values in one question."""

KINDS = {"ceo": Keyword.Kind.PERSON, **{kind.value: kind for kind in Keyword.Kind}}


class BadHistory(Exception):
    """A file that cannot be read as a rank history at all; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One usable row of a history."""

    moment: datetime
    day: date
    query: str
    kind: str
    engine: str
    country: str
    language: str
    device: str
    item: Item

    @property
    def page(self) -> tuple[object, ...]:
        """What rows of one result page share."""
        return (self.moment, self.query, self.engine, self.country, self.language, self.device)


class Refused(Exception):
    """A row that is not stored; the message is the reason that the report counts."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the rows do not say themselves."""

    engine: str = "google"
    country: str = "us"
    language: str = "en"
    device: str = Keyword.Device.DESKTOP


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[str], IO[bytes]]]:
    """A history as text, and the raw file for measuring progress."""
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.open(raw, "rt", encoding="utf-8-sig", errors="replace", newline="") as text:
                yield text, raw
        else:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline=""), raw


def import_history(
    path: Path,
    *,
    brand: Brand,
    defaults: Defaults | None = None,
    progress: Callable[[int], None] = lambda position: None,
) -> Report:
    """Store the rank history in a CSV file (plain or .gz) for a brand. Safe to repeat.

    `progress` is told how many bytes of the file were read. New keywords are paused: an import
    never starts to spend. Raises BadHistory when the file has not the columns date, query, position
    and url, or breaks off; what was stored up to then stays.
    """
    report = Report()
    writer = Writer(brand, report)
    try:
        with opened(path) as (text, raw):
            reader = csv.DictReader(text)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise BadHistory(
                    f"{path.name} has no column {', '.join(missing)}. A history needs the columns "
                    f"{', '.join(REQUIRED)}; the first line must name them."
                )
            for raw_row in rows_of(reader, report):
                report.rows += 1
                try:
                    writer.add(parse_row(raw_row, brand, defaults or Defaults()))
                except Refused as refusal:
                    writer.refuse(raw_row, str(refusal))
                if report.rows % 1000 == 0:
                    progress(raw.tell())
            writer.flush()
            progress(raw.tell())
    except csv.Error as error:
        raise BadHistory(f"{path.name} does not begin with a line of column names.") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        writer.flush()
        raise BadHistory(
            f"{path.name} breaks off after {report.rows:,} rows ({error}). "
            f"Those were taken over; get the whole file and import it again."
        ) from error
    return report


def rows_of(reader: csv.DictReader[str], report: Report) -> Iterator[dict[str, str]]:
    """The rows of a reader; one that the csv module cannot read is counted and passed over."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.rows += 1
            report.refused[f"the line is no CSV ({error})"] += 1
            continue
        yield {key: value or "" for key, value in row.items() if isinstance(key, str)}


def parse_row(raw: dict[str, str], brand: Brand, defaults: Defaults) -> Row:
    """One row with checked values. Raises Refused with the reason."""
    moment = parse_moment(raw["date"].strip(), brand)
    query = " ".join(clean(raw["query"], 200).split())
    if not query:
        raise Refused("no query")
    position = parse_position(raw["position"].strip())
    url = raw["url"].strip()
    if url.lower() in ("", "nan", "none", "null"):
        raise Refused("no address")
    if "\\u" in url:
        raise Refused(r"the address holds an escape such as \u003d that was never decoded")
    try:
        canonical_url(url)
    except BadAddress as error:
        raise Refused("the address is not a web address") from error
    said = {
        name: raw.get(name, "").strip().lower() or getattr(defaults, name)
        for name in ("engine", "country", "language", "device")
    }
    if unknown := unknown_part(**said):
        raise Refused(f"the {unknown} is none that can be watched")
    return Row(
        moment=moment,
        day=moment.astimezone(brand.zone).date(),
        query=query,
        kind=raw.get("kind", "").strip().lower(),
        **said,
        item=Item(position, url, text_of(raw.get("title", ""), 500), text_of(raw.get("snippet", ""), 2000)),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def unknown_part(*, engine: str, country: str, language: str, device: str) -> str:
    """`Keyword.unknown_part`, remembered: the rows of a history say the same again and again."""
    return Keyword(engine=engine, country=country, language=language, device=device).unknown_part()


def text_of(value: str, longest: int) -> str:
    """A title or snippet; the "nan" that data frames write for nothing is nothing."""
    text = clean(value, longest)
    return "" if text.lower() == "nan" else text


def parse_position(text: str) -> int:
    """A position of 1 or more. Raises Refused for 0, nothing, and what is no whole number."""
    if text in ("", "nan"):
        raise Refused("no position")
    try:
        number = float(text)
    except ValueError as error:
        raise Refused("the position is no number") from error
    if number == 0:
        raise Refused("position 0: positions begin at 1")
    if not number.is_integer() or not 1 <= number <= DEEPEST:
        raise Refused(f"the position is not a whole number from 1 to {DEEPEST}")
    return int(number)


def parse_moment(text: str, brand: Brand) -> datetime:
    """A day (taken as noon in the brand's time zone) or a moment, aware. Raises Refused."""
    try:
        if len(text) == 10:
            moment = datetime.combine(date.fromisoformat(text), time(12), tzinfo=brand.zone)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=brand.zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused("the date is not written as 2026-11-18") from error
    if moment > timezone.now():
        raise Refused("the date lies in the future")
    return moment


class Writer:
    """Gathers rows into result pages and stores these in batches."""

    def __init__(self, brand: Brand, report: Report) -> None:
        self.brand = brand
        self.report = report
        self.open: OrderedDict[tuple[object, ...], dict[int, Row]] = OrderedDict()
        self.closed: set[int] = set()
        self.refused_pages: set[tuple[str, str]] = set()
        self.read_pages: set[tuple[str, str]] = set()
        self.keywords: dict[tuple[object, ...], Keyword] = {}

    def refuse(self, raw: dict[str, str], reason: str) -> None:
        self.report.refused[reason] += 1
        self.refused_pages.add((raw["date"].strip(), raw["query"].strip()))

    def add(self, row: Row) -> None:
        """Put a row on its result page; raises Refused when its position is taken."""
        if hash(row.page) in self.closed:
            raise Refused("out of order: its result page was stored already")
        page = self.open.setdefault(row.page, {})
        taken = page.get(row.item.position)
        if taken is not None and taken.item.url == row.item.url:
            raise Refused("the same row a second time")
        if taken is not None:
            raise Refused("a second row at one position: the first was kept")
        page[row.item.position] = row
        self.report.rows_a_day[row.day] += 1
        self.report.rows_a_query_and_day[row.query].add(row.day)
        if len(self.open) > OPEN_PAGES:
            self.store(AT_ONCE)

    def flush(self) -> None:
        """Store all that is held, and count the result pages of which nothing was usable."""
        while self.open:
            self.store(AT_ONCE)
        self.report.unread_pages = len(self.refused_pages - self.read_pages)
        self.report.pages += self.report.unread_pages

    def store(self, number: int) -> None:
        """Store the `number` oldest result pages."""
        pages = [self.open.popitem(last=False) for _ in range(min(number, len(self.open)))]
        self.closed.update(hash(key) for key, _ in pages)
        self.find_keywords(next(iter(rows.values())) for _, rows in pages)
        readings = [self.reading(list(rows.values())) for _, rows in pages]
        written = {
            (snapshot.keyword_id, snapshot.taken_at): snapshot for snapshot in record(readings)
        }
        for reading in readings:
            rows = len(reading.items)
            self.report.pages += 1
            self.report.single += reading.is_partial
            if (reading.keyword.pk, reading.taken_at) in written:
                self.report.new_pages += 1
                self.report.stored += rows
            else:
                self.report.present += rows

    def reading(self, rows: list[Row]) -> Reading:
        """A result page as it is recorded; depth is the lowest position that the file reports."""
        first = rows[0]
        day = first.moment.astimezone(self.brand.zone)
        self.read_pages.add((day.date().isoformat(), first.query))
        depth = max(row.item.position for row in rows)
        return Reading(
            keyword=self.keywords[first.page[1:]],
            taken_at=first.moment,
            items=tuple(row.item for row in sorted(rows, key=lambda row: row.item.position)),
            features=(),
            depth=depth,
            asked=depth,
            provider=IMPORTED,
            source=Snapshot.Source.HISTORY,
            is_partial=depth == 1,
        )

    def find_keywords(self, rows: Iterable[Row]) -> None:
        """Find or make the keyword of each result page; new ones are paused."""
        for row in rows:
            key = row.page[1:]
            if key in self.keywords:
                continue
            keyword, made = Keyword.objects.get_or_create(
                brand=self.brand,
                phrase=row.query,
                engine=row.engine,
                country=row.country,
                language=row.language,
                location="",
                device=row.device,
                defaults={"kind": KINDS.get(row.kind, Keyword.Kind.BRAND), "is_paused": True},
            )
            self.keywords[key] = keyword
            self.report.keywords.add(row.query)
            self.report.new_keywords += made
