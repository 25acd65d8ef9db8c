"""The judge of tone tells negative, neutral and positive apart, and says why."""

from __future__ import annotations

import pytest

from reputation.tone import BrandNames, Text, Verdict, judge_texts

BRAND = BrandNames(names=("Northpine Bank",))


def verdict_on(
    title: str,
    snippet: str = "",
    *,
    url: str = "",
    language: str = "en",
    brand: BrandNames = BRAND,
) -> Verdict:
    return next(judge_texts([Text(title, snippet, url, language)], brand))


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Northpine Bank hit by data breach", "breach"),
        ("Northpine Bank fined $4 million", "regulator"),
        ("Northpine Bank layoffs reach 900", "labour"),
        ("Northpine Bank files for bankruptcy", "finances"),
        ("Northpine Bank is a scam", "fraud"),
        ("Northpine Bank boss resigns amid scandal", "ethics"),
        ("Northpine Bank adds hidden fees and is overpriced", "price"),
        ("Northpine Bank recalls faulty card readers over fire hazard", "recall"),
    ],
)
def test_bad_news_is_negative_in_its_category(title: str, category: str) -> None:
    verdict = verdict_on(title)

    assert (verdict.tone, verdict.category) == ("negative", category)
    assert -1 <= verdict.score < 0


@pytest.mark.parametrize(
    "title",
    [
        "Northpine Bank denies fraud",
        "Northpine Bank cleared of money laundering",
        "Fraud case against Northpine Bank dismissed",
        "Northpine Bank was never sued",
        "Northpine Bank did not suffer a data breach",
    ],
)
def test_what_is_denied_or_dismissed_is_no_evidence(title: str) -> None:
    verdict = verdict_on(title)

    assert (verdict.tone, verdict.category) == ("neutral", "")


def test_negation_ends_with_the_clause() -> None:
    assert verdict_on("Not a bank? Northpine Bank sued").tone == "negative"
    assert verdict_on("Northpine Bank denies delays but faces fraud lawsuit").tone == "negative"


def test_denied_praise_is_negative() -> None:
    assert verdict_on("I would not recommend Northpine Bank").tone == "negative"
    assert verdict_on("I recommend Northpine Bank").tone == "positive"


@pytest.mark.parametrize(
    ("title", "tone"),
    [
        ("Northpine Bank sues start-up over logo", "neutral"),
        ("Start-up sues Northpine Bank over logo", "negative"),
        ("Northpine Bank sued by start-up", "negative"),
        ("Start-up sued by Northpine Bank", "neutral"),
        ("Northpine Bank accuses rival of fraud", "neutral"),
        ("Rival accuses Northpine Bank of fraud", "negative"),
        ("Northpine Bank downgrades Orbita shares", "neutral"),
        ("Analysts downgrade Northpine Bank", "negative"),
        ("Northpine Bank files lawsuit against Orbita", "neutral"),
        ("Orbita files lawsuit against Northpine Bank", "negative"),
    ],
)
def test_who_acts_and_who_suffers_are_told_apart(title: str, tone: str) -> None:
    assert verdict_on(title).tone == tone


@pytest.mark.parametrize(
    ("title", "language", "tone"),
    [
        ("海岚银行起诉自媒体", "zh", "neutral"),
        ("海岚银行被客户起诉", "zh", "negative"),
        ("客户起诉海岚银行", "zh", "negative"),
        ("海岚银行没有泄露数据", "zh", "neutral"),
        ("海岚银行泄露数据", "zh", "negative"),
        ("Varde Bank saksøker konkurrent", "no", "neutral"),
        ("Varde Bank saksøkt av kunder", "no", "negative"),
        ("Varde Bank ikke siktet for svindel", "no", "neutral"),
        ("Varde Bank siktet for svindel", "no", "negative"),
        ("Jūras Banka iesūdz tiesā konkurentu", "lv", "neutral"),
        ("Jūras Banka iesūdzēta tiesā", "lv", "negative"),
        ("Jūras Banka nav bankrotējusi", "lv", "neutral"),
        ("Jūras Banka bankrotējusi", "lv", "negative"),
    ],
)
def test_roles_and_negation_hold_in_each_language(title: str, language: str, tone: str) -> None:
    brand = BrandNames(names=("海岚银行", "Varde Bank", "Jūras Banka"))

    assert verdict_on(title, language=language, brand=brand).tone == tone


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Is Northpine Bank a scam?", "en"),
        ("Should I worry about fraud at Northpine Bank ...", "en"),
        ("Northpine Bank 是诈骗吗", "zh"),
        ("Er Northpine Bank svindel?", "no"),
        ("Vai Northpine Bank ir krāpšana?", "lv"),
    ],
)
def test_question_without_answer_is_neutral(title: str, language: str) -> None:
    assert verdict_on(title, language=language).tone == "neutral"


