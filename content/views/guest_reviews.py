"""The page of an outsider: reads one draft through a link, and approves it or says what to change."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from content.approving import commenting, deciding, links, sequence
from content.approving.deciding import Decider
from content.approving.forms import GuestForm
from content.approving.reading import Reading, reading
from content.approving.rounds import rows_of
from content.models import Approval, Piece, ReviewLink
from content.workflow import NotAllowed

REFUSED, TOO_OFTEN = 422, 429
DONE = {
    "approve": "Thank you. Your approval is noted.",
    "changes": "Thank you. Your request for changes is noted, and the piece went back to its writer.",
    "comment": "Thank you. Your comment is noted.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the draft; a POST acts: `act` is approve, changes or comment. A link that is revoked or
    expired, or never was, answers 404."""
    link = links.find_link(secret, timezone.now())
    if link is None:
        raise Http404("No such review.")
    if request.method == "POST":
        return kept_private(act(request, link))
    done = DONE.get(request.GET.get("done", ""), "")
    return kept_private(page(request, link, GuestForm(initial={"name": link.name}), done=done))


def act(request: HttpRequest, link: ReviewLink) -> HttpResponse:
    """Run what the outsider chose; a refusal shows the page with what was typed."""
    now, wanted = timezone.now(), request.POST.get("act", "")
    form = GuestForm(request.POST, needs_note=wanted in ("changes", "comment"))
    if links.is_worn(link, now):
        problem = "So much was sent through this link within an hour that it has to rest. Come back later."
        return page(request, link, form, problem=problem, status=TOO_OFTEN)
    if wanted not in DONE:
        return page(request, link, form, problem="Choose one of the buttons.", status=REFUSED)
    if not form.is_valid():
        return page(request, link, form, problem="Not sent: see below.", status=REFUSED)
    name, note = form.cleaned_data["name"], form.cleaned_data["note"]
    try:
        if wanted == "comment":
            commenting.say(link.piece, text=note, by=None, link=link, guest=name)
        else:
            decide(link, wanted, name=name, note=note, read=request.POST.get("read", ""))
    except NotAllowed as error:
        link.piece.refresh_from_db()
        return page(request, link, form, problem=str(error), status=REFUSED)
    links.used(link, now)
    return redirect(f"{request.path}?done={wanted}")


def decide(link: ReviewLink, wanted: str, *, name: str, note: str, read: str) -> None:
    """Take the decision that the link was made for. Raises NotAllowed."""
    approval = links.approval_for(link)
    if approval is None:
        raise NotAllowed("This link is for reading and commenting: there is nothing to approve.")
    approval.piece = link.piece
    who, now = Decider(guest=name), timezone.now()
    if wanted == "approve":
        deciding.approve(approval, who, now=now, note=note, read=read)
    else:
        deciding.ask_for_changes(approval, who, now=now, note=note)


def page(
    request: HttpRequest,
    link: ReviewLink,
    form: GuestForm,
    *,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    """The outsider's page: the draft, what it is to do, and the own thread; nothing else."""
    piece = link.piece
    approval = links.approval_for(link)
    turn = sequence.whose_turn(rows_of(piece)) if piece.status == Piece.Status.REVIEW else None
    shown: Reading = reading(piece)
    context: dict[str, Any] = {
        "link": link,
        "piece": piece,
        "of_brand": piece.brand,
        "reading": shown,
        "threads": commenting.threads_for(link),
        "form": form,
        "approval": approval,
        "is_turn": approval is not None and turn is not None and turn.pk == approval.pk,
        "is_decided": approval is not None and approval.state != Approval.State.WAITING,
        "problem": problem,
        "done": done,
        "zone": piece.brand.zone,
    }
    return render(request, "content/guest_review.html", context, status=status)


def kept_private(answer: HttpResponse) -> HttpResponse:
    """Keep the address out of search engines, caches and other sites' logs."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": with it a browser names no origin, and the form would pass for a forged one.
    answer["Referrer-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
