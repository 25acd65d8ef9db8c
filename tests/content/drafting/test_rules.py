"""Each rule on texts that break it and texts that keep it."""

import pytest

from content.drafting.finding import Level
from content.drafting.given import Backing, Negative, Other
from content.drafting.sketches import sketch
from tests.content.drafting.conftest import PROSE, Judge, required

BAD = Negative(
    "https://bad.example/story", "bad.example", "Grinder maker hides burning motors scandal"
)


def test_a_term_is_found_in_any_form_and_a_telling_one_weighs_twice(judge: Judge) -> None:
    terms = [{"term": "burr grinder", "z": 3.0, "results": 6, "of": 9}, {"term": "noise"}]
    ruling = judge("terms", "Our burr grinders are calm.", terms=terms)
    assert ruling.share == pytest.approx(2 / 3)
    assert [finding.wrong for finding in ruling.findings] == ["“noise” is missing."]


def test_a_missing_telling_term_comes_first_and_says_why(judge: Judge) -> None:
    terms = [{"term": "noise"}, {"term": "steel", "tells": True, "results": 5, "of": 9}]
    first = judge("terms", PROSE, terms=terms).findings[0]
    assert "steel" in first.wrong
    assert "5 of 9 results say it, and it tells the top ten" in first.wrong


def test_a_term_is_too_much_only_above_the_range_of_pages(judge: Judge) -> None:
    text = "steel " * 12 + PROSE * 3
    row = {"term": "steel", "low": 1, "high": 4, "base": "pages"}
    assert "12 times" in judge("terms", text, terms=[row]).findings[0].wrong
    assert judge("terms", text, terms=[row | {"base": "snippets"}]).share == 1.0


def test_chinese_terms_are_searched_within_the_text(judge: Judge) -> None:
    ruling = judge("terms", "这台磨豆机很安静。", language="zh", terms=[{"term": "磨豆机"}])
    assert ruling.share == 1.0


def test_a_question_is_answered_by_a_heading_only_with_an_answer_below(judge: Judge) -> None:
    asked = ["How loud is the grinder?"]
    bare = judge("questions", "## How loud is the grinder?\n\n62 dB.", questions=asked)
    full = judge("questions", f"## How loud is the grinder?\n\n{PROSE}", questions=asked)
    assert (bare.share, full.share) == (0.0, 1.0)
    assert "Write the answer under it" in bare.findings[0].todo
    assert "the heading holds 2 of its 2 words" in full.findings[0].wrong


def test_a_question_is_answered_by_a_sentence_and_not_by_silence(judge: Judge) -> None:
    asked = ["Can I return the grinder?"]
    assert (
        judge("questions", "You may return your grinder at any time.", questions=asked).share == 1
    )
    assert judge("questions", PROSE, questions=asked).share == 0


def test_chinese_questions_are_matched_by_words(judge: Judge) -> None:
    asked = ["磨豆机噪音大吗？"]
    text = "## 磨豆机噪音有多大\n\n我们在一米外测量，结果是六十二分贝，比普通谈话的声音略高一点，清晨使用也不会吵醒家人。"
    assert judge("questions", text, language="zh", questions=asked).share == 1.0
    assert judge("questions", "今天天气很好。", language="zh", questions=asked).share == 0.0


def test_structure_names_jumps_lengths_and_a_late_answer(judge: Judge) -> None:
    text = f"Weather first.\n\n# One\n\n# Two\n\n#### Deep\n\n{'word ' * 130}"
    ruling = judge("structure", text, phrase="burr grinder noise", length=(400, 900))
    said = " ".join(finding.wrong for finding in ruling.findings)
    assert "more than one heading of the first level" in said
    assert "jumps from level 1 to 4" in said
    assert "This paragraph has 130 words" in said
    assert "pages that rank have 400 to 900" in said


def test_structure_in_order_costs_nothing(judge: Judge) -> None:
    text = f"Noise of a burr grinder: calm.\n\n## One\n\n{PROSE}\n\n### Two\n\n{PROSE}"
    assert judge("structure", text, phrase="burr grinder noise", length=(50, 200)).share == 1.0


