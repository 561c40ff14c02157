"""NM and SN: numbers, with units where the message names them."""

import re

from bluering.intake.hl7v2.datatypes.codes import UCUM, system_uri
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,12})?|\.\d{1,12})")
COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">="}


def number(text: str) -> int | float | None:
    """A number, whole where it is written so; None for anything else."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def quantity(text: str, units: Repetition | None, sender: Sender) -> dict | None:
    """A Quantity of a number and its units (OBX-6); a comparator before the number is understood."""
    found = re.match(r"\s*(<=|>=|<|>)?", text)
    comparator = found[1] if found else None
    value = number(text[found.end() :] if found else text)
    if value is None:
        return None
    made: dict = {"value": value, **({"comparator": comparator} if comparator else {}), **_unit(units, sender)}
    return made


def structured_number(rep: Repetition, units: Repetition | None, sender: Sender) -> dict | None:
    """An SN (comparator, number, separator, number) as {'valueQuantity'}, {'valueRange'} or {'valueRatio'}.

    '^100' is a quantity, '^100^-^200' a range, '^1^:^128' or '^2^/^3' a ratio, '>^100' a quantity with a comparator.
    """
    low, separator, high = number(rep.get(2)), rep.get(3), number(rep.get(4))
    unit = _unit(units, sender)
    if low is None:
        return None
    if high is None:
        sign = COMPARATORS.get(rep.get(1))
        return {"valueQuantity": {"value": low, **({"comparator": sign} if sign else {}), **unit}}
    if separator in (":", "/"):
        return {"valueRatio": {"numerator": {"value": low, **unit}, "denominator": {"value": high}}}
    if separator == "-":
        return {"valueRange": {"low": {"value": low, **unit}, "high": {"value": high, **unit}}}
    return None


def _unit(units: Repetition | None, sender: Sender) -> dict:
    if units is None or not units:
        return {}
    made = {"unit": units.get(2) or units.get(1)}
    if units.get(1) and system_uri(units.get(3), sender) == UCUM:
        made |= {"system": UCUM, "code": units.get(1)}
    return made
