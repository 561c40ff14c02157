"""Quick questions (R28): one sentence, a few choices, by when; seen when the clinician wants to see questions, answered in one tap.

A question is a handoff, so nothing of it is lost; its answer is the handoff's result, and a task of whoever asked.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import states
from bluering.coordination.actions import move_handoff, open_handoff
from bluering.coordination.models import (
    Handoff,
    HandoffEvent,
    Kind,
    Question,
    QuestionRhythm,
    State,
    Task,
    TaskEvent,
    TaskState,
    Via,
)
from bluering.errors import BadInput, Refusal

MOST_CHOICES, LONGEST_CHOICE, LONGEST_ANSWER, LONGEST_TEXT = 5, 60, 400, 200
WAITING = (State.SENT, State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS)
USUAL_CHOICES = ("Yes", "No", "Call me")


@transaction.atomic
def ask(
    *, person_id: str, text: str, choices: list[str], to: User, needed_by: datetime, by: User, note: str = ""
) -> Question:
    """Ask a clinician. Raises BadInput with the field, or Refusal."""
    if to.role != Role.CLINICIAN or not to.is_active:
        raise BadInput("to: choose a clinician with an account; others are asked by a handoff.")
    offered = list(dict.fromkeys(one for one in (" ".join(choice.split()) for choice in choices) if one))
    if not 2 <= len(offered) <= MOST_CHOICES or any(len(one) > LONGEST_CHOICE for one in offered):
        raise BadInput(
            f"choices: write two to {MOST_CHOICES} answers, one a line, each at most {LONGEST_CHOICE} characters."
        )
    if needed_by <= timezone.now():
        raise BadInput("needed_by: choose a moment ahead.")
    handoff = open_handoff(
        person_id=person_id, kind=Kind.QUESTION, title=text, sender=by.name, receiver=to.name, receiver_user=to, by=by, note=note,
        due_date=timezone.localdate(needed_by),
    )  # fmt: skip
    move_handoff(handoff=handoff, move="send", by=by)
    return Question.objects.create(
        handoff=handoff, choices=offered, needed_by=needed_by, show_from=seen_at(to, needed_by)
    )


def seen_at(user: User, needed_by: datetime, now: datetime | None = None) -> datetime:
    """When this clinician sees it: at the next time of their rhythm; at once without a rhythm, or when that would be too late."""
    now = now or timezone.now()
    rhythm = QuestionRhythm.objects.filter(user=user).first()
    moments = [moment for one in (rhythm.times if rhythm else []) for moment in _next(one, now)]
    found = min((moment for moment in moments if moment > now), default=now)
    return found if found < needed_by else now


def _next(said: str, now: datetime) -> list[datetime]:
    """This time of day today and tomorrow."""
    local = timezone.localtime(now)
    days = (local.date(), local.date() + timedelta(days=1))
    return [timezone.make_aware(datetime.combine(day, time.fromisoformat(said)), local.tzinfo) for day in days]


@transaction.atomic
def set_rhythm(*, by: User, times: list[str]) -> QuestionRhythm:
    """Say at which times one wants to see questions; none is at once."""
    permissions.require(by, "questions.answer")
    try:
        kept = sorted({time.fromisoformat(one.strip()).strftime("%H:%M") for one in times if one.strip()})
    except ValueError:
        raise BadInput("times: write times of day such as 12:00, with commas between them.") from None
    row, _ = QuestionRhythm.objects.update_or_create(user=by, defaults={"times": kept})
    audit.record(by, "questions.rhythm")
    return row


@transaction.atomic
def answer(*, question: Question, answer: str, by: User | None, via: str = Via.PAGE) -> Question:
    """One tap: the answer is the handoff's result and a task of whoever asked. `by` is None by link; then it is the receiver's.

    Raises Refusal when it was answered meanwhile or is not this user's, BadInput without an answer.
    """
    handoff = (
        Handoff.objects.select_for_update(of=("self",))
        .select_related("receiver_user", "owner")
        .get(pk=question.handoff_id)
    )
    row = Question.objects.select_for_update().get(pk=question.pk)
    if by is not None and by.pk != handoff.receiver_user_id:
        raise Refusal(f"This question is for {handoff.receiver}.")
    if row.answered_at or handoff.state not in WAITING:
        raise Refusal(f"It was answered meanwhile: {row.answer or 'it is over'}.")
    said = " ".join(answer.split())
    if not said or len(said) > LONGEST_ANSWER:
        raise BadInput(f"answer: choose one, or write it in a sentence of at most {LONGEST_ANSWER} characters.")
    who = by or handoff.receiver_user or handoff.opened_by
    for name in ("confirm_information", "accept", "result_back"):
        move = states.MOVES[name]
        if not states.obstacle(handoff, move):
            before, after = states.apply(handoff, move, at=timezone.now(), by=who)
            HandoffEvent.objects.create(
                handoff=handoff,
                by=who,
                what=name,
                from_state=before,
                to_state=after,
                note=said if name == "result_back" else "",
            )
    handoff.save()
    row.answer, row.answered_at, row.via = said, timezone.now(), via
    row.save()
    _task(handoff, said, who)
    audit.record(who, "question.answer", handoff.person_id, f"handoff {handoff.pk}")
    return row


def _task(handoff: Handoff, said: str, who: User) -> None:
    """What follows is a task of whoever asked."""
    owner = handoff.owner or handoff.opened_by
    title = f"{who.name}: {said}"[:LONGEST_TEXT]
    made = Task.objects.create(
        person_id=handoff.person_id, title=title, note=f"Asked: {handoff.title}", due_date=timezone.localdate(), by=who, owner=owner,
        state=TaskState.TAKEN,
    )  # fmt: skip
    TaskEvent.objects.create(task=made, by=who, what="open", to=owner)
    audit.record(who, "task.open", handoff.person_id, f"task {made.pk}")


def to_answer(user: User, now: datetime | None = None) -> tuple[list[Question], int]:
    """What this user is asked and sees now, the soonest needed first; and how many wait for their next time."""
    rows = Question.objects.filter(handoff__receiver_user=user, handoff__state__in=WAITING, answered_at=None)
    found = list(rows.select_related("handoff__opened_by").order_by("needed_by", "id"))
    shown = [one for one in found if one.show_from <= (now or timezone.now())]
    return shown, len(found) - len(shown)


def asked_by(user: User, since: datetime) -> list[Question]:
    """What this user asked since a moment, or that still waits, the newest first."""
    rows = Question.objects.filter(handoff__opened_by=user).select_related("handoff").order_by("-handoff__opened_at")
    return [one for one in rows if not one.answered_at or one.answered_at >= since]


@dataclass(frozen=True)
class AnswerTime:
    """How long answers took by one way: the median in minutes, of how many, and how many came in time."""

    via: str
    minutes: int
    count: int
    in_time: int


def answer_times(since: datetime) -> list[AnswerTime]:
    """By way, over everybody, since a moment; from when the question could be seen."""
    found: dict[str, list[tuple[float, bool]]] = {}
    for one in Question.objects.filter(answered_at__gte=since):
        if one.answered_at:
            took = (one.answered_at - one.show_from).total_seconds() / 60
            found.setdefault(one.via, []).append((took, one.answered_at <= one.needed_by))
    return [
        AnswerTime(
            via, round(median(max(0.0, minutes) for minutes, _ in told)), len(told), sum(good for _, good in told)
        )
        for via, told in sorted(found.items())
    ]
