"""The systems that do not know each other, and how each writes down who a person is."""

from dataclasses import dataclass
from typing import Any

from bluering.demo.cards import MBI, known_to_practice, mbi_of
from bluering.demo.clock import Clock
from bluering.demo.fhir import TERMINOLOGY, concept, ref
from bluering.demo.names import CULTURES, LANGUAGE_NAMES, RACE_NAMES
from bluering.demo.profile import Profile, address_of
from bluering.demo.slips import slipped

MAPLE, COUNTY, LAKESIDE, HEARTLAND, MEALS = (
    "maple-ehr",
    "county-general",
    "lakeside-specialty",
    "heartland-health-plan",
    "meals-together",
)
# The practice's schedule comes from a system of its own, which numbers patients as the practice does.
SCHEDULE = "maple-schedule"
MEMBER = "http://heartland.example/member"
CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
RACE_SYSTEM = "urn:oid:2.16.840.1.113883.6.238"


@dataclass(frozen=True)
class System:
    """`prefix` starts the ids of its persons; `mrn_system` names the numbers it gives them."""

    name: str
    prefix: str
    mrn_system: str
    organization: str
    title: str


SYSTEMS = {
    MAPLE: System(MAPLE, "", "urn:oid:2.16.840.1.113883.3.9999.1", "maple-street", "Maple Street Family Medicine"),
    COUNTY: System(COUNTY, "cg-", "urn:oid:2.16.840.1.113883.3.9999.2", "county-general", "County General Hospital"),
    LAKESIDE: System(
        LAKESIDE, "ls-", "urn:oid:2.16.840.1.113883.3.9999.3", "lakeside-group", "Lakeside Specialty Group"
    ),
    HEARTLAND: System(HEARTLAND, "hhp-", MEMBER, "heartland", "Heartland Health Plan"),
    MEALS: System(MEALS, "mt-", "urn:oid:2.16.840.1.113883.3.9999.5", "meals-together", "Meals Together"),
}


def patient_id(source: str, person: Profile) -> str:
    return SYSTEMS[source].prefix + person.id


def patient_resource(source: str, person: Profile, clock: Clock) -> dict:
    """The person as this system has them, with its own mistakes."""
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": patient_id(source, person),
        "identifier": identifiers(source, person),
        "active": True,
        "name": [_name(source, person)],
        "gender": person.sex,
        "birthDate": clock.day(-365 * person.age - person.age // 4 - person.birth_shift - 1),
        "address": [_address(source, person)],
    }
    if source != MEALS or person.phone:
        made["telecom"] = _telecom(source, person)
    if source != MEALS:
        made["communication"] = [{"language": _language(person.language), "preferred": True}]
    if source == MAPLE:
        made |= _practice_part(person)
    made = {key: value for key, value in made.items() if value != []}
    return slipped(made, person, source) if source not in (MAPLE, HEARTLAND) and len(made["identifier"]) == 1 else made


def identifiers(source: str, person: Profile) -> list[dict]:
    """The system's own number, and the plan's number where it asked for the card; else the practice's, as on most of its letters."""
    system, found = SYSTEMS[source], []
    if source != HEARTLAND:
        number = {MAPLE: "M", COUNTY: "CG", LAKESIDE: "L", MEALS: "MT"}[source] + f"{person.number + 100_000}"
        kind = concept((TERMINOLOGY + "v2-0203", "MR", "Medical record number"))
        found.append({"use": "usual", "type": kind, "system": system.mrn_system, "value": number})
    if source == MAPLE and known_to_practice(person):
        kind = concept((TERMINOLOGY + "v2-0203", "MC", "Patient's Medicare number"))
        found.append({"type": kind, "system": MBI, "value": mbi_of(person)})
    if person.insured and source != MEALS and person.no_member_id_in != source:
        kind = concept((TERMINOLOGY + "v2-0203", "MB", "Member Number"))
        found.append({"type": kind, "system": MEMBER, "value": person.member_id})
    elif (source == MEALS or (source != HEARTLAND and not person.insured)) and person.number % 3:
        kind = concept((TERMINOLOGY + "v2-0203", "MR", "Medical record number"))
        found.append({"type": kind, "system": SYSTEMS[MAPLE].mrn_system, "value": f"M{person.number + 100_000}"})
    return found


def _name(source: str, person: Profile) -> dict:
    given, family = person.given, person.family
    if source == person.misspelled_in:
        given, family = _by_ear(given), _by_ear(family)
    if source == MEALS:
        return {"use": "usual", "text": f"{given} {family}", "family": family, "given": [given]}
    if source == HEARTLAND:
        given, family = given.upper(), family.upper()
    middle = [person.middle] if person.middle and source != COUNTY else []
    return {"use": "official", "family": family, "given": [given, *middle]}


def _by_ear(name: str) -> str:
    """As somebody in a hurry types it."""
    for right, heard in (
        ("son", "sen"),
        ("ph", "f"),
        ("ll", "l"),
        ("ez", "es"),
        ("í", "i"),
        ("á", "a"),
        ("ễ", "e"),
        ("y", "i"),
        ("th", "t"),
    ):
        if right in name:
            return name.replace(right, heard, 1)
    return name[:-1] + name[-1] * 2


def _address(source: str, person: Profile) -> dict:
    if source == person.old_address_in:
        return address_of(person.stream("old address")) | {"use": "old"}
    return person.address


def _telecom(source: str, person: Profile) -> list[dict]:
    found = (
        [{"system": "phone", "value": person.phone, "use": "home" if person.age > 70 else "mobile"}]
        if person.phone
        else []
    )
    if source == MAPLE and person.email:
        found.append({"system": "email", "value": person.email})
    return found


def _language(code: str) -> dict:
    return {
        "coding": [{"system": "urn:ietf:bcp:47", "code": code, "display": LANGUAGE_NAMES[code]}],
        "text": LANGUAGE_NAMES[code],
    }


def _practice_part(person: Profile) -> dict:
    from bluering.demo.directory import display

    part: dict = {"managingOrganization": ref("Organization", "maple-street", "Maple Street Family Medicine")}
    if person.clinician and not person.unheld:
        part["generalPractitioner"] = [ref("Practitioner", person.clinician, display(person.clinician))]
    _, _, race, hispanic, *_ = CULTURES[person.culture]
    ethnicity = ("2135-2", "Hispanic or Latino") if hispanic else ("2186-5", "Not Hispanic or Latino")
    part["extension"] = [
        _omb("us-core-race", race, RACE_NAMES[race]) if race != "2131-1" else _text_only("us-core-race", "Other"),
        _omb("us-core-ethnicity", *ethnicity),
    ]
    return part


def _omb(name: str, code: str, display: str) -> dict:
    coding = {"system": RACE_SYSTEM, "code": code, "display": display}
    return {
        "url": CORE + name,
        "extension": [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": display}],
    }


def _text_only(name: str, text: str) -> dict:
    return {"url": CORE + name, "extension": [{"url": "text", "valueString": text}]}
