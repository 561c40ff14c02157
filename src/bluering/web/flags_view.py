"""Flags as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bluering.coordination.models import Flag, FlagState
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import ago_words, day_words


@dataclass(frozen=True)
class FlagRow:
    """One flag: about whom, why, by whom, how long it has; and what was answered."""

    id: int
    person_id: str
    name: str
    why: str
    raised: str
    due: status.Look
    open: bool
    answer: str
    words: str
    answered: str
    may_answer: bool = False
    mine: bool = False


def rows(
    flags: Iterable[Flag],
    people: Mapping[str, PersonSummary],
    today: date,
    *,
    may_answer: bool = False,
    user_id: int = 0,
) -> list[FlagRow]:
    """Flags in their order; those about persons of whom nothing is known are left out."""
    return [
        _row(one, people[one.person_id].name, today, may_answer, user_id) for one in flags if one.person_id in people
    ]


def _row(one: Flag, name: str, today: date, may_answer: bool, user_id: int) -> FlagRow:
    is_open, who = one.state == FlagState.OPEN, one.answered_by
    return FlagRow(
        one.pk, one.person_id, name, one.why, f"{one.raised_by.name}, {ago_words(one.raised_at, today)}",
        status.due_look((one.due_date - today).days, "gap" if one.urgency == "today" else "due"), is_open,
        "" if is_open else one.get_answer_display(), one.words, f"{who.name}, {day_words(one.answered_at, today)}" if who else "",
        may_answer and is_open, not is_open and one.heard_at is None and one.raised_by_id == user_id,
    )  # fmt: skip
