"""Sends pieces to sites and tells engines of new addresses: asked for by rows, done by whoever claims them."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.text import slugify

from content.models import Delivery, Draft, Piece, Ping, Site
from content.publishing.documents import body_html
from content.publishing.facts import PageFacts, facts_of
from content.publishing.indexnow import NotTold, tell
from content.publishing.structured import structured
from content.publishing.wordpress import Login, NotSent, Post, put_draft, take_down
from serp.models import Pause
from serp.models.secret import WRONG_KEY, Unreadable

LEASE = timedelta(minutes=3)
"""Longer than a tick and the two exchanges of a sending that it begins last."""
MOST_TRIES = 3
PAUSE = timedelta(minutes=2)
PING_TRIES = 5
MOST_AT_ONCE = 200
PING_SECONDS, SECONDS = 8.0, 20.0
"""After this time of a tick no further message, no further sending is begun: what waits is found by the
next one, and a tick ends well before its task is killed."""
BROKE_OFF = "Sending it broke off inside Pushdown."
SURE_STATES = (Delivery.State.WAITING, Delivery.State.SENT)
logger = logging.getLogger(__name__)


class CannotSend(Exception):
    """A sending that makes no sense. The message says why and what to do."""


def login_of(site: Site) -> Login:
    return Login(site.base_url, site.username, site.password)


def slug_of(piece: Piece, key: str) -> str:
    """The post's slug: words of the title, and a sign of this sending by which it is found again."""
    words = slugify(piece.title, allow_unicode=False)[:60].strip("-") or "piece"
    return f"{words}-{key[:8]}"


def ask_for(piece: Piece, site: Site, *, by: AbstractBaseUser, now: datetime) -> Delivery:
    """Have the piece's draft put on the site as a draft of it; the row waits for a worker.

    A piece that stands there already is brought up to date. Raises CannotSend.
    """
    if not site.is_active:
        raise CannotSend(f"{site} is switched off. Switch it on in the list of sites.")
    draft = Draft.objects.filter(piece=piece).exclude(text="").first()
    if draft is None:
        raise CannotSend("There is no draft to send. Write it here first.")
    with transaction.atomic():
        Piece.objects.select_for_update().get(pk=piece.pk)
        present = Delivery.objects.filter(piece=piece, site=site, state__in=SURE_STATES).first()
        if present is not None and present.state == Delivery.State.WAITING:
            raise CannotSend("It is being sent already.")
        if present is not None and present.draft_revision == draft.revision:
            raise CannotSend(f"The draft stands at {site} as it is now: nothing changed since.")
        if present is None:
            last = Delivery.objects.filter(piece=piece, site=site).first()
            # The same sign as a failed sending: if that one came through after all, it is found.
            present = Delivery(
                piece=piece, site=site, key=last.key if last else secrets.token_hex(16)
            )
            if last is not None:
                present = last
        present.state, present.error, present.tries = Delivery.State.WAITING, "", 0
        present.made_at, present.leased_until = now, None
        present.by_id = by.pk
        present.save()
    return present


def send_waiting(now: datetime) -> int:
    """Send what waits at `now` and tell engines what waits to be told; returns how much was done.

    Safe to repeat and to run at once. Nothing goes out while the installation is paused. Never raises
    for a row: one that breaks keeps none of the others waiting.
    """
    if Pause.current() is not None:
        return 0
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = Delivery.objects.filter(free, state=Delivery.State.WAITING)
    # Killed while they were sent, each time: another try would be killed, too.
    waiting.filter(tries__gte=MOST_TRIES).update(
        state=Delivery.State.FAILED, leased_until=None, error=BROKE_OFF
    )
    pings = Ping.objects.filter(free, done_at=None, tries__lt=PING_TRIES)
    began = time.monotonic()
    done = each(ping, pings, now, until=began + PING_SECONDS)
    return done + each(send, waiting, now, until=began + SECONDS)


def each(
    act: Callable[[int, datetime], bool], rows: QuerySet[Any], now: datetime, *, until: float
) -> int:
    """Do it to the rows, the oldest first, up to `until` on the monotonic clock; how many went well."""
    done = 0
    for pk in rows.order_by("made_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        if time.monotonic() >= until:
            break
        try:
            done += act(pk, now)
        except Exception:
            # The lease runs out and the tries are counted: it is given up after some of them.
            logger.exception("%s of row %s broke off", act.__name__, pk)
    return done


def claim(rows: QuerySet[Any], pk: int, now: datetime) -> bool:
    """Take a row that nobody holds: one conditional update, so of two workers one wins."""
    free = rows.filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=pk)
    return bool(free.update(leased_until=now + LEASE, tries=F("tries") + 1))


