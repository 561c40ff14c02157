"""A schedule as CSV loads like any other file once its columns are mapped."""

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.intake.models import CsvMapping
from bluering.intake.schedule.mapping import Mapping
from bluering.record import engine

pytestmark = pytest.mark.django_db
HEADER = "Appt ID,MRN,Last Name,First Name,DOB,Date,Time,Duration,Status\n"
ROWS = (
    "77,4711,Lind,Ada,1950-02-03,2026-11-24,09:30,20,Booked\n78,4712,Ross,Ben,1960-05-06,2026-13-45,10:00,20,Booked\n"
)


@pytest.fixture
def schedule(tmp_path):
    file = tmp_path / "monday.txt"
    file.write_text(HEADER + ROWS)
    return str(file)


def map_columns() -> None:
    mapping = Mapping.suggest(HEADER.strip().split(","), ROWS.splitlines()[0].split(","))
    CsvMapping.objects.create(source="desk", mapping=mapping.as_data(), saved_at=timezone.now())


def booked() -> list[tuple]:
    return engine.connect().execute("SELECT id, status FROM appointment ORDER BY ALL").fetchall()


def test_without_columns_the_file_waits_and_says_where_to_map_them(schedule):
    summary = pipeline.load([schedule], source="desk")
    assert "/sources/desk/columns/" in summary.quarantined[0]["reason"]
    map_columns()
    assert pipeline.replay().loaded["Appointment"] == 1


def test_a_refused_row_is_named_and_the_others_load(schedule):
    map_columns()
    summary = pipeline.load([schedule], source="desk")
    assert [(one["file"], one["line"]) for one in summary.quarantined] == [(schedule, 3)]
    assert len(booked()) == 1


def test_the_same_schedule_again_changes_nothing(schedule):
    map_columns()
    pipeline.load([schedule], source="desk")
    again = pipeline.load([schedule], source="desk")
    assert (again.loaded.get("Appointment"), again.unchanged["Appointment"]) == (None, 1)