def test_answered_or_presuming_question_counts() -> None:
    answered = verdict_on("Is Northpine Bank a scam?", "Yes, Northpine Bank is a scam.")

    assert answered.tone == "negative"
    assert verdict_on("Why is Northpine Bank so terrible?").tone == "negative"


def test_own_pages_are_neutral() -> None:
    praise = ("Northpine Bank: excellent service, highly recommended", "Amazing rates.")
    own = BrandNames(names=("Northpine Bank",), domains=("pine.example",))

    assert verdict_on(*praise, url="https://blog.example/review").tone == "positive"
    assert verdict_on(*praise, url="https://www.northpinebank.com/why-us").tone == "neutral"
    assert verdict_on(*praise, url="https://help.pine.example/", brand=own).tone == "neutral"


def test_self_praise_on_foreign_hosts_is_neutral() -> None:
    snippet = "We offer excellent service. Discover our products."

    assert verdict_on("Northpine Bank", snippet, url="https://fair.example/").tone == "neutral"


@pytest.mark.parametrize(
    "url",
    [
        "https://en.wikipedia.org/wiki/Northpine_Bank",
        "https://www.indeed.com/jobs?q=northpine",
        "https://finance.yahoo.com/quote/NPB/",
        "https://www.yellowpages.com/northpine-bank",
        "https://www.facebook.com/northpinebank/",
    ],
)
def test_reference_jobs_stock_directory_and_profile_pages_are_neutral(url: str) -> None:
    text = ("Northpine Bank", "Great prices and friendly people, some problems and losses.")

    assert verdict_on(*text, url=url).tone == "neutral"


def test_complaint_board_is_negative_by_itself() -> None:
    verdict = verdict_on("Northpine Bank", url="https://northpine.pissedconsumer.com/1.html")

    assert (verdict.tone, verdict.category) == ("negative", "service")
    assert verdict.evidence[0].words == "northpine.pissedconsumer.com"


def test_domain_made_against_the_brand_is_negative() -> None:
    assert verdict_on("Home", url="https://northpinebanksucks.example/").tone == "negative"


@pytest.mark.parametrize(
    ("snippet", "tone"),
    [
        ("Rated 1.8 out of 5", "negative"),
        ("Rating: 4.6", "positive"),
        ("Rating: 3.4", "neutral"),
        ("1,9 av 5", "negative"),
        ("vērtējums 2,1 no 5", "negative"),
        ("评分1.5分", "negative"),
        ("★★☆☆☆", "negative"),
        ("★★★★★ ☆", "neutral"),
        ("Open 24/7, page 2 of 5, version 1.8, 3/5/2024", "neutral"),
    ],
)
def test_star_rating_speaks(snippet: str, tone: str) -> None:
    assert verdict_on("Northpine Bank", snippet, language="").tone == tone


def test_list_of_different_ratings_says_nothing() -> None:
    snippet = "Oslo 1.2 out of 5 stars. Riga 2.0 out of 5 stars. Bergen 4.4 out of 5 stars."

    assert verdict_on("Northpine Bank branches", snippet).tone == "neutral"


def test_misuse_of_the_name_is_not_held_against_the_brand() -> None:
    assert verdict_on("Scammers impersonating Northpine Bank").tone == "neutral"
    assert verdict_on("Scammers at Northpine Bank").tone == "negative"


def test_headline_in_the_address_counts() -> None:
    url = "https://news.example/2025/northpine-bank-ceo-arrested-in-fraud-scandal"
    verdict = verdict_on("Northpine Bank ...", url=url)

    assert verdict.tone == "negative"
    for each in verdict.evidence:
        assert url[each.start : each.end] == each.words


def test_evidence_has_exact_offsets_and_a_reason() -> None:
    text = Text("😀 Northpine Bank’s app hacked", "Customers “furious”: fraud 💥 at Northpine")
    verdict = next(judge_texts([text], BRAND))

    assert {each.words for each in verdict.evidence} == {"hacked", "furious", "fraud"}
    for each in verdict.evidence:
        assert getattr(text, each.field)[each.start : each.end] == each.words
    assert "“hacked”: a data breach" in {each.reason for each in verdict.evidence}


