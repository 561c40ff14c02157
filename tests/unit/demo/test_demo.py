"""The demo practice: the same every time, whole within each system, and true to its stories."""

import datetime as dt
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from bluering.demo import panels, staff, work, write_practice
from bluering.demo.stories.cast import BY_KEY
from bluering.intake.hl7v2 import fold, split, threads
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import load_sender

TODAY = dt.date(2026, 3, 19)
SOURCES = {
    "maple-ehr",
    "maple-schedule",
    "county-general",
    "lakeside-specialty",
    "heartland-health-plan",
    "meals-together",
}
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
FINISHED = {"finished", "fulfilled", "completed", "final", "noshow", "current"}
HAPPENS = {
    "Encounter": ("period", "end"),
    "Appointment": ("end",),
    "Observation": ("effectiveDateTime",),
    "DocumentReference": ("date",),
    "MedicationDispense": ("whenHandedOver",),
    "Immunization": ("occurrenceDateTime",),
    "Procedure": ("performedDateTime",),
    "Communication": ("sent",),
    "DiagnosticReport": ("effectiveDateTime",),
    "Task": ("lastModified",),
    "ServiceRequest": ("authoredOn",),
}


def read(folder: Path) -> dict[str, list[dict]]:
    """source → resources."""
    found = defaultdict(list)
    for file in sorted(folder.glob("*/*.ndjson")):
        for line in file.read_text().splitlines():
            resource = json.loads(line)
            assert resource["resourceType"] == file.stem
            found[file.parent.name].append(resource)
    for file in sorted(folder.glob("*/*.hl7")):
        found[file.parent.name] += told_by(file)
    return found


