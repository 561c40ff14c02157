"""CX, XPN, XAD and XTN: how persons are numbered, named, and reached."""

from bluering.intake.hl7v2.datatypes.codes import namespace_uri
from bluering.intake.hl7v2.datatypes.times import period
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
SYSTEM_OF_TYPE = {"SS": "http://hl7.org/fhir/sid/us-ssn", "NPI": "http://hl7.org/fhir/sid/us-npi"}
# HL7 v2-to-FHIR guide, ConceptMaps of tables 0200, 0190, 0201 and 0202; what they leave open is left out.
NAME_USES = {
    "L": "official",
    "D": "usual",
    "M": "maiden",
    "N": "nickname",
    "B": "old",
    "S": "anonymous",
    "TEMP": "temp",
}
ADDRESS_USES = {
    "H": "home",
    "P": "home",
    "L": "home",
    "B": "work",
    "O": "work",
    "C": "temp",
    "BA": "old",
    "BI": "billing",
}
TELECOM_USES = {"PRN": "home", "ORN": "home", "WPN": "work", "VHN": "temp", "PRS": "mobile"}
TELECOM_SYSTEMS = dict.fromkeys(("PH", "CP", "SAT"), "phone") | dict.fromkeys(("INTERNET", "X.400"), "email")
TELECOM_SYSTEMS |= dict.fromkeys(("TDD", "TTY", "MD"), "other") | {"FX": "fax", "BP": "pager", "SMS": "sms"}


def identifier(rep: Repetition, sender: Sender, kind: str = "") -> dict | None:
    """An Identifier of a CX. `kind` is the type (table 0203) where the message leaves it out."""
    value = rep.get(1)
    if not value:
        return None
    told = rep.get(5) or kind
    system = namespace_uri(rep.subs(4), sender) or SYSTEM_OF_TYPE.get(told, "")
    made: dict = {"system": system} if system else {}
    made["value"] = value
    if told:
        made["type"] = {"coding": [{"system": IDENTIFIER_TYPES, "code": told}]}
    if valid := period(rep.get(7), rep.get(8), sender):
        made["period"] = valid
    return made


def human_name(rep: Repetition, sender: Sender) -> dict | None:
    """A HumanName of an XPN, or of a PN of old versions. Degrees stand with the suffixes."""
    made: dict = {}
    if use := NAME_USES.get(rep.get(7).upper()):
        made["use"] = use
    if family := rep.get(1):
        made["family"] = family
    if given := [one for one in (rep.get(2), *rep.get(3).split()) if one]:
        made["given"] = given
    if prefix := rep.get(5):
        made["prefix"] = [prefix]
    if suffix := [one for one in (rep.get(4), rep.get(6)) if one]:
        made["suffix"] = suffix
    if not made.get("family") and not made.get("given"):
        return None
    if valid := period(rep.get(12), rep.get(13), sender):
        made["period"] = valid
    return made


def address(rep: Repetition, sender: Sender) -> dict | None:
    """An Address of an XAD, or of an AD of old versions."""
    made: dict = {}
    kind = rep.get(7).upper()
    if use := ADDRESS_USES.get(kind):
        made["use"] = use
    if kind == "M":
        made["type"] = "postal"
    if lines := [one for one in (_street(rep), rep.get(2)) if one]:
        made["line"] = lines
    parts = {"city": rep.get(3), "district": rep.get(9), "state": rep.get(4), "postalCode": rep.get(5)}
    made |= {name: value for name, value in (*parts.items(), ("country", rep.get(6))) if value}
    if not made.keys() - {"use", "type"}:
        return None
    if valid := period(rep.get(13), rep.get(14), sender):
        made["period"] = valid
    return made


def _street(rep: Repetition) -> str:
    """SAD: the mailing line, then street name and dwelling number where they are given apart."""
    line, *apart = [*rep.subs(1), "", ""][:3]
    return " ".join([line, *(one for one in apart if one and one not in line)]).strip()


def contact_point(rep: Repetition, use: str = "") -> dict | None:
    """A ContactPoint of an XTN, or of a TN of old versions. `use` is taken where the message says none."""
    told, equipment = rep.get(2).upper(), rep.get(3).upper()
    system = TELECOM_SYSTEMS.get(equipment, "pager" if told == "BPN" else "phone")
    value = rep.get(4) if system == "email" or (told == "NET" and rep.get(4)) else ""
    if told == "NET" or value or "@" in rep.get(1):
        system = "email"
    value = value or rep.get(1) or rep.get(12) or _assembled(rep)
    if not value:
        return None
    if system == "email" and "@" not in value:
        system = "phone" if any(char.isdigit() for char in value) else "other"
    means = "mobile" if equipment == "CP" else TELECOM_USES.get(told, use)
    return {"system": system, "value": value, **({"use": means} if means else {})}


def _assembled(rep: Repetition) -> str:
    """A number from its parts: country, area, local number, extension."""
    if not (local := rep.get(7)):
        return rep.get(4)
    country, area, extension = rep.get(5), rep.get(6), rep.get(8)
    number = " ".join(part for part in (f"+{country.lstrip('+')}" if country else "", area, local) if part)
    return f"{number} x{extension}" if extension else number
