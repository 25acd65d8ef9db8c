"""The sample world: always the same answer, slow drift, a recall that breaks out, pieces that climb."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from serp.addresses import canonical_url, host_of
from serp.providers.base import (
    Access,
    Answer,
    ErrorKind,
    ProviderError,
    Query,
    Request,
    ResultKind,
    Serp,
    Watched,
)
from serp.providers.sample import Sample
from serp.providers.sample_scene import Scene, scene_of, texts, unit, world
from serp.providers.sample_world import ranking

EPOCH = datetime(2026, 5, 20, 6, tzinfo=UTC)
DOMAINS = ("hallwaycoffee.example", "help.hallwaycoffee.example", "shop.hallwaycoffee.example")
PHRASES = [
    "hallway coffee",
    "hallway burr 2",
    "hallway burr 2 recall",
    "hallway coffee grinder",
    "hallway refund",
    "is hallway coffee safe",
    "hallway coffee reviews",
    "holway coffee",
    "best home grinder 2026",
]
STANDING = {"review_bad", "complaint_late", "complaint_silent", "forum_old"}
BETTER = {"news_fix", "blog_answer"}
CRISIS = {role for role, traits in world()["roles"].items() if "start" in traits} - BETTER
OPTIONS = {"epoch": "2026-05-20", "product": "Hallway Burr 2"}


def no_network(request: Request) -> Answer:
    raise AssertionError(f"the sample world asked the network for {request.url}")


def sample(**options: object) -> Sample:
    return Sample(Access(options={**OPTIONS, **options}), no_network)


def query(phrase: str, day: float = 10, **more: Any) -> Query:
    asked: dict[str, Any] = {"brand": "Hallway Coffee", "domains": DOMAINS, **more}
    return Query(phrase, at=EPOCH + timedelta(days=day), **asked)


def fetch(phrase: str, day: float = 10, **more: Any) -> Serp:
    return sample().fetch(query(phrase, day, **more))


def scene(phrase: str, language: str = "en") -> Scene:
    return scene_of(
        phrase,
        engine="google",
        country="us",
        language=language,
        device="desktop",
        brand="Hallway Coffee",
        domains=DOMAINS,
        product="Hallway Burr 2",
    )


def roles(phrase: str, day: int, depth: int = 10) -> list[str]:
    return [page.role for page in ranking(scene(phrase), day)][:depth]


def kinds(serp: Serp) -> set[ResultKind]:
    return {feature.kind for feature in serp.features}


def text_of(serp: Serp, kind: ResultKind) -> str:
    return " ".join(
        " ".join([feature.text, *(link.title for link in feature.links)])
        for feature in serp.features
        if feature.kind is kind
    )


@pytest.mark.parametrize("phrase", PHRASES)
def test_same_question_gets_the_same_answer_all_day(phrase: str) -> None:
    assert fetch(phrase, 10.0) == fetch(phrase, 10.0) == fetch(phrase, 10.7)
    assert fetch(phrase, 10) != fetch(phrase, 130)


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("day", [0, 101, 181, 363])
def test_answer_is_a_well_formed_page_of_example_hosts(phrase: str, day: int) -> None:
    serp = fetch(phrase, day, depth=50)
    assert [item.position for item in serp.items] == list(range(1, len(serp.items) + 1))
    addresses = [canonical_url(item.url) for item in serp.items]
    assert len(set(addresses)) == len(addresses)
    assert all(host_of(address).endswith(".example") for address in addresses)
    assert all(
        item.title and item.snippet and "{" not in item.title + item.snippet for item in serp.items
    )
    assert (serp.depth, serp.calls, serp.cost, serp.shortfall) == (len(serp.items), 1, 0, None)


def test_depth_is_honoured_and_page_one_holds_nine_or_ten() -> None:
    sizes = {len(fetch("hallway coffee", day).items) for day in range(40)}
    assert sizes == {9, 10}
    for phrase in PHRASES[:-1]:
        assert len(fetch(phrase, 120, depth=100).items) in (99, 100)
        assert len(fetch(phrase, 120, depth=500).items) in (99, 100)


def test_topic_ends_where_the_world_has_no_more_pages() -> None:
    serp = fetch("best home grinder 2026", 120, depth=100)
    assert 85 <= len(serp.items) < 99
    assert serp.shortfall is None


def test_calm_days_change_about_15_percent_of_positions_without_wild_jumps() -> None:
    changed = total = widest = 0
    for phrase in PHRASES:
        pages = [[page.url for page in ranking(scene(phrase), day)][:20] for day in range(98)]
        for before, after in pairwise(pages):
            changed += sum(one != other for one, other in zip(before, after, strict=True))
            total += 20
            moves = [abs(after.index(u) - n) for n, u in enumerate(before) if u in after]
            widest = max(widest, *moves)
    assert 0.10 <= changed / total <= 0.20
    assert widest <= 5


@pytest.mark.parametrize("phrase", PHRASES)
def test_nobody_speaks_of_the_recall_before_day_98(phrase: str) -> None:
    for day in (0, 50, 97):
        assert CRISIS.isdisjoint(roles(phrase, day, 200))
    assert not CRISIS.isdisjoint(roles(phrase, 125, 200))


def test_recall_enters_high_and_spreads_from_problem_to_topic() -> None:
    def first_day(phrase: str) -> int:
        return next(d for d in range(98, 182) if "news_recall" in roles(phrase, d, 200))

    assert len(CRISIS.intersection(roles("hallway burr 2 recall", 101))) >= 2
    assert first_day("hallway burr 2 recall") <= 101
    assert first_day("hallway burr 2 recall") < first_day("hallway coffee reviews")
    assert first_day("hallway coffee reviews") < first_day("best home grinder 2026")


def test_complaints_the_refund_thread_and_the_critical_review_follow_the_news() -> None:
    first = {}
    for day in range(98, 182):
        for role in roles("hallway refund", day, 30):
            first.setdefault(role, day)
    order = ["news_recall", "complaint_hurt", "complaint_refund", "forum_refund", "review_critical"]
    assert [first[role] for role in order] == sorted(first[role] for role in order)
    assert first["news_recall"] + 10 < first["forum_refund"]


def test_news_decays_and_some_negatives_persist() -> None:
    def count(day: int) -> int:
        return sum(len(CRISIS.intersection(roles(phrase, day))) for phrase in PHRASES)

    assert count(97) == 0
    assert count(104) > 15
    assert 0 < count(363) < count(181) <= count(112)
    news = {role for role in CRISIS if role.startswith("news_")}
    late = set().union(*(roles(phrase, 300) for phrase in PHRASES))
    assert news.isdisjoint(late)
    assert {"forum_refund", "regulator"} <= late


def test_problem_phrases_have_more_negatives_at_all_times() -> None:
    for day in (5, 60, 97):
        asked = STANDING.intersection(roles("hallway refund", day))
        assert len(asked) >= 3
        assert len(STANDING.intersection(roles("hallway coffee", day))) < len(asked)
    assert len((STANDING | CRISIS).intersection(roles("hallway refund", 120))) >= 6


def test_recall_weighs_less_where_people_ask_for_another_matter_of_the_brand() -> None:
    for day in (104, 125, 181):
        aside = CRISIS.intersection(roles("hallway kettle", day))
        assert len(aside) < len(CRISIS.intersection(roles("hallway coffee", day)))
    assert CRISIS.intersection(roles("hallway kettle", 104)), "the news reaches it all the same"
    assert not CRISIS.intersection(roles("hallway kettle", 181, 5))


def test_brands_own_pieces_do_not_fill_page_one_of_its_bare_name() -> None:
    titles = (
        "Check your serial number",
        "Descaling: a guide",
        "Refunds: whom to ask",
        "How we test",
    )
    watched = tuple(
        Watched(f"https://help.hallwaycoffee.example/p{n}", title, EPOCH)
        for n, title in enumerate(titles)
    )
    serp = fetch("hallway coffee", 80, watched=watched)
    assert not {item.url for item in serp.items} & {piece.url for piece in watched}
    named = (Watched("https://hallwaycoffee.example/n", "Hallway Coffee in figures", EPOCH),)
    serp = fetch("hallway coffee", 80, watched=named)
    assert named[0].url in {item.url for item in serp.items}, "the control"


def test_story_comes_round_after_364_days() -> None:
    assert [i.url for i in fetch("hallway refund", 104).items][:8] == [
        i.url for i in fetch("hallway refund", 104 + 364).items
    ][:8]


def test_without_a_time_it_is_day_0() -> None:
    asked = Query("hallway coffee", brand="Hallway Coffee", domains=DOMAINS)
    assert sample().fetch(asked) == fetch("hallway coffee", 0)


OWN = "https://hallwaycoffee.example/burr-2-refund-how-it-works"
GUEST = "https://guestpost.example/burr-2-refund-how-it-works"
TITLE = "Hallway Burr 2 refund: how it works"


def place(url: str, phrase: str, age: float) -> int | None:
    since = EPOCH + timedelta(days=105)
    serp = fetch(phrase, 105 + age, depth=40, watched=(Watched(url, TITLE, since),))
    return next((item.position for item in serp.items if item.url == url), None)


@pytest.mark.parametrize(("url", "latest"), [(OWN, 6), (GUEST, 9)])
def test_published_piece_enters_low_and_climbs_over_weeks(url: str, latest: int) -> None:
    places = [place(url, "hallway refund", age) for age in range(71)]
    entered = next(age for age, at in enumerate(places) if at)
    assert 4 <= entered <= 11
    assert all(at is None for at in places[:entered])
    climbed = [at for at in places[entered:] if at]
    assert len(climbed) == len(places) - entered
    assert 13 <= climbed[0] <= 21
    assert climbed[-1] <= latest
    assert max(abs(a - b) for a, b in pairwise(climbed)) <= 2
    halfway = places[28]
    assert halfway
    assert climbed[-1] < halfway < climbed[0]


def test_own_domain_ends_above_a_guest_page() -> None:
    assert (place(OWN, "hallway refund", 70) or 99) < (place(GUEST, "hallway refund", 70) or 99)


def test_piece_that_does_not_answer_the_phrase_is_not_shown() -> None:
    assert place(GUEST, "best home grinder 2026", 70) is None
    assert place(GUEST, "hallway refund", 70) is not None


def test_climbing_piece_displaces_others_and_keeps_their_order() -> None:
    watched = (Watched(OWN, TITLE, EPOCH + timedelta(days=105)),)
    before = [item.url for item in fetch("hallway refund", 175, depth=40).items]
    after = [item.url for item in fetch("hallway refund", 175, depth=40, watched=watched).items]
    assert OWN not in before
    kept = [url for url in after if url != OWN]
    assert kept == before[: len(kept)]


def test_watched_text_that_is_no_address_is_left_out() -> None:
    watched = (Watched("nan", TITLE, EPOCH),)
    assert fetch("hallway refund", 90, watched=watched) == fetch("hallway refund", 90)


def test_engines_devices_and_countries_differ_a_bit() -> None:
    base = [canonical_url(i.url) for i in fetch("hallway coffee", 120, depth=20).items]
    for other in ({"engine": "bing"}, {"device": "mobile"}, {"country": "no"}):
        got = [canonical_url(i.url) for i in fetch("hallway coffee", 120, depth=20, **other).items]
        assert got != base
        assert len(set(got) & set(base)) >= 12


def test_one_page_is_met_under_one_title_on_many_keywords() -> None:
    seen: dict[str, set[str]] = {}
    times: dict[str, int] = {}
    for phrase in PHRASES:
        for item in fetch(phrase, 125, depth=20).items:
            seen.setdefault(canonical_url(item.url), set()).add(item.title)
            times[canonical_url(item.url)] = times.get(canonical_url(item.url), 0) + 1
    assert all(len(titles) == 1 for titles in seen.values())
    assert max(times.values()) >= 7


@pytest.mark.parametrize(
    ("language", "phrase", "word"),
    [
        ("en", "hallway recall", "recall"),
        ("nb", "hallway tilbakekalling", "tilbakekal"),
        ("no", "hallway tilbakekalling", "tilbakekal"),
        ("lv", "hallway atsaukšana", "atsau"),
        ("zh", "hallway 召回", "召回"),
    ],
)
def test_texts_are_in_the_language_asked_for(language: str, phrase: str, word: str) -> None:
    serp = fetch(phrase, 103, language=language)
    assert sum(word in item.title.lower() for item in serp.items) >= 2
    assert word in text_of(serp, ResultKind.AI_OVERVIEW)
    calm = sample().fetch(query(phrase, 40, language=language))
    assert sum("hallway" in (i.title + i.snippet).lower() for i in calm.items) >= 7


@pytest.mark.parametrize("language", ["nb", "lv", "zh"])
def test_every_language_has_every_text_with_known_fields_only(language: str) -> None:
    ours, english = texts(language), texts("en")
    assert ours.keys() == english.keys()
    for part in ("roles", "fillers", "words", "overview"):
        assert ours[part].keys() == english[part].keys()
    for part in ("questions", "related"):
        assert {k: len(v) for k, v in ours[part].items()} == {
            k: len(v) for k, v in english[part].items()
        }
    fields = set(re.findall(r"\{(\w+)\}", str(ours)))
    assert fields <= {"brand", "product", "phrase", "Phrase", "topic", "number", "host", "slug"}


def test_role_and_host_kinds_of_the_data_fit_together() -> None:
    hosts = world()["hosts"]
    assert {traits["kind"] for traits in world()["roles"].values()} <= hosts.keys()
    assert {kind for used in world()["fillers"].values() for kind in used} == hosts.keys()
    assert all(row[0].endswith(".example") for rows in hosts.values() for row in rows)


def test_features_tell_the_story_of_the_day() -> None:
    calm, crisis = fetch("is hallway coffee safe", 90), fetch("is hallway coffee safe", 106)
    asked = {ResultKind.PEOPLE_ALSO_ASK, ResultKind.RELATED_SEARCHES, ResultKind.AI_OVERVIEW}
    assert asked <= kinds(calm)
    assert ResultKind.TOP_STORIES not in kinds(calm)
    assert ResultKind.TOP_STORIES in kinds(crisis)
    for kind in asked:
        assert "recall" not in text_of(calm, kind).lower()
        assert "recall" in text_of(crisis, kind).lower()
    assert ResultKind.TOP_STORIES not in kinds(fetch("is hallway coffee safe", 150))


def test_overview_cites_pages_of_the_same_answer() -> None:
    serp = fetch("is hallway coffee safe", 106)
    overview = next(f for f in serp.features if f.kind is ResultKind.AI_OVERVIEW)
    assert overview.text
    assert {link.url for link in overview.links} <= {item.url for item in serp.items}
    assert len(overview.links) == 3


def test_brand_phrase_shows_panel_and_shops_and_a_topic_does_not() -> None:
    brand, topic = kinds(fetch("hallway coffee")), kinds(fetch("best home grinder 2026"))
    assert {ResultKind.KNOWLEDGE_PANEL, ResultKind.LOCAL, ResultKind.VIDEOS} <= brand
    assert topic.isdisjoint({ResultKind.KNOWLEDGE_PANEL, ResultKind.LOCAL})


@pytest.mark.parametrize("engine", sorted(Sample.engines))
def test_engine_shows_only_features_that_it_has(engine: str) -> None:
    for phrase in PHRASES:
        serp = fetch(phrase, 106, engine=engine)
        assert serp.items
        assert {kind.value for kind in kinds(serp)} <= set(world()["engine_features"][engine])


def outcome(provider: Sample, phrase: str, day: int) -> str:
    try:
        serp = provider.fetch(query(phrase, day))
    except ProviderError as error:
        return str(error.kind)
    return "partial" if serp.shortfall else "measured"


def test_faults_come_at_the_rate_asked_for_and_always_alike() -> None:
    days = [(phrase, day) for phrase in PHRASES for day in range(100)]
    provider = sample(faults=0.2)
    got = [outcome(provider, *one) for one in days]
    assert got == [outcome(sample(faults="0.2"), *one) for one in days]
    assert 0.15 < 1 - got.count("measured") / len(got) < 0.25
    assert set(got) == {"measured", "partial", "timeout", "rate_limited"}
    assert {outcome(sample(), *one) for one in days} == {"measured"}


def test_partial_answer_says_so_and_holds_half() -> None:
    provider = sample(faults=1)
    day = next(d for d in range(100) if outcome(provider, "hallway coffee", d) == "partial")
    serp = provider.fetch(query("hallway coffee", day))
    assert serp.shortfall
    assert serp.shortfall.kind is ErrorKind.TIMEOUT
    whole = fetch("hallway coffee", day).items
    assert serp.items == whole[: len(serp.items)]
    assert serp.depth == len(serp.items) in (4, 5)


@pytest.mark.parametrize(
    ("options", "asked", "kind"),
    [
        ({}, {"engine": "altavista"}, ErrorKind.UNSUPPORTED),
        ({"epoch": "soon"}, {}, ErrorKind.BAD_REQUEST),
        ({"faults": "many"}, {}, ErrorKind.BAD_REQUEST),
    ],
)
def test_unusable_question_is_refused(
    options: dict[str, object], asked: dict[str, Any], kind: ErrorKind
) -> None:
    with pytest.raises(ProviderError) as caught:
        sample(**options).fetch(query("hallway coffee", **asked))
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    ("phrase", "brand", "own"),
    [
        ("nordlys bikes reviews", "Nordlys Bikes", "nordlysbikes.example"),
        ("nordlis bikes", "Nordlys Bikes", "nordlysbikes.example"),
        ("nordlys bikes", "", "nordlysbikes.example"),
        ("霍威咖啡 退款", "霍威咖啡", None),
        ("!!!", "", None),
    ],
)
def test_world_works_for_any_brand_without_domains(
    phrase: str, brand: str, own: str | None
) -> None:
    provider = Sample(Access(), no_network)
    for day in (10, 120):
        at = datetime(2025, 1, 6, tzinfo=UTC) + timedelta(days=day)
        serp = provider.fetch(Query(phrase, brand=brand, at=at, depth=20))
        hosts = [host_of(item.url) for item in serp.items]
        assert all(host.endswith(".example") for host in hosts)
        assert own is None or own in hosts[:10]


def test_domain_that_is_no_host_does_not_break_the_world() -> None:
    domains = ("not a host", "https://www.hallwaycoffee.example/", "hallwaycoffee.example")
    found = [host_of(item.url) for item in fetch("hallway coffee", domains=domains).items]
    assert "hallwaycoffee.example" in found


def test_drawn_numbers_are_even_and_between_0_and_1() -> None:
    drawn = [unit("even", n) for n in range(2000)]
    assert all(0 <= number < 1 for number in drawn)
    assert 0.47 < sum(drawn) / len(drawn) < 0.53


def test_no_person_is_named_in_the_templates() -> None:
    for language in ("en", "nb", "lv", "zh"):
        assert not re.search(r"\b(Mr|Mrs|Ms|Dr)\.? [A-Z]", str(texts(language)))
