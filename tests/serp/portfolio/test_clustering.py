"""Which phrases belong together: by what they say, by language, and by shared result pages."""

from __future__ import annotations

from serp.portfolio.clustering import NAMED, Item, Vocabulary, grouped

WORDS = Vocabulary(("Hallway Coffee", "Hallway"), ("Grinder One", "Kettle Works"))


def names(*items: Item) -> dict[str, list[str]]:
    return {group.name: [i.phrase for i in group.items] for group in grouped(items, WORDS)}


def test_spellings_of_the_name_are_one_cluster() -> None:
    wrong = Item("halway", "en", about="Hallway", is_misspelling=True)
    assert names(Item("Hallway Coffee"), Item("hallway"), wrong) == {
        NAMED: ["Hallway Coffee", "hallway", "halway"]
    }


def test_the_same_doubt_about_two_names_is_one_cluster_a_language() -> None:
    found = names(
        Item("hallway reviews", "en"),
        Item("hallway coffee ratings", "en"),
        Item("hallway anmeldelser", "no"),
        Item("hallway complaints", "en"),
    )
    assert found == {
        "reviews (en)": ["hallway reviews", "hallway coffee ratings"],
        "reviews (no)": ["hallway anmeldelser"],
        "complaints (en)": ["hallway complaints"],
    }


def test_a_product_is_a_subject_of_its_own() -> None:
    found = names(
        Item("grinder one"), Item("hallway grinder one"), Item("grinder one reviews", "en")
    )
    assert found == {
        "grinder one": ["grinder one", "hallway grinder one"],
        "grinder one · reviews": ["grinder one reviews"],
    }


def test_a_comparison_is_one_intent_in_whatever_words() -> None:
    (name,) = names(Item("hallway vs kettle works", "en"), Item("kettle works vs hallway", "en"))
    assert name == "kettle works · compared"


def test_four_shared_results_join_two_clusters_and_three_do_not() -> None:
    reviews = Item("hallway reviews", "en", pages=frozenset(range(10)))
    for shared, count in ((4, 1), (3, 2)):
        pages = frozenset(range(10 - shared, 20 - shared))
        found = grouped([reviews, Item("hallway test", "en", pages=pages)], WORDS)
        assert len(found) == count


def test_groups_are_not_chained_by_half_alike_pages() -> None:
    first, second, third = (
        Item(phrase, "en", pages=frozenset(range(start, start + 10)))
        for phrase, start in (("hallway a1", 0), ("hallway b1", 5), ("hallway c1", 10))
    )
    found = grouped([first, second, third], WORDS)
    assert [[item.phrase for item in group.items] for group in found] == [
        ["hallway a1", "hallway b1"],
        ["hallway c1"],
    ]


def test_every_item_is_in_exactly_one_group() -> None:
    items = [Item(f"hallway word{n % 7} word{n % 3}", "en") for n in range(60)]
    found = grouped(items, WORDS)
    assert sum(len(group.items) for group in found) == 60
    assert len({id(item) for group in found for item in group.items}) == 60
