"""Fidelity: how often the steps a program expects of us were taken, over everybody in it and by practice (R84)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bluering.access.models import User
from bluering.access.practices import every_practice, served_by
from bluering.identity.queries import practices_of
from bluering.population.models import ProgramFinding


@dataclass(frozen=True)
class StepCount:
    """One step over many persons: in order, missed, or not due yet. `percent` is of those that were due."""

    title: str
    met: int
    missed: int
    to_come: int

    @property
    def percent(self) -> int | None:
        due = self.met + self.missed
        return round(100 * self.met / due) if due else None


@dataclass(frozen=True)
class SiteSteps:
    """The steps at one practice; everybody's where there are no several."""

    practice: str
    persons: int
    steps: list[StepCount]


def steps_by_practice(program: str, user: User, today: date) -> list[SiteSteps]:
    """Everybody's first, then each practice's that this user serves, where there are several."""
    found = ProgramFinding.objects.filter(program=program, finding=ProgramFinding.Finding.STEP).order_by("key", "id")
    rows = list(found.values_list("person_id", "key", "title", "met", "due_date"))
    if not rows:
        return []
    practices = served_by(user) or every_practice()
    if len(practices) < 2:
        return [_site("", rows, today)]
    of = practices_of({row[0] for row in rows}, practices)
    sites = [(one.name, [row for row in rows if one in of.get(row[0], [])]) for one in practices]
    return [_site("", rows, today), *(_site(name, theirs, today) for name, theirs in sites if theirs)]


def _site(practice: str, rows: list[tuple], today: date) -> SiteSteps:
    by_key: dict[str, list[tuple]] = {}
    for row in rows:
        by_key.setdefault(row[1], []).append(row)
    steps = [_count(theirs, today) for theirs in by_key.values()]
    return SiteSteps(practice, len({row[0] for row in rows}), steps)


def _count(rows: Iterable[tuple], today: date) -> StepCount:
    rows = list(rows)
    met = sum(bool(row[3]) for row in rows)
    missed = sum(not row[3] and row[4] is not None and row[4] < today for row in rows)
    return StepCount(rows[0][2], met, missed, len(rows) - met - missed)