def test_a_title_too_wide_without_the_keyword_or_with_the_negatives_word(judge: Judge) -> None:
    wide = judge(
        "snippet", PROSE, title="Recall " + "W" * 60, phrase="burr grinder", avoid=["recalled"]
    )
    said = " ".join(finding.wrong for finding in wide.findings)
    assert "engines cut it at about 580 px" in said
    assert "“burr”, “grinder”" in said
    assert [finding.wrong for finding in required(wide)] == [
        "The title says “recall”, a word of the negative."
    ]


def test_a_title_that_fits_and_a_description_cost_nothing(judge: Judge) -> None:
    ruling = judge(
        "snippet",
        PROSE,
        title="Burr grinder noise, measured at home",
        description="How loud the burr grinder is in a kitchen, at one metre, with fine and coarse settings, and what helps.",
        phrase="burr grinder",
    )
    assert ruling.share == 1.0


@pytest.mark.parametrize(
    "url",
    [
        "https://bad.example/story",
        "http://www.bad.example/other",
        "https://BAD.example/story/?utm_source=x",
    ],
)
def test_no_link_leads_to_the_negative_or_its_host(judge: Judge, url: str) -> None:
    ruling = judge("links", f"See [their story]({url}).", negative=BAD)
    assert "where the negative stands" in required(ruling)[0].wrong
    assert not required(judge("links", "See [ours](https://good.example/).", negative=BAD))


def test_the_brands_own_host_may_be_linked_though_the_negative_stands_there(judge: Judge) -> None:
    ruling = judge(
        "links", "[help](https://bad.example/help)", negative=BAD, own_hosts=("bad.example",)
    )
    assert not required(ruling)


def test_links_of_the_brief_web_addresses_and_words_are_asked_for(judge: Judge) -> None:
    links = [{"url": "https://own.example/help", "title": "Help", "why": ""}]
    ruling = judge("links", "[](https://x.example) [here](ftp://y.example)", links=links)
    said = " ".join(finding.wrong for finding in ruling.findings)
    assert "has no words" in said
    assert "is no web address" in said
    assert "“Help” is missing" in said
    assert judge("links", "[Help pages](https://www.own.example/help/)", links=links).share == 1.0


def test_a_guest_post_marks_links_to_the_brand(judge: Judge) -> None:
    known = {"kind": "guest_post", "own_hosts": ("own.example",)}
    text = "[our page](https://shop.own.example/{})"
    assert "guest post" in judge("links", text, **known).findings[0].wrong
    marked = '[our page](https://shop.own.example/ "sponsored")'
    assert not judge("links", marked, **known).findings


def test_images_need_words(judge: Judge) -> None:
    assert required(judge("images", "![](a.png)"))
    assert judge("images", "![IMG_2041.jpg](a.png)").share == 0
    assert judge("images", "![A cup on a table](a.png)").share == 1
    assert judge("images", "No image.").share is None


def test_readability_by_lix_by_characters_or_not_at_all(judge: Judge) -> None:
    assert "LIX" in judge("readability", PROSE).words
    hard = "Organisational restructuring considerations notwithstanding, intergovernmental harmonisation requirements predominate. "
    assert judge("readability", hard * 6).share == 0.0
    assert judge("readability", "机器很安静。" * 6, language="zh").share == 1.0
    ruling = judge("readability", "Mašīna ir klusa. " * 6, language="lv")
    assert ruling.share is None
    assert "No measure for this language" in ruling.words


