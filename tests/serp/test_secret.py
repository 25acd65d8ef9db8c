"""Provider keys at rest: encrypted, readable with the right key only, and never lost for a wrong one."""

import pytest
from django.db import connection

from serp.models import ProviderAccount
from serp.models.secret import Unreadable

pytestmark = pytest.mark.django_db
KEY = "a-key-that-costs-money"


def stored(account: ProviderAccount) -> str:
    """What stands in the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM serp_provideraccount WHERE id = %s", [account.pk])
        return str(cursor.fetchone()[0])


def test_a_key_is_stored_encrypted_and_read_as_it_was() -> None:
    account = ProviderAccount.objects.create(name="one", provider="serper", key=KEY)
    assert KEY not in stored(account)
    assert ProviderAccount.objects.get(pk=account.pk).key == KEY


def test_the_same_key_is_never_stored_alike_twice() -> None:
    first, second = (
        ProviderAccount.objects.create(name=name, provider="serper", key=KEY) for name in "ab"
    )
    assert stored(first) != stored(second)


def test_no_key_stays_empty() -> None:
    account = ProviderAccount.objects.create(name="one", provider="sample")
    assert stored(account) == ""
    assert ProviderAccount.objects.get(pk=account.pk).key == ""


def test_another_encryption_key_reads_nothing_and_saving_then_loses_nothing(settings) -> None:
    account = ProviderAccount.objects.create(name="one", provider="serper", key=KEY)
    before, right = stored(account), settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = "another one"
    unread = ProviderAccount.objects.get(pk=account.pk)
    assert isinstance(unread.key, Unreadable)
    assert unread.key == ""
    unread.name = "renamed"
    unread.save()
    assert stored(account) == before
    settings.ENCRYPTION_KEY = right
    assert ProviderAccount.objects.get(pk=account.pk).key == KEY


def test_what_somebody_altered_in_the_database_is_not_taken_for_a_key() -> None:
    account = ProviderAccount.objects.create(name="one", provider="serper", key=KEY)
    ProviderAccount.objects.filter(pk=account.pk).update(name="x")
    text = stored(account)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE serp_provideraccount SET key = %s WHERE id = %s",
            [text[:-6] + "AAAAA=", account.pk],
        )
    assert isinstance(ProviderAccount.objects.get(pk=account.pk).key, Unreadable)
