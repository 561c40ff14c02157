"""Tasks as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bluering.access import scope
from bluering.access.models import User
from bluering.coordination import tasks
from bluering.coordination.models import Task, TaskState
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import ago_words, day_words

FIRST = ("take", "done")


@dataclass(frozen=True)
class TaskRow:
    """One task: about whom, by when, whose; what this user may do, and who could where they may not."""

    id: int
    turn: int
    person_id: str
    name: str
    title: str
    note: str
    facts: str
    due: status.Look
    stands: bool
    first: list[tasks.Move]
    others: list[tasks.Move]
    who_could: str
    history: list[tuple[str, str]]


def rows(
    found: Iterable[Task], people: Mapping[str, PersonSummary], user: User, today: date, *, told: bool = False
) -> list[TaskRow]:
    """Tasks in their order; those about persons of whom nothing is known are left out."""
    return [_row(one, people[one.person_id].name, user, today, told) for one in found if one.person_id in people]


def _row(one: Task, name: str, user: User, today: date, told: bool) -> TaskRow:
    stands, moves = one.state in tasks.STANDING, tasks.offers(one, user)
    trained = not one.act or scope.may(user, one.act)
    owner = "" if one.owner is None else "yours" if one.owner_id == user.pk else one.owner.name
    facts = [owner or ("nobody has it" if stands else ""), f"by {one.by.name}, {ago_words(one.at, today)}"]
    if one.act:
        facts.append(f"needs: {scope.acts()[one.act].says}" if one.act in scope.acts() else one.act)
    due = (
        status.due_look((one.due_date - today).days, "gap")
        if stands
        else status.Look(TaskState(one.state).label.lower(), "ok" if one.state == TaskState.DONE else "flat")
    )
    turns = (
        [
            (f"{event.by.name}, {day_words(event.at, today)}", tasks.what_words(event))
            for event in reversed(one.history.all())
        ]
        if told
        else []
    )
    return TaskRow(
        one.pk, one.turn, one.person_id, name, one.title, one.note, " · ".join(filter(None, facts)), due, stands,
        [move for move in moves if move.name in FIRST], [move for move in moves if move.name not in FIRST],
        "" if trained or not stands else scope.refusal(one.act), turns,
    )  # fmt: skip
