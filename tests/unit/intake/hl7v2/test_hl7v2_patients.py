"""What ADT tells of a patient."""

from adt_messages import PATIENT, PID, SENDER, adt, all_of, patient, read, segment, the

from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.threads import connected, in_order, recorded, threads_of, when, why_not

FULL = segment(
    "PID",
    {
        2: "M7^^^MAPLE^PT",
        3: "1001^^^CGMRN^MR~123-45-6789^^^USSSA^SS",
        5: "Vance^Mae^Ann^^^^L",
        6: "Orr^Lou",
        7: "19480305",
        8: "F",
        10: "2106-3^White^CDCREC~1010-8^Apache^CDCREC",
        11: "12 Elm St^^Troy^OH^45373^USA^H",
        13: "555-0100^PRN^PH~^NET^Internet^mae@example.org",
        14: "555-0199",
        15: "spa",
        16: "W",
        18: "ACC9^^^CGH",
        19: "123-45-6789",
        22: "H",
        24: "Y",
        25: "2",
    },
)


def test_everything_of_pid():
    told = patient(adt("A28", "20240301", pid=FULL))
    assert [(one["value"], one.get("type", {}).get("coding", [{}])[0].get("code")) for one in told["identifier"]] == [
        ("1001", "MR"),
        ("123-45-6789", "SS"),
        ("M7", "PT"),
        ("ACC9", "AN"),
    ]
    assert told["name"] == [{"use": "official", "family": "Vance", "given": ["Mae", "Ann"]}]
    assert (told["gender"], told["birthDate"], told["active"]) == ("female", "1948-03-05", True)
    assert [one["value"] for one in told["telecom"]] == ["555-0100", "mae@example.org", "555-0199"]
    assert told["maritalStatus"]["coding"][0]["code"] == "W"
    assert told["communication"][0]["language"]["coding"][0] == {"system": "urn:ietf:bcp:47", "code": "es"}
    assert told["multipleBirthInteger"] == 2


def test_race_and_ethnicity_as_us_core_has_them():
    race, ethnicity, _ = patient(adt("A28", "20240301", pid=FULL))["extension"]
    assert [(one["url"], one.get("valueCoding", {}).get("code")) for one in race["extension"]] == [
        ("ombCategory", "2106-3"),
        ("detailed", "1010-8"),
        ("text", None),
    ]
    assert ethnicity["extension"][0]["valueCoding"]["code"] == "2135-2"
    assert ethnicity["extension"][1]["valueString"] == "Hispanic or Latino"


def test_absent_does_not_wipe_and_empty_quotes_do():
    update = adt("A08", "20240302", pid=segment("PID", {3: "1001^^^CGMRN^MR", 13: '""', 8: ""}))
    told = patient(adt("A28", "20240301", pid=FULL), update)
    assert told["gender"] == "female"
    assert [one["value"] for one in told["telecom"]] == ["555-0199"]


def test_another_kind_of_message_fills_gaps_only():
    lab = adt("R01", "20240303", pid=segment("PID", {3: "1001^^^CGMRN^MR", 5: "VANCE^M", 8: '""', 16: "M"}), kind="ORU")
    told = patient(adt("A28", "20240301", pid=segment("PID", {3: "1001^^^CGMRN^MR", 5: "Vance^Mae", 8: "F"})), lab)
    assert (told["name"][0]["family"], told["gender"]) == ("Vance", "female")
    assert told["maritalStatus"]["coding"][0]["code"] == "M"


def test_death():
    dead = segment("PID", {3: "1001^^^CGMRN^MR", 29: "202403041500", 30: "Y"})
    assert patient(adt("A08", "20240305", pid=dead))["deceasedDateTime"] == "2024-03-04T15:00:00-06:00"
    assert (
        patient(adt("A08", "20240305", pid=segment("PID", {3: "1001^^^CGMRN^MR", 30: "Y"})))["deceasedBoolean"] is True
    )


def test_the_medical_record_number_names_the_patient_wherever_it_stands():
    told = [
        adt("A28", "20240301", pid=f"PID|1||{ids}")
        for ids in ("9^^^USSSA^SS~1001^^^CGMRN^MR", "1001^^^CGMRN^MR~5^^^X", "9^^^OH^DL~1001^^^CGMRN")
    ]
    assert {thread for one in told for thread in threads_of(one, SENDER)} == {PATIENT}


def test_other_places_for_the_number_and_none_at_all():
    assert threads_of(adt("A28", "20240301", pid="PID|1|1001^^^CGMRN"), SENDER) == [PATIENT]
    assert threads_of(adt("A28", "20240301", pid="PID|1||1001"), SENDER) == ["patient:CGH/1001"]
    nobody = adt("A28", "20240301", pid="PID|1||||Vance^Mae")
    assert threads_of(nobody, SENDER) == []
    assert "PID-3" in why_not(nobody)


