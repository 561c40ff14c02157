"""How much, how often, by which route. Source: HL7 v2.8 chapters 4A.4 and 4.5.4; repeat patterns of table 0335."""

import re

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import concept, number, period
from bluering.intake.hl7v2.parts import filled
from bluering.intake.hl7v2.sender import Sender

A_DAY = {"QD": 1, "DAILY": 1, "BID": 2, "TID": 3, "QID": 4}
EVERY = re.compile(r"Q(\d{1,3})(S|M|H|D|W|L)")
UNITS = {"S": "s", "M": "min", "H": "h", "D": "d", "W": "wk", "L": "mo"}


def dosage(rxe: Merged, rxo: Merged, tq1: Merged, rxr: Merged, sender: Sender) -> dict:
    """A Dosage of the encoded order, else of the order as asked for."""
    pattern = tq1.get(3) or rxe.get(1, 2) or rxo.get(1, 2)
    made = {
        "text": _instructions(rxe, rxo),
        "timing": _timing(pattern.upper(), tq1, rxe, sender),
        "asNeededBoolean": True if pattern.upper().startswith("PRN") or tq1[9].upper() == "PRN" else None,
        "site": concept(rxr.rep(2), sender, "RXR-2", table="0163"),
        "route": concept(rxr.rep(1), sender, "RXR-1", table="0162"),
        "doseAndRate": _amount(rxe[3], rxe[4], rxe.get(5, 2) or rxe[5])
        or _amount(rxo[2], rxo[3], rxo.get(4, 2) or rxo[4]),
    }
    return filled(made)


def _instructions(rxe: Merged, rxo: Merged) -> str:
    """RXE-7 as the patient reads it, else RXO-7 and RXO-6: words or, where there are none, the code."""
    found = [[rep.get(2) or rep.get(1) for rep in one.reps(place)] for one, place in ((rxe, 7), (rxo, 7), (rxo, 6))]
    return next((". ".join(filter(None, one)) for one in found if any(one)), "")


def _timing(pattern: str, tq1: Merged, rxe: Merged, sender: Sender) -> dict:
    bounds = period(tq1[7], tq1[8], sender) or period(rxe.get(1, 4), rxe.get(1, 5), sender)
    repeat: dict = {"boundsPeriod": bounds} if bounds else {}
    plain = pattern.removeprefix("PRN").strip()
    if plain in A_DAY:
        repeat |= {"frequency": A_DAY[plain], "period": 1, "periodUnit": "d"}
    elif (found := EVERY.fullmatch(plain)) and int(found[1]):
        repeat |= {"frequency": 1, "period": int(found[1]), "periodUnit": UNITS[found[2]]}
    return filled({"repeat": repeat, "code": {"text": pattern} if pattern else None})


def _amount(least: str, most: str, unit: str) -> list[dict]:
    low, high = number(least), number(most)
    if low is None:
        return []
    one = filled({"value": low, "unit": unit})
    if high is None or high <= low:
        return [{"doseQuantity": one}]
    return [{"doseRange": {"low": one, "high": filled({"value": high, "unit": unit})}}]
