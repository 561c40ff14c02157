"""HL7 v2 data types become FHIR values."""

from zoneinfo import ZoneInfo

import pytest

from bluering.intake.hl7v2 import datatypes as types
from bluering.intake.hl7v2.escapes import read_delimiters
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

SENDER = Sender(
    "county",
    ZoneInfo("America/New_York"),
    facility_ids={"CG1": "County General"},
    code_tables={"PV1-36": {"HOM": {"system": "http://x.test", "code": "home", "display": "Home"}}},
    assigning_authorities={"CGMRN": "urn:oid:2.16.840.1.113883.3.9999.2"},
)


def rep(raw: str) -> Repetition:
    return Repetition(raw, read_delimiters("|", "^~\\&"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024", "2024"),
        ("202402", "2024-02"),
        ("20240229", "2024-02-29"),
        ("2024022915", "2024-02-29T15:00:00-05:00"),
        ("202407011530", "2024-07-01T15:30:00-04:00"),
        ("20240229152233.1234", "2024-02-29T15:22:33.123-05:00"),
        ("20240229152233+0215", "2024-02-29T15:22:33+02:15"),
        ("202402292400", "2024-03-01T00:00:00-05:00"),
        ("20240229152260", "2024-02-29T15:22:59-05:00"),
        ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00+00:00"),
        ("20240229^D", "2024-02-29"),
        ("20230229", None),
        ("20241301", None),
        ("00000000", None),
        ("202402291", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times(text, told):
    assert types.moment(text, SENDER) == told


def test_days_and_instants():
    assert types.day("198808181126+0215") == "1988-08-18"
    assert types.instant("2024", SENDER).isoformat() == "2024-01-01T00:00:00-05:00"
    assert types.period("20240101", "", SENDER) == {"start": "2024-01-01"}
    assert types.period("", "never", SENDER) is None


def test_identifier_with_authority_type_and_period():
    assert types.identifier(rep("77^^^CGMRN^MR^^20200101^"), SENDER) == {
        "system": "urn:oid:2.16.840.1.113883.3.9999.2",
        "value": "77",
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
        "period": {"start": "2020-01-01"},
    }


@pytest.mark.parametrize(
    ("authority", "uri"),
    [
        ("ADM&2.16.840.1.1&ISO", "urn:oid:2.16.840.1.1"),
        ("USSSA", "http://hl7.org/fhir/sid/us-ssn"),
        ("&E9A0AB2C-0000-0000-0000-000000000001&UUID", "urn:uuid:e9a0ab2c-0000-0000-0000-000000000001"),
        ("WARD 3", "urn:bluering:source:county:WARD%203"),
    ],
)
def test_assigning_authorities(authority, uri):
    assert types.identifier(rep(f"1^^^{authority}"), SENDER)["system"] == uri


def test_identifier_without_a_value_is_none():
    assert types.identifier(rep("^^^CGMRN"), SENDER) is None


def test_names():
    assert types.human_name(rep("Vance&&Vance^Mae^Ann Lou^Jr^Dr^MD^L"), SENDER) == {
        "use": "official",
        "family": "Vance",
        "given": ["Mae", "Ann", "Lou"],
        "prefix": ["Dr"],
        "suffix": ["Jr", "MD"],
    }
    assert types.human_name(rep("^^^^^^L"), SENDER) is None


def test_addresses():
    assert types.address(rep("12&Elm St^Apt 3^Troy^OH^45373^USA^H^^Miami"), SENDER) == {
        "use": "home",
        "line": ["12 Elm St", "Apt 3"],
        "city": "Troy",
        "district": "Miami",
        "state": "OH",
        "postalCode": "45373",
        "country": "USA",
    }
    assert types.address(rep("^^^^^^M"), SENDER) is None


@pytest.mark.parametrize(
    ("written", "point"),
    [
        ("(555)010-0199", {"system": "phone", "value": "(555)010-0199", "use": "home"}),
        ("^PRN^CP^^1^555^0100199^7", {"system": "phone", "value": "+1 555 0100199 x7", "use": "mobile"}),
        ("^NET^Internet^mae@example.org", {"system": "email", "value": "mae@example.org", "use": "home"}),
        ("^WPN^FX^^^^^^^^^5550100", {"system": "fax", "value": "5550100", "use": "work"}),
        ("5550100^WPN^Internet", {"system": "phone", "value": "5550100", "use": "work"}),
        ("^WPN^PH", None),
    ],
)
def test_contact_points(written, point):
    assert types.contact_point(rep(written), "home") == point


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("LN", "http://loinc.org"),
        ("SCT", "http://snomed.info/sct"),
        ("I10C", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("HL70112", "http://terminology.hl7.org/CodeSystem/v2-0112"),
        ("2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        ("L", "urn:bluering:source:county"),
        ("99DX", "urn:bluering:source:county"),
        ("HOUSE", "urn:bluering:source:county:HOUSE"),
    ],
)
def test_coding_systems(name, uri):
    assert types.system_uri(name, SENDER) == uri


def test_concepts_with_alternates_and_original_text():
    assert types.concept(rep("4548-4^Hemoglobin A1c^LN^A1C^HbA1c^L^^^A1c, blood"), SENDER) == {
        "coding": [
            {"system": "http://loinc.org", "code": "4548-4", "display": "Hemoglobin A1c"},
            {"system": "urn:bluering:source:county", "code": "A1C", "display": "HbA1c"},
        ],
        "text": "A1c, blood",
    }


def test_a_local_code_brings_the_coding_of_the_senders_file_first():
    told = types.concept(rep("HOM"), SENDER, "PV1-36", table="0112")
    assert [one["code"] for one in told["coding"]] == ["home", "HOM"]
    assert types.concept(rep(""), SENDER) is None


def test_practitioners_and_references():
    doctor = rep("1234567893^Dunn^Iris^^^Dr^MD^^NPI^L^^^NPI")
    made, told = types.practitioner(doctor, SENDER), types.practitioner_reference(doctor, SENDER)
    assert told == {"reference": f"Practitioner/{made['id']}", "display": "Dr Iris Dunn"}
    assert made["identifier"] == [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}]
    assert types.practitioner(rep("^Dunn^Iris"), SENDER) is None
    assert types.practitioner_reference(rep("^Dunn^Iris"), SENDER) == {"display": "Iris Dunn"}


def test_places_use_the_one_name_of_a_facility():
    made = types.location(rep("4E^136^B^CG1"), SENDER)
    assert (made["name"], made["managingOrganization"]) == ("County General, 4E, 136, B", {"display": "County General"})
    assert types.location(rep("^^"), SENDER) is None


def test_numbers():
    units = rep("mg/dL^milligram per deciliter^UCUM")
    assert types.quantity("<0.5", units, SENDER) == {
        "value": 0.5,
        "comparator": "<",
        "unit": "milligram per deciliter",
        "system": "http://unitsofmeasure.org",
        "code": "mg/dL",
    }
    assert types.quantity("none", None, SENDER) is None
    assert types.structured_number(rep("^1^:^128"), None, SENDER) == {
        "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}
    }
    assert types.structured_number(rep(">^100"), None, SENDER) == {"valueQuantity": {"value": 100, "comparator": ">"}}
    assert types.structured_number(rep("^100^-^200"), None, SENDER)["valueRange"]["high"] == {"value": 200}
