"""Whether the demo can begin: what a story left, what stands in its way, and the login of its reader."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils.crypto import get_random_string

from content.demo.plot import ACCOUNT, SLUGS, TEAM, address_of
from serp.models import Brand, Heartbeat, ProviderAccount

DONE = "demo"
LOGIN = "demo"


def is_there() -> bool:
    """Whether the story was made to its end."""
    return Heartbeat.last(DONE) is not None


def clear() -> None:
    """Take away what a story that broke off has left, so that it can begin anew. Only what the story
    made: its brands by their slug and its account, its people by their address."""
    Brand.objects.filter(slug__in=SLUGS, account__name=ACCOUNT).delete()
    ProviderAccount.objects.filter(name=ACCOUNT, provider="sample", brand=None).delete()
    get_user_model().objects.filter(email__in=[address_of(name) for name, *_ in TEAM]).delete()


def in_the_way() -> str:
    """What already stands here under a name that the story needs, in words; empty: nothing."""
    if Brand.objects.filter(slug__in=SLUGS).exists():
        return f"There is a brand {SLUGS[0]} or {SLUGS[1]} already."
    names = [name for name, *_ in TEAM]
    taken = get_user_model().objects.filter(username__in=names).values_list("username", flat=True)
    return f"There are people called {', '.join(sorted(taken))} already." if taken else ""


def new_login() -> str:
    """Make the person `demo`, who may do everything, with a new random password; returns it."""
    password = get_random_string(14, "abcdefghjkmnpqrstuvwxyz23456789")
    user, _ = get_user_model().objects.get_or_create(
        username=LOGIN, defaults={"first_name": "Demo", "last_name": "Person"}
    )
    user.is_staff = user.is_superuser = True
    user.set_password(password)
    user.save()
    return password
