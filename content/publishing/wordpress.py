"""A WordPress site over its REST API: puts a post there as a draft, and never publishes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from serp.addresses import safe_link
from serp.providers.base import Answer, ErrorKind, ProviderError, Request
from serp.providers.http import BoundedFetch

DEADLINE = 30.0
MAX_BYTES = 5_000_000
POSTS = "/wp-json/wp/v2/posts"
FIELDS = "id,status,link,slug"
LONGEST_ID, LONGEST_URL = 20, 2000
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class NotSent(Exception):
    """The site did not take the post. The message says why and what to do; `is_sure`: surely it did
    not, so another try makes no second one; `is_final`: another try would fail the same way."""

    def __init__(self, message: str, *, is_sure: bool = True, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_sure, self.is_final = is_sure, is_final


@dataclass(frozen=True, slots=True)
class Login:
    """Where a site begins (https://example.org or a folder of it), and an application password."""

    base_url: str
    username: str
    password: str

    @property
    def header(self) -> str:
        # WordPress shows application passwords in groups; the spaces mean nothing.
        secret = f"{self.username}:{self.password.replace(' ', '')}"
        return f"Basic {base64.b64encode(secret.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Post:
    """What is put there. `slug` is how it is found again."""

    title: str
    html: str
    excerpt: str
    slug: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A post at the site."""

    id: str
    status: str
    url: str
    edit_url: str


def put_draft(login: Login, post: Post, *, known: str = "") -> Remote:
    """Put the post there as a draft, or bring the draft up to date that is there already: the one with
    the id `known`, or the one with its slug. Raises NotSent.

    A post that somebody published there is left alone.
    """
    present = fetch_one(login, known) if known else find(login, post.slug)
    if present is not None and present.status not in ("draft", "pending", "auto-draft"):
        raise NotSent(
            f"It is “{present.status}” at the site already, so it was left as it is. Change it there.",
            is_final=True,
        )
    body = {
        "title": post.title,
        "content": post.html,
        "excerpt": post.excerpt,
        "slug": post.slug,
        "status": "draft",
    }
    path = f"{POSTS}/{present.id}" if present else POSTS
    return remote_of(login, ask(login, "POST", path, json=body))


def take_down(login: Login, known: str) -> Remote:
    """Set a published post back to draft, so that nobody sees it. Raises NotSent."""
    return remote_of(login, ask(login, "POST", f"{POSTS}/{known}", json={"status": "draft"}))


def find(login: Login, slug: str) -> Remote | None:
    """The post with this slug, whatever its status; None: there is none."""
    query = {"slug": slug, "status": "any", "context": "edit", "_fields": FIELDS}
    rows = ask(login, "GET", POSTS, params=query)
    if not isinstance(rows, list):
        raise NotSent("The site answered with something else than a list of posts.")
    return remote_of(login, rows[0]) if rows else None


def fetch_one(login: Login, known: str) -> Remote | None:
    """The post with this id; None: it was deleted there."""
    try:
        found = ask(login, "GET", f"{POSTS}/{known}", params={"context": "edit", "_fields": FIELDS})
    except Missing:
        return None
    return remote_of(login, found)


class Missing(NotSent):
    """The site has no such post."""


def ask(
    login: Login,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> Any:
    """One exchange with the site; its JSON. Raises NotSent."""
    fetch = BoundedFetch(
        deadline=DEADLINE,
        max_bytes=MAX_BYTES,
        allowed_hosts=settings.ALLOWED_PROVIDER_HOSTS,
        pool_size=1,
        # A redirected POST would come out as a GET that changes nothing.
        follows=False,
    )
    request = Request(
        method,
        login.base_url.rstrip("/") + path,
        params=params or {},
        headers={"Authorization": login.header},
        json=json,
    )
    try:
        answer = fetch(request)
    except ProviderError as error:
        raise NotSent(str(error), is_sure=is_sure(error, method)) from error
    finally:
        fetch.close()
    return read(answer, login)


def is_sure(error: ProviderError, method: str) -> bool:
    """Whether the site surely did not take it: an address that may not be called was never called."""
    return method == "GET" or error.kind in (ErrorKind.ADDRESS, ErrorKind.BAD_KEY)


def read(answer: Answer, login: Login) -> Any:
    """The JSON of an answer. Raises NotSent with what to do for each refusal."""
    host = urlsplit(login.base_url).hostname
    if answer.status in (401, 403):
        raise NotSent(
            f"{host} refused the user name or the application password, or this user may write no "
            "posts. Make a new application password in the user's profile there, and enter it again.",
            is_final=True,
        )
    if 300 <= answer.status < 400:
        raise NotSent(
            f"{host} redirects to {CONTROL.sub(' ', answer.headers.get('location', 'another address'))[:200]}. Enter "
            "that address as the site's.",
            is_final=True,
        )
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if answer.status == 404:
        is_route = isinstance(body, dict) and body.get("code") == "rest_post_invalid_id"
        if is_route:
            raise Missing("The site has no such post any more.")
        raise NotSent(
            f"{host} has no WordPress REST API at {POSTS}. Is the address where the site begins?",
            is_final=True,
        )
    if answer.status >= 400:
        said = body.get("message", "") if isinstance(body, dict) else ""
        words = CONTROL.sub(" ", str(said))[:200].strip()
        raise NotSent(f"{host} answered {answer.status}: {words or 'no reason given'}.")
    if body is None:
        raise NotSent(f"{host} answered with no JSON.", is_sure=False)
    return body


def remote_of(login: Login, row: Any) -> Remote:
    """A post as the API describes it. Raises NotSent when it describes none."""
    named = str(row.get("id", "")) if isinstance(row, dict) else ""
    if not (named.isascii() and named.isdigit() and len(named) <= LONGEST_ID):
        raise NotSent("The site's answer names no post.", is_sure=False)
    base, link = login.base_url.rstrip("/"), safe_link(str(row.get("link", "")))
    return Remote(
        id=named,
        status=CONTROL.sub(" ", str(row.get("status", "")))[:40],
        url=link if len(link) <= LONGEST_URL else "",
        edit_url=f"{base}/wp-admin/post.php?post={named}&action=edit",
    )