CLAIMS = {
    "en": ["94 % of customers stayed.", "It is the quietest grinder.", "It lasts longer, twice as long as others.", "We sold 4,000 machines."],
    "no": ["94 prosent av kundene ble.", "Dette er markedets beste kvern.", "Den er bedre enn andre.", "Vi solgte 4 000 maskiner."],
    "lv": ["94 % klientu palika.", "Tās ir labākās dzirnaviņas.", "Mēs esam vienīgie tirgū.", "Pārdevām 4000 iekārtas."],
    "de": ["94 Prozent der Kunden blieben.", "Das ist die beste Mühle.", "Sie ist besser als andere.", "Wir verkauften 4.000 Geräte."],
    "es": ["El 94 % de los clientes siguió.", "Es el mejor molinillo.", "Es mejor que otros.", "Vendimos 4.000 máquinas."],
    "fr": ["94 % des clients sont restés.", "C'est le meilleur moulin.", "Il est meilleur que les autres.", "Nous avons vendu 4 000 machines."],
    "ru": ["94 % клиентов остались.", "Это лучшая кофемолка.", "Мы единственные на рынке.", "Продано 4000 машин."],
    "zh": ["94%的客户留下来了。", "这是最好的磨豆机。", "我们是唯一的厂家。", "卖出4000台。"],
}  # fmt: skip
PLAIN = {
    "en": "The best way is to wash it. The latest news is here. Not the cheapest, but ours.",
    "no": "Det er best mulig å vaske den. Kvernen står på kjøkkenet.",
    "lv": "Dzirnaviņas stāv virtuvē. Mazgājiet ar ūdeni.",
    "de": "Am besten spült man sie ab. Die Mühle steht in der Küche.",
    "es": "El molinillo está en la cocina. A lo mejor llueve.",
    "fr": "Le moulin est dans la cuisine. Lavez-le le plus souvent possible.",
    "ru": "Кофемолка стоит на кухне. Лучше всего мыть водой.",
    "zh": "磨豆机放在厨房里。最近天气很好。",
}


@pytest.mark.parametrize(
    ("language", "sentence"), [(code, each) for code, all_ in CLAIMS.items() for each in all_]
)
def test_a_claim_without_evidence_is_held_back(judge: Judge, language: str, sentence: str) -> None:
    assert required(judge("evidence", sentence, language=language))


@pytest.mark.parametrize("language", list(PLAIN))
def test_plain_sentences_claim_nothing(judge: Judge, language: str) -> None:
    ruling = judge("evidence", PLAIN[language], language=language)
    assert [finding.wrong for finding in ruling.findings] == []
    assert ruling.share is None


def test_evidence_or_a_link_in_the_paragraph_backs_a_claim(judge: Judge) -> None:
    text = "94 % of customers stayed."
    linked = f"{text} See [the survey](https://own.example/survey)."
    assert judge("evidence", linked).share == 1.0
    assert judge("evidence", text, evidence=[Backing(text, "Survey 2026.pdf")]).share == 1.0
    assert judge("evidence", text, evidence=[Backing(text, "", "")]).share == 0.0


def test_the_negative_is_no_source(judge: Judge) -> None:
    text = "94 % of customers stayed, says [this](https://bad.example/story)."
    assert required(judge("evidence", text, negative=BAD))


def test_reworded_sentences_keep_their_evidence_and_new_figures_lose_it(judge: Judge) -> None:
    proof = [Backing("In the survey 94 % of customers stayed with us.", "Survey")]
    kept = judge("evidence", "In our survey, 94 % of customers stayed with us.", evidence=proof)
    lost = judge("evidence", "In the survey 97 % of customers stayed with us.", evidence=proof)
    assert (kept.share, lost.share) == (1.0, 0.0)
    assert any("fits no sentence any more" in finding.wrong for finding in lost.findings)


def test_a_claim_that_the_brief_names_must_be_backed(judge: Judge) -> None:
    claims = [{"text": "The burrs outlive the motor", "why": ""}]
    assert required(judge("evidence", "Our burrs outlive every motor.", claims=claims))


def test_words_of_the_negative_stop_headings_and_warn_in_text(judge: Judge) -> None:
    heading = judge("avoided", f"## The recall explained\n\n{PROSE}", avoid=["recalled"])
    text = judge("avoided", f"{PROSE}\n\nThe recall is over.", avoid=["recalled"])
    assert required(heading)
    assert (required(text), text.share) == ([], 0.8)
    assert judge("avoided", PROSE, avoid=["recalled"]).share == 1.0
    assert judge("avoided", "# 召回说明", language="zh", avoid=["召回"]).share == 0.0


