"""Whose page it is, by the brand's own lists of domains and profiles."""

from __future__ import annotations

from urllib.parse import urlsplit

from reputation.models import Mark
from serp.addresses import canonical_url
from serp.models import Brand, Page


def ownership_of(brand: Brand, page: Page) -> str:
    """Whose page it is by the brand's own lists: its hosts are owned, its profiles influenced."""
    hosts = brand.hosts
    if any(page.host == host or page.host.endswith("." + host) for host in hosts):
        return Mark.Ownership.OWNED
    if any(is_within(page.url, profile) for profile in brand.profiles):
        return Mark.Ownership.INFLUENCED
    return Mark.Ownership.THIRD_PARTY


def is_within(url: str, profile: str) -> bool:
    """Whether a canonical URL is a profile's page or lies below it. Sites take the name of a profile
    in any case; one that its query names, as in `profile.php?id=7`, is that page alone."""
    ours = urlsplit(url.lower())
    its = urlsplit(canonical_url(profile if "//" in profile else f"https://{profile}").lower())
    if ours.hostname != its.hostname:
        return False
    if its.query:
        return (ours.path, ours.query) == (its.path, its.query)
    path = its.path.rstrip("/")
    return ours.path == path or ours.path.startswith(path + "/")
