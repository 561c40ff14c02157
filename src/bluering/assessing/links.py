"""Links by which a person fills in one assessment themselves: signed by being unguessable, expiring, for one assessment only.

Only the digest of a link is kept. Whoever opens it says the person's birth date first; after a few wrong ones it is closed, and the
coordinator sends another. Nothing about the person is shown but the questions.
"""

import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.assessing.actions import begin
from bluering.coordination import policies
from bluering.coordination.models import Assessment, AssessmentLink, Filled, Way
from bluering.errors import BadInput, Refusal
from bluering.record.queries import summary

DAYS, TRIES = 7, 5
GONE = "This link is not valid any more. Ask your care team for a new one."


@transaction.atomic
def send(*, person_id: str, instrument: str, by: User, language: str = "en") -> tuple[Assessment, str]:
    """Make a link to one assessment; (assessment, the secret part of its address), which is told this once only.

    An earlier link to the same assessment stops working.
    """
    found = summary(person_id)
    if found is None or found.birth_date is None:
        raise BadInput("person: their birth date is not known, and without it nobody could open the link.")
    made = begin(person_id=person_id, instrument=instrument, way=Way.LINK, by=by, language=language)
    secret = secrets.token_urlsafe(24)
    AssessmentLink.objects.filter(assessment=made).delete()
    AssessmentLink.objects.create(
        assessment=made, digest=_digest(secret), by=by, expires_at=timezone.now() + timedelta(days=DAYS)
    )
    audit.record(by, "assessment.link", person_id, f"assessment {made.pk}")
    return made, secret


def link_of(secret: str) -> AssessmentLink:
    """The link with this secret. Raises Refusal with one and the same sentence whatever is wrong with it."""
    row = AssessmentLink.objects.select_related("assessment").filter(digest=_digest(secret)).first()
    if row is None or row.withdrawn_at or row.tries >= TRIES or row.expires_at <= timezone.now():
        raise Refusal(GONE)
    return row


def open_link(*, secret: str, birth_date: date | None) -> Assessment:
    """Let in whoever knows the birth date. Raises BadInput when it is another, which is counted, and Refusal after too many tries."""
    if wrong := _try(link_of(secret), birth_date):
        raise BadInput(wrong)
    link = link_of(secret)
    audit.record(None, "assessment.link.open", link.assessment.person_id, f"assessment {link.assessment_id}")
    return link.assessment


@transaction.atomic
def _try(link: AssessmentLink, birth_date: date | None) -> str:
    """Note a try; returns what is wrong with it."""
    row = AssessmentLink.objects.select_for_update().get(pk=link.pk)
    found = summary(link.assessment.person_id)
    right = found is not None and birth_date is not None and found.birth_date == birth_date
    row.tries = 0 if right else row.tries + 1
    row.opened_at = timezone.now() if right else row.opened_at
    row.save(update_fields=["tries", "opened_at"])
    return "" if right else "birth_date: That is not the birth date we have. Try again, or ask your care team."


@transaction.atomic
def withdraw(*, assessment: Assessment, by: User) -> None:
    """The link works no more; what was answered by it is kept, and a colleague may go on."""
    policies.require_about(by, "assessment.fill", assessment.person_id)
    AssessmentLink.objects.filter(assessment=assessment, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if assessment.state == Filled.PART:
        Assessment.objects.filter(pk=assessment.pk).update(way=Way.PHONE)
    audit.record(by, "assessment.link.withdraw", assessment.person_id, f"assessment {assessment.pk}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
