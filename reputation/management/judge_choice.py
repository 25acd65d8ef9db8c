"""Lets a command choose its judge by `--model`: the rules alone, or together with the optional model."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass

from django.core.management.base import CommandError

from reputation.tone import VERSION, judge_texts
from reputation.tone.lines import JudgeTexts
from reputation.tone.model import installed_model, judge_with_model


@dataclass(frozen=True, slots=True)
class ChosenJudge:
    """A judge of texts, and the name that its verdicts are told by."""

    judge: JudgeTexts
    name: str


def add_model_argument(parser: ArgumentParser) -> None:
    """Add `--model` to a command."""
    parser.add_argument(
        "--model",
        choices=["auto", "on", "off"],
        default="auto",
        help="ask the optional model as well: auto (where it is installed), on (it must be), off",
    )


def chosen_judge(choice: str) -> ChosenJudge:
    """The judge for `--model`; CommandError where the model must be there and is not."""
    asked = None if choice == "off" else installed_model()
    if asked is not None:
        return ChosenJudge(judge_with_model, f"{VERSION} + {asked.name}")
    if choice == "on":
        raise CommandError(
            "The optional model is not installed: pip install -r requirements-ml.txt, "
            "or leave --model on out."
        )
    return ChosenJudge(judge_texts, VERSION)
