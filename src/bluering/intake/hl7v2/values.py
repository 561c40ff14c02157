"""OBX-5 by its data type, as Observation.value[x]; and what stands around it: reference range and interpretation.

Sources: HL7 v2.8 chapter 7.4.2 and table 0125; HL7's v2-to-FHIR guide, segment map OBX. Tables 0078 and
v3-ObservationInterpretation share their codes.
"""

import re
from collections.abc import Sequence

from bluering.intake.hl7v2.attachments import TEXT_TYPES, written_lines
from bluering.intake.hl7v2.datatypes import concept, moment, number, period, quantity, structured_number
from bluering.intake.hl7v2.message import Repetition, Segment
from bluering.intake.hl7v2.parts import display_name, filled, first
from bluering.intake.hl7v2.sender import Sender

CODED = frozenset(("CE", "CWE", "CNE", "CF"))
MOMENTS = frozenset(("DT", "TS", "DTM"))
PERSONS = frozenset(("XPN", "PN", "PPN", "XCN", "CNN"))
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
MEANINGS = {
    "L": "Low",
    "H": "High",
    "LL": "Critical low",
    "HH": "Critical high",
    "<": "Off scale low",
    ">": "Off scale high",
    "N": "Normal",
    "A": "Abnormal",
    "AA": "Critical abnormal",
    "U": "Significant change up",
    "D": "Significant change down",
    "B": "Better",
    "W": "Worse",
    "S": "Susceptible",
    "R": "Resistant",
    "I": "Intermediate",
    "POS": "Positive",
    "NEG": "Negative",
    "IND": "Indeterminate",
    "DET": "Detected",
    "ND": "Not detected",
    "RR": "Reactive",
    "NR": "Non-reactive",
    "WR": "Weakly reactive",
}
TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)?([0-5]\d)?(?:\.\d+)?(?:[+-]\d{4})?")
BOUND = r"\s*(-?\d+(?:\.\d+)?)\s*"
BETWEEN, BELOW, ABOVE = re.compile(f"{BOUND}-{BOUND}"), re.compile(rf"\s*<=?{BOUND}"), re.compile(rf"\s*>=?{BOUND}")


def value_of(segments: Sequence[Segment], sender: Sender) -> dict:
    """`{"valueQuantity": ...}` or its like of the OBX of one observation, several only for a text; {} for no value."""
    obx = segments[0]
    kind, units = obx[2].upper(), first(obx, 6)
    reps = obx.reps(5)
    if not reps:
        return {}
    if kind == "NM":
        return _numbers(reps, obx, sender)
    if kind == "SN":
        return structured_number(reps[0], units, sender) or _text(reps)
    if kind in TEXT_TYPES or not kind:
        return _written(segments, units, sender)
    if kind in CODED:
        return _coded(reps, sender)
    return _other(kind, reps, sender)


def _numbers(reps: Sequence[Repetition], obx: Segment, sender: Sender) -> dict:
    """A number; several repetitions are several measurements of the same thing."""
    units = first(obx, 6)
    told = [quantity(rep.text, units, sender) for rep in reps]
    if any(one is None for one in told):
        return _text(reps)
    if len(told) == 1:
        return {"valueQuantity": told[0]}
    code = concept(first(obx, 3), sender, "OBX-3")
    return {"component": [{"code": code, "valueQuantity": one} for one in told]}


def _written(segments: Sequence[Segment], units: Repetition | None, sender: Sender) -> dict:
    """A text. A plain number with units (many laboratories send such as ST) is a quantity all the same."""
    text = "\n".join(written_lines(segments)).strip()
    if units is not None and segments[0][2].upper() == "ST" and (told := quantity(text, units, sender)):
        return {"valueQuantity": told}
    return {"valueString": text} if text else {}


def _text(reps: Sequence[Repetition]) -> dict:
    text = "; ".join(one.text.strip() for one in reps)
    return {"valueString": text} if text else {}


def _coded(reps: Sequence[Repetition], sender: Sender) -> dict:
    """The first code; further repetitions say the same in other words, or more, and go into the text."""
    found = [one for rep in reps if (one := concept(rep, sender, "OBX-5"))]
    if not found:
        return {}
    made = dict(found[0])
    if len(found) > 1:
        made["text"] = "; ".join(dict.fromkeys(one["text"] for one in found if "text" in one))
        made["coding"] = [coding for one in found for coding in one.get("coding", ())]
    return {"valueCodeableConcept": filled(made)}


def _other(kind: str, reps: Sequence[Repetition], sender: Sender) -> dict:
    rep = reps[0]
    if kind in MOMENTS:
        told = moment(rep.get(1), sender)
        return {"valueDateTime": told} if told else _text(reps)
    if kind == "TM":
        return _time(rep) or _text(reps)
    if kind == "DR":
        told_period = period(rep.get(1), rep.get(2), sender)
        return {"valuePeriod": told_period} if told_period else {}
    if kind == "CQ":
        amount = number(rep.get(1))
        return {"valueQuantity": filled({"value": amount, "unit": rep.get(2)})} if amount is not None else _text(reps)
    return _said(kind, reps, sender)


def _time(rep: Repetition) -> dict:
    found = TIME.fullmatch(rep.get(1))
    return {"valueTime": ":".join(part or "00" for part in found.groups())} if found else {}


def _said(kind: str, reps: Sequence[Repetition], sender: Sender) -> dict:
    """Names of persons as spoken; numeric arrays and every other type as their parts with blanks between."""
    if kind in PERSONS:
        names = [_person(kind, rep, sender) for rep in reps]
    else:
        names = [" ".join(part for n in range(1, 40) if (part := rep.get(n))) for rep in reps]
    text = "; ".join(one for one in names if one)
    return {"valueString": text} if text else {}


def _person(kind: str, rep: Repetition, sender: Sender) -> str:
    if kind in ("XPN", "PN"):
        return display_name(rep, sender)
    return " ".join(part for part in (rep.get(6), rep.get(3), rep.get(4), rep.get(2), rep.get(5)) if part)


def reference_range(obx: Segment) -> list[dict]:
    """OBX-7 as text, with its bounds where it is `a-b`, `<b` or `>a`."""
    if not (text := obx[7]):
        return []
    unit = obx.get(6, 2) or obx[6]
    low = high = None
    if found := BETWEEN.fullmatch(text):
        low, high = number(found[1]), number(found[2])
    elif found := BELOW.fullmatch(text):
        high = number(found[1])
    elif found := ABOVE.fullmatch(text):
        low = number(found[1])
    bounds = {"low": low, "high": high}
    made = {name: filled({"value": one, "unit": unit}) for name, one in bounds.items() if one is not None}
    return [{**made, "text": text}]


def interpretation(obx: Segment, sender: Sender) -> list[dict]:
    """OBX-8."""
    found = []
    for rep in obx.reps(8):
        code = sender.standard("OBX-8", rep.get(1))
        if code.upper() in MEANINGS:
            coding = {"system": INTERPRETATION, "code": code.upper(), "display": MEANINGS[code.upper()]}
            found.append({"coding": [coding], "text": rep.get(2) or MEANINGS[code.upper()]})
        elif made := concept(rep, sender, "OBX-8", table="0078"):
            found.append(made)
    return found
