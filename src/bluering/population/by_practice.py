"""Rules by practice: persons grouped by the clock and the numbers that hold for them.

An installation of one practice is one group. A person of several practices is judged as in the one that was made first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from bluering.access.models import Practice
from bluering.access.practices import every_practice
from bluering.identity.models import PersonLink
from bluering.identity.queries import practices_of

Numbers = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Group:
    """Persons who are judged alike; `persons` is None for everybody. `zone` is None where the installation's clock holds; `numbers`: rule → parameter → value."""

    persons: Sequence[str] | None
    zone: str | None = None
    numbers: Numbers = field(default_factory=dict)


def groups(person_ids: Sequence[str] | None) -> list[Group]:
    """These persons, or everybody, in groups; without a practice of its own clock or numbers that is one."""
    practices = every_practice()
    if not any(_is_special(one) for one in practices):
        return [Group(person_ids)]
    everybody = person_ids if person_ids is not None else _everybody()
    of = practices_of(everybody, practices)
    sorted_out: dict[int, list[str]] = {}
    for person in everybody:
        first = next(iter(of.get(person, ())), None)
        sorted_out.setdefault(first.pk if first and _is_special(first) else 0, []).append(person)
    by_id = {one.pk: one for one in practices}
    return [_group(by_id.get(number), persons) for number, persons in sorted_out.items()] or [Group([])]


def _is_special(practice: Practice) -> bool:
    return practice.time_zone != settings.TIME_ZONE or bool(practice.numbers)


def _everybody() -> list[str]:
    links = PersonLink.objects.filter(undone_at=None).order_by("person_id")
    return list(links.values_list("person_id", flat=True).distinct())


def _group(practice: Practice | None, persons: list[str]) -> Group:
    if practice is None:
        return Group(persons)
    numbers: dict[str, dict[str, float]] = {}
    for name, value in practice.numbers.items():
        rule, _, parameter = name.partition("/")
        numbers.setdefault(rule, {})[parameter] = value
    return Group(persons, None if practice.time_zone == settings.TIME_ZONE else practice.time_zone, numbers)
