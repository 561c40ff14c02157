"""A whole document: header, sections, the note of what was left, and ids that stay."""

import base64
import json

import pytest
from ccda_cases import HEADER, PROBLEMS, whole

from bluering.intake.ccda.document import Document, read_document
from bluering.intake.ccda.parse import BadDocument


def of(document: Document, kind: str) -> list[dict]:
    return [one for one in document.reading.resources if one["resourceType"] == kind]


@pytest.fixture
def summary() -> Document:
    return read_document(whole(), source="mercy")


def test_what_the_document_is(summary):
    assert (summary.kind, summary.title, summary.document_id) == (
        "discharge-summary",
        "Discharge Summary",
        "1.2.3.4^D7",
    )
    assert summary.effective == "2024-01-10T12:00:00-06:00"
    assert "<h2>Problems</h2>" in summary.narrative_html


def test_the_patient_has_us_core_race_and_is_not_named_by_the_social_security_number(summary):
    (patient,) = of(summary, "Patient")
    assert (patient["gender"], patient["birthDate"]) == ("female", "1950-02-03")
    assert patient["extension"][0]["extension"][0]["valueCoding"]["code"] == "2106-3"
    without = HEADER.replace('<id root="2.16.840.1.113883.4.1" extension="999-00-1111"/>', "")
    assert of(read_document(whole(header=without), source="mercy"), "Patient")[0]["id"] == patient["id"]
    assert "999" not in patient["id"]


def test_people_around_the_patient(summary):
    (carer,) = of(summary, "RelatedPerson")
    assert carer["name"] == [{"text": "Bea Ruiz"}]
    assert carer["relationship"][0]["coding"][0]["code"] == "CAREGIVER"
    (doctor,) = of(summary, "Practitioner")
    assert of(summary, "Patient")[0]["generalPractitioner"][0]["reference"] == f"Practitioner/{doctor['id']}"
    assert of(summary, "CareTeam")[0]["participant"][0]["member"]["display"] == "Dee Dunn"


def test_the_visit_has_its_discharge_disposition(summary):
    (visit,) = of(summary, "Encounter")
    assert (visit["status"], visit["class"]["code"]) == ("finished", "IMP")
    codes = [coding["code"] for coding in visit["hospitalization"]["dischargeDisposition"]["coding"]]
    assert codes == ["home", "01"]


def test_the_document_is_kept_and_answers_its_order(summary):
    (kept,) = of(summary, "DocumentReference")
    assert base64.b64decode(kept["content"][0]["attachment"]["data"]) == whole()
    assert kept["date"] == "2024-01-10T12:00:00-06:00"
    assert kept["context"]["related"] == [
        {"type": "ServiceRequest", "identifier": {"system": "urn:oid:1.2.3.7", "value": "R9"}}
    ]
    assert kept["relatesTo"][0]["code"] == "replaces"


def test_the_provenance_names_all_and_the_receiver(summary):
    (told,) = of(summary, "Provenance")
    assert len(told["target"]) == len(summary.reading.resources) - 1
    who = {agent["type"]["coding"][0]["code"]: agent["who"] for agent in told["agent"] if "type" in agent}
    assert who["IRCP"] == {"display": "Dr. Home"}
    assert who["custodian"]["display"] == "Mercy"
    assert told["entity"][0]["what"]["reference"].startswith("DocumentReference/")


def test_what_is_not_mapped_is_listed_with_its_place(summary):
    (tally,) = summary.sections
    assert (tally.code, tally.title, tally.entries, tally.mapped) == ("11450-4", "Problems", 3, 2)
    (left,) = tally.not_mapped
    assert left.place == "section 1 (11450-4), entry 1, observation 2.16.840.1.113883.10.20.22.4.143"
    assert left.reason == "not mapped: Priority Preference (2.16.840.1.113883.10.20.22.4.143)"
    assert summary.reading.not_mapped == [left]


def test_reading_twice_gives_the_same(summary):
    again = read_document(whole(), source="mercy")
    assert json.dumps(again.reading.resources) == json.dumps(summary.reading.resources)


def test_all_references_lead_somewhere(summary):
    there = {f"{one['resourceType']}/{one['id']}" for one in summary.reading.resources}
    text = json.dumps([one for one in summary.reading.resources if one["resourceType"] != "Provenance"])
    told = {part.split('"')[0] for part in text.split('"reference": "')[1:]}
    assert told and told <= there


