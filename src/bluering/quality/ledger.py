"""The life of data gaps: what the clock finds is compared with what stands; evidence closes by itself."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput
from bluering.quality.models import DataGap, DataGapEvent

State = DataGap.State
LONGEST_REASON = 400


@transaction.atomic
def reconcile(
    rule: str, found: Mapping[str, tuple[datetime, str]], evidence: str, now: datetime | None = None
) -> tuple[int, int]:
    """`found`: subject → (since, sentence) of everything this rule misses now. Returns how many gaps opened and closed.

    `evidence` is the sentence with which the others close, such as `Messages come again.`
    """
    now = now or timezone.now()
    standing = {
        gap.subject: gap for gap in DataGap.objects.select_for_update().filter(rule=rule).exclude(state=State.CLOSED)
    }
    for subject, (since, sentence) in found.items():
        gap = standing.get(subject)
        if gap is None:
            made = DataGap.objects.create(rule=rule, subject=subject, since=since, sentence=sentence, opened_at=now)
            _note(made, "opened", now)
        else:
            _go_on(gap, sentence, now)
    ended = [gap for subject, gap in standing.items() if subject not in found]
    for gap in ended:
        gap.state, gap.closed_at, gap.closed_by = State.CLOSED, now, evidence
        gap.save()
        _note(gap, "closed", now, note=evidence)
    return len(found.keys() - standing.keys()), len(ended)


def _go_on(gap: DataGap, sentence: str, now: datetime) -> None:
    """A gap that stands says what is so now; one that rests comes back on its day."""
    back = gap.state == State.SET_ASIDE and gap.set_aside_until is not None
    if back and gap.set_aside_until and gap.set_aside_until <= timezone.localdate(now):
        gap.state, gap.set_aside_until = State.OPEN, None
        _note(gap, "resumed", now)
    gap.sentence = sentence
    gap.save()


@transaction.atomic
def set_aside(*, gap: DataGap, until: date, reason: str, by: User) -> DataGap:
    """Let a data gap rest until a day, for a reason. Raises Refusal or BadInput."""
    permissions.require(by, "sources.manage")
    reason = reason.strip()
    if until <= timezone.localdate():
        raise BadInput("until: choose a day after today.")
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"reason: write why it can wait, at most {LONGEST_REASON} characters.")
    gap.refresh_from_db(from_queryset=DataGap.objects.select_for_update())
    if gap.state == State.CLOSED:
        raise BadInput("gap: it is closed already; there is nothing to set aside.")
    gap.state, gap.set_aside_until, gap.set_aside_reason, gap.set_aside_by = State.SET_ASIDE, until, reason, by
    gap.save()
    _note(gap, "set_aside", timezone.now(), by, f"until {until.isoformat()}: {reason}")
    audit.record(by, "datagap.set_aside", detail=f"data gap {gap.pk}")
    return gap


def _note(gap: DataGap, what: str, at: datetime, by: User | None = None, note: str = "") -> None:
    DataGapEvent.objects.create(gap=gap, at=at, what=what, by=by, note=note)
