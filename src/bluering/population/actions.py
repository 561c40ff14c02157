"""What people do with a gap: set it aside until a day, take it up again. Each in one transaction, with its audit event.

Whether the user reaches the person is for the caller to check, who knows the panels; the role is checked here.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput, Refusal
from bluering.population.models import Gap, GapEvent, GapState

LONGEST_REASON = 500


@transaction.atomic
def set_aside(*, gap: Gap, until: date, reason: str, by: User) -> Gap:
    """Let the gap rest until a day, for a reason; on that day the next run takes it up again.

    A gap that rests already gets the new day and reason. Evidence closes it all the same. Raises Refusal or BadInput.
    """
    _require_role(by)
    reason = reason.strip()
    if until <= timezone.localdate():
        raise BadInput("until: choose a day after today.")
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"reason: write why it can wait, at most {LONGEST_REASON} characters.")
    gap.refresh_from_db(from_queryset=Gap.objects.select_for_update())
    if gap.state == GapState.CLOSED:
        raise BadInput("gap: it is closed already; there is nothing to set aside.")
    gap.state, gap.set_aside_until, gap.set_aside_reason, gap.set_aside_by = GapState.SET_ASIDE, until, reason, by
    _save(gap, "set_aside", by, f"until {until.isoformat()}: {reason}")
    return gap


@transaction.atomic
def resume(*, gap: Gap, by: User) -> Gap:
    """Take a gap up again before its day. Raises Refusal or BadInput."""
    _require_role(by)
    gap.refresh_from_db(from_queryset=Gap.objects.select_for_update())
    if gap.state != GapState.SET_ASIDE:
        raise BadInput("gap: it is not set aside.")
    gap.state, gap.set_aside_until, gap.set_aside_reason, gap.set_aside_by = GapState.OPEN, None, "", None
    _save(gap, "resumed", by, "")
    return gap


def _save(gap: Gap, what: str, by: User, note: str) -> None:
    gap.save(update_fields=["state", "set_aside_until", "set_aside_reason", "set_aside_by"])
    GapEvent.objects.create(gap=gap, at=timezone.now(), what=what, by=by, note=note)
    audit.record(by, "gap.resume" if what == "resumed" else "gap.set_aside", gap.person_id, f"gap {gap.pk}")


def _require_role(by: User) -> None:
    if not permissions.may_for_some(by, "gap.set_aside"):
        raise Refusal(permissions.refusal("gap.set_aside"))
