"""What pages about many persons know of them, read in a fixed number of queries however many they are."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.population import queries as population
from bluering.record import engine
from bluering.record import queries as record
from bluering.record.models import PersonSummary, Visit
from bluering.record.viewdefinition.catalog import main_table
from bluering.web.need_view import level_of
from bluering.web.status import SEVERITY_ORDER

TEN_MINUTES = 600


@dataclass(frozen=True)
class Known:
    """Persons with their open gaps (the worst first) and their need."""

    people: dict[str, PersonSummary]
    gaps: dict[str, list[Any]]
    needs: dict[str, Any]
    today: date
    practices: dict[str, str] = field(default_factory=dict)

    def level(self, person_id: str) -> int:
        """How much coordination they need, 1 to 3; 0 when not computed."""
        return level_of(self.needs.get(person_id))


def know(person_ids: Collection[str], today: date, user: User) -> Known:
    """`practices` is told only for who serves several."""
    gaps: dict[str, list[Any]] = {}
    hidden = hidden_from(user, person_ids)
    for gap in population.open_gaps(person_ids):
        if hidden.get(gap.person_id, NOTHING).gap(gap):
            continue
        gaps.setdefault(gap.person_id, []).append(gap)
    names = policies.practice_names(user, person_ids)
    return Known(record.summaries(person_ids), gaps, population.need_of(person_ids), today, names)


def worst(gaps: Iterable[Any]) -> str:
    """The gravest severity among these gaps; "ok" when there is none."""
    found = {gap.severity for gap in gaps}
    return next((severity for severity in SEVERITY_ORDER if severity in found), "ok")


def closed_share(open_gaps: int) -> float:
    """How far the small ring is closed: whole without gaps, a sixth open for each, never quite gone."""
    return max(1 / 6, 1 - open_gaps / 6)


def visits_with(visits: Iterable[Visit], user: User) -> list[Visit]:
    """Those of the visits that are booked with this clinician."""
    mine = booked_names(user)
    return [visit for visit in visits if visit.practitioner in mine]


def booked_names(user: User) -> frozenset[str]:
    """The names under which visits are booked with this clinician."""
    return booked_as(user.practitioner_id, int(time.time() // TEN_MINUTES)) | {user.name}


@lru_cache(maxsize=1000)
def booked_as(practitioner_id: str, bucket: int) -> frozenset[str]:
    """The names under which the practice's own bookings name this clinician; looked up again in each `bucket` of time."""
    if not practitioner_id:
        return frozenset()
    bookings = engine.source_rows(main_table("Appointment"))
    found = engine.plain().execute(
        f"SELECT DISTINCT practitioner_display FROM {bookings} WHERE practitioner_id = ? AND list_contains(?, source)",
        [practitioner_id, record.practice_sources()],
    )
    return frozenset(name for (name,) in found.fetchall() if name)
