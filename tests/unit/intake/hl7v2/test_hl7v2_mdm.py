"""MDM messages become DocumentReferences."""

import base64

import pytest
from other_messages import all_of, every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.attachments import embedded_documents
from bluering.intake.hl7v2.message import Message

THREAD = "document:CGH/D1"
CDA = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2"/></ClinicalDocument>'


def txa(number: str = "D1", parent: str = "", **fields: str) -> str:
    told = {1: "1", 2: "DS", 4: "202402010900", 6: "202402011000", 9: "77^Okafor^Ada", 12: number, 13: parent, 17: "AU"}
    return segment("TXA", {**told, **{int(name[1:]): value for name, value in fields.items()}})


def text(*lines: str, code: str = "18842-5^Discharge summary^LN") -> list[str]:
    return [f"OBX|{n}|TX|{code}|{n}|{line}||||||F" for n, line in enumerate(lines, start=1)]


def mdm(trigger: str, at: str, *segments: str) -> Message:
    return hl7(f"MDM^{trigger}", at, *segments)


def document(*messages: Message, thread: str = THREAD) -> dict:
    return the("DocumentReference", read(thread, *messages))


def content(made: dict) -> bytes:
    return base64.b64decode(made["content"][0]["attachment"]["data"])


def test_a_document_with_its_text():
    made = document(
        mdm("T02", "202402011100", segment("PV1", {2: "I", 19: "V1"}), txa(), *text("Admitted for", "", "pneumonia."))
    )
    assert (made["status"], made["docStatus"], made["date"]) == ("current", "final", "2024-02-01T10:00:00-06:00")
    assert [one["code"] for one in made["type"]["coding"]] == ["18842-5", "DS"]
    assert content(made) == b"Admitted for\n\npneumonia."
    assert made["content"][0]["attachment"]["contentType"] == "text/plain"
    assert made["author"][0]["display"] == "Ada Okafor"
    assert made["context"]["encounter"][0]["reference"].startswith("Encounter/")
    assert made["custodian"] == {"display": "CGH"}


@pytest.mark.parametrize(
    ("value", "kind", "data"),
    [
        ("EHR^AP^PDF^Base64^" + base64.b64encode(b"%PDF-1.7").decode(), "application/pdf", b"%PDF-1.7"),
        ("EHR^application^pdf^Base64^" + base64.b64encode(b"%PDF-1.7").decode(), "application/pdf", b"%PDF-1.7"),
        (
            "EHR^Application^octet-stream^Base64^" + base64.b64encode(b"\xff\xd8\xff\xe0").decode(),
            "image/jpeg",
            b"\xff\xd8\xff\xe0",
        ),
        ("EHR^IM^TIFF^Hex^49492A00", "image/tiff", b"II*\x00"),
        ("EHR^TEXT^HTML^A^<p>Well</p>", "text/html", b"<p>Well</p>"),
    ],
)
def test_encapsulated_content(value, kind, data):
    made = document(mdm("T02", "202402011100", txa(), f"OBX|1|ED|PDF^Summary^L||{value}||||||F"))
    assert made["content"][0]["attachment"]["contentType"] == kind
    assert content(made) == data


def test_content_that_is_no_base64_gives_no_content():
    made = document(mdm("T02", "202402011100", txa(), "OBX|1|ED|PDF^Summary^L||EHR^AP^PDF^Base64^%%%||||||F"))
    assert made["content"] == [{"attachment": {"title": "Discharge summary"}}]


def test_a_pointer_is_an_address():
    made = document(mdm("T02", "202402011100", txa(), "OBX|1|RP|IMG^Image^L||https://x.test/1^^IM^JPEG||||||F"))
    assert made["content"][0]["attachment"]["url"] == "https://x.test/1"


def test_a_notification_first_and_the_content_later():
    notified, sent = mdm("T01", "202402011100", txa(f17="DI")), mdm("T02", "202402011200", txa(), *text("Well."))
    assert document(notified)["docStatus"] == "preliminary"
    for order in ((notified, sent), (sent, notified)):
        made = document(*order)
        assert (made["docStatus"], content(made)) == ("final", b"Well.")


