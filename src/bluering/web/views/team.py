"""Who is on a person's care team: what facts found, what the coordinator says of it, who of those who coordinate leads."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.coordination import team_actions
from bluering.coordination.ring import meet
from bluering.coordination.ring_practice import practice_of
from bluering.coordination.sharing import shares_of
from bluering.coordination.team import Mate, history_of, lead_of, said_of, team_of
from bluering.errors import BadInput
from bluering.record import queries as record
from bluering.record.providers import directory_of
from bluering.web import team_view
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import GoneForm, LeadForm, MateForm
from bluering.web.live import live
from bluering.web.views.person import contacts_shown, handoffs_shown, lead_name, sit
from bluering.web.views.work import answer
from bluering.web.words import plain_name

CHANGED = ("name", "kind", "role", "organization", "phone", "channel", "behalf", "note")


@require_GET
@live
def team(request: Asked, person_id: str) -> HttpResponse:
    """Everybody on the team, who coordinates, and what was said."""
    sitting = sit(request, person_id, "team/")
    rows = team_view.rows(mates_of(sitting.opened, sitting.chart.tables), sitting.today)
    agreed = lead_of(person_id)
    facts = sitting.facts(
        rows=[row for row in rows if row.mate.state != "gone"],
        gone=[row for row in rows if row.mate.state == "gone"],
        coordinators=team_view.coordinators(rows),
        agreed=agreed,
        history=history_of(person_id),
        may_manage=sitting.opened.may("team.manage"),
        shares=shares_of(request.user, person_id),
    )
    return render(request, "person/team.html", facts)


@require_http_methods(["GET", "POST"])
def add(request: Asked, person_id: str) -> HttpResponse:
    """Somebody whom no source tells of, as the person or a colleague told it."""
    opened = enter(request, person_id, "team.manage")
    form = MateForm(request.POST) if request.method == "POST" else MateForm(initial={"kind": "clinic"})

    def act() -> None:
        team_actions.confirm(person_id=person_id, by=request.user, **form.cleaned_data)

    return answer(request, form, opened, act, "Put on the team", "sheets/mate.html", {"action": "add/"})


@require_http_methods(["GET", "POST"])
def change(request: Asked, person_id: str, slug: str) -> HttpResponse:
    """Confirm somebody, with name, role and how to reach them put right."""
    opened = enter(request, person_id, "team.manage")
    mate = _mate(opened, slug)
    start = {field: getattr(mate, field) for field in CHANGED}
    form = MateForm(request.POST) if request.method == "POST" else MateForm(initial=start)

    def act() -> None:
        team_actions.confirm(person_id=person_id, key=mate.key, by=request.user, **form.cleaned_data)

    facts = {"action": f"{slug}/", "mate": mate}
    return answer(request, form, opened, act, "Confirmed", "sheets/mate.html", facts)


@require_POST
def confirm(request: Asked, person_id: str, slug: str) -> HttpResponse:
    """Confirm somebody as they were found."""
    opened = enter(request, person_id, "team.manage")
    mate = _mate(opened, slug)
    said = {field: getattr(mate, field) for field in CHANGED}
    team_actions.confirm(person_id=person_id, key=mate.key, by=request.user, **said)
    messages.success(request, "Confirmed.")
    return redirect(f"/people/{person_id}/team/#mate-{slug}")


@require_http_methods(["GET", "POST"])
def gone(request: Asked, person_id: str, slug: str) -> HttpResponse:
    """Say that somebody is no longer involved."""
    opened = enter(request, person_id, "team.manage")
    mate = _mate(opened, slug)
    if mate.ours:
        raise Http404
    form = GoneForm(request.POST) if request.method == "POST" else GoneForm()

    def act() -> None:
        note = form.cleaned_data["note"]
        team_actions.no_longer(
            person_id=person_id, key=mate.key, name=mate.name, kind=mate.kind, note=note, by=request.user
        )

    return answer(request, form, opened, act, "Taken off the team", "sheets/gone.html", {"mate": mate})


@require_http_methods(["GET", "POST"])
def lead(request: Asked, person_id: str) -> HttpResponse:
    """Agree on one who leads; the others keep their part."""
    opened = enter(request, person_id, "team.manage")
    mates = [one for one in mates_of(opened) if one.state != "gone" and not one.ours and one.kind != "family"]
    likely = sorted(mates, key=lambda one: not one.behalf)
    now = next((one.slug for one in mates if one.leads), "")
    form = LeadForm(request.POST) if request.method == "POST" else LeadForm(initial={"who": now})

    def act() -> None:
        slug = form.cleaned_data["who"]
        chosen = next((one for one in mates if one.slug == slug), None)
        if slug and chosen is None:
            raise BadInput("who: choose one of the list.")
        key, name = (chosen.key, chosen.name) if chosen else ("", "")
        agreed_with = form.cleaned_data["agreed_with"]
        team_actions.agree_lead(person_id=person_id, key=key, name=name, agreed_with=agreed_with, by=request.user)

    facts = {"mates": likely, "holder": lead_name(opened.holder), "now": now}
    return answer(request, form, opened, act, "Agreed", "sheets/lead.html", facts)


def mates_of(opened: Opened, tables: dict | None = None) -> list[Mate]:
    """The team of somebody who is opened; the chart's tables are read when they are not given."""
    person_id, today = opened.person_id, timezone.localdate()
    if tables is None:
        tables = opened.hidden.tables(record.chart(person_id).tables)
    said = said_of(person_id)
    faces = meet(
        person_name=plain_name(opened.summary.given, opened.summary.family), tables=tables,
        contacts=contacts_shown(opened), handoffs=handoffs_shown(opened),
        coordinator=lead_name(opened.holder) or None, practice=practice_of(tables, record.practice_sources()),
        today=today, team=said, directory=directory_of(tables),
    )  # fmt: skip
    return team_of(person_id, faces, said, lead_of(person_id), today)


def _mate(opened: Opened, slug: str) -> Mate:
    found = next((one for one in mates_of(opened) if one.slug == slug), None)
    if found is None:
        raise Http404
    return found
