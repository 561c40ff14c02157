"""Practices that share the installation: which there are, what belongs to each, who serves it."""

from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import permissions
from bluering.access.models import Practice, User
from bluering.coordination.practice_actions import numbers_of_rules, remove_practice, save_practice
from bluering.errors import BadInput
from bluering.web import practices_view, sheets
from bluering.web.asked import Asked
from bluering.web.forms import PracticeForm


@require_GET
def practices(request: Asked) -> HttpResponse:
    """All of them, with counts; nobody by name but who works there."""
    permissions.require(request.user, "practices.manage")
    return render(request, "practices/practices.html", {"rows": practices_view.rows()})


@require_http_methods(["GET", "POST"])
def edit(request: Asked, practice_id: int = 0) -> HttpResponse:
    """One practice, or a new one."""
    permissions.require(request.user, "practices.manage")
    practice = get_object_or_404(Practice, pk=practice_id) if practice_id else None
    start = practices_view.start(practice)
    form = PracticeForm(request.POST) if request.method == "POST" else PracticeForm(initial=start)
    chosen = request.POST if request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            staff = User.objects.filter(pk__in=[pk for pk in request.POST.getlist("staff") if pk.isdecimal()])
            save_practice(
                practice=practice, name=given["name"], time_zone=given["time_zone"], sources=request.POST.getlist("sources"),
                staff=staff, shares=given["shares"] == "yes", numbers=practices_view.numbers(given["numbers"]), by=request.user,
            )  # fmt: skip
        except BadInput as error:
            sheets.complain(form, error)
        else:
            messages.success(request, "Saved. The rules follow with their next run.")
            return redirect("practices")
    facts = {
        "form": form, "practice": practice, "zones": sorted(available_timezones()), "known_numbers": sorted(numbers_of_rules().items()),
        **practices_view.choices(practice, chosen),
    }  # fmt: skip
    return render(request, "practices/practice.html", facts, status=422 if form.errors else 200)


@require_POST
def remove(request: Asked, practice_id: int) -> HttpResponse:
    """Take one away."""
    remove_practice(practice=get_object_or_404(Practice, pk=practice_id), by=request.user)
    messages.success(request, "Taken away. Persons, work and facts stay as they are.")
    return redirect("practices")
