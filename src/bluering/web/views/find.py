"""Finding somebody from anywhere. The words travel in the body, never in an address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.record import queries as record
from bluering.web import sheets
from bluering.web.asked import Asked

SHOWN = 8
LOOKED_AT = 60


def people_for(request: Asked, words: str) -> dict:
    """Those found whom this user may open, and how many were found whom others look after."""
    if len(words.strip()) < 2:
        return {"words": words.strip(), "people": [], "others": 0}
    found = list(policies.without_foreign(request.user, record.matching(words)).order_by("name")[:LOOKED_AT])
    mine = policies.reachable(request.user, "person.read", [p.person_id for p in found])
    people = [p for p in found if p.person_id in mine][:SHOWN]
    audit.record(request.user, "person.find", detail=f"{len(people)} shown")
    return {"words": words.strip(), "people": people, "others": len(found) - len(mine)}


@require_http_methods(["GET", "POST"])
def find(request: Asked) -> HttpResponse:
    """Typeahead, or a page when there is no script."""
    permissions.require(request.user, "person.find")
    if request.method == "GET":
        return redirect("patients")
    facts = people_for(request, request.POST.get("q", ""))
    return render(request, "_partials/found.html" if request.htmx else "find/find.html", facts)


@require_http_methods(["GET", "POST"])
def choose_for_contact(request: Asked) -> HttpResponse:
    """First step of logging a contact away from a person's page: whom was it about?"""
    permissions.require(request.user, "person.find")
    return sheets.show(request, "sheets/choose.html", people_for(request, request.POST.get("q", "")))


@require_POST
def choose_found(request: Asked) -> HttpResponse:
    """The list under the first step's box while somebody types."""
    permissions.require(request.user, "person.find")
    return render(request, "sheets/choose_found.html", people_for(request, request.POST.get("q", "")))
