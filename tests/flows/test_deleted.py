"""A source deletes resources: nothing shows them, the history keeps them, and only something newer brings them back."""

import datetime as dt
import json

import pytest

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.record import charts, engine, store
from bluering.record.counts import count_resources
from bluering.record.models import PersonSummary

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


def patient(key="p1", **more) -> dict:
    return {"resourceType": "Patient", "id": key, "name": [{"family": "Lind", "given": ["Ada"]}]} | more


def result(key="o1", value=7.1, day="2026-03-01", **more) -> dict:
    return {
        "resourceType": "Observation", "id": key, "status": "final", "subject": {"reference": "Patient/p1"},
        "meta": {"lastUpdated": f"{day}T00:00:00Z"}, "valueQuantity": {"value": value, "unit": "%"},
        "component": [{"code": {"text": "part"}, "valueQuantity": {"value": value}}],
    } | more  # fmt: skip


@pytest.fixture
def load(tmp_path):
    def run(*resources: dict, source: str = "ehr"):
        path = tmp_path / "a.ndjson"
        path.write_text("".join(json.dumps(one) + "\n" for one in resources))
        return pipeline.load([str(path)], source=source)

    return run


def shown(table: str = "observation") -> list[tuple]:
    return engine.connect().execute(f"SELECT id, value_quantity FROM {table} ORDER BY ALL").fetchall()


def in_chart() -> list[str]:
    (person,) = PersonLink.objects.filter(subject_key="ehr/p1").values_list("person_id", flat=True)
    return [row["id"] for row in charts.facts_of(person).get("observation", [])]


def test_a_deleted_resource_is_shown_nowhere_and_kept_in_the_history(load):
    load(patient(), result("o1"), result("o2"))
    assert in_chart() == ["o1", "o2"]
    assert pipeline.remove([("Observation", "o1")], source="ehr", at=AT) == {"Observation": 1}
    assert (shown(), shown("observation_component")) == ([("o2", 7.1)], [("o2", 7.1)])
    assert (in_chart(), count_resources()) == (["o2"], {"Observation": 1, "Patient": 1})
    kept = engine.plain().execute(f"SELECT id FROM read_parquet({store.files_of('observation')!r}) WHERE id = 'o1'")
    assert len(kept.fetchall()) == 2


def test_the_same_deletion_again_and_one_of_nothing_known_do_nothing(load):
    load(patient(), result())
    gone = [("Observation", "o1"), ("Observation", "unheard-of"), ("Basic", "b"), ("Spell", "s")]
    assert pipeline.remove(gone, source="ehr", at=AT) == {"Observation": 1}
    assert pipeline.remove(gone, source="ehr", at=AT) == {}


def test_a_deletion_speaks_only_of_its_own_source(load):
    load(patient(), result())
    load(patient(), result(), source="hospital")
    pipeline.remove([("Observation", "o1")], source="hospital", at=AT)
    assert len(shown()) == 1
    assert in_chart() == ["o1"]


def test_what_was_told_later_than_the_deletion_stands(load):
    load(patient(), result(day="2026-03-11"))
    assert pipeline.remove([("Observation", "o1")], source="ehr", at=AT) == {}
    assert shown() == [("o1", 7.1)]


@pytest.mark.parametrize(
    ("day", "value", "stands"),
    [("2026-03-01", 7.1, []), ("2026-02-01", 6.0, []), ("2026-03-01", 9.9, []), ("2026-03-12", 7.1, [("o1", 7.1)])],
)
def test_after_a_deletion_only_a_newer_version_stands_again(load, day, value, stands):
    load(patient(), result())
    pipeline.remove([("Observation", "o1")], source="ehr", at=AT)
    load(result(day=day, value=value))
    assert shown() == stands
    load(result(day=day, value=value), result())
    assert shown() == stands


def test_deleted_and_back_and_deleted_again(load):
    load(patient(), result())
    for month in ("04", "05", "06"):
        at = dt.datetime(2026, int(month), 1, tzinfo=dt.UTC)
        pipeline.remove([("Observation", "o1")], source="ehr", at=at)
        assert shown() == []
        load(result(day=f"2026-{month}-15"))
        assert shown() == [("o1", 7.1)]


def test_a_person_whose_patients_are_all_deleted_is_found_no_more(load):
    load(patient(), patient("p2"))
    pipeline.remove([("Patient", "p1")], source="ehr", at=AT)
    (left,) = PersonSummary.objects.values_list("person_id", flat=True)
    assert PersonLink.objects.get(person_id=left).subject_key == "ehr/p2"
    load(patient(meta={"lastUpdated": "2026-03-12T00:00:00Z"}))
    assert PersonSummary.objects.count() == 2
