"""Files in, facts out: what loads, what stays, what is replaced, what is set apart, and who the facts belong to."""

import datetime as dt
import gzip
import json

import pyarrow.parquet as pq
import pytest

from bluering import pipeline
from bluering.errors import BadInput
from bluering.identity.models import PersonLink
from bluering.intake.models import Load, Quarantine
from bluering.record import engine, queries, store
from bluering.record.counts import count_resources

pytestmark = pytest.mark.django_db

MEMBER = "http://plan.example/member"


def patient(key="p1", family="Lind", **more) -> dict:
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"family": family, "given": ["Ada"]}],
        "birthDate": "1950-02-03",
    } | more


def a1c(key="o1", value=7.1, person="p1", **more) -> dict:
    return {
        "resourceType": "Observation", "id": key, "status": "final", "subject": {"reference": f"Patient/{person}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}], "text": "Hemoglobin A1c"},
        "effectiveDateTime": "2026-03-01T23:30:00-06:00", "valueQuantity": {"value": value, "unit": "%"},
    } | more  # fmt: skip


def write(folder, name: str, *resources) -> str:
    """NDJSON; what is not a dictionary is written as it is."""
    lines = [json.dumps(r).encode() if isinstance(r, dict) else r for r in resources]
    path = folder / name
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


def rows(table: str, columns: str) -> list[tuple]:
    return engine.connect().execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


def test_a_load_says_what_it_did_and_facts_find_their_person_whatever_the_order(tmp_path):
    summary = pipeline.load([write(tmp_path, "a.ndjson", a1c(), patient())], source="ehr")
    assert summary.loaded == {"Observation": 1, "Patient": 1}
    assert (summary.unchanged, summary.replaced, summary.quarantined) == ({}, {}, [])
    link = PersonLink.objects.get()
    assert rows("observation", "person_id, code, value_quantity, value_unit") == [(link.person_id, "4548-4", 7.1, "%")]


def test_loading_twice_changes_nothing(tmp_path):
    path = write(tmp_path, "a.ndjson", patient(), a1c())
    pipeline.load([path], source="ehr")
    before = count_resources()
    again = pipeline.load([path], source="ehr")
    assert (again.loaded, again.replaced) == ({}, {})
    assert again.unchanged == {"Observation": 1, "Patient": 1}
    assert count_resources() == before


def test_a_newer_version_stands_and_the_older_stays_in_history(tmp_path):
    old, new = {"lastUpdated": "2026-03-01T10:00:00Z"}, {"lastUpdated": "2026-03-02T10:00:00Z"}
    pipeline.load([write(tmp_path, "a.ndjson", patient(), a1c(value=7.1, meta=old))], source="ehr")
    summary = pipeline.load([write(tmp_path, "b.ndjson", a1c(value=8.4, meta=new))], source="ehr")
    assert summary.replaced == {"Observation": 1}
    assert rows("observation", "value_quantity") == [(8.4,)]
    stored = engine.connect().execute(f"SELECT count(*) FROM {engine.source_rows(engine.main_table('Observation'))}")
    assert stored.fetchall() == [(2,)]


def test_an_older_version_that_comes_late_does_not_take_its_place(tmp_path):
    old, new = {"lastUpdated": "2026-03-01T10:00:00Z"}, {"lastUpdated": "2026-03-02T10:00:00Z"}
    pipeline.load([write(tmp_path, "b.ndjson", patient(), a1c(value=8.4, meta=new))], source="ehr")
    pipeline.load([write(tmp_path, "a.ndjson", a1c(value=7.1, meta=old))], source="ehr")
    assert rows("observation", "value_quantity") == [(8.4,)]


def test_two_versions_in_one_file_leave_the_newer(tmp_path):
    old, new = {"lastUpdated": "2026-03-01T10:00:00Z"}, {"lastUpdated": "2026-03-02T10:00:00Z"}
    path = write(tmp_path, "a.ndjson", patient(), a1c(value=8.4, meta=new), a1c(value=7.1, meta=old))
    pipeline.load([path], source="ehr")
    assert rows("observation", "value_quantity") == [(8.4,)]
    pipeline.load([path], source="ehr")
    assert rows("observation", "value_quantity") == [(8.4,)]


def test_the_same_id_in_two_sources_is_two_resources(tmp_path):
    pipeline.load([write(tmp_path, "a.ndjson", patient())], source="ehr")
    pipeline.load([write(tmp_path, "a.ndjson", patient())], source="hospital")
    assert rows("patient", "source") == [("ehr",), ("hospital",)]
    assert PersonLink.objects.values("person_id").distinct().count() == 2


def test_one_identifier_in_two_sources_is_one_person(tmp_path):
    card = [{"system": MEMBER, "value": "77"}]
    pipeline.load([write(tmp_path, "a.ndjson", patient(identifier=card))], source="ehr")
    pipeline.load([write(tmp_path, "b.ndjson", patient("x9", identifier=card), a1c(person="x9"))], source="hospital")
    person = PersonLink.objects.values_list("person_id", flat=True).distinct().get()
    assert rows("observation", "person_id") == [(person,)]
    assert "MEMBER" not in PersonLink.objects.last().reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"resourceType":"Patient","id":"p9"', "not JSON"),
        (b"\xff\xfe broken", "not UTF-8"),
        (b'{"resourceType":"Patient"}', "no id"),
        (b'{"resourceType":"Patience","id":"p9"}', "not one of FHIR R4"),
        (b'{"id":"p9"}', "no resourceType"),
        (b'{"resourceType":"Patient","id":"p 9"}', "not a FHIR id"),
        (b'{"resourceType":"Patient","id":"p9","name":"Ada"}', "name is not a list"),
        (b'{"resourceType":"Patient","id":"p9","birthDate":"1950-02-30"}', "birth_date: not a date that exists"),
        (b'{"resourceType":"Patient","id":"p9","birthDate":7}', "birthDate is not text"),
        (b"[1, 2]", "no resourceType"),
    ],
)  # fmt: skip
def test_a_bad_line_is_set_apart_with_its_place_and_the_rest_loads(tmp_path, line, reason):
    path = write(tmp_path, "a.ndjson", patient(), line, patient("p2"))
    summary = pipeline.load([path], source="ehr")
    assert summary.loaded == {"Patient": 2}
    assert [(q["file"], q["line"]) for q in summary.quarantined] == [(path, 2)]
    assert reason in summary.quarantined[0]["reason"]
    assert Quarantine.objects.get().raw
    assert "Ada" not in summary.quarantined[0]["reason"]


