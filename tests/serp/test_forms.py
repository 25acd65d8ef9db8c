"""Forms about watching: what they take, what they refuse in words, and what they never lose or show."""

from decimal import Decimal

import pytest

from serp.account_forms import AccountForm
from serp.accounts import make_sample_account
from serp.forms import BrandForm, MemberForm
from serp.keyword_forms import KeywordForm, KeywordsForm
from serp.models import Brand, Keyword, ProviderAccount
from serp.watching import MOST_PHRASES, BadPhrases, phrases_of

pytestmark = pytest.mark.django_db

PLACE = {
    "kind": "brand", "engine": "google", "country": "no", "language": "en", "device": "desktop",
    "depth": 20, "cadence": "1d",
}  # fmt: skip
ACCOUNT = {
    "name": "Ours", "provider": "serper", "key": "k-123", "options": "{}", "max_in_flight": 5,
    "per_second": 2,
}  # fmt: skip


def brand_form(**changes) -> BrandForm:
    return BrandForm({"name": "Kettle Works", "time_zone": "Europe/Oslo", **changes})


def test_a_brand_needs_only_its_name_and_gets_a_short_one() -> None:
    form = brand_form(
        domains="kettleworks.example\n\n shop.kettleworks.example \nkettleworks.example"
    )
    assert form.is_valid(), form.errors
    brand = form.save()
    assert brand.slug == "kettle-works"
    assert brand.domains == ["kettleworks.example", "shop.kettleworks.example"]


def test_a_second_brand_of_the_same_name_gets_another_short_name() -> None:
    slugs = []
    for _ in range(2):
        form = brand_form()
        assert form.is_valid()
        slugs.append(form.save().slug)
    assert slugs == ["kettle-works", "kettle-works-2"]


def test_a_name_without_latin_letters_still_gets_a_short_name() -> None:
    form = brand_form(name="咖啡走廊")
    assert form.is_valid(), form.errors
    assert form.save().slug == "brand"


def test_a_domain_that_is_none_is_refused_beside_its_field() -> None:
    form = brand_form(domains="http://")
    assert not form.is_valid()
    assert "domains" in form.errors


def test_the_sample_world_is_offered_and_made_only_when_chosen() -> None:
    form = brand_form(account="sample")
    assert "made up" in str(form["account"])
    assert ProviderAccount.objects.count() == 0
    assert form.is_valid(), form.errors
    brand = form.save()
    assert (brand.account.provider, brand.account.brand) == ("sample", None)
    assert "try Pushdown" not in str(BrandForm()["account"]), "now it is an account like others"


def test_a_new_brand_starts_with_the_installations_real_account() -> None:
    make_sample_account()
    real = ProviderAccount.objects.create(name="Agency", provider="serper", key="k")
    assert f'value="{real.pk}" selected' in str(BrandForm()["account"])


def test_a_brand_can_ask_for_an_account_of_its_own_next() -> None:
    form = brand_form(account="add")
    assert form.is_valid(), form.errors
    assert form.save().account is None
    assert form.wants_account


def test_a_brand_cannot_pay_from_another_brands_account(brand, other_brand) -> None:
    theirs = ProviderAccount.objects.create(
        name="Theirs", provider="serper", key="k", brand=other_brand
    )
    data = {"name": brand.name, "slug": brand.slug, "time_zone": "Europe/Oslo"}
    assert not BrandForm({**data, "account": theirs.pk}, instance=brand).is_valid()
    assert BrandForm({**data, "account": brand.account_id}, instance=brand).is_valid()


def keyword_form(brand: Brand, **changes) -> KeywordForm:
    return KeywordForm({"phrase": "hallway  prices ", **PLACE, **changes}, brand=brand)


def test_a_phrase_is_stored_with_even_spaces_and_a_country_in_small_letters(brand) -> None:
    form = keyword_form(brand, country="NO", language="zh_CN")
    assert form.is_valid(), form.errors
    keyword = form.save()
    assert (keyword.phrase, keyword.country, keyword.language) == ("hallway prices", "no", "zh-cn")


def test_the_same_keyword_twice_is_refused_in_words(brand, keyword) -> None:
    form = keyword_form(brand, phrase=keyword.phrase)
    assert not form.is_valid()
    assert "watched already" in form.errors["phrase"][0]
    assert keyword_form(brand, phrase=keyword.phrase, device="mobile").is_valid()


