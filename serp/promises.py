"""Says when a check that somebody asked for is made: at once, or by the queue of a provider."""

from __future__ import annotations

from collections.abc import Collection

from serp.claiming import TASK, mode_of
from serp.models import Keyword
from serp.money import account_of

QUEUED = "posted to the provider’s queue within the minute; the result takes minutes to hours"


def is_queued(keyword: Keyword) -> bool:
    """Whether the account that pays for the keyword is asked by way of its provider's queue."""
    account = account_of(keyword)
    return account is not None and mode_of(account) == TASK


def promise(keyword: Keyword) -> str:
    """What follows "it is" when one keyword is to be checked."""
    return QUEUED if is_queued(keyword) else "checked within the minute"


def promises(keywords: Collection[Keyword]) -> str:
    """What is done with the keywords that are to be checked, in one or two sentences. Of each it asks
    for the account and the brand's account: have them selected."""
    queued = sum(map(is_queued, keywords))
    at_once = len(keywords) - queued
    words = []
    if at_once or not queued:
        words.append(f"{counted(at_once)} checked within the minute.")
    if queued:
        words.append(f"{counted(queued)} {QUEUED}.")
    return " ".join(words)


def counted(count: int) -> str:
    return f"{count} keyword{' is' if count == 1 else 's are'}"
