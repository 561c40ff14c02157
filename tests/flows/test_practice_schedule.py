"""A schedule that comes from a system of its own is the practice's: its bookings count, and they are with the practice's persons."""

import datetime as dt

import pytest

from bluering import pipeline
from bluering.demo import write_practice
from bluering.demo.messages.references import hospital_patient
from bluering.demo.stories.cast import BY_KEY
from bluering.identity.models import PersonLink
from bluering.record import engine
from bluering.record.queries import practice_sources

TODAY = dt.date(2026, 11, 23)
pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def loaded(home):
    """Fourteen persons of whom the practice, its schedule and the hospital tell."""
    write_practice(home / "files", persons=14, today=TODAY)
    for source in ("maple-ehr", "maple-schedule", "county-general"):
        assert pipeline.load([str(home / "files" / source)], source=source).quarantined == []


def test_before_any_load_no_source_is_the_practice():
    assert practice_sources() == []


def test_the_schedule_counts_as_the_practice_unless_settings_say_otherwise(loaded, settings):
    assert practice_sources() == ["maple-ehr", "maple-schedule"]
    settings.PRACTICE_SOURCES = ["maple-ehr"]
    assert practice_sources() == ["maple-ehr"]


def test_every_booking_is_with_a_person_of_the_practice(loaded):
    ours = set(PersonLink.objects.filter(source="maple-ehr").values_list("person_id", flat=True))
    ask = "SELECT DISTINCT person_id FROM appointment WHERE source = 'maple-schedule'"
    booked = {person for (person,) in engine.connect().execute(ask).fetchall()}
    assert len(booked) > 5 and booked <= ours


def test_the_hospitals_messages_are_about_the_same_person(loaded):
    andrews = {"maple-ehr/andrews-walter", f"county-general/{hospital_patient(BY_KEY['andrews-walter'])}"}
    links = PersonLink.objects.filter(subject_key__in=andrews, undone_at=None)
    assert links.count() == 2
    assert links.values("person_id").distinct().count() == 1