def test_an_engine_that_the_account_cannot_read_is_refused_with_those_it_can(brand) -> None:
    account = ProviderAccount.objects.create(
        name="B", provider="brave", key="k", brand=brand, price=0
    )
    form = keyword_form(brand, account=account.pk)
    assert not form.is_valid()
    assert "It offers: brave" in form.errors["engine"][0]
    assert not keyword_form(brand, account=account.pk, engine="brave", device="mobile").is_valid()
    assert keyword_form(brand, account=account.pk, engine="brave").is_valid()


@pytest.mark.parametrize(
    ("field", "value"), [("country", "nor"), ("language", "english"), ("depth", 5), ("depth", 101)]
)
def test_a_value_that_no_engine_knows_is_refused_beside_its_field(brand, field, value) -> None:
    form = keyword_form(brand, **{field: value})
    assert not form.is_valid()
    assert field in form.errors


def test_phrases_are_read_one_a_line_each_once() -> None:
    assert phrases_of(" hallway \n\nhallway  recall\r\nhallway\n") == ["hallway", "hallway recall"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "at least one"),
        ("\n \n", "at least one"),
        ("\n".join(f"phrase {n}" for n in range(MOST_PHRASES + 1)), "501 phrases"),
        ("fine\n" + "x" * 201, "Line 2 has 201"),
    ],
)
def test_phrases_that_cannot_be_watched_are_refused_in_words(text, why) -> None:
    with pytest.raises(BadPhrases, match=why):
        phrases_of(text)


def test_five_hundred_phrases_are_taken() -> None:
    assert len(phrases_of("\n".join(f"phrase {n}" for n in range(MOST_PHRASES)))) == MOST_PHRASES


def test_many_keywords_need_one_that_is_new(brand, keyword) -> None:
    known = KeywordsForm({**PLACE, "phrases": keyword.phrase}, brand=brand)
    assert not known.is_valid()
    assert "watched already" in known.errors["phrases"][0]
    both = KeywordsForm({**PLACE, "phrases": f"{keyword.phrase}\nnew one"}, brand=brand)
    assert both.is_valid(), both.errors


def test_a_key_is_never_drawn_again(brand) -> None:
    account = ProviderAccount.objects.create(name="A", provider="serper", key="k-123", brand=brand)
    assert "k-123" not in AccountForm(instance=account).as_p()
    refused = AccountForm({**ACCOUNT, "per_second": 0}, instance=account)
    assert not refused.is_valid()
    assert "k-123" not in refused.as_p()


def test_an_empty_key_keeps_the_stored_one(brand) -> None:
    account = ProviderAccount.objects.create(name="A", provider="serper", key="k-123", brand=brand)
    form = AccountForm({**ACCOUNT, "key": "", "name": "renamed"}, instance=account)
    assert form.is_valid(), form.errors
    form.save()
    stored = ProviderAccount.objects.get(pk=account.pk)
    assert (stored.name, stored.key) == ("renamed", "k-123")


@pytest.mark.parametrize(
    "change", [{"base_url": "https://elsewhere.example"}, {"provider": "serpapi"}]
)
def test_a_key_does_not_follow_to_another_address(brand, change) -> None:
    account = ProviderAccount.objects.create(name="A", provider="serper", key="k-123", brand=brand)
    form = AccountForm({**ACCOUNT, "key": "", **change}, instance=account)
    assert not form.is_valid()
    assert "enter the key again" in form.errors["key"][0]
    assert ProviderAccount.objects.get(pk=account.pk).key == "k-123"
    assert AccountForm({**ACCOUNT, "key": "k-456", **change}, instance=account).is_valid()


def test_a_provider_says_what_it_needs() -> None:
    no_key = AccountForm({**ACCOUNT, "key": ""})
    assert "Serper needs a key" in no_key.errors["key"][0]
    no_address = AccountForm({**ACCOUNT, "provider": "searxng", "key": ""})
    assert "give its address" in no_address.errors["base_url"][0]
    assert AccountForm({**ACCOUNT, "provider": "sample", "key": ""}).is_valid()


