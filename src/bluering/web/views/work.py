"""What people do about a person: log a contact, set a gap aside, take somebody on their panel."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bluering import pipeline
from bluering.access.models import Role, User
from bluering.coordination import actions as coordination
from bluering.coordination.models import Talk
from bluering.coordination.note_templates import note_templates
from bluering.coordination.talks import minutes_of, running_talk
from bluering.coordination.tasks import open_task
from bluering.errors import BadInput
from bluering.population import actions as population
from bluering.population import queries as gaps
from bluering.population.models import Gap
from bluering.web import sheets
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import AssignForm, ContactForm, SetAsideForm
from bluering.web.words import many, plain_name

USUAL_REST_DAYS = 7
log = logging.getLogger(__name__)


@require_http_methods(["GET", "POST"])
def contact(request: Asked, person_id: str) -> HttpResponse:
    """Log one attempt to reach somebody; the rules look again right after."""
    opened = enter(request, person_id, "contact.log")
    standing = opened.hidden.gaps(gaps.open_gaps([person_id]))
    form = (
        ContactForm(request.POST)
        if request.method == "POST"
        else ContactForm(initial=contact_start(request, person_id, standing))
    )

    def act() -> None:
        given = dict(form.cleaned_data)
        about, reached = given.pop("gap"), given.pop("reached") == "yes"
        then, due = given.pop("then"), given.pop("then_due")
        gap = next((g for g in standing if g.pk == about), None)
        with transaction.atomic():
            made = coordination.log_contact(person_id=person_id, reached=reached, gap=gap, by=request.user, **given)
            if then:
                open_task(
                    person_id=person_id, title=then, due_date=due, by=request.user, owner=request.user, contact=made
                )

    facts = {"gaps": standing, "templates": note_templates(request.user), "talk": _talk(request, person_id)}
    return answer(request, form, opened, act, "Logged", "sheets/contact.html", facts)


def _talk(request: Asked, person_id: str) -> Talk | None:
    """The clock of this user, when it runs for this person."""
    running = running_talk(request.user)
    return running if running and running.person_id == person_id else None


def contact_start(request: Asked, person_id: str, standing: list[Gap]) -> dict:
    """What the form holds at first: now, or since the clock runs, by phone, and the purpose of the gap that led here."""
    about = next((g for g in standing if str(g.pk) == request.GET.get("gap")), None)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    start = {"mode": "phone", "whom": "person", "at": now, "minutes": 5}
    if talk := _talk(request, person_id):
        start |= {"at": timezone.localtime(talk.started_at).strftime("%Y-%m-%dT%H:%M"), "minutes": minutes_of(talk)}
    return start | ({"gap": about.pk, "purpose": about.title[:120]} if about else {})


@require_http_methods(["GET", "POST"])
def set_aside(request: Asked, gap_id: int) -> HttpResponse:
    """Put a gap off until a day, with the reason."""
    gap, opened = gap_and_person(request, gap_id)
    today = timezone.localdate()
    start = {"until": (today + timedelta(days=USUAL_REST_DAYS)).isoformat()}
    form = SetAsideForm(request.POST) if request.method == "POST" else SetAsideForm(initial=start)

    def act() -> None:
        population.set_aside(gap=gap, by=request.user, **form.cleaned_data)

    facts = {"gap": gap, "earliest": (today + timedelta(days=1)).isoformat()}
    return answer(request, form, opened, act, "Set aside", "sheets/set_aside.html", facts)


@require_http_methods(["GET", "POST"])
def resume(request: Asked, gap_id: int) -> HttpResponse:
    """Take a gap up again before its day."""
    gap, opened = gap_and_person(request, gap_id)
    if request.method == "POST":
        population.resume(gap=gap, by=request.user)
        messages.success(request, "Taken up again.")
        return sheets.done(request, sheets.back(request, f"/people/{opened.person_id}/"))
    return sheets.show(request, "sheets/resume.html", {"gap": gap})


def gap_and_person(request: Asked, gap_id: int) -> tuple[Gap, Opened]:
    gap = Gap.objects.filter(pk=gap_id).first()
    if gap is None:
        raise Http404
    opened = enter(request, gap.person_id, "gap.set_aside")
    if opened.hidden.gap(gap):
        raise Http404
    return gap, opened


@require_http_methods(["GET", "POST"])
def assign(request: Asked, person_id: str) -> HttpResponse:
    """Put somebody on a panel: one's own at first, a colleague's by choice."""
    opened = enter(request, person_id, "panel.assign")
    team = list(User.objects.filter(role=Role.COORDINATOR, is_active=True).order_by("display_name", "username"))
    form = (
        AssignForm(request.POST)
        if request.method == "POST"
        else AssignForm(initial={"coordinator": request.user.username})
    )

    def act() -> None:
        chosen = next((u for u in team if u.username == form.cleaned_data["coordinator"]), None)
        if chosen is None:
            raise BadInput("coordinator: choose one of the list.")
        coordination.assign(
            person_id=person_id, coordinator=chosen, reason=form.cleaned_data["reason"], by=request.user
        )

    return answer(request, form, opened, act, "Assigned", "sheets/assign.html", {"team": team, "holder": opened.holder})


def answer(
    request: Asked, form, opened: Opened, act: Callable[[], None], said: str, template: str, facts: dict
) -> HttpResponse:
    """One form's turn: show it, or act and let the rules look again, or show what has to be put right."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act()
            except BadInput as error:
                sheets.complain(form, error)
            else:
                messages.success(request, closing_words(said, opened.person_id))
                page = f"/people/{opened.person_id}/" if opened.may("person.read") else "/"
                return sheets.done(request, sheets.back(request, page))
        status = 422
    who = opened.summary
    facts = facts | {
        "form": form,
        "who": who,
        "person_id": opened.person_id,
        "who_name": plain_name(who.given, who.family),
    }
    return sheets.show(request, template, facts, status=status)


def closing_words(said: str, person_id: str) -> str:
    """Lets the rules look again and says how many gaps that closed."""
    try:
        closed = pipeline.after_work(person_id).closed
    except BadInput as error:
        log.error("the rules could not look again: %s", error)
        return f"{said}. The rules could not look again; an administrator sees why in the log."
    return f"{said}. {many(closed, 'gap')} closed." if closed else f"{said}."
