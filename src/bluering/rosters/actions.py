"""What people do about payers' lists. Each write has its audit event."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput
from bluering.rosters.models import Answer, Question, QuestionState, RosterMonth, Standing

LONGEST_NOTE = 400


@transaction.atomic
def answer(*, question: Question, answer: str, by: User, note: str = "", until: date | None = None) -> Question:
    """Settle a question as long as it is so, or put it off until a day. `later` needs the day."""
    permissions.require(by, "rosters.work")
    if answer not in Answer.values:
        raise BadInput(f"answer: unknown; use one of {', '.join(Answer.values)}.")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"note: write at most {LONGEST_NOTE} characters.")
    if answer == Answer.LATER and until is None:
        raise BadInput("until: choose the day on which it comes back.")
    if until is not None and until <= timezone.localdate():
        raise BadInput("until: choose a day after today.")
    row = Question.objects.select_for_update().get(pk=question.pk)
    if row.state == QuestionState.GONE:
        raise BadInput("answer: the list and the practice agree by now; nothing has to be answered.")
    row.state, row.answer, row.note, row.until = QuestionState.ANSWERED, answer, note.strip(), until
    row.answered_by, row.answered_at = by.username, timezone.now()
    row.save()
    audit.record(by, "rosters.answer", row.person_id, f"question {row.pk}: {answer}")
    return row


@transaction.atomic
def reopen(*, question: Question, by: User) -> Question:
    """Take an answer back."""
    permissions.require(by, "rosters.work")
    row = Question.objects.select_for_update().get(pk=question.pk)
    if row.state == QuestionState.ANSWERED:
        row.state, row.answer, row.until = QuestionState.OPEN, "", None
        row.save()
        audit.record(by, "rosters.reopen", row.person_id, f"question {row.pk}")
    return row


@transaction.atomic
def confirm_month(*, month: RosterMonth, by: User) -> RosterMonth:
    """Use a list although it looks cut off. Should it shrink again, it is asked about again."""
    permissions.require(by, "rosters.confirm")
    row = RosterMonth.objects.select_for_update().get(pk=month.pk)
    if row.standing == Standing.HELD:
        row.standing, row.confirmed_members = Standing.CONFIRMED, row.members
        row.confirmed_by, row.confirmed_at = by.username, timezone.now()
        row.save()
        audit.record(by, "rosters.confirm", detail=f"month {row.pk}")
    return row