def send(pk: int, now: datetime) -> bool:
    """Send one delivery if it can be claimed; whether it arrived."""
    if not claim(Delivery.objects.filter(state=Delivery.State.WAITING), pk, now):
        return False
    row = Delivery.objects.select_related("piece__brand", "piece__keyword", "site").get(pk=pk)
    if isinstance(row.site.password, Unreadable):
        return fail(row, NotSent(f"{row.site}: {WRONG_KEY}.", is_final=True), now)
    draft = Draft.objects.filter(piece=row.piece).first()
    revision = draft.revision if draft else 0
    facts = facts_of(row.piece)
    try:
        remote = put_draft(login_of(row.site), post_of(row, facts), known=row.remote_id)
    except NotSent as error:
        return fail(row, error, now)
    Delivery.objects.filter(pk=pk).update(
        state=Delivery.State.SENT,
        remote_id=remote.id,
        url=remote.url,
        edit_url=remote.edit_url,
        draft_revision=revision,
        sent_at=now,
        leased_until=None,
        error="",
    )
    return True


def fail(row: Delivery, error: NotSent, now: datetime) -> bool:
    """Write down why it was not sent: for good after some tries, or else to be tried again."""
    is_over = error.is_final or row.tries >= MOST_TRIES
    Delivery.objects.filter(pk=row.pk).update(
        state=Delivery.State.FAILED if is_over else Delivery.State.WAITING,
        leased_until=None if is_over else now + PAUSE,
        error=str(error)[:500],
    )
    return False


def post_of(row: Delivery, facts: PageFacts) -> Post:
    """The post: the text, and below it the structured data that the page may carry."""
    data = structured(facts)
    html = body_html(facts.markdown)
    if data.nodes:
        # WordPress takes script elements from users who may post unfiltered HTML, and drops the
        # others'; the text is whole either way.
        html += f'<!-- wp:html --><script type="application/ld+json">{data.text}</script><!-- /wp:html -->'
    return Post(facts.title, html, facts.description, slug_of(row.piece, row.key))


def unpublish(row: Delivery) -> None:
    """Set the post at the site back to draft. Raises CannotSend with the site's reason."""
    if not row.remote_id:
        raise CannotSend("It was never sent there.")
    pause = Pause.current()
    if pause is not None:
        raise CannotSend(f"Nobody is called while the installation is paused: {pause.reason}.")
    try:
        take_down(login_of(row.site), row.remote_id)
    except NotSent as error:
        raise CannotSend(str(error)) from error


def ask_ping(piece: Piece, now: datetime) -> Ping | None:
    """Have engines told of the piece's address, where the brand has a key for its host; else None."""
    if not piece.url:
        return None
    if key_for(piece) is None:
        return None
    if Ping.objects.filter(piece=piece, url=piece.url, done_at=None, tries__lt=PING_TRIES).exists():
        return None
    return Ping.objects.create(piece=piece, url=piece.url, made_at=now)


def key_for(piece: Piece) -> str | None:
    """The IndexNow key of the site that the piece's address belongs to."""
    host = urlsplit(piece.url).hostname
    sites = Site.objects.filter(brand=piece.brand_id, is_active=True).exclude(indexnow_key="")
    return next((s.indexnow_key for s in sites if urlsplit(s.base_url).hostname == host), None)


def ping_published(now: datetime) -> int:
    """Ask for a message about each piece that was published in the last two days and has none."""
    fresh = Piece.objects.filter(
        published_at__gt=now - timedelta(days=2), pings=None, brand__sites__is_active=True
    ).exclude(brand__sites__indexnow_key="")
    return sum(ask_ping(piece, now) is not None for piece in fresh.distinct())


def ping(pk: int, now: datetime) -> bool:
    """Tell engines of one address if it can be claimed; whether they were told."""
    if not claim(Ping.objects.filter(done_at=None), pk, now):
        return False
    row = Ping.objects.select_related("piece").get(pk=pk)
    key = key_for(row.piece)
    mine = Ping.objects.filter(pk=pk)
    if key is None:
        mine.update(tries=PING_TRIES, error="The brand has no key for this host any more.")
        return False
    try:
        status = tell(row.url, key=key)
    except NotTold as error:
        mine.update(
            error=str(error)[:300],
            status=error.status,
            leased_until=now + PAUSE * 2**row.tries,
            tries=PING_TRIES if error.is_final else row.tries,
        )
        return False
    mine.update(status=status, done_at=now, leased_until=None, error="")
    return True
