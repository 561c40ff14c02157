"""The messages of the demo's hospital and schedule say what happened, and mean the same to the intake that their writer meant."""

import datetime as dt
from collections import Counter

import pytest

from bluering import pipeline
from bluering.demo.clock import Clock
from bluering.demo.directory import display
from bluering.demo.facts.appointments import book
from bluering.demo.facts.hospital import emergency, stay
from bluering.demo.generate import people
from bluering.demo.messages.clinicians import clinician
from bluering.demo.messages.people import registration
from bluering.demo.messages.references import hospital_patient
from bluering.demo.messages.segments import joined, stamp
from bluering.demo.scribe import Scribe
from bluering.demo.systems import COUNTY, MAPLE, SCHEDULE, identifiers
from bluering.demo.writer import Writer
from bluering.intake.hl7v2 import fold, split, threads
from bluering.intake.hl7v2.datatypes.practitioners import practitioner_reference
from bluering.intake.hl7v2.escapes import read_delimiters
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import load_sender

CLOCK = Clock(dt.date(2026, 11, 23))
PEOPLE = list(people(400))
CARED_FOR = next(person for person in PEOPLE if person.caregiver and not person.key and person.insured)


def told(tmp_path, person, what, source=COUNTY) -> tuple[str, dict[str, list[dict]], list[Message]]:
    """What `what` gives back, the resources that its messages mean by type, and the messages."""
    with Writer(tmp_path) as writer:
        id = what(Scribe(writer, CLOCK, person))
    pieces = split.split((tmp_path / source / "messages.hl7").read_bytes())
    messages, sender = [Message.parse(piece.raw) for piece in pieces], load_sender(source)
    found: dict[str, list[dict]] = {}
    for thread in dict.fromkeys(thread for one in messages for thread in threads.threads_of(one, sender)):
        about = [one for one in messages if thread in threads.threads_of(one, sender)]
        for resource in fold.fold(thread, about, sender).resources:
            found.setdefault(resource["resourceType"], []).append(resource)
    return id, found, messages


