"""Who does harm, who suffers it, and what is honoured: the judge keeps them apart."""

from __future__ import annotations

import pytest

from reputation.tone import BrandNames, Text, Verdict, judge_texts
from reputation.tone.masking import mask_of

NEWS = "https://www.dailynews.example/today"


def verdict_on(
    title: str, snippet: str = "", *, brand: str = "Nordika", url: str = NEWS
) -> Verdict:
    return next(judge_texts([Text(title, snippet, url)], BrandNames((brand,))))


@pytest.mark.parametrize(
    ("title", "tone"),
    [
        ("Denuncian que Nordika engañó a sus clientes", "negative"),
        ("Sindicatos critican que Nordika paga mal", "negative"),
        ("Los usuarios dicen que Viva es peor que Nordika en todo", "neutral"),
    ],
)
def test_word_for_than_compares_only_next_to_a_comparative(title: str, tone: str) -> None:
    assert verdict_on(title).tone == tone


def test_impostors_who_pose_as_the_brand_are_no_comparison_with_it() -> None:
    verdict = verdict_on(
        "Betrüger geben sich als Nordika aus", "Polizei warnt: Nicht auf den Link klicken."
    )

    assert verdict.tone == "neutral"


def test_praise_that_is_asked_and_answered_with_no_is_blame() -> None:
    assert verdict_on("Is Nordika legit?", "No. Do your own research.").tone == "negative"
    assert verdict_on("Is Nordika legit?", "I got a letter from them.").tone == "neutral"


def test_stars_within_a_rating_are_no_praise() -> None:
    low = verdict_on("Opiniones de Nordika: 1,4 de 5 estrellas")

    assert low.tone == "negative"
    assert verdict_on("Opiniones de Nordika: 5 estrellas").tone == "positive"


@pytest.mark.parametrize(
    ("snippet", "tone"),
    [
        ("Der Joghurt von Nordika bekommt die Gesamtnote 1,3.", "positive"),
        ("Der Joghurt von Nordika bekommt die Gesamtnote 3,0.", "neutral"),
        ("Der Joghurt von Nordika bekommt die Gesamtnote 4,9.", "negative"),
    ],
)
def test_german_marks_are_best_when_they_are_low(snippet: str, tone: str) -> None:
    assert verdict_on("Naturjoghurt im Vergleich", snippet).tone == tone


def test_rating_out_of_ten_counts_before_any_word() -> None:
    assert verdict_on("Nordika: guest reviews", "9.6/10 from all who stayed").tone == "positive"


def test_harm_that_someone_is_honoured_for_is_no_blame() -> None:
    title = "Nordika ferry crash: {}"

    assert verdict_on(title.format("two dead after explosion")).tone == "negative"
    assert verdict_on(title.format("crew rescued six, hailed as heroes")).tone != "negative"


def test_honour_does_not_excuse_an_arrest() -> None:
    assert verdict_on("Nordika chef, hailed as a hero, arrested for murder").tone == "negative"


def test_burglars_harm_the_brand_and_not_its_name() -> None:
    assert verdict_on("Einbrecher erbeuten 500 Euro bei der Firma Nordika").tone == "neutral"
    assert verdict_on("Chef von Nordika wegen Diebstahls verhaftet").tone == "negative"


def test_person_is_found_without_the_office_before_the_name() -> None:
    mask = mask_of(BrandNames(("Mayor Lena Ortiz",)))

    assert "Ortiz" not in mask.hide("Lena Ortiz opens a bridge")
    assert "Pepper" in mask_of(BrandNames(("Dr Pepper",))).hide("Peter Pepper opens a bridge")
