"""My patients: everybody one looks after, in one table."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bluering.access import audit, permissions
from bluering.access.models import Role
from bluering.coordination import queries as coordination
from bluering.errors import Refusal
from bluering.record.models import Visit
from bluering.web import patients_view, status
from bluering.web.asked import Asked
from bluering.web.live import live
from bluering.web.panel_view import know, visits_with


@require_http_methods(["GET", "POST"])
@live
def patients(request: Asked) -> HttpResponse:
    """The table. What somebody types to narrow it travels in the body, never in an address."""
    if not permissions.may_for_some(request.user, "person.read"):
        raise Refusal(permissions.refusal("person.read"))
    ids, asked = looked_after(request.user), request.POST
    known = know(ids, timezone.localdate(), request.user)
    everybody = patients_view.rows(ids, known)
    wanted = {name: asked.get(name, "") for name in ("need", "show", "practice")}
    found = patients_view.narrowed(everybody, known, words=asked.get("q", ""), **wanted)
    sort = asked.get("sort", patients_view.USUAL)
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    audit.record_many(request.user, "person.list.read", [row.person_id for row in found], "patients")
    facts = {
        "rows": patients_view.in_order(found, key, backwards),
        "columns": patients_view.columns(key, backwards),
        "in_all": len(everybody),
        "q": asked.get("q", ""),
        "sort": sort,
        "needs": [(str(level), said) for level, said in status.NEED.items()],
        "shows": patients_view.SHOWS.items(),
        "practices": sorted({name for names in known.practices.values() for name in names.split(", ")}),
        **wanted,
    }
    return render(request, "patients/_table.html" if request.htmx else "patients/patients.html", facts)


def looked_after(user) -> list[str]:
    """A coordinator's panel and those she covers; for a clinician, whoever has a visit with her around today."""
    if user.role == Role.CLINICIAN:
        return list(dict.fromkeys(visit.person_id for visit in visits_with(Visit.objects.order_by("start"), user)))
    return coordination.working_panel(user)
