"""Questions as they were found beside those that stand: new ones open, those that are so no longer go, answers stay."""

from datetime import date
from typing import Any

from django.db import transaction

from bluering.rosters.models import Question, QuestionState

TOLD = ("since", "seen_on", "payer_says", "we_say")
AT_ONCE = 2_000


@transaction.atomic
def ask(found: list[dict[str, Any]], *, today: date) -> int:
    """Bring the questions up to date; returns how many stand open."""
    known = {(row.source, row.person_id, row.kind): row for row in Question.objects.all()}
    new, changed = [], []
    for one in found:
        row = known.pop((one["source"], one["person_id"], one["kind"]), None)
        said = {name: one[name] if name in ("since", "seen_on") else one[name] or "" for name in TOLD}
        if row is None:
            new.append(Question(source=one["source"], person_id=one["person_id"], kind=one["kind"], **said))
        elif _refresh(row, said, today):
            changed.append(row)
    gone = [row.pk for row in known.values() if row.state != QuestionState.GONE]
    Question.objects.bulk_create(new, batch_size=AT_ONCE)
    Question.objects.bulk_update(changed, [*TOLD, "state", "answer", "until"], batch_size=AT_ONCE)
    for start in range(0, len(gone), AT_ONCE):
        Question.objects.filter(pk__in=gone[start : start + AT_ONCE]).update(state=QuestionState.GONE)
    return Question.objects.filter(state=QuestionState.OPEN).count()


def _refresh(row: Question, said: dict[str, Any], today: date) -> bool:
    """Take in what is told now. One that had gone is asked anew, one that was put off comes back on its day."""
    before = [getattr(row, name) for name in (*TOLD, "state")]
    for name, value in said.items():
        setattr(row, name, value)
    back = row.state == QuestionState.ANSWERED and row.until is not None and row.until <= today
    if row.state == QuestionState.GONE or back:
        row.state, row.answer, row.until = QuestionState.OPEN, "", None
    return before != [getattr(row, name) for name in (*TOLD, "state")]
