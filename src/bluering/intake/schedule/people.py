"""Whom and what a row names: patient, practitioner, place."""

import datetime as dt
from typing import Any

from bluering.intake.reading import Resource, stable_id
from bluering.intake.schedule import moments
from bluering.intake.schedule.cells import Cells

NPI = "http://hl7.org/fhir/sid/us-npi"
MRN = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def patient(cells: Cells, *, source: str, today: dt.date) -> Resource | None:
    """The Patient by number, else by name and date of birth; None, with a fault, when the row has neither."""
    number, name, order = cells.text("patient_id"), human_name(cells), cells.mapping.date_format
    born = cells.value("birth_date", lambda text: moments.read_date(text, order, born_before=today))
    if not number and not (name and born):
        cells.faults.append("Patient: neither a number nor a name with a date of birth stands in the row")
        return None
    whole = " ".join([*name.get("given", []), name.get("family", "")]).casefold()
    key = stable_id(number) if number else stable_id("patient", whole, str(born))
    made: Resource = {"resourceType": "Patient", "id": key}
    if number:
        system = cells.mapping.identifier_system or f"urn:bluering:{source}:patient"
        made["identifier"] = [{"type": MRN, "system": system, "value": number}]
    return made | _described(name, born, cells.text("phone"))


def _described(name: dict[str, Any], born: dt.date | None, phone: str) -> Resource:
    said: Resource = {"name": [{"use": "official", **name}]} if name else {}
    if born:
        said["birthDate"] = born.isoformat()
    if phone:
        said["telecom"] = [{"system": "phone", "value": phone}]
    return said


def human_name(cells: Cells) -> dict[str, Any]:
    """A FHIR HumanName's parts. In a whole name a comma parts family from given; without one the mapping says which comes first."""
    family, given, whole = (cells.text(f"patient_{part}") for part in ("family", "given", "name"))
    if whole and not family:
        family, given = _parted(whole, cells.mapping.name_order)
    parts: dict[str, Any] = {"family": family} if family else {}
    return parts | ({"given": given.split()} if given else {})


def _parted(whole: str, order: str) -> tuple[str, str]:
    """(family, given) of a whole name."""
    if "," in whole:
        family, _, given = whole.partition(",")
        return family.strip(), given.strip()
    words = whole.split()
    if order == "family_first":
        return words[0], " ".join(words[1:])
    return words[-1], " ".join(words[:-1])


def practitioner(cells: Cells) -> list[Resource]:
    """The Practitioner by number, else by name; none when the row has neither."""
    number, name = cells.text("practitioner_id"), cells.text("practitioner_name")
    if not number and not name:
        return []
    key = stable_id(number) if number else stable_id("practitioner", name.casefold())
    made: Resource = {"resourceType": "Practitioner", "id": key}
    if number.isdigit() and len(number) == 10:
        made["identifier"] = [{"system": NPI, "value": number}]
    return [made | ({"name": [{"text": name}]} if name else {})]


def location(cells: Cells) -> list[Resource]:
    """The Location by its name."""
    place = cells.text("location")
    return [{"resourceType": "Location", "id": stable_id("location", place.casefold()), "name": place}] if place else []
