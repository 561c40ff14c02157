"""Talks whose minutes are counted by a clock on the server: they go on when the page is closed, and count once.

A user has one talk at a time, so the minutes of two persons never overlap; a talk's minutes go to one contact.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.models import Contact, Talk
from bluering.errors import Refusal

LONGEST = timedelta(hours=10)


@transaction.atomic
def start_talk(*, person_id: str, by: User) -> Talk:
    """Start the clock; with this person running already, it goes on. Raises Refusal while it runs for somebody else."""
    policies.require_about(by, "contact.log", person_id)
    running = running_talk(by)
    if running:
        if running.person_id == person_id:
            return running
        raise Refusal(
            "Your clock runs for somebody else. Log that contact or stop the clock first; minutes count once."
        )
    try:
        with transaction.atomic():
            made = Talk.objects.create(user=by, person_id=person_id)
    except IntegrityError:
        return Talk.objects.get(user=by, ended_at=None)
    audit.record(by, "talk.start", person_id, f"talk {made.pk}")
    return made


@transaction.atomic
def stop_talk(*, by: User) -> None:
    """Stop the clock without a contact; its minutes count nowhere."""
    running = Talk.objects.select_for_update().filter(user=by, ended_at=None).first()
    if running:
        running.ended_at = timezone.now()
        running.save()
        audit.record(by, "talk.stop", running.person_id, f"talk {running.pk}")


def end_with(*, contact: Contact, by: User) -> None:
    """The contact was logged: the clock that ran for its person has done its work. Called inside the contact's transaction."""
    running = Talk.objects.select_for_update().filter(user=by, ended_at=None, person_id=contact.person_id).first()
    if running:
        running.ended_at, running.contact = timezone.now(), contact
        running.save()


def running_talk(user: User) -> Talk | None:
    """The talk whose clock runs; one that was forgotten for hours is stopped and counts nowhere."""
    running = Talk.objects.filter(user=user, ended_at=None).first()
    if running and timezone.now() - running.started_at > LONGEST:
        Talk.objects.filter(pk=running.pk).update(ended_at=timezone.now())
        return None
    return running


def minutes_of(talk: Talk, now: datetime | None = None) -> int:
    """Whole minutes begun, at least 1."""
    seconds = ((talk.ended_at or now or timezone.now()) - talk.started_at).total_seconds()
    return max(1, -int(-seconds // 60))
