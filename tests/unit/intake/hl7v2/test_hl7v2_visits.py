"""What each event does to a visit."""

from zoneinfo import ZoneInfo

import pytest
from adt_messages import VISIT, adt, all_of, encounter, read, segment, the

from bluering.intake.hl7v2.sender import Sender
from bluering.intake.hl7v2.threads import threads_of

ADMIT = adt("A01", "202403011000", {2: "I", 3: "4E^1^A", 44: "202403010955"})
LEAVE = adt("A03", "202403041505", {2: "I", 36: "03", 37: "SUNNY^Sunny Acres", 45: "202403041500"})


@pytest.mark.parametrize(
    ("trigger", "status"),
    [
        ("A01", "in-progress"),
        ("A02", "in-progress"),
        ("A03", "finished"),
        ("A05", "planned"),
        ("A06", "in-progress"),
        ("A07", "in-progress"),
        ("A10", "arrived"),
        ("A11", "cancelled"),
        ("A13", "in-progress"),
        ("A14", "planned"),
        ("A16", "in-progress"),
        ("A21", "onleave"),
        ("A22", "in-progress"),
        ("A23", "entered-in-error"),
        ("A27", "cancelled"),
        ("A38", "cancelled"),
        ("A53", "onleave"),
    ],
)
def test_the_status_that_an_event_alone_tells(trigger, status):
    assert encounter(adt(trigger, "202403011000", {2: "I"}))["status"] == status


@pytest.mark.parametrize("trigger", ["A08", "A31", "A28", "A60", "A54", "A62"])
def test_an_update_alone_makes_no_visit_but_counts_later(trigger):
    update = adt(trigger, "202403011100", {2: "I", 3: "5W^2^B"})
    told = read(VISIT, update)
    assert told.resources == [] and "admission" in told.not_mapped[0].reason
    assert encounter(ADMIT, update)["location"][0]["location"]["display"] == "5W, 2, B"


@pytest.mark.parametrize(
    ("first", "then", "status"),
    [
        ("A05", "A38", "cancelled"),
        ("A01", "A38", "in-progress"),
        ("A01", "A27", "in-progress"),
        ("A01", "A05", "in-progress"),
        ("A01", "A21", "onleave"),
        ("A03", "A21", "finished"),
        ("A21", "A22", "in-progress"),
        ("A21", "A52", "in-progress"),
        ("A01", "A25", "in-progress"),
        ("A11", "A08", "cancelled"),
        ("A11", "A01", "in-progress"),
        ("A23", "A08", "entered-in-error"),
        ("A05", "A04", "arrived"),
    ],
)
def test_one_event_after_another(first, then, status):
    pv1 = {2: "O"}
    assert encounter(adt(first, "202403011000", pv1), adt(then, "202403011100", pv1))["status"] == status


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("I", "IMP"),
        ("E", "EMER"),
        ("O", "AMB"),
        ("P", "PRENC"),
        ("R", "AMB"),
        ("B", "IMP"),
        ("OBS", "OBSENC"),
        ("C", "C"),
        ("", "U"),
    ],
)
def test_class(code, told):
    assert encounter(adt("A01", "202403011000", {2: code}))["class"]["code"] == told


def test_a_senders_own_code_for_the_class():
    sender = Sender("county", ZoneInfo("America/Chicago"), code_tables={"PV1-2": {"Z9": "OBS"}})
    assert encounter(adt("A01", "202403011000", {2: "Z9"}), sender=sender)["class"]["code"] == "OBSENC"


def test_outpatient_to_inpatient_is_one_visit_with_a_history():
    told = encounter(
        adt("A04", "202403010800", {2: "E"}), adt("A06", "202403011400", {2: "I"}), adt("A07", "202403020900", {})
    )
    assert told["class"]["code"] == "AMB"
    assert [(one["class"]["code"], one["period"].get("end")) for one in told["classHistory"]] == [
        ("EMER", "2024-03-01T14:00:00-06:00"),
        ("IMP", "2024-03-02T09:00:00-06:00"),
        ("AMB", None),
    ]


def test_a_planned_class_leaves_no_history():
    assert "classHistory" not in encounter(adt("A05", "202402201000", {2: "P"}), ADMIT)


