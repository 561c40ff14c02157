"""Steps kept: in order, missed, to come; for everybody and by practice."""

from datetime import date, timedelta

import pytest

from bluering.access.models import Practice
from bluering.coordination.episodes.fidelity import StepCount, steps_by_practice
from bluering.identity.models import Person, PersonLink
from bluering.population.models import ProgramFinding

TODAY = date(2026, 11, 24)


def step(person: str, key: str, met: bool, days: int) -> None:
    ProgramFinding.objects.create(
        person_id=person, program="compass", finding="step", key=key, title=f"Step {key}", met=met,
        due_date=TODAY + timedelta(days=days), since=TODAY,
    )  # fmt: skip


@pytest.fixture
def steps(db) -> None:
    step("p1", "a", True, -3)
    step("p2", "a", False, -1)
    step("p3", "a", False, 0)
    step("p1", "b", False, 5)


def test_what_was_due_counts_and_the_day_itself_is_not_missed(steps, ana):
    (everybody,) = steps_by_practice("compass", ana, TODAY)
    assert everybody.steps == [StepCount("Step a", met=1, missed=1, to_come=1), StepCount("Step b", 0, 0, 1)]
    assert [one.percent for one in everybody.steps] == [50, None] and everybody.persons == 3


def test_by_practice_where_there_are_several(steps, ana):
    for name, source, person in (("Maple", "maple", "p1"), ("Oak", "oak", "p2")):
        Practice.objects.create(name=name, sources=[source], time_zone="America/Chicago")
        who = Person.objects.create(id=person)
        PersonLink.objects.create(person=who, source=source, subject_key=f"{source}/1")
    everybody, maple, oak = steps_by_practice("compass", ana, TODAY)
    assert (maple.practice, maple.steps[0].percent) == ("Maple", 100)
    assert (oak.practice, oak.steps[0].percent) == ("Oak", 0)


def test_nobody_in_it(db, ana):
    assert steps_by_practice("compass", ana, TODAY) == []
