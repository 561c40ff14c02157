"""The header: whose document, by whom, for whom, about which visit. Its own resource is the DocumentReference."""

import base64
from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reference
from bluering.intake.ccda.dispositions import disposition
from bluering.intake.ccda.names import words_in
from bluering.intake.ccda.people import (
    author_of,
    is_primary_care,
    location,
    organization,
    practitioner,
    related_person,
    relationships,
    since,
)
from bluering.intake.ccda.systems import V3_CODES
from bluering.intake.ccda.tree import Element, attribute, find, find_all
from bluering.intake.ccda.values import drop_empty, identifier_of, identifiers_of, instant_of, once, period_of, time_of
from bluering.intake.ccda.visits import class_of, unknown_class
from bluering.intake.reading import Resource

PEOPLE = frozenset(["PRS", "NOK", "ECON", "CAREGIVER", "CON", "AGNT", "GUARD", "GUAR", "CIT", "POLHOLD"])
"""Role classes of header participants who are people around the patient, not staff."""

STAYS = frozenset(["IMP", "ACUTE", "NONAC", "OBSENC", "EMER"])
RELATES = {"RPLC": "replaces", "APND": "appends", "XFRM": "transforms"}


def read_people(ctx: Context, root: Element) -> list[dict[str, Any]]:
    """Everybody in the header; gives the agents of the document's Provenance."""
    agents = [_agent("author", who) for who in _authors(ctx, root)]
    agents += [_agent("custodian", who) for who in [_custodian(ctx, root)] if who]
    for name, path in (("enterer", "dataEnterer"), ("legal", "legalAuthenticator"), ("attester", "authenticator")):
        roles = find_all(root, f"{path}/assignedEntity")
        agents += [_agent(name, who) for role in roles if (who := practitioner(ctx, role))]
    agents += [_agent("IRCP", who) for who in _recipients(ctx, root)]
    agents += [_agent("informant", who) for who in _informants(ctx, root)]
    for participant in find_all(root, "participant"):
        _participant(ctx, participant)
    return once(agents)


def _authors(ctx: Context, root: Element) -> list[Reference]:
    found = [author_of(ctx, role) for role in find_all(root, "author/assignedAuthor")]
    return once(who for who in found if who)


def _custodian(ctx: Context, root: Element) -> Reference | None:
    return organization(ctx, find(root, "custodian/assignedCustodian/representedCustodianOrganization"))


def _informants(ctx: Context, root: Element) -> list[Reference]:
    staff = [practitioner(ctx, role) for role in find_all(root, "informant/assignedEntity")]
    family = [related_person(ctx, role) for role in find_all(root, "informant/relatedEntity")]
    return [who for who in staff + family if who]


def _recipients(ctx: Context, root: Element) -> list[Reference]:
    """Whom the document is sent to: a person, else the organisation."""
    found = []
    for role in find_all(root, "informationRecipient/intendedRecipient"):
        who = _recipient(ctx, role) or organization(ctx, find(role, "receivedOrganization"))
        found += [who] if who else []
    return found


def _recipient(ctx: Context, role: Element) -> Reference | None:
    name = words_in(find(role, "informationRecipient/name"))
    known = ctx.of(role, "Practitioner", "RelatedPerson", "Patient")
    return known or ({"display": name} if name else None)


AGENTS = {
    "author": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author"),
    "custodian": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian"),
    "enterer": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "enterer"),
    "legal": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "legal"),
    "attester": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "attester"),
    "informant": ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "informant"),
    "IRCP": (V3_CODES + "ParticipationType", "IRCP"),
}


def _agent(kind: str, who: Reference) -> dict[str, Any]:
    system, code = AGENTS[kind]
    return {"type": coded(system, code), "who": who}


def _participant(ctx: Context, participant: Element) -> None:
    """A person around the patient, or staff such as the referring clinician."""
    role = find(participant, "associatedEntity")
    if role is None:
        return
    if attribute(role, "classCode") in PEOPLE:
        related_person(ctx, role, relationship=relationships(ctx, role))
    else:
        practitioner(ctx, role)


def read_care_team(ctx: Context, root: Element) -> None:
    """The performers of the documented service as a CareTeam; the primary care clinician also on the Patient."""
    events = find_all(root, "documentationOf/serviceEvent")
    members, patient = [], ctx.resources.get(("Patient", ctx.patient_key), {})
    for event in events:
        for performer in find_all(event, "performer"):
            role = find(performer, "assignedEntity")
            who = practitioner(ctx, role)
            if who is None:
                continue
            members.append(_member(ctx, performer, who))
            if is_primary_care(performer):
                patient.setdefault("generalPractitioner", []).append(who)
    if "generalPractitioner" in patient:
        patient["generalPractitioner"] = once(patient["generalPractitioner"])
    if members:
        team: Resource = {"resourceType": "CareTeam", "name": "Care team of the document", "subject": ctx.patient}
        period = next((said for event in events if (said := period_of(find(event, "effectiveTime")))), None)
        ctx.add(team | {"period": period, "participant": members}, events[0], key="documentationOf")


