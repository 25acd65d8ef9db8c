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
    verdict = verdict_on("Northpine Bank Skandal", "1,5 von 5", language="de")

    assert [each.words for each in verdict.evidence] == ["1,5 von 5"]
    assert verdict.language == "de"
    assert verdict.confidence < verdict_on("Northpine Bank scandal", "1.5 out of 5").confidence
