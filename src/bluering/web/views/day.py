"""My day: minutes, an ordered list with reasons, what is safe to wait, what was knowingly left."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit
from bluering.coordination import my_day
from bluering.errors import BadInput
from bluering.record import queries as record
from bluering.web import day_view, sheets
from bluering.web.asked import Asked
from bluering.web.doors import enter
from bluering.web.forms import LeaveForm
from bluering.web.live import live
from bluering.web.words import plain_name

LATELY = timedelta(days=14)


@require_GET
@live
def day(request: Asked) -> HttpResponse:
    """The day as it stands now."""
    today = timezone.localdate()
    found = my_day.my_day(request.user, today)
    lately = my_day.left_lately(request.user, today - LATELY)
    persons = {one.person_id for part in (found.fits, found.too_much, found.waits, found.left, lately) for one in part}
    people = record.summaries(persons)
    audit.record_many(request.user, "person.list.read", sorted(people), "my day")
    facts = {
        "day": today,
        "minutes": found.plan.minutes if found.plan else my_day.USUAL_MINUTES,
        "minutes_left": found.left_minutes,
        "planned": sum(one.minutes for one in found.fits),
        "set_at": found.plan.set_at if found.plan else None,
        "fits": day_view.rows(found.fits, people, today),
        "too_much": day_view.rows(found.too_much, people, today),
        "waits": day_view.rows(found.waits, people, today),
        "left": [(people[one.person_id].name, one) for one in found.left if one.person_id in people],
        "lately": [(people[one.person_id].name, one) for one in lately if one.day < today and one.person_id in people],
    }
    return render(request, "day/day.html", facts)


@require_POST
def minutes(request: Asked) -> HttpResponse:
    """Say how many minutes there are."""
    said = request.POST.get("minutes", "")
    try:
        my_day.set_minutes(by=request.user, minutes=int(said) if said.isdecimal() else 0)
    except BadInput as error:
        messages.warning(request, str(error).partition(": ")[2].capitalize())
    return redirect("day")


@require_POST
def put(request: Asked) -> HttpResponse:
    """Put somebody before somebody else."""
    my_day.put_before(by=request.user, person_id=request.POST.get("person", ""), before=request.POST.get("before", ""))
    return sheets.done(request, "/day/")


@require_http_methods(["GET", "POST"])
def leave(request: Asked, person_id: str) -> HttpResponse:
    """Leave it today, with the reason."""
    opened = enter(request, person_id, "contact.log")
    form = LeaveForm(request.POST) if request.method == "POST" else LeaveForm()
    if request.method == "POST" and form.is_valid():
        try:
            my_day.leave(by=request.user, person_id=person_id, why=form.cleaned_data["why"])
            return sheets.done(request, "/day/")
        except BadInput as error:
            sheets.complain(form, error)
    facts = {"form": form, "person_id": person_id, "who_name": plain_name(opened.summary.given, opened.summary.family)}
    return sheets.show(request, "sheets/leave.html", facts, status=422 if form.errors else 200)


@require_POST
def take_up(request: Asked, person_id: str) -> HttpResponse:
    """Do it today after all."""
    my_day.take_up(by=request.user, person_id=person_id)
    return redirect("day")