def test_two_patients_with_copied_ids_share_nothing_of_theirs():
    other = read_document(whole(header=HEADER.replace("MRN1", "MRN2")), source="mercy")
    one = read_document(whole(), source="mercy")
    for kind in ("Patient", "Condition", "Encounter", "RelatedPerson", "CareTeam", "DocumentReference", "Provenance"):
        assert {r["id"] for r in of(one, kind)}.isdisjoint(r["id"] for r in of(other, kind)), kind


def test_entries_that_share_an_id_are_both_kept():
    entry = PROBLEMS[PROBLEMS.index("<entry>") : PROBLEMS.index("</section>")]
    twice = PROBLEMS.replace(entry, entry + entry.replace("84114007", "38341003"))
    found = of(read_document(whole(twice), source="mercy"), "Condition")
    assert {one["code"]["coding"][0]["code"] for one in found} == {"84114007", "38341003"}
    assert len({one["id"] for one in found}) == 2


def test_one_bad_entry_does_not_lose_the_document(monkeypatch):
    def fails(*_args, **_named):
        raise ZeroDivisionError("Ana Ruiz")

    monkeypatch.setattr("bluering.intake.ccda.problems.condition", fails)
    document = read_document(whole(), source="mercy")
    assert {trouble.reason for trouble in document.reading.unreadable} == {"it could not be read (ZeroDivisionError)"}
    assert "section 1 (11450-4), entry 1" in document.reading.unreadable[0].place
    assert of(document, "Patient")


def test_a_body_that_is_a_file_is_kept_apart():
    body = '<component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERg==</text></nonXMLBody></component>'
    document = read_document(whole("", HEADER + body), source="mercy")
    assert document.kind == "unstructured"
    assert [(file.content_type, file.data) for file in document.embedded] == [("application/pdf", b"%PDF")]
    assert of(document, "DocumentReference")[0]["content"][1]["attachment"]["contentType"] == "application/pdf"


def test_a_body_that_lies_elsewhere_is_said():
    body = '<component><nonXMLBody><text mediaType="application/pdf"><reference value="x.pdf"/></text></nonXMLBody></component>'
    document = read_document(whole("", HEADER + body), source="mercy")
    assert document.embedded == []
    assert "not inside the document" in document.reading.not_mapped[0].reason


def test_an_empty_document_is_read():
    document = read_document(whole("", ""), source="mercy")
    assert [one["resourceType"] for one in document.reading.resources] == ["DocumentReference", "Provenance"]


def test_other_xml_is_refused():
    with pytest.raises(BadDocument, match="not a CDA document"):
        read_document(b"<Bundle xmlns='http://hl7.org/fhir'/>", source="mercy")


@pytest.mark.parametrize(
    ("code", "times", "status"),
    [
        ("IMP", '<low value="20240105"/>', "in-progress"),
        ("AMB", '<low value="20240105"/>', "unknown"),
        ("AMB", '<low value="20240105"/><high value="20240105"/>', "finished"),
        ("IMP", "", "unknown"),
    ],
)
def test_a_stay_without_an_end_goes_on(code, times, status):
    visit = '<componentOf><encompassingEncounter><id root="1.2.3.8" extension="V2"/>'
    visit += f'<code code="{code}" codeSystem="2.16.840.1.113883.5.4"/><effectiveTime>{times}</effectiveTime>'
    header = HEADER[: HEADER.index("<componentOf>")] + visit + "</encompassingEncounter></componentOf>"
    assert of(read_document(whole(header=header), source="mercy"), "Encounter")[0]["status"] == status


def test_header_and_section_tell_of_one_visit():
    visit = '<encounter moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.49"/><id root="1.2.3.8" extension="V1"/>'
    visit += '<code code="99221" codeSystem="2.16.840.1.113883.6.12"/><effectiveTime><low value="20240105"/></effectiveTime></encounter>'
    section = f'<section><code code="46240-8"/><entry>{visit}</entry></section>'
    (one,) = of(read_document(whole(section), source="mercy"), "Encounter")
    assert (one["status"], one["class"]["code"]) == ("finished", "IMP")
    assert one["period"] == {"start": "2024-01-05", "end": "2024-01-10"}
    assert [kind["coding"][0]["code"] for kind in one["type"]] == ["IMP", "99221"]
