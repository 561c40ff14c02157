"""Questions as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from bluering.coordination.models import Question, Via
from bluering.coordination.questions import AnswerTime
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import ago_words, day_words


@dataclass(frozen=True)
class QuestionRow:
    """One question: about whom, what, the choices, by when, and what was answered."""

    id: int
    handoff_id: int
    person_id: str
    name: str
    text: str
    note: str
    facts: str
    choices: list[str]
    due: status.Look
    answer: str


def rows(found: Iterable[Question], people: Mapping[str, PersonSummary]) -> list[QuestionRow]:
    """Questions in their order; those about persons of whom nothing is known are left out."""
    return [_row(one, people[one.handoff.person_id].name) for one in found if one.handoff.person_id in people]


def _row(one: Question, name: str) -> QuestionRow:
    handoff, needed = one.handoff, timezone.localtime(one.needed_by)
    late = one.answered_at is None and one.needed_by < timezone.now()
    words = f"needed by {day_words(needed.date())}, {needed:%-H:%M}"
    look = status.Look(words, "gap" if late else "due") if one.answered_at is None else status.Look("answered", "ok")
    facts = f"{handoff.sender} to {handoff.receiver}, {ago_words(handoff.opened_at)}"
    return QuestionRow(
        one.pk, handoff.pk, handoff.person_id, name, handoff.title, handoff.note, facts, one.choices, look, one.answer
    )


def times(found: Iterable[AnswerTime]) -> list[tuple[str, str, str]]:
    """(way, median, in time of how many)."""
    return [(Via(one.via).label, _minutes(one.minutes), f"{one.in_time} of {one.count} in time") for one in found]


def _minutes(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