def test_a_change_of_status_keeps_the_content():
    made = document(
        mdm("T02", "202402011100", txa(f17="PA"), *text("Well.")), mdm("T03", "202402011200", txa(f17="LA"))
    )
    assert (made["docStatus"], content(made)) == ("final", b"Well.")


def test_an_addendum_appends():
    first, addendum = mdm("T02", "202402011100", txa()), mdm("T06", "202402021100", txa("D2", "D1"), *text("Also."))
    made = document(first, addendum, thread="document:CGH/D2")
    assert made["relatesTo"] == [
        {"code": "appends", "target": {"reference": f"DocumentReference/{document(first)['id']}"}}
    ]
    assert own_threads(addendum) == ["document:CGH/D2"]


def test_a_replacement_supersedes_what_it_replaces():
    first, newer = mdm("T02", "202402011100", txa()), mdm("T10", "202402021100", txa("D2", "D1"), *text("New."))
    assert own_threads(newer) == ["document:CGH/D2", THREAD]
    assert document(newer, thread="document:CGH/D2")["relatesTo"][0]["code"] == "replaces"
    assert document(first, newer)["status"] == "superseded"
    assert read(THREAD, newer).resources == []


def test_a_cancelled_document_is_an_error():
    made = document(mdm("T02", "202402011100", txa()), mdm("T11", "202402021100", txa(f19="CA")))
    assert made["status"] == "entered-in-error"


def test_every_order_of_arrival_gives_the_same():
    life = [
        mdm("T01", "202402011100", txa(f17="DI")),
        mdm("T02", "202402011200", txa(f17="PA"), *text("First.")),
        mdm("T08", "202402011300", txa(), *text("Edited.")),
        mdm("T10", "202402021100", txa("D2", "D1"), *text("New.")),
    ]
    (made,) = [one for one in every_order(THREAD, life) if one["resourceType"] == "DocumentReference"]
    assert (made["status"], made["docStatus"], content(made)) == ("superseded", "final", b"Edited.")


def test_the_order_that_it_answers():
    made = document(mdm("T02", "202402011100", txa(f14="P5^EHR")))
    order = hl7("ORM^O01", "202402010900", "ORC|NW|P5^EHR", "OBR|1|P5^EHR||1^Echo^L")
    assert made["context"]["related"] == [
        {"reference": f"ServiceRequest/{the('ServiceRequest', read('order:EHR/P5', order))['id']}"}
    ]


def test_a_local_kind_is_named_by_the_loinc_code_of_its_text():
    made = document(mdm("T02", "202402011100", txa(f2="XX"), *text("Well.", code="11488-4^Consult note^LN")))
    assert [one["code"] for one in made["type"]["coding"]] == ["11488-4", "XX"]


@pytest.mark.parametrize(
    "lines",
    [
        ["OBX|1|ED|D^Doc^L||EHR^text^xml^Base64^" + base64.b64encode(CDA).decode() + "||||||F"],
        ["OBX|1|ED|D^Doc^L||EHR^text^xml^A^" + CDA.decode().replace("&", "\\T\\") + "||||||F"],
        [f"OBX|{n}|TX|D^Doc^L||{part}||||||F" for n, part in enumerate((CDA[:21].decode(), CDA[21:].decode()), 1)],
    ],
)
def test_a_c_cda_document_inside_is_found(lines):
    (found,) = embedded_documents(mdm("T02", "202402011100", txa(), *lines))
    assert b"<ClinicalDocument" in found and found.strip().endswith(b"</ClinicalDocument>")


def test_other_documents_are_none():
    assert embedded_documents(mdm("T02", "202402011100", txa(), *text("<ClinicalDocumentation of nothing>"))) == []


def test_without_a_number_patient_kind_and_time_are_the_key():
    message = mdm("T02", "202402011100", txa(number=""), *text("Well."))
    (thread,) = own_threads(message)
    assert content(document(message, thread=thread)) == b"Well."


def test_who_wrote_it_is_a_practitioner():
    assert len(all_of("Practitioner", read(THREAD, mdm("T02", "202402011100", txa())))) == 1
