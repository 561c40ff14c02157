"""The recordTarget as a Patient, with what US Core asks of one."""

from typing import Any

from bluering.intake.ccda.codes import coded, coding_of
from bluering.intake.ccda.context import Context, keys_of
from bluering.intake.ccda.names import address, addresses, human_names, telecoms
from bluering.intake.ccda.people import organization
from bluering.intake.ccda.systems import RACE, V3_CODES
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, is_null
from bluering.intake.ccda.values import day_of, drop_empty, identifiers_of, number_of, time_of
from bluering.intake.reading import Resource, stable_id

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
GENDERS = {"M": "male", "F": "female", "UN": "other", "U": "unknown", "UNK": "unknown"}
RACES = frozenset(["1002-5", "2028-9", "2054-5", "2076-8", "2106-3"])
ETHNICITIES = frozenset(["2135-2", "2186-5"])
"""The categories of the Office of Management and Budget; every other code of CDC's list is a detail. Source: US Core."""


def read_patient(ctx: Context, target: Element | None) -> None:
    """Make the document's Patient; every other resource hangs on it.

    Without an id of its own the patient is known within this document only (`ctx.digest`).
    """
    role = find(target, "patientRole")
    person = find(role, "patient")
    if role is None:
        ctx.patient_key = stable_id("patient", ctx.digest)
        return
    own = next(iter(keys_of(role)), None)
    ctx.patient_key = stable_id("patient", *own, "|") if own else stable_id("patient", ctx.digest, "|")
    made = _who(role, person) | _facts(ctx, person) | {"id": ctx.patient_key}
    ctx.resources["Patient", ctx.patient_key] = drop_empty(made)
    ctx.patient = {"reference": f"Patient/{ctx.patient_key}"}
    ctx.patient_ids = set(keys_of(role))
    ctx.resources["Patient", ctx.patient_key] |= drop_empty({"managingOrganization": _home(ctx, role)})


def _home(ctx: Context, role: Element) -> dict[str, str] | None:
    return organization(ctx, find(role, "providerOrganization"))


def _who(role: Element, person: Element | None) -> Resource:
    return {
        "resourceType": "Patient",
        "identifier": identifiers_of(find_all(role, "id")),
        "name": human_names(find_all(person, "name")),
        "telecom": telecoms(find_all(role, "telecom")),
        "address": addresses(find_all(role, "addr")),
        "gender": GENDERS.get(_gender(find(person, "administrativeGenderCode")), ""),
        "birthDate": day_of(find(person, "birthTime")),
    } | _death(person)


def _gender(code: Element | None) -> str:
    return code_of(code) or attribute(code, "nullFlavor")


def _death(person: Element | None) -> dict[str, Any]:
    died = time_of(find(person, "sdtc:deceasedTime"))
    said = attribute(find(person, "sdtc:deceasedInd"), "value")
    if died:
        return {"deceasedDateTime": died}
    return {"deceasedBoolean": said == "true"} if said in ("true", "false") else {}


def _facts(ctx: Context, person: Element | None) -> Resource:
    births = attribute(find(person, "sdtc:multipleBirthInd"), "value")
    order = number_of(attribute(find(person, "sdtc:multipleBirthOrderNumber"), "value"))
    birth: dict[str, Any] = {"multipleBirthBoolean": births == "true"} if births in ("true", "false") else {}
    if isinstance(order, int):
        birth = {"multipleBirthInteger": order}
    return birth | {
        "maritalStatus": ctx.concept(find(person, "maritalStatusCode")),
        "communication": [said for one in find_all(person, "languageCommunication") if (said := _language(one))],
        "contact": [said for one in find_all(person, "guardian") if (said := _guardian(ctx, one))],
        "extension": _extensions(ctx, person),
    }


def _language(element: Element) -> dict[str, Any] | None:
    code = code_of(element, "languageCode")
    if not code:
        return None
    preferred = attribute(find(element, "preferenceInd"), "value")
    return {"language": coded("urn:ietf:bcp:47", code)} | ({"preferred": preferred == "true"} if preferred else {})


def _guardian(ctx: Context, element: Element) -> dict[str, Any] | None:
    """A guardian as a contact: a person, else the organisation that is one."""
    names = human_names(find_all(element, "guardianPerson/name"))
    firm = organization(ctx, find(element, "guardianOrganization"))
    if not names and not firm:
        return None
    kinds = [coded(V3_CODES + "RoleCode", "GUARD", "guardian"), *ctx.concepts(find_all(element, "code"))]
    return drop_empty(
        {
            "relationship": kinds,
            "name": names[0] if names else None,
            "telecom": telecoms(find_all(element, "telecom")),
            "address": next(iter(addresses(find_all(element, "addr"))), None),
            "organization": firm,
        }
    )


def _extensions(ctx: Context, person: Element | None) -> list[dict[str, Any]]:
    race = [*find_all(person, "raceCode"), *find_all(person, "sdtc:raceCode")]
    origin = [*find_all(person, "ethnicGroupCode"), *find_all(person, "sdtc:ethnicGroupCode")]
    found = [
        _omb("race", race, RACES),
        _omb("ethnicity", origin, ETHNICITIES),
        _religion(ctx, person),
        _birthplace(person),
    ]
    return [one for one in found if one]


def _omb(name: str, elements: list[Element], categories: frozenset[str]) -> dict[str, Any] | None:
    """US Core's race or ethnicity: its categories, its details, and the text that it demands."""
    codings = [coding for one in elements if not is_null(one) and (coding := coding_of(one))]
    unknown = {"UNK", "ASKU"} & {attribute(one, "nullFlavor") for one in elements}
    parts: list[dict[str, Any]] = []
    for coding in codings:
        url = "ombCategory" if coding["code"] in categories else "detailed"
        parts.append({"url": url, "valueCoding": coding | {"system": f"urn:oid:{RACE}"}})
    if not parts and unknown:
        flavor = {"system": V3_CODES + "NullFlavor", "code": min(unknown)}
        parts = [{"url": "ombCategory" if name == "race" else "detailed", "valueCoding": flavor}]
    text = ", ".join(coding.get("display", coding["code"]) for coding in codings) or ("Unknown" if unknown else "")
    if not parts:
        return None
    return {"url": US_CORE + name, "extension": [*parts, {"url": "text", "valueString": text}]}


def _religion(ctx: Context, person: Element | None) -> dict[str, Any] | None:
    said = ctx.concept(find(person, "religiousAffiliationCode"))
    return {"url": HL7 + "patient-religion", "valueCodeableConcept": said} if said else None


def _birthplace(person: Element | None) -> dict[str, Any] | None:
    said = address(find(person, "birthplace/place/addr"))
    return {"url": HL7 + "patient-birthPlace", "valueAddress": said} if said else None


def add_to_patient(ctx: Context, extension: dict[str, Any]) -> None:
    """An extension that a section tells of (birth sex, gender identity), once."""
    patient = ctx.resources.get(("Patient", ctx.patient_key))
    if patient is not None and extension not in patient.setdefault("extension", []):
        patient["extension"].append(extension)