def _member(ctx: Context, performer: Element, who: Reference) -> dict[str, Any]:
    function = next(
        (said for path in ("sdtc:functionCode", "functionCode") if (said := ctx.concept(find(performer, path)))), None
    )
    roles = [function] if function else ctx.concepts(find_all(performer, "assignedEntity/code"))[:1]
    return drop_empty({"role": roles, "member": who, "period": drop_empty({"start": since(performer)})})


def read_encounter(ctx: Context, root: Element) -> Reference | None:
    """The visit that the document is about, with its discharge disposition.

    A stay that began and has no end is going on; of a visit to an office without an end this cannot be said.
    """
    visit = find(root, "componentOf/encompassingEncounter")
    if visit is None:
        return None
    kind, left = class_of(find(visit, "code")) or unknown_class(), disposition(ctx, visit)
    period = period_of(find(visit, "effectiveTime"))
    point = attribute(find(visit, "effectiveTime"), "value")
    over = bool(left or point or "end" in (period or {}))
    made: Resource = {
        "resourceType": "Encounter",
        "identifier": identifiers_of(find_all(visit, "id")),
        "status": "finished" if over else "in-progress" if period and kind["code"] in STAYS else "unknown",
        "class": kind,
        "type": ctx.concepts(find_all(visit, "code")),
        "subject": ctx.patient,
        "participant": _staff(ctx, visit),
        "period": period,
        "hospitalization": drop_empty({"dischargeDisposition": left}),
        "location": _sites(ctx, visit),
        "serviceProvider": organization(ctx, find(visit, "location/healthCareFacility/serviceProviderOrganization")),
    }
    return ctx.add(made, visit)


def _staff(ctx: Context, visit: Element) -> list[dict[str, Any]]:
    found = []
    for participation in [*find_all(visit, "responsibleParty"), *find_all(visit, "encounterParticipant")]:
        who = practitioner(ctx, find(participation, "assignedEntity"))
        code = attribute(participation, "typeCode") or "RESP"
        if who:
            found.append({"type": [coded(V3_CODES + "ParticipationType", code)], "individual": who})
    return [one for one in found if one["individual"]["reference"].startswith("Practitioner/")]


def _sites(ctx: Context, visit: Element) -> list[dict[str, Any]]:
    facilities = find_all(visit, "location/healthCareFacility")
    return [{"location": place} for one in facilities if (place := location(ctx, one))]


def document_reference(ctx: Context, root: Element, data: bytes, visit: Reference | None) -> Resource:
    """The document itself, with its XML."""
    title, written = words_in(find(root, "title")), find(root, "effectiveTime")
    made: Resource = {
        "resourceType": "DocumentReference",
        "masterIdentifier": identifier_of(find(root, "id")),
        "identifier": identifiers_of(find_all(root, "setId")),
        "status": "current",
        "type": ctx.concept(find(root, "code")),
        "subject": ctx.patient,
        "date": instant_of(written),
        "author": [who for who in _authors(ctx, root) if "reference" in who],
        "authenticator": practitioner(ctx, find(root, "legalAuthenticator/assignedEntity")),
        "custodian": _custodian(ctx, root),
        "relatesTo": _relations(root),
        "description": title,
        "securityLabel": ctx.concepts(find_all(root, "confidentialityCode")),
        "content": [{"attachment": _attachment(root, data, title, time_of(written))}],
        "context": _context(ctx, root, visit),
    }
    return ctx.resource(ctx.add(made, root))


def _attachment(root: Element, data: bytes, title: str, written: str | None) -> dict[str, Any]:
    language = attribute(find(root, "languageCode"), "code")
    encoded = base64.b64encode(data).decode()
    made = {
        "contentType": "application/xml",
        "language": language,
        "data": encoded,
        "title": title,
        "creation": written,
    }
    return drop_empty(made)


def _relations(root: Element) -> list[dict[str, Any]]:
    found = []
    for related in find_all(root, "relatedDocument"):
        code, identifier = (
            RELATES.get(attribute(related, "typeCode")),
            identifier_of(find(related, "parentDocument/id")),
        )
        if code and identifier:
            found.append({"code": code, "target": {"type": "DocumentReference", "identifier": identifier}})
    return found


def _context(ctx: Context, root: Element, visit: Reference | None) -> dict[str, Any]:
    """The visit, the services and their time, and the orders that the document answers, by their numbers."""
    events = find_all(root, "documentationOf/serviceEvent")
    orders = identifiers_of(find_all(root, "inFulfillmentOf/order/id"))
    made = {
        "encounter": [visit] if visit else [],
        "event": ctx.concepts([find(event, "code") for event in events]),
        "period": next((said for event in events if (said := period_of(find(event, "effectiveTime")))), None),
        "related": [{"type": "ServiceRequest", "identifier": identifier} for identifier in orders],
    }
    return drop_empty(made)
