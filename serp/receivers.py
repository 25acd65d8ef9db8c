"""Who is told of a notice: only people who may see what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from serp.models import Brand, Membership, Notice


def receivers_of(notices: Sequence[Notice]) -> dict[int, frozenset[str]]:
    """The mail addresses for each of the notices, by its id, in a number of queries that they do not
    raise; empty where nobody has one.

    A brand's notice goes to its managers; one about an account to the superusers and to the managers
    of the brands that are read with it and may see it; one about the installation to the superusers,
    who also stand in for managers that a brand does not have.
    """
    chiefs = superusers()
    using = brands_using({row.account_id for row in notices if row.account_id is not None})
    brands = {row.brand_id for row in notices if row.brand_id is not None}
    managers = managers_of(brands | {pk for pks in using.values() for pk in pks})
    found: dict[int, frozenset[str]] = {}
    for row in notices:
        if row.brand_id is not None:
            people = managers.get(row.brand_id, frozenset())
            if row.account_id is not None:
                people |= chiefs
            found[row.pk] = people or chiefs
        elif row.account_id is not None:
            users = using.get(row.account_id, ())
            found[row.pk] = chiefs.union(*(managers.get(pk, frozenset()) for pk in users))
        else:
            found[row.pk] = chiefs
    return found


def brands_using(accounts: Iterable[int]) -> dict[int, set[int]]:
    """By account id, the brands whose watched keywords are read with it."""
    wanted = set(accounts)
    if not wanted:
        return {}
    named = Q(account__in=wanted) | Q(keywords__account__in=wanted)
    rows = Brand.objects.filter(named | Q(keywords__second_account__in=wanted))
    using: dict[int, set[int]] = {}
    for brand, *accounts_of_it in rows.values_list(
        "pk", "account", "keywords__account", "keywords__second_account"
    ).distinct():
        for pk in wanted.intersection(accounts_of_it):
            using.setdefault(pk, set()).add(brand)
    return using


def superusers() -> frozenset[str]:
    people = get_user_model().objects.filter(is_superuser=True, is_active=True)
    return addresses(people.values_list("email", flat=True))


def managers_of(brands: Iterable[int]) -> dict[int, frozenset[str]]:
    """The addresses of the managers of each brand, by its id."""
    rows = Membership.objects.filter(
        brand__in=set(brands), role=Membership.Role.MANAGER, user__is_active=True
    ).values_list("brand", "user__email")
    by_brand: dict[int, list[str]] = {}
    for brand, email in rows:
        by_brand.setdefault(brand, []).append(email)
    return {brand: addresses(emails) for brand, emails in by_brand.items()}


def addresses(emails: Iterable[str]) -> frozenset[str]:
    """Those of the texts that are mail addresses: nothing else may reach a header or an envelope."""
    found = set()
    for email in emails:
        try:
            validate_email(email)
        except ValidationError:
            continue
        found.add(email)
    return frozenset(found)
