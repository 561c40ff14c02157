"""OBX-5 by its data type."""

import pytest
from other_messages import SENDER

from bluering.intake.hl7v2.escapes import read_delimiters
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.values import interpretation, reference_range, value_of


def obx(kind: str, value: str, units: str = "", **fields: str) -> Segment:
    told = ["OBX", "1", kind, "4548-4^A1c^LN", "", value, units, fields.get("range", ""), fields.get("flag", "")]
    return Segment("|".join(told), 1, read_delimiters("|", "^~\\&"))


@pytest.mark.parametrize(
    ("kind", "value", "units", "made"),
    [
        ("NM", "7.2", "%", {"valueQuantity": {"value": 7.2, "unit": "%"}}),
        (
            "NM",
            "7.2",
            "%^percent^UCUM",
            {"valueQuantity": {"value": 7.2, "unit": "percent", "system": "http://unitsofmeasure.org", "code": "%"}},
        ),
        ("NM", "<5", "mg/L", {"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}}),
        ("NM", "0", "", {"valueQuantity": {"value": 0}}),
        ("NM", "cancelled", "", {"valueString": "cancelled"}),
        ("SN", ">^100", "mg/L", {"valueQuantity": {"value": 100, "comparator": ">", "unit": "mg/L"}}),
        ("SN", "^1^:^128", "", {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}),
        ("SN", "^10^-^20", "", {"valueRange": {"low": {"value": 10}, "high": {"value": 20}}}),
        ("ST", "Negative", "", {"valueString": "Negative"}),
        ("ST", "7.2", "%", {"valueQuantity": {"value": 7.2, "unit": "%"}}),
        ("ST", "7.2", "", {"valueString": "7.2"}),
        ("ST", "see note", "%", {"valueString": "see note"}),
        ("TX", "a~b", "", {"valueString": "a\nb"}),
        ("FT", "a\\.br\\b", "", {"valueString": "a\nb"}),
        ("DT", "20240301", "", {"valueDateTime": "2024-03-01"}),
        ("TS", "202403011005", "", {"valueDateTime": "2024-03-01T10:05:00-06:00"}),
        ("TM", "1005", "", {"valueTime": "10:05:00"}),
        ("TM", "2505", "", {"valueString": "2505"}),
        ("DR", "20240301^20240302", "", {"valuePeriod": {"start": "2024-03-01", "end": "2024-03-02"}}),
        ("CQ", "3^tablets", "", {"valueQuantity": {"value": 3, "unit": "tablets"}}),
        ("NA", "1^2^3~4^5", "", {"valueString": "1 2 3; 4 5"}),
        ("XPN", "Lind^Per^^^Dr", "", {"valueString": "Dr Per Lind"}),
        ("PPN", "5^Lind^Per", "", {"valueString": "Per Lind"}),
        ("XAD", "12 Elm St^^Troy", "", {"valueString": "12 Elm St Troy"}),
        ("NM", "", "%", {}),
        ("CWE", '""', "", {}),
    ],
)
def test_values(kind, value, units, made):
    assert value_of([obx(kind, value, units)], SENDER) == made


def test_codes_and_their_alternates():
    made = value_of([obx("CWE", "260385009^Negative^SCT^NEG^negativ^L")], SENDER)["valueCodeableConcept"]
    assert [one["code"] for one in made["coding"]] == ["260385009", "NEG"]


def test_several_codes_are_all_kept():
    made = value_of([obx("CE", "1^Cough^L~2^Fever^L")], SENDER)["valueCodeableConcept"]
    assert made["text"] == "Cough; Fever"


def test_several_numbers_are_components():
    made = value_of([obx("NM", "120~118", "mm[Hg]")], SENDER)["component"]
    assert [one["valueQuantity"]["value"] for one in made] == [120, 118]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("4.0-5.6", {"low": 4.0, "high": 5.6}),
        ("<5.7", {"high": 5.7}),
        (">60", {"low": 60}),
        ("see text", {}),
        ("-5-5", {"low": -5, "high": 5}),
    ],
)
def test_reference_ranges(text, bounds):
    (made,) = reference_range(obx("NM", "5", "%", range=text))
    assert made["text"] == text
    assert {name: made[name]["value"] for name in ("low", "high") if name in made} == bounds


def test_flags():
    (known,) = interpretation(obx("NM", "9", flag="HH"), SENDER)
    assert known["coding"][0]["display"] == "Critical high"
    (own,) = interpretation(obx("NM", "9", flag="odd"), SENDER)
    assert own["coding"][0]["system"].endswith("v2-0078")
