"""Rows become appointments; each refused row says its number and why, and never what it says about somebody."""

import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bluering.intake.schedule.mapping import Mapping
from bluering.intake.schedule.read import read_csv
from bluering.intake.schedule.understand import understand
from bluering.intake.schedule.window import cancelled_since, days_of
from bluering.intake.tables.columns import suggest_date_format
from bluering.intake.tables.table import read_table

CHICAGO = ZoneInfo("America/Chicago")
HEADER = "Appt ID,MRN,Patient Name,DOB,Phone,Appt Date,Appt Time,Duration,Status,Visit Type,Reason,Provider,Location"
WALTER = '77,4711,"Andrews, Walter J",3/9/1951,612-555-0100,3/19/2026,2:30 PM,20,Scheduled,Follow-up,Swollen legs,Dr. Dunn,Maple'
SAMPLES = {"MRN": ["4711"]}


def mapping(**changes) -> Mapping:
    return replace(Mapping.suggest(HEADER.split(",")), identifier_system="urn:maple:mrn", **changes)


def read(*rows: str, header: str = HEADER, by: Mapping | None = None):
    table = read_table("\n".join([header, *rows, ""]).encode())
    return understand(table.rows, by or mapping(), CHICAGO, source="maple", today=dt.date(2026, 3, 1))


def changed(**cells: str) -> str:
    """Walter's row with other cells, by the words of the header."""
    row = dict(zip(HEADER.split(","), ["77", "4711", '"Andrews, Walter J"', *WALTER.split(",")[4:]], strict=True))
    return ",".join((row | {name.replace("_", " "): value for name, value in cells.items()}).values())


def test_every_column_of_a_usual_export_is_guessed():
    assert set(mapping().columns.values()) == set(HEADER.split(","))


def test_a_row_becomes_an_appointment_with_its_patient():
    found = read(WALTER)
    patient, practitioner, location, appointment = found.resources
    assert patient == {
        "resourceType": "Patient", "id": "4711", "birthDate": "1951-03-09",
        "identifier": [{"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                        "system": "urn:maple:mrn", "value": "4711"}],
        "name": [{"use": "official", "family": "Andrews", "given": ["Walter", "J"]}],
        "telecom": [{"system": "phone", "value": "612-555-0100"}],
    }  # fmt: skip
    assert (practitioner["name"], location["name"]) == ([{"text": "Dr. Dunn"}], "Maple")
    assert (appointment["start"], appointment["end"]) == ("2026-03-19T14:30:00-05:00", "2026-03-19T14:50:00-05:00")
    assert (appointment["id"], appointment["status"], appointment["minutesDuration"]) == ("77", "booked", 20)
    assert [one["actor"].get("display") for one in appointment["participant"]] == [None, "Dr. Dunn", "Maple"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Canceled - by Patient", "cancelled"),
        ("No Show", "noshow"),
        ("Checked-In", "checked-in"),
        ("", "booked"),
        ("Blau", "arrived"),
    ],
)
def test_the_words_of_systems_and_the_source_s_own(word, status):
    found = read(changed(Status=word), by=mapping(statuses={"blau": "arrived"}))
    assert found.appointments["77"]["status"] == status


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"DOB": "13/40/1951"}, "Date of birth: no such day"),
        ({"Appt_Date": "19/3/2026"}, "Start date: no such day"),
        ({"Appt_Time": ""}, "Start: the day or the time is missing"),
        ({"Appt_Date": "3/8/2026", "Appt_Time": "2:30"}, "Start time: the clock skips this time"),
        ({"Status": "Plutonium"}, "Status: this word is not known"),
        ({"Duration": "-20"}, "Length in minutes: not a length"),
        ({"MRN": "", "DOB": ""}, "Patient: neither a number nor a name"),
    ],
)
def test_a_refused_row_says_why_and_no_value(cells, reason):
    found = read(WALTER.replace("77,", "76,"), changed(**cells))
    (refused,) = found.refused
    assert (refused.row, refused.appointment) == (3, "77") and refused.reason.startswith(reason)
    for value in ("Andrews", "4711", "Plutonium", *filter(None, cells.values())):
        assert value not in refused.reason
    assert list(found.appointments) == ["76"]


def test_a_row_tells_all_its_faults_at_once():
    (refused,) = read(changed(Status="?x", Duration="long", DOB="never")).refused
    assert refused.reason.count(";") >= 2


def test_without_a_number_of_its_own_an_appointment_is_known_by_patient_and_start():
    first, again = read(changed(Appt_ID="")), read(changed(Appt_ID="", Status="Arrived"))
    other = read(changed(Appt_ID="", Appt_Time="3 PM"))
    assert list(first.appointments) == list(again.appointments) != list(other.appointments)


