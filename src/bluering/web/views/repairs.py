"""Work that was done while two persons were taken for one: whose is it?"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bluering import pipeline
from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.coordination.models import Repair, RepairState
from bluering.coordination.repairs import settle_repair, waiting_for
from bluering.errors import Refusal
from bluering.web import repairs_view
from bluering.web.asked import Asked

SHOWN = 100


@require_GET
def repairs(request: Asked) -> HttpResponse:
    """What waits, of persons whom this user may read."""
    permissions.require(request.user, "identity.review")
    waiting, with_others = waiting_for(request.user)
    shown = waiting[:SHOWN]
    persons = sorted({person for one in shown for person in (one.person_id, one.other_id)})
    audit.record_many(request.user, "person.list.read", persons, "work to put right")
    facts = {
        "rows": repairs_view.rows(shown),
        "more": max(len(waiting) - SHOWN, 0),
        "with_others": with_others,
    }
    return render(request, "pairs/repairs.html", facts)


@require_POST
def settle(request: Asked, repair_id: int) -> HttpResponse:
    """Say whose a piece of work is; the rules look at both again."""
    permissions.require(request.user, "identity.review")
    repair = get_object_or_404(Repair, pk=repair_id)
    policies.require_about(request.user, "person.read", repair.person_id)
    try:
        settled = settle_repair(repair=repair, belongs=request.POST.get("belongs", ""), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("repairs")
    if settled.state == RepairState.MOVED:
        for person in (settled.person_id, settled.other_id):
            pipeline.after_work(person)
        messages.success(request, "It is with the other person now.")
    else:
        messages.success(request, "It stays where it is.")
    return redirect("repairs")
