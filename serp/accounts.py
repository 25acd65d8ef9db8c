"""Which account pays for a brand's checks, what it may ask, and the made-up world made on need."""

from __future__ import annotations

from django.db import transaction

from serp.models import Brand, ProviderAccount
from serp.providers.registry import PROVIDERS

SAMPLE = "sample"
SAMPLE_TITLE = "Sample world (made up)"


def first_account() -> ProviderAccount | None:
    """The account that a new brand starts with: a real one of the installation, if there is one."""
    return ProviderAccount.objects.filter(brand__isnull=True).exclude(provider=SAMPLE).first()


def sample_account() -> ProviderAccount | None:
    """The installation's account of the sample world, if it was made already."""
    return ProviderAccount.objects.filter(brand__isnull=True, provider=SAMPLE).first()


@transaction.atomic
def make_sample_account() -> ProviderAccount:
    """The installation's account of the sample world; it costs nothing and calls nobody."""
    return sample_account() or ProviderAccount.objects.create(
        name=SAMPLE_TITLE, provider=SAMPLE, per_second=100, max_in_flight=50
    )


def not_offered(account: ProviderAccount, *, engine: str, device: str) -> dict[str, str]:
    """What the account's provider cannot read, in words by the field that asks for it."""
    provider = PROVIDERS.get(account.provider)
    if provider is None:
        return {
            "account": f"The account “{account}” is of a provider that is gone. Choose another."
        }
    troubles = {}
    for field, asked, offered in (
        ("engine", engine, provider.engines),
        ("device", device, provider.devices),
    ):
        if asked and asked not in offered:
            troubles[field] = (
                f"The account “{account}” does not offer this {field}. It offers: "
                f"{', '.join(sorted(offered))}. Choose one of these or another account."
            )
    return troubles


def no_stand_in(
    second: ProviderAccount, first: ProviderAccount | None, *, engine: str, device: str
) -> str:
    """Why the second account cannot stand in for the first, in words; empty when it can."""
    if first is not None and second.pk == first.pk:
        return "This is the first account already. Choose another, or none."
    troubles = not_offered(second, engine=engine, device=device)
    return next(iter(troubles.values()), "")


def take_into_use(account: ProviderAccount, brand: Brand) -> bool:
    """Let the brand's checks be paid from its new account when it has none, or only made-up data.

    Returns whether it was taken.
    """
    if brand.account is not None and brand.account.provider != SAMPLE:
        return False
    brand.account = account
    brand.save(update_fields=["account"])
    return True
