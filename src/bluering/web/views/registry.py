"""The registry: everybody in a program on one page, with what is due; printed, or as CSV."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import registry as coordination
from bluering.errors import Refusal
from bluering.population.programs import programs
from bluering.record import queries as record
from bluering.record.models import PersonSummary
from bluering.web import registry_view
from bluering.web.asked import Asked
from bluering.web.live import live


@require_GET
@live
def registry(request: Asked) -> HttpResponse:
    """The table, narrowed and in order as asked; nothing in the address says anything about anybody."""
    too_many = ""
    try:
        found, people, wanted = _found(request)
    except coordination.TooMany as error:
        found, people, wanted, too_many = [], {}, _wanted(request), str(error)
    today = timezone.localdate()
    shown = registry_view.in_order(registry_view.narrowed(found, wanted["show"], today), people, wanted["sort"])
    audit.record_many(request.user, "person.list.read", sorted({row.episode.person_id for row in shown}), "registry")
    facts = {
        "rows": [registry_view.view(row, people, today) for row in shown],
        "in_all": len(found),
        "shares": coordination.shares(found, today),
        "columns": registry_view.columns(wanted["sort"]),
        "programs": sorted((one.id, one.title) for one in programs().values()),
        "shows": [(key, words) for key, (words, _) in registry_view.SHOWS.items()],
        "coordinators": coordinators(request.user),
        "too_many": too_many,
        "today": today,
        **wanted,
    }
    return render(request, "registry/registry.html", facts)


@require_GET
def as_csv(request: Asked) -> HttpResponse:
    """The same rows for a spreadsheet; who took them is written down."""
    found, people, wanted = _found(request)
    today = timezone.localdate()
    shown = registry_view.in_order(registry_view.narrowed(found, wanted["show"], today), people, wanted["sort"])
    audit.record_many(request.user, "registry.export", sorted({row.episode.person_id for row in shown}), "registry")
    answer = HttpResponse(registry_view.as_csv(shown, people), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="registry-{today.isoformat()}.csv"'
    return answer


def _found(request: Asked) -> tuple[list[coordination.Row], dict[str, PersonSummary], dict[str, str]]:
    if not permissions.may_for_some(request.user, "program.move"):
        raise Refusal(permissions.refusal("program.move"))
    wanted = _wanted(request)
    found = coordination.rows(request.user, wanted["program"], whose=wanted["whose"])
    people = record.summaries({row.episode.person_id for row in found})
    return [row for row in found if row.episode.person_id in people], people, wanted


def _wanted(request: Asked) -> dict[str, str]:
    wanted = {name: request.GET.get(name, "") for name in ("program", "show", "whose", "sort")}
    return wanted | {"sort": wanted["sort"] or registry_view.USUAL}


def coordinators(user: User) -> list[tuple[str, str]]:
    """The colleagues whose panels this user may look through, by name; nobody for a coordinator, who has their own."""
    if user.role == Role.COORDINATOR:
        return []
    return [
        (one.username, one.name)
        for one in User.objects.filter(role=Role.COORDINATOR, is_active=True).order_by("display_name", "username")
    ]