def test_a_gzip_that_breaks_off_gives_what_was_whole(tmp_path):
    whole = gzip.compress(b"\n".join(json.dumps(patient(f"p{n}")).encode() for n in range(20_000)))
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    summary = pipeline.load([str(path)], source="ehr")
    assert 1_000 < summary.loaded["Patient"] < 20_000
    assert "breaks off" in summary.quarantined[-1]["reason"]


def test_folders_are_read_through_and_notes_in_them_passed_over(tmp_path):
    data = tmp_path / "export"
    (data / "deep").mkdir(parents=True)
    write(data, "Patient.ndjson", patient())
    (data / "deep" / "Observation.ndjson.gz").write_bytes(gzip.compress(json.dumps(a1c()).encode()))
    (data / "LICENSE").write_text("Free for all.")
    summary = pipeline.load([str(data)], source="ehr")
    assert summary.loaded == {"Observation": 1, "Patient": 1}
    assert summary.quarantined == []
    assert summary.passed_over == [str(data / "LICENSE")]


def test_a_path_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="no such file or folder"):
        pipeline.load([str(tmp_path / "nothing")], source="ehr")


def test_what_was_quarantined_is_replayed_once_the_file_is_mended(tmp_path):
    path = write(tmp_path, "a.ndjson", patient(), b'{"resourceType":"Patient","id":"p2",')
    pipeline.load([path], source="ehr")
    write(tmp_path, "a.ndjson", patient(), patient("p2"))
    summary = pipeline.replay()
    assert summary.loaded == {"Patient": 1}
    assert Quarantine.objects.get().state == "replayed"