def test_the_negatives_title_is_recognised(judge: Judge) -> None:
    text = "## No scandal: why the maker hides no burning motor"
    assert "repeats the negative's title" in required(judge("avoided", text, negative=BAD))[0].wrong


THREATS = {
    "en": "Delete this or our lawyers will find you.",
    "no": "Slett dette, ellers vil vi politianmelde deg.",
    "lv": "Mēs celsim prasību pret autoru.",
    "de": "Wir werden jeden Autor verklagen.",
    "es": "Emprenderemos acciones legales contra el autor.",
    "fr": "Nos avocats vous écriront, nous porterons plainte.",
    "ru": "Мы подадим в суд на автора.",
    "zh": "我们将依法追究发布者，后果自负。",
}
REMOVALS = {
    "en": "We will remove negative reviews without delay.",
    "no": "Vi fjerner negative anmeldelser fra Google.",
    "lv": "Mēs izdzēsīsim sliktās atsauksmes.",
    "de": "Wir löschen negative Bewertungen für Sie.",
    "es": "Eliminamos las reseñas negativas.",
    "fr": "Nous supprimons les avis négatifs.",
    "ru": "Мы удалим негативные отзывы.",
    "zh": "我们可以删除负面评论。",
}
DENIALS = {
    "en": "We never delete reviews.",
    "no": "Vi sletter ikke anmeldelser.",
    "de": "Wir löschen keine Bewertungen.",
    "es": "No eliminamos reseñas.",
    "fr": "Nous ne supprimons pas les avis.",
    "ru": "Мы не удаляем отзывы.",
    "zh": "我们绝不删除评论。",
}


@pytest.mark.parametrize("language", list(THREATS))
def test_threats_and_promised_removal_are_stopped(judge: Judge, language: str) -> None:
    assert required(judge("promises", THREATS[language], language=language))
    assert required(judge("promises", REMOVALS[language], language=language))


@pytest.mark.parametrize("language", list(DENIALS))
def test_to_say_that_nothing_is_removed_promises_nothing(judge: Judge, language: str) -> None:
    assert judge("promises", DENIALS[language], language=language).share == 1.0


OPEN = {
    "en": "Disclosure: I work for Hallway.",
    "no": "Jeg jobber for Hallway.",
    "lv": "Es strādāju uzņēmumā Hallway.",
    "de": "Ich arbeite für Hallway.",
    "es": "Trabajo para Hallway.",
    "fr": "Je travaille pour Hallway.",
    "ru": "Я работаю в Hallway.",
    "zh": "本人就职于Hallway。",
}


@pytest.mark.parametrize("language", list(OPEN))
def test_a_forum_answer_says_who_speaks(judge: Judge, language: str) -> None:
    known = {"kind": "forum", "language": language}
    assert required(judge("disclosure", PLAIN[language], **known))
    assert judge("disclosure", f"{OPEN[language]}\n\n{PLAIN[language]}", **known).share == 1.0


def test_a_reward_for_a_review_is_stopped_and_its_absence_is_not(judge: Judge) -> None:
    assert required(judge("disclosure", "Write a review and get a voucher, no strings attached."))
    assert judge("disclosure", "She got no discount for this review.").share is None


def test_insiders_do_not_speak_as_customers(judge: Judge) -> None:
    text = "> I love it.\n\nSo says Kari, who works for us."
    assert not required(judge("disclosure", "Kari works at our shop.", kind="faq"))
    hidden = judge("disclosure", "> I love it.\n\nKari, my colleague, says so.", kind="testimonial")
    assert "16 CFR 465.5" in required(hidden)[0].todo
    assert (
        judge("disclosure", text + " Disclosure: she is employed by us.", kind="testimonial").share
        is None
    )