def test_general_practitioner():
    told = read(PATIENT, adt("A28", "20240301", None, "PD1|||Maple Clinic|77^Roe^Jo^^^Dr"))
    doctor = the("Practitioner", told)
    assert the("Patient", told)["generalPractitioner"] == [
        {"reference": f"Practitioner/{doctor['id']}", "display": "Dr Jo Roe"},
        {"display": "Maple Clinic"},
    ]


def test_a_person_deleted_is_not_active_until_there_again():
    first, gone, back = adt("A28", "20240301"), adt("A29", "20240302"), adt("A28", "20240303")
    assert patient(first, gone)["active"] is False
    assert patient(first, gone, back)["active"] is True


def test_links_and_their_end():
    other = "PID|2||1002^^^CGMRN^MR||Vance^M"
    link, unlink = adt("A24", "20240302", None, other), adt("A37", "20240303", None, other)
    told = patient(adt("A28", "20240301"), link)
    assert [one["type"] for one in told["link"]] == ["seealso"]
    assert "link" not in patient(adt("A28", "20240301"), link, unlink)


def merge(old: str, new: str, at: str) -> Message:
    return adt("A40", at, None, f"MRG|{old}^^^CGMRN^MR||||||Vance^Old", pid=f"PID|1||{new}^^^CGMRN^MR||Vance^Mae")


def test_a_merge_turned_round_later():
    there, back = merge("1001", "1002", "20240301"), merge("1002", "1001", "20240302")
    told = patient(there, back)
    assert told["active"] is True and [one["type"] for one in told["link"]] == ["replaces"]
    assert patient(there, back, thread="patient:CGMRN/1002")["active"] is False


def test_a_chain_of_merges():
    chain = [merge("1001", "1002", "20240301"), merge("1002", "1003", "20240302")]
    assert [one["type"] for one in patient(*chain, thread="patient:CGMRN/1002")["link"]] == ["replaced-by", "replaces"]


def test_who_is_known_only_by_a_merge_has_the_name_of_mrg():
    told = patient(merge("1001", "1002", "20240301"))
    assert told["name"] == [{"family": "Vance", "given": ["Old"]}]
    assert told["identifier"][0]["use"] == "old"


def test_moving_a_visit_merges_nobody():
    moved = adt("A45", "20240301", {2: "I"}, "MRG|1009^^^CGMRN^MR||||V1")
    assert "link" not in patient(moved)
    assert threads_of(moved, SENDER) == [PATIENT, "visit:CGH/V1"]


def test_next_of_kin():
    sam = "NK1|1|Vance^Sam|SPO|12 Elm St^^Troy^OH|555-0101||C^Emergency contact"
    told = read(PATIENT, adt("A28", "20240301", None, sam, "NK1|2|Vance^Jo|CHD"))
    first = next(one for one in all_of("RelatedPerson", told) if one["name"][0]["given"] == ["Sam"])
    assert [one["text"] for one in first["relationship"]] == ["Spouse", "Emergency contact"]
    assert (first["active"], first["telecom"][0]["value"]) == (True, "555-0101")
    later = read(PATIENT, adt("A28", "20240301", None, sam), adt("A08", "20240302", None, "NK1|1|Vance^Jo|CHD"))
    assert {one["name"][0]["given"][0]: one["active"] for one in all_of("RelatedPerson", later)} == {
        "Sam": False,
        "Jo": True,
    }


def test_insurance():
    insured = segment(
        "IN1",
        {
            1: "1",
            2: "HMO^Gold HMO",
            3: "77",
            4: "Ohio Health Plan",
            8: "G5",
            12: "20240101",
            17: "SEL",
            36: "POL1",
            49: "MEM1",
        },
    )
    told = the("Coverage", read(PATIENT, adt("A28", "20240301", None, insured)))
    assert (told["status"], told["subscriberId"], told["order"]) == ("active", "MEM1", 1)
    assert told["payor"] == [{"display": "Ohio Health Plan"}]
    assert told["relationship"]["coding"][0]["code"] == "self"
    assert told["period"] == {"start": "2024-01-01"}
    assert [one["value"] for one in told["class"]] == ["G5", "HMO"]
    other = adt("A08", "20240401", None, segment("IN1", {3: "88", 4: "Other Plan", 36: "P2"}))
    assert sorted(
        one["status"] for one in all_of("Coverage", read(PATIENT, adt("A28", "20240301", None, insured), other))
    ) == ["active", "cancelled"]


