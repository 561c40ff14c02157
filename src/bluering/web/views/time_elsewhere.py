"""Where time goes that is not coordination, or that nobody sees: one tap on Today, and the month."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bluering.access import permissions
from bluering.access.models import Role
from bluering.coordination import time_elsewhere
from bluering.errors import BadInput, Refusal
from bluering.web import time_view
from bluering.web.asked import Asked
from bluering.web.months_view import month_words


@require_POST
def spend(request: Asked) -> HttpResponse:
    """Minutes for one kind of thing, or the newest taken back."""
    permissions.require(request.user, "time.log")
    told = request.POST.get("minutes", "")
    minutes, fault = int(told) if told.isdecimal() and len(told) < 5 else 0, ""
    try:
        if request.POST.get("act") == "back":
            time_elsewhere.take_back_time(by=request.user)
        else:
            time_elsewhere.spend_time(kind=request.POST.get("kind", ""), minutes=minutes, by=request.user)
    except (BadInput, Refusal) as problem:
        fault = str(problem).removeprefix("minutes: ").removeprefix("kind: ")
    if request.htmx:
        spent = time_elsewhere.spent_on(request.user, timezone.localdate())
        return render(
            request,
            "today/_time.html",
            {"time": time_view.card(spent, minutes), "fault": fault},
            status=422 if fault else 200,
        )
    if fault:
        messages.error(request, fault)
    return redirect("/#time")


@require_GET
def month(request: Asked, month: str = "") -> HttpResponse:
    """A month: one's own for a coordinator, everybody's for an administrator."""
    permissions.require(request.user, "time.read")
    today = timezone.localdate()
    first = _month(month) if month else time_elsewhere.first_of(today)
    if first > today:
        raise Http404
    users = [request.user] if request.user.role == Role.COORDINATOR else time_elsewhere.coordinators()
    months = time_elsewhere.month_of(users, first)
    before, following = time_elsewhere.first_of(date.fromordinal(first.toordinal() - 1)), time_elsewhere.after(first)
    facts = {
        "words": month_words(first), "months": months, "people": time_view.people(months), "kinds": time_view.kinds(months),
        "weeks": time_view.weeks(time_elsewhere.by_week(users, first), today), "own": request.user.role == Role.COORDINATOR,
        "before": f"{before:%Y-%m}", "before_words": month_words(before),
        "after": f"{following:%Y-%m}" if following <= today else "", "after_words": month_words(following),
    }  # fmt: skip
    return render(request, "time/month.html", facts)


def _month(words: str) -> date:
    try:
        return datetime.strptime(words, "%Y-%m").date()
    except ValueError as error:
        raise Http404 from error
