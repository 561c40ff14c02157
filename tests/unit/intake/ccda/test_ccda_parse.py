"""Bytes become a tree, or a sentence says why not; what is meant to harm does none."""

import time

import pytest

from bluering.intake.ccda import parse
from bluering.intake.ccda.parse import BadDocument, looks_like, parse_document, parse_fragment

NS = 'xmlns="urn:hl7-org:v3"'
PLAIN = f"<ClinicalDocument {NS}><title>Über</title></ClinicalDocument>"


def title(data: bytes) -> str:
    return parse_document(data)[0][0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_known_and_read(encoding):
    data = PLAIN.encode(encoding)
    assert looks_like(data)
    assert title(data) == "Über"


def test_a_declared_encoding_is_followed():
    assert title(f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{PLAIN}'.encode("latin-1")) == "Über"


def test_bytes_that_are_not_as_declared_are_read_and_said():
    root, troubles = parse_document(PLAIN.encode("cp1252"))
    assert root[0].text == "Über"
    assert "windows-1252" in troubles[0].reason


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (PLAIN, True),
        ("<?xml version='1.0'?>\n<?xml-stylesheet href='CDA.xsl'?><!-- <a> -->\n" + PLAIN, True),
        ("<cda:ClinicalDocument xmlns:cda='urn:hl7-org:v3'/>", True),
        ("<ClinicalDocument xmlns='urn:other'/>", False),
        ("<x><ClinicalDocument xmlns='urn:hl7-org:v3'/></x>", False),
        ("<cda:ClinicalDocument xmlns='urn:hl7-org:v3'/>", False),
        ('{"resourceType": "Bundle"}', False),
        ("MSH|^~\\&|", False),
        ("", False),
        ("<?xml version='1.0' encoding='utf-7'?>" + PLAIN, False),
    ],
)
def test_a_document_is_told_by_its_root(text, answer):
    assert looks_like(text.encode()) is answer


BILLION = "<!DOCTYPE z [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
HOSTILE = {
    "external entity": f'<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]><ClinicalDocument {NS}>&x;</ClinicalDocument>',
    "external type": f'<!DOCTYPE z SYSTEM "http://127.0.0.1:9/x.dtd"><ClinicalDocument {NS}/>',
    "billion laughs": f"{BILLION}]><ClinicalDocument {NS}>&j;</ClinicalDocument>",
    "deep nesting": f"<ClinicalDocument {NS}>" + "<a>" * 300_000,
    "many elements": f"<ClinicalDocument {NS}>" + "<a/>" * 700_000,
    "other XML": "<svg/>",
    "no XML": "%PDF-1.4 and so on",
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_meant_to_harm_gets_a_sentence_quickly(name):
    started = time.monotonic()
    with pytest.raises(BadDocument) as caught:
        parse_document(HOSTILE[name].encode())
    assert time.monotonic() - started < 2
    assert caught.value.place and caught.value.reason
    assert "passwd" not in str(caught.value)


def test_a_document_type_is_refused_in_any_encoding():
    with pytest.raises(BadDocument, match="document type"):
        parse_document(HOSTILE["external entity"].encode("utf-16"))


def test_what_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(parse, "MAX_BYTES", 10)
    with pytest.raises(BadDocument, match="larger"):
        parse_document(PLAIN.encode())


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes():
    root, troubles = parse_document(f"<ClinicalDocument {NS}>\n<title>Note</title>\n<code".encode())
    assert root[0].text == "Note"
    assert troubles[0].place == "line 3"


def test_a_fragment_needs_no_namespaces():
    (section,), troubles = parse_fragment(b'<?xml version="1.0"?><section><value xsi:type="PQ"/></section>')
    assert section.tag == "{urn:hl7-org:v3}section"
    assert troubles == []
