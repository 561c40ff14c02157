"""ORU messages become DiagnosticReports with Observations; corrections replace, and nothing goes backwards."""

import base64

import pytest
from other_messages import PID, SENDER, all_of, every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.threads import threads_of

THREAD = "report:LAB/F5/24323-8"
ORDER = "order:EHR/P5"


def obr(status: str = "F", code: str = "24323-8^Metabolic panel^LN", **fields: str) -> str:
    told = {1: "1", 2: "P5^EHR", 3: "F5^LAB", 4: code, 7: "202402010800", 22: "202402011000", 24: "CH", 25: status}
    return segment("OBR", {**told, **{int(name[1:]): value for name, value in fields.items()}})


def obx(value: str, status: str = "F", code: str = "2345-7^Glucose^LN", kind: str = "NM", **fields: str) -> str:
    told = {1: "1", 2: kind, 3: code, 5: value, 6: "mg/dL^mg/dL^UCUM" if kind == "NM" else "", 11: status}
    return segment("OBX", {**told, **{int(name[1:]): value for name, value in fields.items()}})


def oru(at: str, *segments: str, control: str = "") -> Message:
    return hl7("ORU^R01", at, *segments, control=control)


def glucose(*messages: Message) -> dict:
    return the("Observation", read(THREAD, *messages))


def test_a_report_and_its_results():
    found = read(
        THREAD, oru("202402011000", "ORC|RE|P5^EHR|F5^LAB", obr(), obx("98", f7="70-105", f8="N", f14="202402010815"))
    )
    report, result = the("DiagnosticReport", found), the("Observation", found)
    assert (report["status"], report["issued"]) == ("final", "2024-02-01T10:00:00-06:00")
    assert report["code"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": "24323-8",
        "display": "Metabolic panel",
    }
    assert report["result"] == [{"reference": f"Observation/{result['id']}"}]
    assert result["valueQuantity"] == {
        "value": 98,
        "unit": "mg/dL",
        "system": "http://unitsofmeasure.org",
        "code": "mg/dL",
    }
    assert result["effectiveDateTime"] == "2024-02-01T08:15:00-06:00"
    assert result["category"][0]["coding"][0]["code"] == "laboratory"
    assert result["referenceRange"] == [
        {"low": {"value": 70, "unit": "mg/dL"}, "high": {"value": 105, "unit": "mg/dL"}, "text": "70-105"}
    ]
    assert result["interpretation"][0]["text"] == "Normal"


def test_report_results_and_order_point_at_each_other():
    message = oru("202402011000", "ORC|RE|P5^EHR|F5^LAB", obr(f16="77^Okafor^Ada"), obx("98"))
    assert own_threads(message) == [THREAD, ORDER]
    report, order = the("DiagnosticReport", read(THREAD, message)), the("ServiceRequest", read(ORDER, message))
    assert report["basedOn"] == [{"reference": f"ServiceRequest/{order['id']}"}]
    assert (order["status"], order["requester"]["display"]) == ("completed", "Ada Okafor")


def test_one_accession_holds_several_reports():
    message = oru("202402011000", obr(), obx("98"), obr(code="58410-2^CBC^LN"), obx("13.5", code="718-7^Hemoglobin^LN"))
    assert [one for one in own_threads(message) if one.startswith("report")] == [THREAD, "report:LAB/F5/58410-2"]
    assert glucose(message)["valueQuantity"]["value"] == 98


@pytest.mark.parametrize(
    ("codes", "status", "value"),
    [
        ("P", "preliminary", 1),
        ("PF", "final", 2),
        ("FC", "corrected", 2),
        ("FP", "final", 1),
        ("FI", "final", 1),
        ("CF", "corrected", 2),
        ("FA", "amended", 2),
        ("FW", "entered-in-error", 1),
        ("FWC", "corrected", 3),
        ("FWP", "entered-in-error", 1),
        ("FD", "entered-in-error", 1),
        ("PU", "final", 1),
        ("PX", "cancelled", 2),
        ("IP", "preliminary", 2),
        ("PI", "preliminary", 1),
    ],
)
def test_what_follows_what(codes, status, value):
    """Each message is an hour later and brings the number of its place as value."""
    told = [oru(f"2024020110{n:02}", obr(""), obx(str(n), code)) for n, code in enumerate(codes, start=1)]
    made = glucose(*told)
    assert (made["status"], made["valueQuantity"]["value"]) == (status, value)


def test_every_order_of_preliminary_final_correction_and_wrong():
    told = [oru(f"2024020110{n:02}", obr(code), obx(str(n), code)) for n, code in enumerate("PFCW", start=1)]
    resources = every_order(THREAD, told)
    made = [one for one in resources if one["resourceType"] == "Observation"]
    assert [(one["status"], one["valueQuantity"]["value"]) for one in made] == [("entered-in-error", 3)]


def test_a_late_preliminary_changes_neither_report_nor_result():
    final, late = oru("202402011000", obr("F"), obx("98")), oru("202402011100", obr("P"), obx("90", "P"))
    found = read(THREAD, final, late)
    assert the("DiagnosticReport", found)["status"] == "final"
    assert the("Observation", found)["valueQuantity"]["value"] == 98


def test_a_correction_of_one_result_keeps_the_others():
    first = oru("202402011000", obr("F"), obx("98"), obx("4.1", code="2823-3^Potassium^LN"))
    second = oru("202402011100", obr("C"), obx("99", "C"))
    found = read(THREAD, first, second)
    assert the("DiagnosticReport", found)["status"] == "corrected"
    values = {
        one["code"]["text"]: (one["status"], one["valueQuantity"]["value"]) for one in all_of("Observation", found)
    }
    assert values == {"Glucose": ("corrected", 99), "Potassium": ("final", 4.1)}


