"""What machines ask: whether the process lives, whether it is ready, and its numbers for Prometheus."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from reputation.metrics import exposition
from reputation.readiness import database_answers, failing_parts

BEARER = "Bearer "


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves and its database answers, 503 otherwise."""
    if database_answers():
        return lines("ok")
    return lines("the database does not answer", status=503)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when everything that checks need is there; 503 with a line a failing part."""
    failing = list(failing_parts(timezone.now()))
    return lines(*failing, status=503) if failing else lines("ok")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers in Prometheus's text form, for superusers and for who knows METRICS_TOKEN; to
    everybody else the page does not exist."""
    if not (knows_token(request) or getattr(request.user, "is_superuser", False)):
        raise Http404("No such page.")
    return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE_LATEST)


def knows_token(request: HttpRequest) -> bool:
    """Whether the request carries the token; without one in the settings nobody does."""
    token: str = getattr(settings, "METRICS_TOKEN", "")
    sent = request.headers.get("Authorization", "")
    given = sent.removeprefix(BEARER) if sent.startswith(BEARER) else ""
    return bool(token) and constant_time_compare(given, token)


def lines(*text: str, status: int = 200) -> HttpResponse:
    body = "".join(f"{line}\n" for line in text)
    return HttpResponse(body, content_type="text/plain; charset=utf-8", status=status)
