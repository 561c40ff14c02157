"""C-CDA documents come as files, in zips and inside messages; each is about the person whom the sender means."""

import base64
import json
import zipfile

import pytest
from messages import adt, arrive, rows

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.intake.models import Arrival
from bluering.record.counts import count_resources

pytestmark = pytest.mark.django_db

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.4" extension="2015-08-01"/>
  <id root="1.2.3.4.5" extension="{number}"/>
  <code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="Consult note"/>
  <title>Consultation note</title>
  <effectiveTime value="{at}"/>
  <recordTarget><patientRole>
    <id root="1.2.3.4.99" extension="S-{number}"/>
    <patient><name><given>Ada</given><family>{family}</family></name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19500203"/></patient>
  </patientRole></recordTarget>
  <component><structuredBody><component><section>
    <templateId root="2.16.840.1.113883.10.20.22.2.5.1" extension="2015-08-01"/>
    <code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title>
    <text>Heart failure</text>
    <entry><act classCode="ACT" moodCode="EVN">
      <templateId root="2.16.840.1.113883.10.20.22.4.3" extension="2015-08-01"/>
      <id root="1.2.3.4.6" extension="c1"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>
      <statusCode code="active"/><effectiveTime><low value="20240105"/></effectiveTime>
      <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
        <templateId root="2.16.840.1.113883.10.20.22.4.4" extension="2015-08-01"/>
        <id root="1.2.3.4.6" extension="o1"/>
        <code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
        <effectiveTime><low value="20240105"/></effectiveTime>
        <value xsi:type="CD" code="42343007" codeSystem="2.16.840.1.113883.6.96" displayName="Congestive heart failure"/>
      </observation></entryRelationship></act></entry>
  </section></component></structuredBody></component>
</ClinicalDocument>"""


def document(number: int = 1, family: str = "Lind", at: str = "202611201000-0600") -> bytes:
    return DOCUMENT.format(number=number, family=family, at=at).encode()


def conditions() -> list[tuple]:
    return rows("condition", "person_id, code_text")


def test_a_document_loads_whatever_its_file_is_called(tmp_path):
    (tmp_path / "visit.dat").write_bytes(document())
    summary = pipeline.load([str(tmp_path)], source="cardiology")
    assert {"Patient", "Condition", "DocumentReference", "Provenance"} <= summary.loaded.keys()
    assert [person for person, _ in conditions()] == [PersonLink.objects.get().person_id]
    again = pipeline.load([str(tmp_path)], source="cardiology")
    assert (again.loaded, again.replaced) == ({}, {})


def test_an_older_document_that_comes_late_puts_nothing_back(tmp_path):
    for name, family, at in (("new", "Lind-Ross", "202611201000-0600"), ("old", "Lind", "202501201000-0600")):
        (tmp_path / name).write_bytes(document(family=family, at=at))
        pipeline.load([str(tmp_path / name)], source="cardiology")
    assert rows("patient", "family") == [("Lind-Ross",)]


def test_a_zip_gives_its_documents(tmp_path):
    packed = tmp_path / "xdm"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("IHE_XDM/SUBSET01/METADATA.XML", "<SubmitObjectsRequest/>")
        archive.writestr("IHE_XDM/SUBSET01/DOC1.XML", document(1))
        archive.writestr("IHE_XDM/SUBSET01/DOC2.XML", document(2, "Ross"))
    assert pipeline.load([str(packed)], source="cardiology").loaded["Patient"] == 2


@pytest.mark.parametrize(
    "content", [b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id', b"PK\x03\x04" + bytes(90)]
)
def test_what_breaks_off_is_set_apart_in_words(tmp_path, content):
    (tmp_path / "broken").write_bytes(content)
    summary = pipeline.load([str(tmp_path / "broken")], source="cardiology")
    assert [one["file"] for one in summary.quarantined] == [str(tmp_path / "broken")]


def test_a_message_brings_a_document_about_its_own_patient():
    packed = base64.b64encode(document()).decode()
    carrier = adt("A01", "9", "202611201100").replace(b"ADT^A01", b"MDM^T02").rstrip(b"\r")
    carrier += f"\rTXA|1|CN|AP|202611201000||||||||DOC-1||||||AU\rOBX|1|ED|11488-4^Consult^LN||^application^xml^Base64^{packed}||||||F\r".encode()
    arrive(adt("A01", "1", "202611200800"), carrier)
    assert set(Arrival.objects.values_list("state", flat=True)) == {"done"}
    assert len(set(PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True))) == 1
    assert [bool(person) for person, _ in conditions()] == [True]
    assert count_resources()["DocumentReference"] >= 1


def test_a_document_inside_a_document_reference_is_read_and_about_its_subject(tmp_path):
    attachment = {"contentType": "application/xml", "data": base64.b64encode(document()).decode()}
    carrier = {
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": attachment}],
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Lind"}]}
    file = tmp_path / "export.ndjson"
    file.write_text("\n".join(map(json.dumps, (patient, carrier))))
    assert pipeline.load([str(file)], source="ehr").loaded["Condition"] == 1
    assert len(set(PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True))) == 1
    again = pipeline.load([str(file)], source="ehr")
    assert (again.loaded, again.replaced) == ({}, {})
    carrier["content"][0]["attachment"]["data"] = "not base64!"
    file.write_text(json.dumps(carrier))
    assert "Base64" in pipeline.load([str(file)], source="ehr").quarantined[0]["reason"]


def test_a_document_in_the_wrong_chart_joins_nobody(tmp_path):
    """The same document is about whoever it was put with last; its own numbers make no two people one."""
    attachment = {"contentType": "application/xml", "data": base64.b64encode(document()).decode()}
    for number, family in enumerate(("Lind", "Ross"), 1):
        subject = {"resourceType": "Patient", "id": f"p{number}", "name": [{"family": family}]}
        carrier = {
            "resourceType": "DocumentReference", "id": f"d{number}", "status": "current",
            "subject": {"reference": f"Patient/p{number}"}, "content": [{"attachment": attachment}],
        }  # fmt: skip
        (tmp_path / "export.ndjson").write_text(f"{json.dumps(subject)}\n{json.dumps(carrier)}")
        pipeline.load([str(tmp_path / "export.ndjson")], source="ehr")
    people = dict(PersonLink.objects.filter(undone_at=None).values_list("subject_key", "person_id"))
    assert people.keys() == {"ehr/p1", "ehr/p2"} and people["ehr/p1"] != people["ehr/p2"]
    assert [person for person, _ in conditions()] == [people["ehr/p2"]]
