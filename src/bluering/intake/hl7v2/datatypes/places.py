"""PL: where somebody is, as a Location."""

from bluering.intake.hl7v2.datatypes.codes import facility_name
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import stable_id

PARTS = (1, 2, 3)


def location_name(rep: Repetition, sender: Sender) -> str:
    """What a person reads: description or facility, building, floor, then unit, room, bed."""
    if told := rep.get(9):
        return told
    parts = [facility_name(rep.subs(4), sender), rep.get(7), rep.get(8), *(rep.get(n) for n in PARTS)]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def location(rep: Repetition, sender: Sender) -> dict | None:
    """A Location whose id its parts give; None when the field names no place."""
    name = location_name(rep, sender)
    if not name:
        return None
    facility = facility_name(rep.subs(4), sender)
    parts = [facility, *(rep.get(n) for n in (*PARTS, 7, 8))]
    key = parts if any(parts) else [name]
    made: dict = {
        "resourceType": "Location",
        "id": stable_id("location", *key),
        "status": "active",
        "name": name,
        "mode": "instance",
    }
    if facility:
        made["managingOrganization"] = {"display": facility}
    return made