def test_a_day_stays_the_day_that_was_written(tmp_path, settings):
    pipeline.load([write(tmp_path, "a.ndjson", patient(), a1c(effectiveDateTime="2026-03-01"))], source="ehr")
    assert rows("observation", "effective_datetime::DATE::TEXT") == [("2026-03-01",)]
    assert rows("patient", "birth_date::TEXT") == [("1950-02-03",)]


def test_the_chart_of_a_person_holds_facts_of_all_sources_and_follows_the_news(tmp_path):
    card = [{"system": MEMBER, "value": "77"}]
    pipeline.load([write(tmp_path, "a.ndjson", patient(identifier=card), a1c())], source="ehr")
    person = PersonLink.objects.first().person_id
    assert [row["value_quantity"] for row in queries.chart(person).tables["observation"]] == [7.1]
    more = write(tmp_path, "b.ndjson", patient("x9", identifier=card), a1c("o7", 9.2, "x9"))
    pipeline.load([more], source="hospital")
    assert sorted(row["value_quantity"] for row in queries.chart(person).tables["observation"]) == [7.1, 9.2]
    assert {entry.source for entry in queries.chart(person).timeline()} >= {"ehr", "hospital"}


def test_types_without_a_view_are_kept_whole(tmp_path):
    note = {
        "resourceType": "Flag",
        "id": "f1",
        "status": "active",
        "code": {"text": "Falls"},
        "subject": {"reference": "Patient/p1"},
    }
    pipeline.load([write(tmp_path, "a.ndjson", note)], source="ehr")
    stored = engine.plain().execute(f"SELECT resource FROM {engine.source_rows(engine.main_table('Flag'))}").fetchall()
    assert json.loads(stored[0][0]) == note
    assert count_resources() == {"Flag": 1}


def test_a_booking_is_on_the_day_and_at_the_hour_of_the_practice(tmp_path):
    from django.utils import timezone

    day = timezone.localdate()
    actors = [
        {"actor": {"reference": "Patient/p1"}},
        {"actor": {"reference": "Practitioner/d1", "display": "Dr. Dunn"}},
    ]
    booked = {
        "resourceType": "Appointment", "id": "a1", "status": "booked", "participant": actors,
        "start": timezone.make_aware(dt.datetime.combine(day, dt.time(23, 40))).isoformat(),
    }  # fmt: skip
    pipeline.load([write(tmp_path, "a.ndjson", patient(), booked)], source="ehr")
    visit = queries.visits_on(day)[0]
    assert timezone.localtime(visit.start).strftime("%H:%M") == "23:40"
    assert visit.practitioner == "Dr. Dunn"


def test_a_database_of_an_earlier_day_costs_no_fact(tmp_path):
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1"))], source="ehr")
    pipeline.load([write(tmp_path, "b.ndjson", patient("p2"))], source="ehr")
    Load.objects.order_by("-id").first().delete()
    pipeline.load([write(tmp_path, "c.ndjson", patient("p3"))], source="ehr")
    assert count_resources() == {"Patient": 3}


def test_a_record_from_before_a_column_was_thought_of_is_read_and_goes_on(tmp_path):
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1"))], source="ehr")
    (file,) = store.files_of("patient")
    pq.write_table(pq.read_table(file).drop(["linked_ids"]), file)
    engine._columns_in.cache_clear()
    assert rows("patient", "id, linked_ids") == [("p1", None)]
    pipeline.load([write(tmp_path, "b.ndjson", patient("p2"))], source="ehr")
    assert [key for key, _ in rows("patient", "id, linked_ids")] == ["p1", "p2"]


def test_a_bundle_that_says_last_that_it_is_one_is_taken_apart(tmp_path):
    entry = {"fullUrl": "urn:uuid:1", "resource": patient()}
    for name, how in (("pretty.json", {"indent": 1}), ("plain.json", {})):
        bundle = {
            "id": name[:6],
            "meta": {"profile": ["x"]},
            "entry": [entry],
            "type": "message",
            "resourceType": "Bundle",
        }
        (tmp_path / name).write_text(json.dumps(bundle, **how))
        summary = pipeline.load([str(tmp_path / name)], source=name)
        assert summary.loaded == {"Patient": 1}