def test_a_discharge_brings_end_and_disposition():
    told = encounter(ADMIT, LEAVE)
    assert told["period"] == {"start": "2024-03-01T09:55:00-06:00", "end": "2024-03-04T15:00:00-06:00"}
    stay = told["hospitalization"]
    assert stay["dischargeDisposition"]["coding"][0]["code"] == "snf"
    assert stay["dischargeDisposition"]["text"] == "Skilled nursing facility"
    assert stay["destination"] == {"display": "Sunny Acres"}


def test_a_cancelled_discharge_takes_end_disposition_and_destination_back():
    told = encounter(ADMIT, LEAVE, adt("A13", "202403041600", {2: "I", 36: "03", 45: "202403041500"}))
    assert "end" not in told["period"] and "hospitalization" not in told
    assert told["location"][-1]["status"] == "active"


def test_the_same_discharge_after_it_was_cancelled_counts():
    again = adt("A03", "202403041700", {2: "I", 36: "01", 45: "202403041500"})
    after = adt("A08", "202403041800", {2: "I", 36: "01", 45: "202403041500"})
    told = encounter(ADMIT, LEAVE, adt("A13", "202403041600", {2: "I"}, evn6="202403041500"), again, after)
    assert told["status"] == "finished"
    assert told["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "home"


def test_an_update_may_bring_or_correct_the_time_of_discharge():
    corrected = adt("A08", "202403050900", {2: "I", 45: "202403041430"})
    assert encounter(ADMIT, LEAVE, corrected)["period"]["end"] == "2024-03-04T14:30:00-06:00"
    assert encounter(ADMIT, corrected)["status"] == "finished"


def test_an_admission_recorded_after_its_discharge_does_not_reopen():
    late = adt("A01", "202403051200", {2: "I", 44: "202403010955"})
    assert encounter(LEAVE, late)["status"] == "finished"


def test_a_new_admission_after_the_discharge_does():
    again = adt("A01", "202403101200", {2: "I", 44: "202403101155"})
    told = encounter(ADMIT, LEAVE, again)
    assert (told["status"], told["period"]) == ("in-progress", {"start": "2024-03-10T11:55:00-05:00"})


def test_an_emergency_visit_that_ended_in_an_admission_goes_on():
    arrived = adt("A04", "202403010800", {2: "E", 44: "202403010800"})
    left = adt("A03", "202403011400", {2: "E", 44: "202403010800", 45: "202403011400", 36: "09"})
    told = encounter(arrived, left, adt("A01", "202403011430", {2: "I", 44: "202403010800"}))
    assert (told["status"], told["class"]["code"], "end" in told["period"]) == ("in-progress", "IMP", False)


MOVE = adt("A02", "202403021200", {2: "I", 3: "5W^2^B", 6: "4E^1^A"}, evn6="202403021130")


def places(*messages) -> list[tuple]:
    told = encounter(*messages)["location"]
    return [
        (one["location"]["display"], one["status"], *(one.get("period", {}).get(edge) for edge in ("start", "end")))
        for one in told
    ]


def test_transfers_leave_a_history_of_places():
    assert places(ADMIT, MOVE) == [
        ("4E, 1, A", "completed", "2024-03-01T09:55:00-06:00", "2024-03-02T11:30:00-06:00"),
        ("5W, 2, B", "active", "2024-03-02T11:30:00-06:00", None),
    ]


def test_the_place_before_is_told_by_the_transfer_when_nothing_else_does():
    assert [one[0] for one in places(MOVE)] == ["4E, 1, A", "5W, 2, B"]


def test_a_cancelled_transfer_is_taken_back():
    cancel = adt("A12", "202403021300", {2: "I", 3: "4E^1^A"}, evn6="202403021130")
    assert places(ADMIT, MOVE, cancel) == [("4E, 1, A", "active", "2024-03-01T09:55:00-06:00", None)]


def test_the_transfer_that_evn_6_names_is_the_one_taken_back():
    second = adt("A02", "202403031200", {2: "I", 3: "6N^1^C"})
    cancel = adt("A12", "202403031300", {2: "I"}, evn6="202403021130")
    assert [one[0] for one in places(ADMIT, MOVE, second, cancel)] == ["4E, 1, A", "6N, 1, C"]


def test_every_place_is_a_location():
    told = read(VISIT, ADMIT, MOVE)
    ids = {f"Location/{one['id']}" for one in all_of("Location", told)}
    assert ids == {one["location"]["reference"] for one in the("Encounter", told)["location"]}


def test_participants_and_their_practitioners():
    pv1 = {2: "I", 7: "11^Dunn^Iris^^^Dr^MD^^NPI", 8: "^Roe^Jo", 9: "12^Ames^Ty~13^Bell^Ux", 17: "11^Dunn^Iris"}
    told = read(VISIT, adt("A01", "202403011000", pv1))
    people = the("Encounter", told)["participant"]
    assert [one["type"][0]["coding"][0]["code"] for one in people] == ["ATND", "REF", "CON", "CON", "ADM"]
    assert people[0]["individual"]["display"] == "Dr Iris Dunn"
    assert people[1]["individual"] == {"display": "Jo Roe"}
    made = {f"Practitioner/{one['id']}" for one in all_of("Practitioner", told)}
    assert {one["individual"]["reference"] for one in people if "reference" in one["individual"]} == made


def test_reason_service_priority_and_source():
    pv1 = segment("PV1", {2: "I", 4: "E", 10: "CAR", 14: "7", 19: "V1"})
    told = encounter(adt("A01", "202403011000", None, pv1, "PV2|||^Chest pain"))
    assert told["reasonCode"] == [{"text": "Chest pain"}]
    assert told["serviceType"]["coding"][0] == {
        "system": "http://terminology.hl7.org/CodeSystem/v2-0069",
        "code": "CAR",
    }
    assert (told["priority"]["text"], told["hospitalization"]["admitSource"]["text"]) == ("E", "7")


def test_absent_fields_do_not_wipe_but_empty_quotes_do():
    first = adt("A01", "202403011000", {2: "I", 10: "CAR", 7: "11^Dunn^Iris"})
    then = adt("A08", "202403011100", {2: "I", 10: '""'})
    told = encounter(first, then)
    assert "serviceType" not in told and len(told["participant"]) == 1


def test_diagnoses_become_conditions_with_their_role():
    more = (
        "DG1|1||I50.9^Heart failure^I10||202403011030|A",
        "DG1|2||I50.9^Heart failure^I10|||F|||||||||1",
        "DG1|3|ICD9|428.0|Heart failure||W",
    )
    told = read(VISIT, ADMIT, adt("A08", "202403021000", {2: "I"}, *more))
    conditions, entries = all_of("Condition", told), the("Encounter", told)["diagnosis"]
    assert len(conditions) == 2 and len(entries) == 3
    final = next(one for one in conditions if one["code"]["coding"][0]["code"] == "I50.9")
    assert final["code"]["coding"][0]["system"] == "http://hl7.org/fhir/sid/icd-10-cm"
    assert final["verificationStatus"]["coding"][0]["code"] == "confirmed"
    old = next(one for one in conditions if one is not final)
    assert old["code"] == {
        "coding": [{"system": "http://hl7.org/fhir/sid/icd-9-cm", "code": "428.0"}],
        "text": "Heart failure",
    }
    assert sorted(one.get("use", {}).get("coding", [{}])[0].get("code", "") for one in entries) == ["", "AD", "DD"]


def test_a_deleted_diagnosis_is_an_error_and_leaves_the_visit():
    first = adt("A08", "202403021000", {2: "I"}, "DG1|1||I50.9^Heart failure^I10|||F")
    then = adt("A08", "202403031000", {2: "I"}, "DG1|1||I50.9^Heart failure^I10|||F|||||||||||||||D")
    told = read(VISIT, ADMIT, first, then)
    assert the("Condition", told)["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "diagnosis" not in the("Encounter", told)


def test_a_laboratorys_copy_fills_gaps_only():
    lab = adt("R01", "202403021000", {2: "O", 3: "LAB", 10: "CAR", 7: '""'}, kind="ORU")
    told = encounter(adt("A01", "202403011000", {2: "I", 3: "4E^1^A", 7: "11^Dunn^Iris"}), lab)
    assert (told["class"]["code"], told["serviceType"]["text"], len(told["participant"])) == ("IMP", "CAR", 1)
    assert [one["location"]["display"] for one in told["location"]] == ["4E, 1, A"]


@pytest.mark.parametrize(
    ("field", "number"),
    [("PV1-19", "V1"), ("PV1-50", "ALT7"), ("PID-18", "ACC9")],
)
def test_where_the_visit_number_stands_is_the_senders_habit(field, number):
    sender = Sender("county", ZoneInfo("America/Chicago"), visit_number_field=field)
    pid = segment("PID", {3: "1001^^^CGMRN^MR", 18: "ACC9"})
    told = threads_of(adt("A01", "202403011000", {2: "I", 50: "ALT7"}, pid=pid), sender)
    assert told == ["patient:CGMRN/1001", f"visit:CGH/{number}"]


def test_without_a_number_patient_and_time_of_admission_tell_visits_apart():
    told = [
        threads_of(adt("A01", "202403011000", {2: "I", 44: at}, visit=""), Sender("c", ZoneInfo("UTC")))
        for at in ("202403010955", "202403020955", "")
    ]
    assert [len(one) for one in told] == [2, 2, 1]
    assert told[0][1] != told[1][1]


def test_facilities_that_sign_differently_are_one_where_the_file_says_so():
    sender = Sender("county", ZoneInfo("America/Chicago"), facility_ids={"CGH": "County General"})
    told = encounter(ADMIT, sender=sender, thread=threads_of(ADMIT, sender)[1])
    assert told["serviceProvider"] == {"display": "County General"}


def test_two_patients_swap_beds():
    pid2 = "PID|2||1002^^^CGMRN^MR||Orr^Al"
    swap = adt("A17", "202403021200", {2: "I", 3: "5W^2^B"}, pid2, segment("PV1", {2: "I", 3: "4E^1^A", 19: "V2"}))
    assert [one["location"]["display"] for one in encounter(ADMIT, swap)["location"]] == ["4E, 1, A", "5W, 2, B"]
    other = encounter(swap, thread="visit:CGH/V2")
    assert other["location"][0]["location"]["display"] == "4E, 1, A"
    assert other["subject"] != encounter(ADMIT, swap)["subject"]


def test_a_visit_moved_to_another_patient_follows():
    moved = adt("A45", "202403021200", {2: "I"}, "MRG|1001^^^CGMRN^MR||||V1", pid="PID|1||2002^^^CGMRN^MR||Orr^Al")
    assert encounter(ADMIT, moved)["subject"] != encounter(ADMIT)["subject"]


def test_a_visit_merged_into_another_is_an_error_and_the_other_goes_on():
    merge = adt("A42", "202403021200", {2: "I"}, "MRG|1001^^^CGMRN^MR||||V0", visit="V1")
    old = adt("A04", "202403010800", {2: "E"}, visit="V0")
    assert encounter(old, merge, thread="visit:CGH/V0")["status"] == "entered-in-error"
    assert encounter(merge)["status"] == "in-progress"
    assert encounter(old, ADMIT, merge)["period"]["start"] == "2024-03-01T09:55:00-06:00"


def test_resources_carry_the_last_recorded_time_and_one_provenance_a_message():
    told = read(VISIT, ADMIT, LEAVE)
    assert the("Encounter", told)["meta"] == {"lastUpdated": "2024-03-04T21:05:00.000+00:00"}
    notes = all_of("Provenance", told)
    assert [one["activity"]["text"] for one in notes] == ["ADT^A01", "ADT^A03"]
    assert {"reference": f"Encounter/{the('Encounter', told)['id']}"} in notes[0]["target"]
    patient_side = all_of("Provenance", read("patient:CGMRN/1001", ADMIT, LEAVE))
    assert patient_side == notes


def test_ids_hold_no_numbers_of_the_patient():
    told = read(VISIT, ADMIT)
    assert all("1001" not in one["id"] and "V1" not in one["id"] for one in told.resources)