def test_word_that_does_not_count_is_shown_with_its_reason() -> None:
    evidence = verdict_on("Northpine Bank denies fraud").evidence

    assert [(each.words, each.weight) for each in evidence] == [("fraud", 0.0)]
    assert evidence[0].reason.endswith("denied, dismissed or prevented")


def test_verdicts_come_in_order_and_one_at_a_time() -> None:
    asked = []

    def texts():
        for title in ("Northpine Bank fined", "Northpine Bank opens office"):
            asked.append(title)
            yield Text(title, language="en")

    verdicts = judge_texts(texts(), BRAND)

    assert next(verdicts).tone == "negative"
    assert len(asked) == 1
    assert next(verdicts).tone == "neutral"


def test_language_without_lexicon_is_judged_by_site_and_rating_only() -> None:
    verdict = verdict_on("Northpine Bank scandalo", "1,5/5", language="it")

    assert [each.words for each in verdict.evidence] == ["1,5/5"]
    assert verdict.language == "it"
    assert verdict.confidence < verdict_on("Northpine Bank scandal", "1.5 out of 5").confidence


@pytest.mark.parametrize(
    ("title", "language", "tone"),
    [
        # Each first row is harmless by its rule; the second holds the same words without the trap.
        ("Northpine Bank nicht wegen Betrug verurteilt", "de", "neutral"),
        ("Northpine Bank wegen Betrug verurteilt", "de", "negative"),
        ("Northpine Bank no cometió fraude", "es", "neutral"),
        ("Northpine Bank cometió fraude", "es", "negative"),
        ("Northpine Bank n'a pas commis de fraude", "fr", "neutral"),
        ("Northpine Bank a commis une fraude", "fr", "negative"),
        ("Northpine Bank не замешан в мошенничестве", "ru", "neutral"),
        ("Northpine Bank замешан в мошенничестве", "ru", "negative"),
        ("Northpine Bank did not deny fraud", "en", "negative"),
        ("Northpine Bank denies fraud", "en", "neutral"),
    ],
)
def test_negation_holds_in_the_other_languages_and_is_itself_undone(
    title: str, language: str, tone: str
) -> None:
    assert verdict_on(title, language=language).tone == tone


@pytest.mark.parametrize(
    ("title", "language", "tone"),
    [
        ("Kunden verklagen Northpine Bank", "de", "negative"),
        ("Northpine Bank verklagt Konkurrenten", "de", "neutral"),
        ("Northpine Bank demanda a un rival", "es", "neutral"),
        ("Clientes demandan a Northpine Bank", "es", "negative"),
        ("Northpine Bank подал в суд на конкурента", "ru", "neutral"),
        ("На Northpine Bank подали в суд", "ru", "negative"),
    ],
)
def test_who_sues_is_known_in_the_other_languages(title: str, language: str, tone: str) -> None:
    assert verdict_on(title, language=language).tone == tone


def test_people_tied_to_the_brand_act_against_it() -> None:
    assert verdict_on("Northpine Bank customers, accusing it of fraud, walk out").tone == "negative"
    assert verdict_on("Northpine Bank, accusing rival of fraud, walks out").tone == "neutral"


@pytest.mark.parametrize(
    ("title", "tone"),
    [
        ("Rival of Northpine Bank fined $4 million", "neutral"),
        ("Northpine Bank fined $4 million", "negative"),
        ("Northpine Bank rival fined $4 million", "neutral"),
        ("Unlike Northpine Bank, Orbita was fined", "neutral"),
    ],
)
def test_trouble_of_a_rival_is_not_the_brands(title: str, tone: str) -> None:
    assert verdict_on(title).tone == tone


def test_another_of_the_same_name_is_not_the_brand() -> None:
    snippet = "The unemployed man is no relation of the mayor of that name."
    person = BrandNames(("Randall Oakes",))

    assert verdict_on("Randall Oakes jailed for fraud", brand=person).tone == "negative"
    assert verdict_on("Randall Oakes jailed for fraud", snippet, brand=person).tone == "neutral"


