"""The score and the order of findings."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from content.drafting.check import RULES, check
from content.drafting.finding import Level
from content.drafting.given import Given
from content.drafting.wordlists import FOLDER, LANGUAGES, lists
from tests.content.drafting.conftest import PROSE

ALL = {"en", "zh", "no", "lv", "de", "es", "fr", "ru"}


def test_an_empty_draft_has_no_score_and_one_finding() -> None:
    report = check(" \n", Given(kind="faq"))
    assert report.score is None
    assert [finding.wrong for finding in report.findings] == ["Nothing is written yet."]


def test_the_score_is_the_share_of_what_was_measured() -> None:
    report = check(PROSE, Given(kind="faq"), title="Grinder")
    measured = [ruling for ruling in report.rulings if ruling.is_measured]
    assert report.base == sum(ruling.points for ruling in measured)
    assert report.score == int(100 * sum(r.points * (r.share or 0) for r in measured) / report.base)
    assert all(ruling.words for ruling in report.unmeasured)


def test_what_cannot_be_measured_costs_nothing() -> None:
    without = check(PROSE, Given(kind="forum"), title="Grinder")
    assert {"terms", "questions", "images"} <= {ruling.rule for ruling in without.unmeasured}


def test_required_findings_come_first_and_what_raises_most_is_named() -> None:
    text = f"{PROSE}\n\nTODO\n\n94 % of customers stayed."
    report = check(text, Given(kind="faq", questions=["Can I return it?"]), title="Grinder")
    levels = [finding.level for finding in report.findings]
    assert levels == sorted(levels, key=list(Level).index)
    gains = [gain for _, gain in report.to_raise]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0


def test_every_finding_but_a_good_one_says_what_to_do() -> None:
    text = (
        f"# A\n\n# B\n\n{PROSE}\n\nTODO [x]() ![](a.png) 94 % of all customers. We remove reviews."
    )
    report = check(text, Given(kind="news", terms=[{"term": "steel"}], questions=["Why?"]))
    for finding in report.findings:
        assert finding.wrong
        assert bool(finding.todo) != (finding.level == Level.GOOD)


@pytest.mark.parametrize("language", sorted(ALL | {"pl", "ja", "xx"}))
def test_every_language_is_checked_or_said_not_to_be(language: str) -> None:
    report = check("Text one. Text two.", Given(kind="case_study", language=language), title="T")
    assert len(report.rulings) == len(RULES)
    assert 0 <= (report.score or 0) <= 100


def test_every_language_has_every_list() -> None:
    assert ALL == LANGUAGES
    names = {name for code in LANGUAGES for name in lists(code)}
    may_lack = {"removal_first", "months", "abbreviations"}
    assert {(c, n) for c in LANGUAGES for n in names - may_lack if not lists(c).get(n)} == set()
    assert all("||" not in file.read_text("utf-8") for file in FOLDER.glob("*.json"))


@pytest.fixture
def no_hours() -> Iterator[None]:
    """Ends a test that would take hours: each of these does, with patterns that go back and forth."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("still at it after a minute")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("1", "en"),
        ("123 ", "en"),
        ("1", "zh"),
        ("1,", "zh"),
        ("一", "zh"),
        ("a", "en"),
        ("? ", "en"),
        ("「", "zh"),
        ("{{", "en"),
        ("<name", "en"),
        ("[insert", "en"),
    ],
)
@pytest.mark.usefixtures("no_hours")
def test_a_draft_of_nothing_but_one_sign_is_checked_in_its_length_not_its_square(
    unit: str, language: str
) -> None:
    text = f"{unit * (100_000 // len(unit))}a. B"
    assert check(text, Given(kind="faq", language=language)).rulings
