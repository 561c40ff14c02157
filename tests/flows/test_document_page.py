"""A C-CDA document that came in is opened from the timeline of its person, by whoever may read the person."""

import base64

import pytest

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.coordination.models import Panel
from bluering.identity.models import PersonLink
from bluering.record.documents import document_key
from tests.flows.test_load import patient, write

pytestmark = pytest.mark.django_db
CCDA = b"""<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><templateId root="2.16.840.1.113883.10.20.22.1.8"/>
<id root="1.2.3.4" extension="D7"/><code code="18842-5" codeSystem="2.16.840.1.113883.6.1"/><title>Discharge Summary</title>
<effectiveTime value="20240110120000-0600"/>
<recordTarget><patientRole><id root="1.2.3.5" extension="MRN1"/><patient><name><given>Ada</given><family>Lind</family></name>
<birthTime value="19500203"/></patient></patientRole></recordTarget>
<component><structuredBody><component><section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title>
<text><paragraph onclick="alert(1)">Weigh yourself daily</paragraph><script>alert(2)</script></text></section></component></structuredBody></component>
</ClinicalDocument>"""


def document(key: str = "d1", data: bytes = CCDA, kind: str = "application/xml") -> dict:
    return {
        "resourceType": "DocumentReference", "id": key, "status": "current", "subject": {"reference": "Patient/p1"},
        "type": {"text": "Discharge summary"}, "date": "2024-01-10T12:00:00-06:00",
        "content": [{"attachment": {"contentType": kind, "data": base64.b64encode(data).decode()}}],
    }  # fmt: skip


@pytest.fixture
def person(tmp_path, ana):
    """A person of Ana's, with a C-CDA document, a broken one and a PDF."""
    pages = [
        document(),
        document("d2") | {"content": [{"attachment": {"contentType": "text/xml", "data": "***"}}]},
        document("d3", b"%PDF-", "application/pdf"),
    ]
    pipeline.load([write(tmp_path, "a.ndjson", patient(), *pages)], source="hospital")
    found = PersonLink.objects.get(subject_key="hospital/p1").person_id
    Panel.objects.update(person_id=found)
    return found


def page(person: str, key: str = "d1") -> str:
    return f"/people/{person}/documents/{document_key('hospital', key)}/"


def text(response) -> str:
    return response.content.decode()


def test_a_document_is_opened_from_the_timeline(client, ana, person):
    client.force_login(ana)
    timeline = text(client.get(f"/people/{person}/timeline/"))
    assert page(person) in timeline and page(person, "d3") not in timeline, "a PDF has no such page"
    said = text(client.get(page(person)))
    assert "Weigh yourself daily" in said and "Discharge Summary" in said and "Hospital" in said
    assert "onclick" not in said and "alert" not in said
    assert AuditEvent.objects.get(detail="document").person_id == person


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_the_wrong_user_reads_a_sentence_and_no_word_of_it(client, request, person, wrong):
    client.force_login(request.getfixturevalue(wrong))
    response = client.get(page(person))
    assert response.status_code == 403 and "You may not" in text(response) and "Weigh" not in text(response)


def test_a_document_that_cannot_be_shown_says_why(client, ana, person):
    client.force_login(ana)
    for key, sentence in (("d2", "cannot be shown"), ("d3", "no text that can be shown")):
        response = client.get(page(person, key))
        assert response.status_code == 400 and sentence in text(response)


def test_a_document_of_somebody_else_is_not_found(client, ana, person, tmp_path):
    other = document("d9") | {"subject": {"reference": "Patient/p2"}}
    pipeline.load([write(tmp_path, "b.ndjson", patient("p2"), other)], source="hospital")
    client.force_login(ana)
    assert client.get(page(person, "d9")).status_code == 404
    assert client.get(f"/people/{person}/documents/nothing/").status_code == 404


def test_a_corrected_document_takes_the_place_of_the_old(client, ana, person, tmp_path):
    new = document(data=CCDA.replace(b"daily", b"each morning")) | {"meta": {"lastUpdated": "2031-01-01T00:00:00Z"}}
    pipeline.load([write(tmp_path, "c.ndjson", new)], source="hospital")
    client.force_login(ana)
    assert "Weigh yourself each morning" in text(client.get(page(person)))
