"""Who may pass: marks a view that needs no log-in, and lets somebody through to one person."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from bluering.access import audit
from bluering.access.practices import sources_of_others
from bluering.coordination import policies
from bluering.coordination.sharing import NOTHING, Hidden, hidden_from
from bluering.record import queries as record
from bluering.record.models import PersonSummary
from bluering.web.asked import Asked


def open_door(view):
    """Mark a view that needs no log-in."""
    view.open_door = True
    return view


@dataclass(frozen=True)
class Opened:
    """A person somebody may open: who it is, who holds them, what else this user may do, and what of the person they are not shown."""

    person_id: str
    summary: PersonSummary
    holder: str | None
    may: Callable[[str], bool]
    hidden: Hidden = NOTHING


def own_source(request: Asked, source: str) -> None:
    """Nothing when what a source sends is this user's to see; not found when it is of a practice that they do not serve."""
    if source in sources_of_others(request.user):
        raise Http404


def enter(request: Asked, person_id: str, action: str, *, page: str = "") -> Opened:
    """The permission check of every view about one person; a read is written to the audit trail.

    Raises Refusal naming who could. A person that does not exist is not found only after the check.
    """
    stands = policies.standing(request.user, person_id)
    stands.require(action)
    summary = record.summary(person_id)
    if summary is None:
        raise Http404
    if zone := policies.clock_of(request.user, person_id):
        timezone.activate(zone)
    if request.method == "GET":
        audit.record(request.user, "person.read", person_id, page or action)

    hidden = hidden_from(request.user, [person_id]).get(person_id, NOTHING)
    return Opened(person_id, summary, stands.holder, stands.may, hidden)
