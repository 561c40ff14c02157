"""Absences: arranged, ended, with the sheet for who covers and the summary for who comes back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import absences, actions
from bluering.coordination.models import Cover
from bluering.errors import BadInput
from bluering.record import queries as record
from bluering.record.models import PersonSummary
from bluering.web import absences_view, sheets
from bluering.web.asked import Asked
from bluering.web.forms import AbsenceForm


@require_http_methods(["GET", "POST"])
def all_of_them(request: Asked) -> HttpResponse:
    """One's own and those one covers; all for an administrator. Below them a new one is arranged."""
    permissions.require(request.user, "cover.arrange")
    own, today = request.user.role == Role.COORDINATOR, timezone.localdate()
    form = AbsenceForm(request.POST) if request.method == "POST" else AbsenceForm(initial={"since": today.isoformat()})
    team = {user.username: user for user in absences.may_cover(User())}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        absent, covering = request.user if own else team.get(given["absent"]), team.get(given["covering"])
        try:
            if absent is None or covering is None:
                raise BadInput(("absent" if absent is None else "covering") + ": choose one of the list.")
            actions.arrange_cover(
                absent=absent,
                covering=covering,
                since=given["since"],
                until=given["until"],
                note=given["note"],
                by=request.user,
            )
        except BadInput as error:
            sheets.complain(form, error)
        else:
            messages.success(request, f"Arranged. {covering.name} reaches the panel on these days only.")
            return redirect("absences")
    facts = {
        "rows": absences_view.rows(absences.covers_for(request.user), request.user, today), "form": form, "own": own, "today": today.isoformat(),
        "colleagues": [user for user in team.values() if user != request.user], "team": list(team.values()),
    }  # fmt: skip
    return render(request, "absences/absences.html", facts, status=422 if form.errors else 200)


@require_POST
def end(request: Asked, cover_id: int) -> HttpResponse:
    """Back early, or not away after all."""
    actions.end_cover(cover=get_object_or_404(Cover, pk=cover_id), by=request.user)
    messages.success(request, "Ended. Nobody covers any more.")
    return redirect("absences")


def _cover(request: Asked, cover_id: int) -> Cover:
    cover = Cover.objects.select_related("absent", "covering").filter(pk=cover_id).first()
    if cover is None:
        raise Http404
    absences.require_party(cover, request.user)
    return cover


@require_GET
def sheet(request: Asked, cover_id: int) -> HttpResponse:
    """What the one who covers has to know."""
    cover, today = _cover(request, cover_id), timezone.localdate()
    found = absences.shown(absences.sheet_of(cover), request.user)
    people = absences_view.sheet(found, _names(request, cover, found), today)
    facts = {"cover": cover, "people": people, "panel": len(absences.panel_of_absence(cover))}
    return render(request, "absences/sheet.html", facts)


@require_GET
def back(request: Asked, cover_id: int) -> HttpResponse:
    """What happened meanwhile."""
    cover = _cover(request, cover_id)
    found = absences.shown(absences.back_of(cover), request.user)
    people = absences_view.back(found, _names(request, cover, found))
    return render(
        request, "absences/back.html", {"cover": cover, "people": people, "says": absences_view.summed(found)}
    )


def _names(request: Asked, cover: Cover, found: list) -> dict[str, PersonSummary]:
    """One line about each person shown; that they were is written down."""
    persons = sorted({one.person_id for one in found})
    audit.record_many(request.user, "person.list.read", persons, f"cover {cover.pk}")
    return record.summaries(persons)
