"""Who may pass: marks a view that needs no log-in, and lets somebody through to one person."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404

from bluering.access import audit, permissions
from bluering.coordination import queries as coordination
from bluering.record import queries as record
from bluering.record.models import PersonSummary
from bluering.web.asked import Asked


def open_door(view):
    """Mark a view that needs no log-in."""
    view.open_door = True
    return view


@dataclass(frozen=True)
class Opened:
    """A person somebody may open: who it is, who holds them, and what else this user may do."""

    person_id: str
    summary: PersonSummary
    holder: str | None
    may: Callable[[str], bool]


def enter(request: Asked, person_id: str, action: str, *, page: str = "") -> Opened:
    """The permission check of every view about one person; a read is written to the audit trail.

    Raises Refusal naming who could. A person that does not exist is not found only after the check.
    """
    holder, covered = coordination.holder_of(person_id), coordination.covered_by(request.user)
    permissions.require(request.user, action, panel_holder=holder, covered=covered)
    summary = record.summary(person_id)
    if summary is None:
        raise Http404
    if request.method == "GET":
        audit.record(request.user, "person.read", person_id, page or action)

    def may(wanted: str) -> bool:
        return permissions.may(request.user, wanted, panel_holder=holder, covered=covered)

    return Opened(person_id, summary, holder, may)
