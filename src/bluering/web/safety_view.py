"""Concerns for somebody's safety as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bluering.access import scope
from bluering.access.models import User
from bluering.coordination import safety
from bluering.coordination.models import Concern, ConcernState
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import ago_words


@dataclass(frozen=True)
class ConcernRow:
    """One concern: about whom, what was noticed, who has it, and what this user may do."""

    id: int
    person_id: str
    name: str
    detail: str
    opened: str
    state: status.Look
    moves: list[safety.Move]
    who_could: str
    history: list[tuple[str, str]]


def rows(
    concerns: Iterable[Concern], people: Mapping[str, PersonSummary], user: User, *, told: bool = False
) -> list[ConcernRow]:
    """Concerns in their order; those about persons of whom nothing is known are left out. With `told` each brings its turns."""
    return [_row(one, people[one.person_id].name, user, told) for one in concerns if one.person_id in people]


def _row(one: Concern, name: str, user: User, told: bool) -> ConcernRow:
    by = one.opened_by.name if one.opened_by else "their own answer"
    has = f"{one.taken_by.name} has it" if one.taken_by else "nobody has it yet"
    look = {
        ConcernState.OPEN: status.Look(has, "critical"),
        ConcernState.TAKEN: status.Look(has, "due"),
    }.get(ConcernState(one.state), status.Look(one.get_outcome_display(), "ok"))
    turns = (
        [
            (f"{event.by.name if event.by else 'By link'}, {ago_words(event.at)}", _turn(event))
            for event in one.history.all()
        ]
        if told
        else []
    )
    return ConcernRow(
        one.pk, one.person_id, name, one.detail, f"{by}, {ago_words(one.opened_at)}", look, safety.offers(one, user),
        "" if scope.may(user, "suicide_risk") else scope.refusal("suicide_risk"), turns,
    )  # fmt: skip


TURNS = {"open": "Opened", "again": "Again"}


def _turn(event) -> str:
    move = safety.MOVES.get(event.what)
    words = move.label if move else TURNS.get(event.what, event.what)
    return f"{words}: {event.note}" if event.note else words