def test_without_a_patient_number_name_and_birth_tell_who_it_is():
    first, again = read(changed(MRN="")), read(changed(MRN="", Phone=""))
    assert [p for p in first.others if p.startswith("Patient")] == [p for p in again.others if p.startswith("Patient")]
    assert "identifier" not in first.resources[0]


def test_of_two_rows_about_one_appointment_the_later_stands_and_it_is_said():
    found = read(WALTER, changed(Status="Cancelled"))
    assert found.appointments["77"]["status"] == "cancelled" and found.remarks[0][0] == 3


def test_lengths_are_true_over_the_change_of_the_clock():
    (appointment,) = read(changed(Appt_Date="3/8/2026", Appt_Time="1:50 AM")).appointments.values()
    assert appointment["end"] == "2026-03-08T03:10:00-05:00"


def test_start_and_end_in_columns_of_their_own():
    header = "MRN,Start,End,Status"
    by = Mapping.suggest(header.split(","))
    found = read("1,2026-03-19 08:00,09:15,Booked", "2,2026-03-19 08:00,2026-03-19 07:00,Booked", header=header, by=by)
    (appointment,) = found.appointments.values()
    assert appointment["end"] == "2026-03-19T09:15:00-05:00"
    assert found.refused[0].reason.startswith("End: it does not lie within")


def test_patients_that_come_from_elsewhere_are_only_named():
    found = read(WALTER, by=mapping(makes_patients=False))
    assert not any(key.startswith("Patient/") for key in found.others)
    assert found.appointments["77"]["participant"][0]["actor"]["reference"] == "Patient/4711"


def test_what_the_dates_of_a_sample_settle():
    assert suggest_date_format(["3/4/2026", "3/14/2026"]) == ("mdy", True)
    assert suggest_date_format(["3/4/2026", "14/3/2026"]) == ("dmy", True)
    assert suggest_date_format(["3/4/2026"]) == ("mdy", False)


def file_of(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def test_a_file_is_a_reading_with_provenance_and_places():
    reading = read_csv(file_of(WALTER, changed(Status="?x")), source="maple", mapping=mapping(), zone=CHICAGO)
    assert [one["resourceType"] for one in reading.resources] == [
        "Patient",
        "Practitioner",
        "Location",
        "Appointment",
        "Provenance",
    ]
    assert [trouble.place for trouble in reading.unreadable] == ["row 3"]
    assert json.dumps(reading.resources[:-1]) == json.dumps(
        read_csv(file_of(WALTER), source="maple", mapping=mapping(), zone=CHICAGO).resources[:-1]
    )


def test_a_file_without_a_mapping_says_where_to_make_one():
    (trouble,) = read_csv(file_of(WALTER), source="maple", mapping=None).unreadable
    assert "/sources/maple/columns/" in trouble.reason


def test_a_file_whose_columns_have_changed_is_refused_whole():
    reading = read_csv(b"a,b,c\n1,2,3\n", source="maple", mapping=mapping(), zone=CHICAGO)
    assert not reading.resources and "the file has no column of the mapped name" in reading.unreadable[0].reason


@pytest.mark.parametrize("full", [True, False])
def test_an_appointment_gone_from_a_whole_file_is_cancelled(full):
    before = list(read(WALTER, changed(Appt_ID="78")).appointments.values())
    reading = read_csv(
        file_of(WALTER), source="maple", mapping=mapping(full_window=full), zone=CHICAGO, previous=before
    )
    states = {one["id"]: one["status"] for one in reading.resources if one["resourceType"] == "Appointment"}
    assert states == ({"77": "booked", "78": "cancelled"} if full else {"77": "booked"})


def test_what_was_kept_lies_on_other_days_or_was_refused_is_not_cancelled():
    before = list(
        read(
            changed(Appt_ID="1", Status="Completed"), changed(Appt_ID="2", Appt_Date="3/21/2026"), changed(Appt_ID="3"),
            changed(Appt_ID="4"),
        ).appointments.values()
    )  # fmt: skip
    new = list(read(WALTER).appointments.values())
    days = days_of(new, CHICAGO)
    assert [one["id"] for one in cancelled_since(before, new, days=days, zone=CHICAGO, refused=["3"])] == ["4"]
    assert cancelled_since(before, new, days=days, zone=CHICAGO, refused=["3", ""]) == []
    assert cancelled_since(before, [], days=days_of([], CHICAGO), zone=CHICAGO) == []
