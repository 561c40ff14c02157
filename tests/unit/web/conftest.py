"""A small practice for pages: persons with gaps on Ana's panel, charts without an engine, rules that stand still."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bluering.coordination.models import Contact, Panel
from bluering.identity.models import Person
from bluering.population.models import Gap, Score
from bluering.record.models import PersonSummary, Visit
from bluering.record.queries import ChartValue

FAMILIES = ("Andrews", "Okafor", "Lindqvist", "Abara", "Hale")


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """Charts are empty and the rules find nothing new: what these tests look at is the page."""
    monkeypatch.setattr("bluering.record.queries.chart", lambda person_id: ChartValue(person_id, {}))
    monkeypatch.setattr("bluering.pipeline.after_work", lambda person_id: SimpleNamespace(closed=0))


@pytest.fixture
def person(db):
    """Make a person as pages know them."""

    def make(person_id: str, family: str = "Andrews", given: str = "Walter") -> str:
        who = Person.objects.create(id=person_id)
        PersonSummary.objects.create(
            person=who, family=family, given=given, name=f"{family}, {given}", birth_date=date(1951, 3, 9),
            gender="male", search=f"{given} {family} 1951-03-09 03/09/1951 6125550100".lower(),
        )  # fmt: skip
        return person_id

    return make


@pytest.fixture
def gap(db):
    """Open a gap of a person, due tomorrow unless told otherwise."""

    def make(person_id: str, rule: str = "bp_above_target", days: int = 1, **changes) -> Gap:
        said = {
            "key": rule, "title": f"Title of {rule}", "sentence": "Because it was due.", "severity": "gap",
            "due_date": timezone.localdate() + timedelta(days=days), "owner": "coordinator",
            "opened_at": timezone.now(), "evidence": [{"table": "encounter", "source": "maple-ehr", "date": "2026-03-01"}],
        }  # fmt: skip
        return Gap.objects.create(person_id=person_id, rule=rule, **{**said, **changes})

    return make


@pytest.fixture
def walter(ana, person, person_id, gap):
    """The person on Ana's panel, home from hospital, with another gap, a visit today and a contact."""
    person(person_id)
    gap(person_id, "discharge_without_contact", 0, severity="critical", title="Home from County General")
    gap(person_id)
    now = timezone.now()
    Visit.objects.create(person_id=person_id, appointment_key="maple-ehr/1", start=now, practitioner="Dr. Dunn")
    Contact.objects.create(
        person_id=person_id, at=now, mode="phone", reached=True, whom="person", purpose="Weight", minutes=9, by=ana
    )
    Score.objects.create(
        person_id=person_id, score="need", level="extensive", since=now.date(), computed_at=now, as_of=now,
        axes={"complexity": {"level": 3, "words": "C3 of 3"}}, inputs=[{"label": "Six medicines", "source": "maple-ehr"}],
        missing=["Language is not known."],
    )  # fmt: skip
    return person_id


@pytest.fixture
def panel(ana, person, gap):
    """Put so many more persons on Ana's panel, each with a gap, a visit today and a contact."""

    def make(count: int, start: int = 0) -> None:
        for number in range(start, start + count):
            one = person(f"{number:032x}", FAMILIES[number % 5], f"Nr{number}")
            Panel.objects.create(person_id=one, coordinator=ana, since=date(2025, 1, 1))
            gap(one, "discharge_without_contact" if number % 2 else "bp_above_target")
            Visit.objects.create(person_id=one, appointment_key=f"maple-ehr/{one}", start=timezone.now())

    return make


@pytest.fixture
def as_user(client):
    """A browser in which this user is logged in."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in