def test_an_address_without_a_scheme_is_taken_for_https() -> None:
    form = AccountForm({**ACCOUNT, "provider": "searxng", "base_url": "search.hallway.example"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["base_url"] == "https://search.hallway.example"


@pytest.mark.parametrize("options", ["[1]", "no json", '{"a": "' + "x" * 4001 + '"}'])
def test_options_that_are_no_small_object_are_refused(options) -> None:
    assert "options" in AccountForm({**ACCOUNT, "options": options}).errors


def test_a_person_who_is_not_there_is_told_in_words(brand) -> None:
    form = MemberForm({"username": "nobody", "role": "viewer"}, brand=brand)
    assert "no person “nobody”" in form.errors["username"][0]


@pytest.mark.parametrize("role", ["viewer", "none"])
def test_the_last_manager_stays(brand, manager, editor, role) -> None:
    form = MemberForm({"username": "manager", "role": role}, brand=brand)
    assert "last manager" in form.errors["role"][0]
    assert MemberForm({"username": "editor", "role": role}, brand=brand).is_valid()


def test_every_field_of_a_form_stands_in_one_of_its_sections(brand) -> None:
    forms = [BrandForm(), KeywordForm(brand=brand), KeywordsForm(brand=brand), AccountForm()]
    for form in forms:
        shown = [field.name for _, fields in form.sections() for field in fields]
        assert sorted([*shown, "agreed"]) == sorted(form.fields)
    assert Keyword.objects.count() == 0


def test_a_second_account_is_another_one_that_reads_the_engine_and_device(brand) -> None:
    serper = ProviderAccount.objects.create(
        name="S", provider="serper", key="k", brand=brand, price=0
    )
    brave = ProviderAccount.objects.create(
        name="B", provider="brave", key="k", brand=brand, price=0
    )
    refused = {
        "the first account already": {"account": serper.pk, "second_account": serper.pk},
        "This is the first account": {"second_account": brand.account_id},
        "does not offer this engine": {"second_account": brave.pk},
    }
    for words, changes in refused.items():
        form = keyword_form(brand, **changes)
        assert words in form.errors["second_account"][0]
        assert list(form.errors) == ["second_account"]
    form = keyword_form(brand, second_account=serper.pk)
    assert form.is_valid(), form.errors
    assert form.save().second_account == serper


def test_a_second_account_of_another_brand_is_refused(brand, other_brand) -> None:
    theirs = ProviderAccount.objects.create(
        name="Theirs", provider="serper", key="k", brand=other_brand
    )
    assert "second_account" in keyword_form(brand, second_account=theirs.pk).errors


def test_many_keywords_get_their_second_account(brand) -> None:
    serper = ProviderAccount.objects.create(
        name="S", provider="serper", key="k", brand=brand, price=0
    )
    form = KeywordsForm({**PLACE, "phrases": "one\ntwo", "second_account": serper.pk}, brand=brand)
    assert form.is_valid(), form.errors
    assert form.shared["second_account"] == serper


def test_the_task_mode_is_a_choice_of_dataforseo_only() -> None:
    data = {**ACCOUNT, "provider": "dataforseo", "mode": "task", "options": '{"x": 1}'}
    form = AccountForm(data)
    assert form.is_valid(), form.errors
    stored = form.save()
    assert stored.options == {"x": 1, "mode": "task"}
    again = AccountForm(instance=stored)
    assert (again.initial["mode"], again.initial["options"]) == ("task", {"x": 1})
    back = AccountForm({**data, "key": "", "mode": "live"}, instance=stored)
    assert back.is_valid(), back.errors
    assert back.save().options == {"x": 1}
    other = AccountForm({**data, "provider": "serper"})
    assert other.is_valid(), other.errors
    assert other.save().options == {"x": 1}


def test_a_mode_that_is_none_is_refused() -> None:
    data = {**ACCOUNT, "provider": "dataforseo", "mode": "soon"}
    assert "mode" in AccountForm(data).errors


@pytest.mark.parametrize("budget", ["-1", "much", "1.234"])
def test_a_budget_that_is_no_sum_is_refused(brand, budget) -> None:
    data = {"name": brand.name, "slug": brand.slug, "time_zone": "UTC", "account": brand.account_id}
    for field in ("day_budget", "month_budget"):
        assert field in BrandForm({**data, field: budget}, instance=brand).errors
    form = BrandForm({**data, "day_budget": "1.50", "month_budget": "20"}, instance=brand)
    assert form.is_valid(), form.errors
    form.save()
    brand.refresh_from_db()
    assert (brand.day_budget, brand.month_budget) == (Decimal("1.50"), Decimal(20))