def allergies(*messages) -> dict[str, dict]:
    return {one["code"]["text"]: one for one in all_of("AllergyIntolerance", read(PATIENT, *messages))}


def test_allergies():
    told = allergies(
        adt("A01", "20240301", None, "AL1|1|DA|P^Penicillin|SV|hives~swelling|20200102", "AL1|2|FA|N^Nuts")
    )
    penicillin = told["Penicillin"]
    assert (penicillin["category"], penicillin["criticality"], penicillin["recordedDate"]) == (
        ["medication"],
        "high",
        "2020-01-02",
    )
    assert [one["manifestation"][0]["text"] for one in penicillin["reaction"]] == ["hives", "swelling"]
    assert told["Nuts"]["category"] == ["food"]


def test_an_allergy_ends_by_its_action_code_not_by_being_left_out():
    first = adt("A01", "20240301", None, "AL1|1|DA|P^Penicillin|SV", "AL1|2|FA|N^Nuts")
    left_out = allergies(first, adt("A08", "20240302", None, "AL1|1|DA|P^Penicillin|SV"))
    assert left_out["Nuts"]["clinicalStatus"]["coding"][0]["code"] == "active"
    deleted = allergies(first, adt("A60", "20240303", None, "IAM|1|FA|N^Nuts|||D"))
    assert deleted["Nuts"]["clinicalStatus"]["coding"][0]["code"] == "inactive"
    wrong = allergies(first, adt("A60", "20240303", None, "IAM|1|FA|N^Nuts|||U|||||||||||E"))
    assert wrong["Nuts"]["verificationStatus"]["coding"][0]["code"] == "entered-in-error"


def test_what_is_not_kept_is_named_once():
    told = read(PATIENT, adt("A31", "20240301", None, "GT1|1", "GT1|2", "ZPV|secret"))
    assert [(one.place, one.reason) for one in told.not_mapped] == [
        ("GT1", "guarantors are not kept"),
        ("ZPV", "a segment of the sender's own"),
    ]


def test_why_nothing_is_mapped():
    def reason(kind: str, trigger: str = "") -> str:
        return why_not(adt(trigger, "20240301", kind=kind), SENDER)

    assert "charges" in reason("DFT", "P03") and "acknowledgement" in reason("ACK")
    assert "bed" in reason("ADT", "A20") and "question" in reason("ADT", "A19")
    assert "of this type" in reason("XYZ", "X01")
    assert threads_of(adt("P03", "20240301", kind="DFT"), SENDER) == []


def test_when_it_happened_and_when_it_was_recorded():
    told = adt("A03", "202403041505", {2: "I", 45: "202403041500"})
    assert when(told, SENDER).isoformat() == "2024-03-04T15:00:00-06:00"
    assert recorded(told, SENDER).isoformat() == "2024-03-04T15:05:00-06:00"
    cancel = adt("A13", "202403041600", {2: "I"}, evn6="202403041500")
    assert when(cancel, SENDER).isoformat() == "2024-03-04T16:00:00-06:00"
    assert when(adt("A08", "202403041600", evn6="202403041530"), SENDER).isoformat() == "2024-03-04T15:30:00-06:00"
    assert when(Message.parse(b"MSH|^~\\&|A|B|||||ADT^A08|1|P|2.5\rPID|1||1"), SENDER) is None


def test_messages_of_one_time_stand_in_the_order_of_sequence_number_then_of_nature():
    raw = "MSH|^~\\&|ADT|CGH|||20240301||ADT^{}|{}|P|2.5|{}\r" + PID
    two, one = (Message.parse(raw.format("A08", "x", n).encode()) for n in ("2", "1"))
    assert in_order([two, one], SENDER) == [one, two]
    leave, come = (Message.parse(raw.format(event, "x", "").encode()) for event in ("A03", "A01"))
    assert in_order([leave, come], SENDER) == [come, leave]


def test_without_any_time_there_is_no_provenance_and_it_is_said():
    told = read(PATIENT, Message.parse(f"MSH|^~\\&|ADT|CGH|||||ADT^A28|1|P|2.5\r{PID}".encode()))
    assert [one["resourceType"] for one in told.resources] == ["Patient"]
    assert told.not_mapped[0].place == "EVN-2 and MSH-7"


def test_connected_threads():
    rename = adt("A50", "20240301", {2: "I"}, "MRG|1001^^^CGMRN^MR||||V0")
    assert connected("visit:CGH/V0", [rename], SENDER) == ["visit:CGH/V1"]
    assert connected("visit:CGH/V1", [rename], SENDER) == ["visit:CGH/V0"]
    assert connected("visit:CGH/V9", [rename], SENDER) == []