def told_by(file: Path) -> list[dict]:
    """The resources that a file of messages tells of, each once."""
    sender, members = load_sender(file.parent.name), defaultdict(list)
    for piece in split.split(file.read_bytes()):
        message = Message.parse(piece.raw)
        for thread in threads.threads_of(message, sender):
            members[thread].append(message)
    readings = [fold.fold(thread, messages, sender) for thread, messages in members.items()]
    assert [trouble for reading in readings for trouble in reading.not_mapped] == []
    return list({(r["resourceType"], r["id"]): r for reading in readings for r in reading.resources}.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("practice")
    write_practice(made, persons=60, today=TODAY)
    return made


@pytest.fixture(scope="module")
def practice(folder) -> dict[str, list[dict]]:
    return read(folder)


def of(practice: dict, source: str, kind: str, person: str) -> list[dict]:
    number = {"county-general": "CG"}.get(source, "M") + str(BY_KEY[person].number + 100_000)
    prefix = {"maple-ehr": "", "lakeside-specialty": "ls-", "meals-together": "mt-"}.get(source)
    about = f"Patient/{numbered(practice[source], number) if prefix is None else prefix + person}"
    return [r for r in practice[source] if r["resourceType"] == kind and about in json.dumps(r)]


def numbered(found: list[dict], number: str) -> str:
    """The id of the patient with this number."""
    return next(r["id"] for r in found if number in [i["value"] for i in r.get("identifier", ())])


def values(value):
    """Every (name, text) in a resource, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from values(inner) if isinstance(inner, (dict, list)) else [(name, inner)]
    else:
        for inner in value:
            yield from values(inner) if isinstance(inner, (dict, list)) else []


def test_the_same_seed_and_day_write_the_same_bytes(folder, tmp_path):
    write_practice(tmp_path, persons=60, today=TODAY)
    files = sorted(f.relative_to(folder) for f in folder.glob("*/*"))
    assert files == sorted(f.relative_to(tmp_path) for f in tmp_path.glob("*/*"))
    assert all((folder / f).read_bytes() == (tmp_path / f).read_bytes() for f in files)


def test_another_seed_writes_other_persons(folder, tmp_path):
    write_practice(tmp_path, persons=60, today=TODAY, seed=8)
    patients = Path("maple-ehr/Patient.ndjson")
    assert (folder / patients).read_bytes() != (tmp_path / patients).read_bytes()


def test_a_larger_practice_begins_with_the_same_persons(folder, tmp_path):
    write_practice(tmp_path, persons=75, today=TODAY)
    files = [*folder.glob("*/*.ndjson"), *folder.glob("*/*.hl7")]
    assert len(files) > 40
    for file in files:
        larger = (tmp_path / file.relative_to(folder)).read_bytes()
        assert larger.startswith(file.read_bytes()), file.name


def test_six_systems_know_the_persons(practice):
    assert set(practice) == SOURCES
    patients = {source: sum(r["resourceType"] == "Patient" for r in found) for source, found in practice.items()}
    assert patients["maple-ehr"] == 60
    assert all(count > 0 for count in patients.values()), patients


def test_ids_are_unique_and_references_resolve_within_a_system(practice):
    for source, found in practice.items():
        ids = [f"{r['resourceType']}/{r['id']}" for r in found]
        assert len(ids) == len(set(ids)), source
        told = {value for r in found for name, value in values(r) if name == "reference"}
        assert told <= set(ids), (source, sorted(told - set(ids))[:5])


def test_ids_are_fhir_ids(practice):
    assert all(re.fullmatch(r"[A-Za-z0-9.-]{1,64}", r["id"]) for found in practice.values() for r in found)


def test_dates_are_dates(practice):
    said = {
        value
        for found in practice.values()
        for resource in found
        for _, value in values(resource)
        if isinstance(value, str) and DAY.match(value)
    }
    assert {value for value in said if not is_a_date(value)} == set()


def is_a_date(value: str) -> bool:
    try:
        return bool(dt.datetime.fromisoformat(value))
    except ValueError:
        return False


def test_what_is_finished_is_not_ahead(practice):
    for found in practice.values():
        for resource in found:
            path = HAPPENS.get(resource["resourceType"])
            if path and resource["status"] in FINISHED:
                value = resource
                for name in path:
                    value = value[name]
                assert dt.date.fromisoformat(value[:10]) < TODAY, resource


def booked_in(practice: dict) -> list[dict]:
    """What lies ahead at the practice, which its schedule tells."""
    return [r for r in practice["maple-schedule"] if r["resourceType"] == "Appointment" and r["status"] == "booked"]


def test_appointments_ahead_are_booked_on_opening_days(practice):
    booked = booked_in(practice)
    days = {dt.date.fromisoformat(r["start"][:10]) for r in booked}
    assert days
    assert all(day >= TODAY and day.weekday() < 5 for day in days)


def test_periods_end_after_they_start(practice):
    for found in practice.values():
        for resource in found:
            period = resource.get("period") or resource.get("billablePeriod") or {}
            assert period.get("end", "9") >= period.get("start", ""), resource


def test_mr_andrews_is_home_since_yesterday_and_not_yet_called(practice):
    stays = [r for r in of(practice, "county-general", "Encounter", "andrews-walter") if r["class"]["code"] == "IMP"]
    assert [s["period"]["end"][:10] for s in stays] == ["2026-03-18"]
    assert not [
        i
        for i in work(TODAY, 60)
        if i["person"] == "andrews-walter" and i.get("mode") and i["at"].date() > dt.date(2026, 3, 11)
    ]


def test_mr_andrews_takes_40_or_80_of_furosemide(practice):
    def doses(source: str) -> set[float]:
        orders = [r for r in of(practice, source, "MedicationRequest", "andrews-walter") if r["status"] == "active"]
        return {
            o["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"]
            for o in orders
            if "furosemide" in o["medicationCodeableConcept"]["text"]
        }

    assert (doses("county-general"), doses("maple-ehr"), doses("lakeside-specialty")) == ({40}, {40}, {80})


def test_mr_andrews_fills_at_three_pharmacies_and_has_a_daughter(practice):
    filled = {
        d["performer"][0]["actor"]["display"]
        for source in ("maple-ehr", "lakeside-specialty", "county-general")
        for d in of(practice, source, "MedicationDispense", "andrews-walter")
    }
    assert filled == {"Riverside Pharmacy", "Lakeside Specialty Pharmacy", "County General Outpatient Pharmacy"}
    carers = of(practice, "maple-ehr", "RelatedPerson", "andrews-walter")
    assert [c["name"][0]["given"][0] for c in carers] == ["Anna", "Lena"]


def test_no_discharge_summary_of_mr_andrews_has_come(practice):
    assert not of(practice, "county-general", "DocumentReference", "andrews-walter")


def test_mrs_jones_comes_for_her_physical_and_her_loop_is_closed(practice):
    ahead = of(practice, "maple-schedule", "Appointment", "jones-maria")
    assert [(a["start"][:16], a["description"]) for a in ahead] == [("2026-03-19T10:00", "Annual physical")]
    (referral,) = of(practice, "maple-ehr", "ServiceRequest", "jones-maria")
    (note,) = of(practice, "maple-ehr", "DocumentReference", "jones-maria")
    assert note["context"]["related"][0]["reference"] == f"ServiceRequest/{referral['id']}"


def test_today_has_the_appointments_of_the_picture(practice):
    whose = {r["id"]: r["name"][0]["family"] for r in practice["maple-schedule"] if r["resourceType"] == "Patient"}
    today = {
        whose[a["participant"][0]["actor"]["reference"].split("/")[1]]: a["start"][11:16]
        for a in booked_in(practice)
        if a["start"].startswith(str(TODAY))
    }
    pictured = {"Abara": "08:40", "Hale": "09:20", "Jones": "10:00", "Tran": "10:30", "Whitfield": "13:10"}  # fmt: skip
    assert pictured.items() <= today.items()


def test_story_persons_are_on_danas_panel_and_not_everybody_is_on_one():
    held = dict(panels(2000))
    assert {held[key] for key in BY_KEY} == {"dana"}
    assert set(held.values()) == {"dana", "marcus", "pang", "teresa"}
    assert 150 < len(held) < 450


def test_four_coordinators_six_clinicians_an_administrator_and_a_data_steward_work_here():
    roles = [member.role for member in staff()]
    assert [roles.count(r) for r in ("coordinator", "clinician", "administrator", "data_steward")] == [4, 6, 1, 1]
    assert all(m.practitioner_id for m in staff() if m.role == "clinician")


def test_work_is_done_by_coordinators_before_today():
    names = {member.username for member in staff() if member.role == "coordinator"}
    for item in work(TODAY, 300):
        assert item["username"] in names
        assert ("mode" in item) + ("state" in item) + ("task" in item) == 1
        assert (item["at"].date() if "mode" in item else item.get("opened") or item["considered"]) < TODAY


def test_a_weekend_moves_visits_to_monday(tmp_path):
    write_practice(tmp_path, persons=14, today=dt.date(2026, 3, 21))
    starts = [r["start"][:10] for r in booked_in(read(tmp_path))]
    assert min(starts) == "2026-03-23"


def test_progress_is_told_to_the_end(tmp_path):
    told = []
    write_practice(tmp_path, persons=14, today=TODAY, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (14, 14)


def test_an_earlier_practice_leaves_nothing_behind(tmp_path):
    strays = [tmp_path / "meals-together" / name for name in ("Flag.ndjson", "old.hl7")]
    strays[0].parent.mkdir()
    for stray in strays:
        stray.write_text("{}\n")
    write_practice(tmp_path, persons=3, today=TODAY)
    assert not any(stray.exists() for stray in strays)
