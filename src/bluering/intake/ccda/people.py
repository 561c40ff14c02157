"""People and organisations around a statement: practitioners, related persons, organisations, places."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reference, keys_of
from bluering.intake.ccda.names import addresses, human_names, organization_name, plain_name, telecoms, words_in
from bluering.intake.ccda.systems import NPI, V3_CODES
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, is_null
from bluering.intake.ccda.values import identifiers_of, once, start_of, time_of
from bluering.intake.reading import Resource


def practitioner(ctx: Context, role: Element | None) -> Reference | None:
    """Who an assignedEntity, assignedAuthor or the like is; an organisation where it names no person, None where nobody."""
    if is_null(role):
        return None
    person = (
        find(role, "assignedPerson") if find(role, "assignedPerson") is not None else find(role, "associatedPerson")
    )
    names = human_names(find_all(person, "name"))
    home = (
        find(role, "representedOrganization")
        if find(role, "representedOrganization") is not None
        else find(role, "scopingOrganization")
    )
    firm = organization(ctx, home)
    if not names:
        return firm or _unnamed(ctx, role)
    display = plain_name(names[0])
    made: Resource = {
        "resourceType": "Practitioner",
        "identifier": identifiers_of(find_all(role, "id")),
        "name": names,
        "telecom": telecoms(find_all(role, "telecom")),
        "address": addresses(find_all(role, "addr")),
        "qualification": [{"code": code} for code in ctx.concepts(find_all(role, "code"))],
    }
    return {**ctx.add(made, role, key=_told_apart(role, display), about_patient=False), "display": display}


def _unnamed(ctx: Context, role: Element) -> Reference | None:
    """Somebody of whom only an NPI is told is a practitioner all the same; of other numbers nothing can be said."""
    npis = [one for one in find_all(role, "id") if attribute(one, "root") == NPI and attribute(one, "extension")]
    if not npis or is_null(npis[0]) or find(role, "assignedAuthoringDevice") is not None:
        return None
    made: Resource = {
        "resourceType": "Practitioner",
        "identifier": identifiers_of(npis[:1]),
        "telecom": telecoms(find_all(role, "telecom")),
        "address": addresses(find_all(role, "addr")),
        "qualification": [{"code": code} for code in ctx.concepts(find_all(role, "code"))],
    }
    return ctx.add(made, role, key=_told_apart(role, ""), about_patient=False)


def _told_apart(role: Element, name: str) -> str:
    """What tells people with one id apart: nothing for a true NPI; else the name, for senders give one id to many."""
    first = next(iter(keys_of(role)), ("", ""))
    return "" if first[0] == NPI and is_npi(first[1]) else name.casefold()


def is_npi(number: str) -> bool:
    """Whether a number can be an NPI: ten digits of which the last checks the others (Luhn with 80840 in front; 45 CFR 162.406)."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in "80840" + number]
    doubled = [digit if n % 2 == 0 else sum(divmod(2 * digit, 10)) for n, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def organization(ctx: Context, element: Element | None) -> Reference | None:
    """An organisation by its name; without a name there is nothing to show."""
    name = "" if is_null(element) else organization_name(element)
    if element is None or not name:
        return None
    made: Resource = {
        "resourceType": "Organization",
        "identifier": identifiers_of(find_all(element, "id")),
        "name": name,
        "telecom": telecoms(find_all(element, "telecom")),
        "address": addresses(find_all(element, "addr")),
    }
    return {**ctx.add(made, element, key=_told_apart(element, name), about_patient=False), "display": name}


def location(ctx: Context, role: Element) -> Reference | None:
    """A service delivery location (participantRole, healthCareFacility) by its name, or by its kind where it has none."""
    place = find(role, "playingEntity") if find(role, "playingEntity") is not None else find(role, "location")
    name = organization_name(place) or organization_name(find(role, "serviceProviderOrganization"))
    kinds = ctx.concepts(find_all(role, "code"))
    shown = name or next((kind.get("text", "") for kind in kinds), "")
    if not shown:
        return None
    made: Resource = {
        "resourceType": "Location",
        "identifier": identifiers_of(find_all(role, "id")),
        "name": name,
        "type": kinds,
        "telecom": telecoms(find_all(role, "telecom")),
        "address": next(iter(addresses(find_all(role, "addr") + find_all(place, "addr"))), None),
        "managingOrganization": organization(ctx, find(role, "serviceProviderOrganization")),
    }
    return {**ctx.add(made, role, key=shown.casefold(), about_patient=False), "display": shown}


def locations(ctx: Context, statement: Element) -> list[Reference]:
    """Where a statement took place."""
    roles = [find(one, "participantRole") for one in find_all(statement, "participant") if one.get("typeCode") == "LOC"]
    return [place for role in roles if role is not None and (place := location(ctx, role))]


def related_person(
    ctx: Context, role: Element, *, relationship: list[dict[str, Any]] | None = None
) -> Reference | None:
    """A relative, friend or helper of the patient (relatedEntity, associatedEntity, participantRole)."""
    person = next((one for name in PERSONS if (one := find(role, name)) is not None), None)
    names = human_names(find_all(person, "name"))
    if not names:
        return None
    made: Resource = {
        "resourceType": "RelatedPerson",
        "identifier": identifiers_of(find_all(role, "id")),
        "patient": ctx.patient,
        "relationship": relationship or relationships(ctx, role),
        "name": names,
        "telecom": telecoms(find_all(role, "telecom") or find_all(person, "telecom")),
        "address": addresses(find_all(role, "addr") or find_all(person, "addr")),
        "birthDate": (time_of(find(person, "sdtc:birthTime")) or "")[:10],
    }
    display = plain_name(names[0])
    key = display.casefold()
    return {**ctx.add(made, role, key=key), "display": display}


PERSONS = ("relatedPerson", "associatedPerson", "assignedPerson", "playingEntity")


def relationships(ctx: Context, role: Element) -> list[dict[str, Any]]:
    """What a person is to the patient: the code, else the class of the role (next of kin, emergency contact, caregiver)."""
    said = ctx.concepts(find_all(role, "code"))
    kind = attribute(role, "classCode")
    return said or ([coded(V3_CODES + "RoleClass", kind)] if kind else [])


def authors(ctx: Context, statement: Element) -> tuple[list[Reference], str | None]:
    """Who wrote a statement down, the first one first, and when the latest of them did."""
    found: list[Reference] = []
    times: list[str] = []
    for author in find_all(statement, "author"):
        who = author_of(ctx, find(author, "assignedAuthor"))
        found += [who] if who else []
        times += [said] if (said := time_of(find(author, "time"))) else []
    return once(found), max(times, default=None)


def author_of(ctx: Context, role: Element | None) -> Reference | None:
    """One author: a practitioner, the patient, somebody told of elsewhere by id only, or a device."""
    if is_null(role) or role is None:
        return None
    if any(own in ctx.patient_ids for own in keys_of(role)):
        return ctx.patient
    device = find(role, "assignedAuthoringDevice")
    who = practitioner(ctx, role) or ctx.of(role, "Practitioner", "Organization", "RelatedPerson")
    if who is None and device is not None:
        name = words_in(find(device, "softwareName")) or words_in(find(device, "manufacturerModelName"))
        return {"display": name} if name else None
    return who


def performers(ctx: Context, statement: Element) -> list[Reference]:
    """Who did what a statement tells."""
    roles = [find(one, "assignedEntity") for one in find_all(statement, "performer")]
    found = [who for role in roles if role is not None and (who := practitioner(ctx, role) or _told_before(ctx, role))]
    return once(found)


def _told_before(ctx: Context, role: Element) -> Reference | None:
    return ctx.of(role, "Practitioner", "Organization")


def function_of(ctx: Context, participation: Element) -> dict[str, Any] | None:
    """What somebody did: the function, else the code of the role."""
    for path in ("sdtc:functionCode", "functionCode", "assignedEntity/code"):
        if (said := ctx.concept(find(participation, path))) is not None:
            return said
    return None


def is_primary_care(participation: Element) -> bool:
    """Whether the function is primary care physician (PCP, or PP in older documents)."""
    codes = {code_of(participation, path) for path in ("sdtc:functionCode", "functionCode")}
    return bool(codes & {"PCP", "PP"})


def since(participation: Element) -> str | None:
    """When somebody's part began."""
    return start_of(find(participation, "time"))