@pytest.mark.parametrize(
    ("results", "status"),
    [("FF", "final"), ("FP", "preliminary"), ("FC", "corrected"), ("II", "registered"), ("WW", "entered-in-error")],
)
def test_without_obr_25_the_results_say_how_far_the_report_is(results, status):
    told = [obx("1", one, code=f"{n}^Test^L") for n, one in enumerate(results)]
    assert the("DiagnosticReport", read(THREAD, oru("202402011000", obr(""), *told)))["status"] == status


def test_lines_of_text_are_one_observation():
    lines = [obx(text, kind="TX", code="18748-4^Report^LN", f4=str(n)) for n, text in enumerate(("One", "", "Two"), 1)]
    made = glucose(oru("202402011000", obr(), *lines))
    assert made["valueString"] == "One\n\nTwo"


def test_the_same_code_twice_is_two_observations():
    found = read(THREAD, oru("202402011000", obr(), obx("98"), obx("120")))
    assert [one["valueQuantity"]["value"] for one in all_of("Observation", found)] == [98, 120]


def test_sub_ids_tell_results_apart():
    found = read(
        THREAD, oru("202402011000", obr(), obx("E. coli", kind="ST", f4="1"), obx("Proteus", kind="ST", f4="2"))
    )
    assert [one["valueString"] for one in all_of("Observation", found)] == ["E. coli", "Proteus"]


def test_notes_on_a_result_and_on_the_report():
    found = read(THREAD, oru("202402011000", obr(), "NTE|1||Haemolysed", obx("98"), "NTE|1||Repeat", "NTE|2||fasting"))
    assert the("Observation", found)["note"] == [{"text": "Repeat\nfasting"}]
    assert the("DiagnosticReport", found)["conclusion"] == "Haemolysed"


def test_the_impression_is_the_conclusion():
    text = obx("No fracture.", kind="TX", code="73610&IMP^Impression^L")
    assert the("DiagnosticReport", read(THREAD, oru("202402011000", obr(), text)))["conclusion"] == "No fracture."


def test_a_pdf_is_kept_with_its_report():
    data = base64.b64encode(b"%PDF-1.4 small").decode()
    found = read(THREAD, oru("202402011000", obr(), obx(f"LAB^AP^PDF^Base64^{data}", kind="ED")))
    form = {"contentType": "application/pdf", "data": data, "title": "Glucose"}
    assert the("DiagnosticReport", found)["presentedForm"] == [form]
    assert all_of("Observation", found) == []


def test_a_specimen_by_spm_or_by_obr_15():
    new = read(THREAD, oru("202402011000", obr(), obx("98"), "SPM|1|S1^S2||BLD^Blood^HL70487|||||||||||||202402010755"))
    assert the("Specimen", new)["collection"] == {"collectedDateTime": "2024-02-01T07:55:00-06:00"}
    assert the("Observation", new)["specimen"]["display"] == "Blood"
    old = read(THREAD, oru("202402011000", obr(f15="BLD&Blood"), obx("98")))
    assert the("Specimen", old)["type"]["text"] == "Blood"


def test_observations_of_the_specimen_are_no_results():
    message = oru("202402011000", obr(), obx("98"), "SPM|1|S1", obx("clotted", kind="ST"))
    assert len(all_of("Observation", read(THREAD, message))) == 1
    assert [one.place for one in read(THREAD, message).not_mapped] == ["OBX"]


def test_who_did_it():
    made = glucose(oru("202402011000", obr(), obx("98", f16="5^Lind^Per", f23="Elm Laboratory^^7")))
    assert [one["display"] for one in made["performer"]] == ["Per Lind", "Elm Laboratory"]


def test_a_result_never_wipes_what_is_known_of_the_patient():
    message = hl7("ORU^R01", "202402011000", obr(), obx("98"), pid='PID|1||1001^^^CGMRN^MR||""||""|""')
    known = hl7("ADT^A28", "202401010000", pid=PID)
    found = the("Patient", read("patient:CGMRN/1001", known, message))
    assert (found["birthDate"], found["name"][0]["family"]) == ("1948-03-05", "Vance")


def test_two_patients_in_one_message_stay_apart():
    other = PID.replace("1001", "2002")
    message = oru("202402011000", obr(), obx("98"), other, obr(f3="F6^LAB"), obx("55"))
    mine, theirs = the("Observation", read(THREAD, message)), the("Observation", read("report:LAB/F6/24323-8", message))
    assert (mine["valueQuantity"]["value"], theirs["valueQuantity"]["value"]) == (98, 55)
    assert mine["subject"] != theirs["subject"]


def test_oul_brings_the_specimen_first():
    spm = ("SPM|1|S1||BLD^Blood^HL70487", "OBX|1|ST|1^Colour^L||red||||||F")
    message = hl7("OUL^R22", "202402011000", *spm, obr(), "ORC|RE|P5^EHR|F5^LAB", obx("98"))
    found = read(THREAD, message)
    assert the("Specimen", found)["type"]["text"] == "Blood"
    assert the("Observation", found)["valueQuantity"]["value"] == 98
    assert threads_of(message, SENDER)[-1] == ORDER


def test_without_any_number_patient_service_and_time_are_the_key():
    message = oru("202402011000", obr(f2="", f3=""), obx("98"))
    (thread,) = [one for one in own_threads(message) if one.startswith("report")]
    assert the("Observation", read(thread, message))["valueQuantity"]["value"] == 98
