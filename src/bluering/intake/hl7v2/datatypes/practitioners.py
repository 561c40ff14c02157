"""XCN: a clinician, as a Practitioner and as a reference to one."""

from bluering.intake.hl7v2.datatypes.codes import namespace_uri
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import stable_id

NPI = "http://hl7.org/fhir/sid/us-npi"


def practitioner(rep: Repetition, sender: Sender) -> dict | None:
    """A Practitioner, when the message numbers them; a mere name gives only a reference."""
    number = rep.get(1)
    if not number or not (rep.get(2) or rep.get(3)):
        return None
    system = _system(rep, sender)
    name = {"family": rep.get(2), "given": [one for one in (rep.get(3), *rep.get(4).split()) if one]}
    name |= {"prefix": [rep.get(6)] if rep.get(6) else [], "suffix": [one for one in (rep.get(5), rep.get(7)) if one]}
    return {
        "resourceType": "Practitioner",
        "id": stable_id("practitioner", system, number),
        "identifier": [{"system": system, "value": number} if system else {"value": number}],
        "name": [{key: value for key, value in name.items() if value}],
    }


def practitioner_reference(rep: Repetition, sender: Sender) -> dict | None:
    """A reference with the name as display; to the Practitioner where `practitioner` makes one."""
    display = " ".join(part for part in (rep.get(6), rep.get(3), rep.get(4), rep.get(2), rep.get(5)) if part)
    number = rep.get(1)
    if not display:
        return {"identifier": {"value": number}, "display": number} if number else None
    if not number:
        return {"display": display}
    return {"reference": f"Practitioner/{stable_id('practitioner', _system(rep, sender), number)}", "display": display}


def _system(rep: Repetition, sender: Sender) -> str:
    """Who numbered them: XCN-9, by type NPI where XCN-13 or XCN-8 says so."""
    if "NPI" in (rep.get(13), rep.get(8)):
        return NPI
    return namespace_uri(rep.subs(9), sender)