def test_a_stay_is_one_encounter_from_admission_to_discharge(tmp_path):
    id, found, _ = told(tmp_path, CARED_FOR, lambda scribe: stay(scribe, -8, -1, "copd", "snf", admitter="dr-night"))
    (encounter,) = found["Encounter"]
    assert (encounter["id"], encounter["status"], encounter["class"]["code"]) == (id, "finished", "IMP")
    assert encounter["period"] == {"start": "2026-11-15T15:20:00-06:00", "end": "2026-11-22T11:10:00-06:00"}
    assert encounter["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "snf"
    assert [one["individual"]["display"] for one in encounter["participant"]] == ["Dr Hollis", "Dr Reyes"]
    assert encounter["serviceProvider"]["display"] == "County General Hospital"
    assert encounter["reasonCode"][0]["coding"][0]["code"] == "J44.1"


def test_an_emergency_visit_that_led_to_a_stay_says_so(tmp_path):
    _, found, messages = told(tmp_path, CARED_FOR, lambda scribe: emergency(scribe, -3, 9, "belly", admitted=True))
    assert [one.heading.event for one in messages] == ["ADT^A04", "ADT^A03"]
    disposition = found["Encounter"][0]["hospitalization"]["dischargeDisposition"]
    assert [one["code"] for one in disposition["coding"]] == ["09"]


def test_another_hospital_signs_for_its_own_stays(tmp_path):
    night = {"place": "st-luke", "code": "OBSENC", "hours": (23, 14)}
    _, found, _ = told(tmp_path, CARED_FOR, lambda scribe: stay(scribe, -2, -1, "copd", **night))
    (encounter,) = found["Encounter"]
    assert (encounter["class"]["code"], encounter["serviceProvider"]["display"]) == ("OBSENC", "St Luke Hospital")


def test_long_stays_are_sometimes_moved_and_updated(tmp_path):
    def stays(scribe):
        for month in range(1, 30):
            stay(scribe, -30 * month, -30 * month + 5, "copd")

    _, found, messages = told(tmp_path, CARED_FOR, stays)
    events = Counter(one.heading.trigger for one in messages)
    assert events["A01"] == events["A03"] == len(found["Encounter"]) == 29
    assert events["A02"] > 5 and events["A08"] > 2
    assert {len(one["location"]) for one in found["Encounter"]} == {1, 2}


@pytest.mark.parametrize("person", PEOPLE[::40], ids=lambda person: person.id)
def test_the_patient_is_who_the_hospital_says_and_has_the_id_that_its_letters_name(person, tmp_path):
    _, found, _ = told(tmp_path, person, lambda scribe: emergency(scribe, -3, 9, "belly"))
    (patient,) = found["Patient"]
    assert patient["id"] == hospital_patient(person)
    numbers = {(one["system"], one["value"]) for one in identifiers(COUNTY, person)}
    assert {(one["system"], one["value"]) for one in patient["identifier"]} == numbers
    assert patient["gender"] == person.sex


def test_it_knows_whom_to_call_and_who_pays(tmp_path):
    _, found, _ = told(tmp_path, CARED_FOR, lambda scribe: emergency(scribe, -3, 9, "belly"))
    assert found["RelatedPerson"][0]["name"][0]["family"] == CARED_FOR.family
    assert found["Coverage"][0]["subscriberId"] == CARED_FOR.member_id


def test_nobody_of_a_story_has_a_next_of_kin_from_a_clerk():
    assert not any("NK1" in line for person in PEOPLE[:14] for line in registration(person, CLOCK))


def test_values_cannot_break_a_message():
    assert read_delimiters("|", "^~\\&").unescape(joined("a|b^c&d~e\\f")) == "a|b^c&d~e\\f"


def test_moments_keep_their_offset():
    assert (stamp("2026-11-23T08:05:00-06:00"), stamp("2026-11-23")) == ("20261123080500-0600", "20261123")


def test_a_booking_is_an_appointment_with_the_practices_patient_and_clinician(tmp_path):
    def comes(scribe):
        book(scribe, 2, (9, 40), "dr-i-care", "Diabetes follow-up")

    _, found, _ = told(tmp_path, PEOPLE[0], comes, SCHEDULE)
    (appointment,) = found["Appointment"]
    assert (appointment["status"], appointment["start"]) == ("booked", "2026-11-25T09:40:00-06:00")
    assert (appointment["minutesDuration"], appointment["description"]) == (20, "Diabetes follow-up")
    assert [one["actor"].get("display") for one in appointment["participant"]] == [None, "Dr I. Care"]
    numbers = {one["value"] for one in found["Patient"][0]["identifier"]}
    assert identifiers(MAPLE, PEOPLE[0])[0]["value"] in numbers


def test_some_bookings_are_moved_and_some_called_off_and_all_keep_one_time(tmp_path):
    def comes_often(scribe):
        for day in range(60):
            book(scribe, day, (9, 40), "dr-busy", f"Visit {day}")

    _, found, messages = told(tmp_path, CARED_FOR, comes_often, SCHEDULE)
    events = Counter(one.heading.event for one in messages)
    assert events["SIU^S13"] > 3 and events["SIU^S15"] > 2
    booked = [one["start"][:16] for one in found["Appointment"] if one["status"] == "booked"]
    days = [CLOCK.at(day, 9, 40)[:16] for day in range(60)]
    assert sorted(booked) == days
    assert sum(one["status"] == "cancelled" for one in found["Appointment"]) == events["SIU^S15"]


@pytest.mark.parametrize("doctor", ["dr-busy", "dr-i-care", "np-ortiz", "pa-johansson", "dr-stay"])
def test_clinicians_are_called_in_messages_as_everywhere(doctor):
    rep = Repetition(clinician(doctor), read_delimiters("|", "^~\\&"))
    assert practitioner_reference(rep, load_sender(COUNTY))["display"] == display(doctor)


@pytest.mark.long
@pytest.mark.django_db
def test_a_whole_practice_loads_and_nothing_is_set_apart(tmp_path, monkeypatch):
    from bluering.demo import write_practice
    from bluering.intake.models import Arrival

    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    (tmp_path / "record").mkdir()
    write_practice(tmp_path / "files", persons=60, today=CLOCK.today)
    for source in (MAPLE, COUNTY, SCHEDULE):
        summary = pipeline.load([str(tmp_path / "files" / source)], source=source)
        assert (summary.quarantined, summary.passed_over) == ([], [])
    assert set(Arrival.objects.values_list("state", flat=True)) == {"done"}
    assert Arrival.objects.count() > 60
