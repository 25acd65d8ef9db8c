"""Comments on a piece: said with a quote, answered, resolved; a guest's thread stays the guest's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from content.models import Comment, Piece, ReviewLink

LONGEST = 5000
LONGEST_QUOTE = 1000
"""Letters of a comment, and of the words that it is about."""


class NotSaid(Exception):
    """A comment that cannot be taken. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers, the oldest first."""

    first: Comment
    answers: list[Comment]

    @property
    def is_open(self) -> bool:
        return self.first.resolved_at is None

    @property
    def is_guests(self) -> bool:
        """Whether an outsider reads it: then they read the answers, too."""
        return self.first.link_id is not None


def say(
    piece: Piece,
    *,
    text: str,
    by: AbstractBaseUser | None,
    quote: str = "",
    answers: Comment | None = None,
    link: ReviewLink | None = None,
    guest: str = "",
) -> Comment:
    """Add a comment, or an answer to the first comment of a thread. Raises NotSaid."""
    # PostgreSQL takes no zero byte.
    text, quote = text.replace("\x00", "").strip(), " ".join(quote.replace("\x00", "").split())
    if not text:
        raise NotSaid("Write what you want to say.")
    if len(text) > LONGEST:
        raise NotSaid(
            f"That is {len(text)} letters, at most {LONGEST} fit. Say it in two comments."
        )
    if len(quote) > LONGEST_QUOTE:
        raise NotSaid(f"Quote at most {LONGEST_QUOTE} letters: the place is found by a few words.")
    return Comment.objects.create(
        piece=piece,
        author_id=by.pk if by else None,
        text=text,
        quote=quote,
        answers=answers,
        link=link,
        guest_name=guest,
    )


def resolve(comment: Comment, *, by: AbstractBaseUser, now: datetime) -> None:
    """Close a thread; the first to do so is remembered."""
    Comment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=now, resolved_by=by)


def reopen(comment: Comment) -> None:
    """Open a thread again."""
    Comment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)


def threads_of(piece: Piece) -> list[Thread]:
    """All threads of the piece, the open ones first, each group by time; one query."""
    rows = Comment.objects.filter(piece=piece).select_related("author", "resolved_by", "link")
    return sorted(threads(rows), key=lambda thread: not thread.is_open)


def threads_for(link: ReviewLink) -> list[Thread]:
    """The threads that a guest sees: those begun through this link, with the answers to them."""
    own = Comment.objects.filter(link=link, answers=None)
    rows = Comment.objects.filter(piece=link.piece).filter(answers__in=own) | own
    return threads(rows.select_related("author").order_by("created_at", "pk").distinct())


def threads(rows: Iterable[Comment]) -> list[Thread]:
    """Comments as threads, in the order of their first ones."""
    found: dict[int, Thread] = {}
    answers: list[Comment] = []
    for row in rows:
        if row.answers_id is None:
            found[row.pk] = Thread(row, [])
        else:
            answers.append(row)
    for row in answers:
        if row.answers_id in found:
            found[row.answers_id].answers.append(row)
    return list(found.values())
