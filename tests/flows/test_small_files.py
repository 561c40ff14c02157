"""Live news leaves small files; joining them changes nothing of what the record says, and an open table sees it at once."""

import shutil

import pytest

from bluering import live, pipeline
from bluering.pipeline.alone import LOAD, alone
from bluering.record import engine, store
from tests.flows.test_load import a1c, patient, write

pytestmark = pytest.mark.django_db
EVERYTHING = "SELECT source, id, person_id, value_quantity FROM observation ORDER BY ALL"


def facts() -> list[tuple]:
    return engine.connect().execute(EVERYTHING).fetchall()


def test_many_small_files_become_one_and_say_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "MANY_FILES", 3)
    pipeline.load([write(tmp_path, "0.ndjson", patient())], source="ehr")
    for number in range(5):
        pipeline.load([write(tmp_path, f"{number}.ndjson", a1c(f"o{number % 4}", value=7 + number))], source="ehr")
    before = facts()
    assert len(store.files_of("observation")) == 5 and len(before) == 4
    live.tidy()
    assert len(store.files_of("observation")) == 1
    assert len(store.files_of("patient")) == 1, "few files are left as they are"
    assert facts() == before


def test_a_load_under_way_is_not_disturbed(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "MANY_FILES", 1)
    for number in range(2):
        pipeline.load([write(tmp_path, f"{number}.ndjson", patient(f"p{number}"))], source="ehr")
    with alone(LOAD):
        live.tidy()
    assert len(store.files_of("patient")) == 2
    live.tidy()
    assert len(store.files_of("patient")) == 1


def test_large_files_are_left_alone(tmp_path):
    for number in range(3):
        pipeline.load([write(tmp_path, f"{number}.ndjson", patient(f"p{number}"))], source="ehr")
    assert pipeline.compact("patient", below=10)["joined"] == 0
    assert len(store.files_of("patient")) == 3


def test_a_record_that_is_begun_anew_in_the_same_place_is_read_anew(tmp_path):
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1"))], source="ehr")
    pipeline.load([write(tmp_path, "b.ndjson", patient("p2"))], source="ehr")
    assert len(store.files_of("patient")) == 2
    shutil.rmtree(store.folder("patient"))
    pipeline.load([write(tmp_path, "c.ndjson", patient("p3"))], source="ehr")
    assert len(store.files_of("patient")) == 1