def test_a_copy_of_another_draft_is_stopped_and_a_new_text_is_not(judge: Judge) -> None:
    body = " ".join(f"Sentence {n} tells of thing {n * 7} in town {n * 3}." for n in range(60))
    new = " ".join(f"Other {n} speaks with voice {n * 5} about day {n * 11}." for n in range(60))
    others = [Other("The first one", sketch(body, "en"))]
    copied = judge("copies", f"{body} A new end.", others=others)
    assert "stands in “The first one” too" in required(copied)[0].wrong
    assert judge("copies", new, others=others).share == 1.0


def test_a_chinese_copy_is_found(judge: Judge) -> None:
    body = "".join(f"第{n}句说明第{n * 7}件事在第{n * 3}个城市发生。" for n in range(60))
    ruling = judge("copies", body, language="zh", others=[Other("A", sketch(body, "zh"))])
    assert required(ruling)


def test_own_titles_and_ranking_headings_are_compared(judge: Judge) -> None:
    text = "\n\n".join(f"## Heading {n}\n\n{PROSE} {n}" for n in range(4))
    ruling = judge(
        "copies",
        text,
        title="Grinder noise measured",
        own_titles=["Measured: grinder noise"],
        ranking_headings=[f"Heading {n}" for n in range(4)],
    )
    said = " ".join(finding.wrong for finding in ruling.findings)
    assert "nearly the same title" in said
    assert "4 of 4 headings are those of ranking pages" in said


@pytest.mark.parametrize(
    "text",
    [
        "TODO: figures",
        "Lorem ipsum dolor",
        "Call [...] today",
        "Dear {name},",
        "价格待补充",
        "[insert quote]",
    ],
)
def test_placeholders_are_found(judge: Judge, text: str) -> None:
    assert required(judge("leftovers", text))


@pytest.mark.parametrize(
    "text",
    [
        "[name](https://x.example)",
        "`TODO`-free? ```\nTODO\n```",
        "A todo list helps.",
        "- [x] done",
    ],
)
def test_links_and_ordinary_words_are_no_placeholders(judge: Judge, text: str) -> None:
    if "`" in text:
        text = "```\nTODO\n```"
    assert judge("leftovers", f"{PROSE}\n\n{text}").share == 1.0


def test_marks_of_a_model_are_found(judge: Judge) -> None:
    assert required(judge("leftovers", "(written by model, not checked)"))
    assert required(judge("leftovers", "As an AI language model, I think so."))
    ruling = judge("leftovers", PROSE, outline_by_model="some model")
    assert ruling.findings[0].level == Level.RECOMMENDED


def test_the_language_of_the_text_is_that_of_the_keyword(judge: Judge) -> None:
    assert judge("language", PROSE).share == 1.0
    assert required(judge("language", PROSE, language="no"))
    assert judge("language", "Kvern.", language="no").share is None
    chinese = "这台磨豆机放在厨房里，早上用起来很安静，零件可以拆下来清洗，不需要加油，声音也不大。"
    assert judge("language", chinese, language="zh").share == 1.0


@pytest.mark.parametrize(
    ("kind", "poor", "good"),
    [
        ("faq", PROSE, "\n\n".join(f"## How is part {n} washed?\n\n{PROSE}" for n in range(3))),
        (
            "video",
            PROSE,
            "0:00 begin\n\n## Transcript\n\nWords.\n\nChapters: two. Thumbnail: a cup.",
        ),
        ("news", PROSE, "On 3 March 2026 it opened.\n\n> We are glad.\n\nContact: press office."),
        (
            "case_study",
            PROSE,
            "> It works.\n\nWith his consent. 40 % less. How we measured: method.",
        ),
    ],
)
def test_each_type_has_what_makes_it_one(judge: Judge, kind: str, poor: str, good: str) -> None:
    assert (judge("kind", poor, kind=kind).share or 0) < 1
    assert judge("kind", good, kind=kind, description="What it shows.").share == 1.0
