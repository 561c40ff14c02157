"""CDA's data types become FHIR's, and nothing is made up."""

import pytest

from bluering.intake.ccda import codes, names, values
from bluering.intake.ccda.parse import parse_fragment
from bluering.intake.ccda.words import Narrative


def element(xml: str):
    return parse_fragment(xml.encode())[0][0]


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        ("2012", "2012"),
        ("201208", "2012-08"),
        ("20120806", "2012-08-06"),
        ("201208151000-0800", "2012-08-15T10:00:00-08:00"),
        ("20140606153200+0000", "2014-06-06T15:32:00Z"),
        ("20140606153200.12345-0500", "2014-06-06T15:32:00.123-05:00"),
        ("20140606153200", "2014-06-06"),
        ("2014060615-0500", "2014-06-06"),
        ("20140606+1900", "2014-06-06"),
        ("201406061532+1900", "2014-06-06"),
        ("2023-02-14", "2023-02-14"),
        ("20120230", None),
        ("20121301", None),
        ("201208062561-0500", None),
        ("today", None),
        ("", None),
    ],
)
def test_times_keep_their_precision(said, is_):
    assert values.moment(said) == is_


@pytest.mark.parametrize(
    ("xml", "is_"),
    [
        ('<t><low value="20120101"/><high value="20120201"/></t>', {"start": "2012-01-01", "end": "2012-02-01"}),
        ('<t value="20120101"/>', {"start": "2012-01-01"}),
        ('<t><low value="2012"/><high nullFlavor="UNK"/></t>', {"start": "2012"}),
        ('<t><low value="20120301"/><high value="20120201"/></t>', None),
        ('<t nullFlavor="NI"/>', None),
    ],
)
def test_intervals(xml, is_):
    assert values.period_of(element(xml)) == is_


@pytest.mark.parametrize(
    ("xml", "is_"),
    [
        ('<v value="5" unit="mg"/>', {"value": 5, "unit": "mg", "system": values.UCUM, "code": "mg"}),
        ('<v value="1.5" unit="fl oz"/>', {"value": 1.5, "unit": "fl oz"}),
        ('<v value="2" unit="1"/>', {"value": 2, "unit": "1"}),
        ('<v value="0"/>', {"value": 0}),
        ('<v value="many" unit="mg"/>', None),
        ('<v value="NaN"/>', None),
        ('<v nullFlavor="UNK"/>', None),
    ],
)
def test_quantities(xml, is_):
    assert values.quantity_of(element(xml)) == is_


@pytest.mark.parametrize(
    ("xml", "is_"),
    [
        (
            '<id root="2.16.840.1.113883.4.6" extension="12"/>',
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "12"},
        ),
        ('<id root="1.2.3" extension="a"/>', {"system": "urn:oid:1.2.3", "value": "a"}),
        ('<id root="1.2.3"/>', {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}),
        (
            '<id root="2A620155-9d11-439e-92b3-5d9815ff4de8"/>',
            {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:2a620155-9d11-439e-92b3-5d9815ff4de8"},
        ),
        ('<id nullFlavor="UNK" root="1.2.3"/>', None),
        ('<id root="not an oid"/>', None),
    ],
)
def test_identifiers(xml, is_):
    assert values.identifier_of(element(xml)) == is_


def test_a_code_brings_its_translations_and_the_words_of_the_narrative():
    root = element(
        """<section><text><content ID="p1">Heart  failure</content></text>
        <value code="84114007" codeSystem="2.16.840.1.113883.6.96" displayName="HF"><originalText><reference value="#p1"/>
        </originalText><translation code="I50.9" codeSystem="2.16.840.1.113883.6.90"/></value></section>"""
    )
    assert codes.concept_of(root[1], Narrative(root).words) == {
        "coding": [
            {"system": "http://snomed.info/sct", "code": "84114007", "display": "HF"},
            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"},
        ],
        "text": "Heart failure",
    }


def test_a_null_code_is_its_translations_or_nothing():
    nothing = element('<code nullFlavor="UNK"/>')
    translated = element('<code nullFlavor="OTH"><translation code="x" codeSystem="1.2"/></code>')
    words = Narrative(nothing).words
    assert codes.concept_of(nothing, words) is None
    assert codes.concept_of(translated, words) == {"coding": [{"system": "urn:oid:1.2", "code": "x"}]}


@pytest.mark.parametrize(
    ("value", "is_"),
    [
        ("tel:+1(555)555-1002", {"system": "phone", "value": "+1(555)555-1002", "use": "work"}),
        ("mailto:a@b.org", {"system": "email", "value": "a@b.org", "use": "work"}),
        ("a@direct.b.org", {"system": "email", "value": "a@direct.b.org", "use": "work"}),
        ("https://b.org", {"system": "url", "value": "https://b.org", "use": "work"}),
        ("555-1002 x12", {"system": "phone", "value": "555-1002 x12", "use": "work"}),
        ("tel:", None),
        ("", None),
    ],
)
def test_telecoms(value, is_):
    assert names.telecom(element(f'<telecom use="WP" value="{value}"/>')) == is_


def test_names_by_parts_and_whole():
    parts = element("<name use='L'><given>Myra</given><family>Jones</family></name>")
    assert names.human_name(parts) == {"use": "usual", "family": "Jones", "given": ["Myra"]}
    assert names.human_name(element("<name>Myra  Jones</name>")) == {"text": "Myra Jones"}
    assert names.human_name(element("<name nullFlavor='MSK'>x</name>")) is None
    assert names.plain_name({"given": ["Myra"], "family": "Jones"}) == "Myra Jones"


def test_references_cannot_ask_for_more_than_the_budget(monkeypatch):
    monkeypatch.setattr("bluering.intake.ccda.words.BUDGET", 10)
    root = element('<s><text ID="a">123456</text><text><reference value="#a"/></text></s>')
    narrative = Narrative(root)
    assert [narrative.words(root[1]) for _ in range(3)] == ["123456", "", ""]