def test_namesake_with_another_given_name_is_not_the_brand() -> None:
    brand, url = BrandNames(("Randall Oakes",)), "https://news.example/story"
    by_surname = verdict_on("Boycott of Oakes", brand=brand, url=url)
    namesake = verdict_on("Boycott of Peter Oakes", brand=brand, url=url)

    assert by_surname.score < namesake.score <= 0


def test_question_answered_with_no_or_yes() -> None:
    question = "Is Northpine Bank a scam?"

    assert verdict_on(question, "No, it is not a scam but a bank.").tone == "neutral"
    assert verdict_on(question, "Yes. Keep away.").tone == "negative"


def test_title_that_clears_the_brand_excuses_what_the_snippet_retells() -> None:
    snippet = "Prosecutors had spoken of fraud and of money laundering at the lender."

    cleared = verdict_on("Northpine Bank cleared of fraud", snippet)
    assert cleared.tone == "neutral"
    assert any(each.reason.endswith("the title clears the brand") for each in cleared.evidence)
    assert verdict_on("Northpine Bank in the news", snippet).tone == "negative"


def test_case_that_the_brand_brings_is_about_others() -> None:
    snippet = "The complaint speaks of forged papers, fraud and bribery."

    assert verdict_on("Northpine Bank sues former broker", snippet).tone == "neutral"
    assert verdict_on("Former broker sues Northpine Bank", snippet).tone == "negative"


def test_what_follows_but_is_the_verdict() -> None:
    url = "https://reviews.example/northpine"
    good_end = verdict_on("Northpine Bank", "Horrible website, but excellent service.", url=url)
    bad_end = verdict_on("Northpine Bank", "Excellent website, but horrible service.", url=url)

    assert bad_end.score < good_end.score


def test_matter_of_a_year_long_past_counts_half() -> None:
    old = verdict_on("Northpine Bank fined in 2009")
    new = verdict_on("Northpine Bank fined in 2025")

    assert new.score < old.score < 0
    later = next(
        judge_texts([Text("Northpine Bank fined in 2025", language="en")], BRAND, year=2040)
    )
    assert later.score == old.score


def test_praise_of_mood_counts_in_prose_and_little_on_pages() -> None:
    praise = "Northpine Bank is charming"
    page = verdict_on(praise, url="https://news.example/a")

    assert verdict_on(praise).score > page.score
    assert verdict_on(praise, url="https://www.reddit.com/r/banks/comments/1").score > page.score


def test_prose_that_does_not_name_the_brand_counts_less() -> None:
    assert verdict_on("Orbita fined").score > verdict_on("Northpine fined").score


@pytest.mark.parametrize(
    ("snippet", "tone"),
    [
        ("Bewertung: 1,8 von 5 Sternen", "negative"),
        ("4,7 von 5 Sternen", "positive"),
        ("1,9 sur 5", "negative"),
        ("1,9 de 5 estrellas", "negative"),
        ("Оценка 1,7 из 5", "negative"),
        ("Terningkast 2", "negative"),
        ("Terningkast 4", "neutral"),
        ("5 of 5 stars from 812 reviews", "positive"),
        ("5 of 5 stars from 1 review", "neutral"),
        ("3 of 5 customers stay", "neutral"),
    ],
)
def test_ratings_of_all_languages_and_scales(snippet: str, tone: str) -> None:
    assert verdict_on("Northpine Bank", snippet, language="en").tone == tone


def test_phrase_with_a_gap_is_found() -> None:
    found = verdict_on("Northpine Bank will cut 1,800 jobs")

    assert (found.tone, found.category) == ("negative", "labour")
    assert verdict_on("Northpine Bank cut rates. Jobs were never in danger").tone == "neutral"


def test_what_the_brand_says_in_a_headline_is_about_others() -> None:
    assert verdict_on("Northpine Bank: the mayor is a liar and a thief").tone == "neutral"
    assert verdict_on("The mayor: Northpine Bank is a liar and a thief").tone == "negative"


def test_denial_that_holds_a_negation_is_no_double_one() -> None:
    assert verdict_on("Northpine Bank никогда не отрицал мошенничество", language="ru").score < 0
    assert verdict_on("Northpine Bank отрицает мошенничество", language="ru").score == 0


def test_place_of_an_accident_is_not_its_cause() -> None:
    scene = verdict_on("В Northpine Bank произошёл взрыв", language="ru")
    cause = verdict_on("Northpine Bank устроил взрыв", language="ru")

    assert cause.score < scene.score
