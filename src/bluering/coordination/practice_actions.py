"""Which practices share the installation: made, changed and taken away by administrators. Each write has its audit event."""

from collections.abc import Collection, Iterable, Mapping
from zoneinfo import available_timezones

from django.db import transaction

from bluering.access import audit, permissions
from bluering.access.models import Practice, User
from bluering.errors import BadInput
from bluering.population.rules import load_rules

LONGEST_NAME = 120


@transaction.atomic
def save_practice(
    *, practice: Practice | None = None, name: str, time_zone: str, sources: Collection[str], staff: Iterable[User], shares: bool,
    numbers: Mapping[str, float], by: User,
) -> Practice:  # fmt: skip
    """Make a practice, or change one. Its persons are those of its sources from now on; the rules follow with their next run.

    Raises BadInput for a name that another has, an unknown time zone, a source of another practice, a number of no rule.
    """
    permissions.require(by, "practices.manage")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"name: write how it is called, at most {LONGEST_NAME} characters.")
    if time_zone not in available_timezones():
        raise BadInput("time_zone: not a time zone; write one such as America/Denver.")
    others = Practice.objects.exclude(pk=practice.pk if practice else None)
    if others.filter(name__iexact=name).exists():
        raise BadInput("name: another practice is called so.")
    _check_sources(sources, others)
    _check_numbers(numbers)
    row = practice or Practice()
    row.name, row.time_zone, row.shares = name, time_zone, shares
    row.sources, row.numbers = sorted(set(sources)), dict(numbers)
    row.save()
    row.staff.set(staff)
    audit.record(by, "practices.save", detail=f"practice {row.pk}")
    return row


@transaction.atomic
def remove_practice(*, practice: Practice, by: User) -> None:
    """Take a practice away; persons, work and facts stay, and whoever served it alone serves all again."""
    permissions.require(by, "practices.manage")
    audit.record(by, "practices.remove", detail=f"practice {practice.pk}")
    practice.delete()


def _check_sources(sources: Collection[str], others: Iterable[Practice]) -> None:
    if not sources:
        raise BadInput("sources: choose at least one; who is a patient there is a person of the practice.")
    for other in others:
        if taken := set(sources) & set(other.sources):
            raise BadInput(f"sources: {min(taken)} is of {other.name} already.")


def _check_numbers(numbers: Mapping[str, float]) -> None:
    known = numbers_of_rules()
    for name, value in numbers.items():
        if name not in known:
            raise BadInput(f"numbers: {name} is no number of a rule; write one of those listed, such as {min(known)}.")
        if value < 0:
            raise BadInput(f"numbers: {name} is below nought.")


def numbers_of_rules() -> dict[str, float]:
    """Every number that a practice may set for itself: rule/parameter → what holds where nobody does."""
    return {
        f"{rule.id}/{name}": value
        for kind in ("score", "gap")
        for rule in load_rules(kind)
        for name, value in rule.parameters.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
