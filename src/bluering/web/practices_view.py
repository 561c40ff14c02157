"""Practices as the administrator's pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import QueryDict

from bluering.access.models import Practice, User
from bluering.access.practices import every_practice
from bluering.errors import BadInput
from bluering.identity.models import PersonLink
from bluering.quality import queries as quality
from bluering.record.names import source_name


@dataclass(frozen=True)
class Row:
    """One practice in the list."""

    id: int
    name: str
    time_zone: str
    sources: str
    persons: int
    staff: str
    shares: str
    numbers: int


def rows() -> list[Row]:
    """All practices; the number of questions to the database grows with practices only."""
    return [_row(one) for one in Practice.objects.prefetch_related("staff")]


def _row(one: Practice) -> Row:
    links = PersonLink.objects.filter(undone_at=None, source__in=one.sources)
    persons = links.aggregate(persons=Count("person_id", distinct=True))["persons"]
    staff = ", ".join(sorted(user.name for user in one.staff.all())) or "nobody by name"
    return Row(
        one.pk, one.name, one.time_zone, ", ".join(map(source_name, one.sources)), persons, staff,
        "shares with colleagues of other practices" if one.shares else "shares when the person says so", len(one.numbers),
    )  # fmt: skip


def start(practice: Practice | None) -> dict[str, str]:
    """What stands in the form at first."""
    if practice is None:
        return {"name": "", "time_zone": settings.TIME_ZONE, "shares": "yes", "numbers": ""}
    lines = "\n".join(f"{name} = {value}" for name, value in sorted(practice.numbers.items()))
    return {
        "name": practice.name, "time_zone": practice.time_zone, "shares": "yes" if practice.shares else "no", "numbers": lines,
    }  # fmt: skip


def choices(practice: Practice | None, given: QueryDict | None) -> dict[str, Any]:
    """Sources and staff with what is chosen; sources of other practices are named, and cannot be chosen."""
    taken = {source: one.name for one in every_practice() if one != practice for source in one.sources}
    known = {source.name for source in quality.sources()} | set(
        PersonLink.objects.filter(undone_at=None).order_by().values_list("source", flat=True).distinct()
    )
    mine = set(practice.sources) if practice else set()
    chosen = set(given.getlist("sources")) if given is not None else mine
    at_work = {str(user.pk) for user in practice.staff.all()} if practice else set()
    serving = set(given.getlist("staff")) if given is not None else at_work
    return {
        "sources": [(one, source_name(one), one in chosen, taken.get(one, "")) for one in sorted(known | mine)],
        "staff": [(str(user.pk), user.name, user.get_role_display(), str(user.pk) in serving) for user in _staff()],
    }


def _staff() -> list[User]:
    return list(User.objects.filter(is_active=True).exclude(role="").order_by("display_name", "username"))


def numbers(told: str) -> Mapping[str, float]:
    """`rule/parameter = number`, one a line. Raises BadInput with the line that is none."""
    found: dict[str, float] = {}
    for nth, line in enumerate(told.splitlines(), 1):
        if not line.strip():
            continue
        name, _, value = line.partition("=")
        try:
            number = float(value)
        except ValueError:
            raise BadInput(f"numbers: line {nth} is not written as rule/parameter = number.") from None
        found[name.strip()] = int(number) if number == int(number) else number
    return found
