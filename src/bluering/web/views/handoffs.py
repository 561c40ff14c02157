"""Handoffs: the board of what we wait for, opening one, moving one."""

from datetime import timedelta

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import actions, answer_links, policies
from bluering.coordination import queries as coordination
from bluering.coordination.models import Handoff, Kind
from bluering.coordination.sharing import board_shown
from bluering.errors import Refusal
from bluering.population import queries as gaps
from bluering.record import queries as record
from bluering.web import handoff_view
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import HandoffForm, MoveForm
from bluering.web.live import live
from bluering.web.views.work import answer

USUAL_DAYS = 14


@require_GET
@live
def board(request: Asked) -> HttpResponse:
    """Everything this user answers for, the earliest due first."""
    if not permissions.may_for_some(request.user, "handoff.move"):
        raise Refusal(permissions.refusal("handoff.move"))
    today = timezone.localdate()
    handoffs = board_shown(request.user)
    names = record.summaries({h.person_id for h in handoffs})
    mine = policies.reachable(request.user, "handoff.move", {h.person_id for h in handoffs})
    rows = [
        handoff_view.view(h, today=today, may_move=True, person=names.get(h.person_id) if h.person_id in mine else None)
        for h in handoffs
    ]
    late = sum(row.late for row in rows)
    audit.record_many(request.user, "person.list.read", sorted(mine), "handoffs")
    return render(
        request,
        "handoffs/board.html",
        {"rows": rows, "late": late, "waiting": coordination.waiting_on(request.user, handoffs)},
    )


@require_http_methods(["GET", "POST"])
def open_one(request: Asked, person_id: str) -> HttpResponse:
    """Open a handoff, and send it at once unless it should stay a draft."""
    opened = enter(request, person_id, "handoff.open")
    standing, team = {gap.pk: gap for gap in opened.hidden.gaps(gaps.open_gaps([person_id]))}, colleagues(request.user)
    form = HandoffForm(request.POST) if request.method == "POST" else HandoffForm(initial=start(request, standing))

    def act() -> None:
        given = form.cleaned_data
        gap, send = standing.get(given.pop("gap")), given.pop("send")
        with transaction.atomic():
            handoff = actions.open_handoff(
                person_id=person_id, sender=request.user.name, by=request.user,
                receiver_user=team.get(given["receiver"]), fact_key=gap.fact_key if gap else "",
                gap_key=f"{gap.rule}/{gap.key}" if gap else "", **given,
            )  # fmt: skip
            if send:
                actions.move_handoff(handoff=handoff, move="send", by=request.user)

    return answer(request, form, opened, act, "Handed over", "sheets/handoff.html", {"receivers": sorted(team)})


def colleagues(user: User) -> dict[str, User]:
    """Those with an account who may receive something, by the name they are chosen by."""
    team = User.objects.filter(role__in=(Role.COORDINATOR, Role.CLINICIAN), is_active=True).exclude(pk=user.pk)
    return {member.name: member for member in team}


def start(request: Asked, standing: dict) -> dict:
    """What the form holds at first, from the gap that led here."""
    wanted = request.GET.get("gap", "")
    gap = standing.get(int(wanted)) if wanted.isdigit() else None
    due = timezone.localdate() + timedelta(days=USUAL_DAYS)
    wished = request.GET.get("kind", "")
    usual = {"kind": wished if wished in Kind.values else "referral", "due_date": due.isoformat(), "send": True}
    if gap is None:
        return usual
    kind = "question" if gap.owner == "clinician" else "referral"
    return usual | {"kind": kind, "gap": gap.pk, "title": gap.title[:200], "receiver": gap.with_whom or ""}


@require_http_methods(["GET", "POST"])
def move(request: Asked, handoff_id: int) -> HttpResponse:
    """What happened with a handoff; only what its state and this user's side allow is offered."""
    handoff = Handoff.objects.select_related("owner", "receiver_user").filter(pk=handoff_id).first()
    if handoff is None:
        raise Http404
    opened = open_for_move(request, handoff)
    form = MoveForm(request.POST or None)

    def act() -> None:
        actions.move_handoff(handoff=handoff, by=request.user, **form.cleaned_data)

    facts = {
        "handoff": handoff_view.view(handoff, today=timezone.localdate()),
        "offers": [offer for offer in policies.moves_for(handoff, request.user) if offer.allowed],
        "history": list(handoff.history.select_related("by")),
        "may_link": handoff.kind in answer_links.KINDS
        and handoff.state in answer_links.WAITING
        and opened.may("handoff.move"),
        "may_cover": handoff.receiver_user is None and opened.may("handoff.move"),
    }
    return answer(request, form, opened, act, "Noted", "sheets/move.html", facts)


def open_for_move(request: Asked, handoff: Handoff) -> Opened:
    """Whoever looks after the person, or who was asked to receive this handoff."""
    if policies.stands_as_receiver(handoff, request.user, coordination.covered_by(request.user)):
        summary = record.summary(handoff.person_id)
        if summary is None:
            raise Http404
        if request.method == "GET":
            audit.record(request.user, "person.read", handoff.person_id, "handoff")
        return Opened(handoff.person_id, summary, None, lambda action: False)
    opened = enter(request, handoff.person_id, "handoff.move")
    if opened.hidden.handoff(handoff, request.user):
        raise Http404
    return opened
