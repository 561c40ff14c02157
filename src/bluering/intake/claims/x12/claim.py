"""837: each claim as an ExplanationOfBenefit in the shape of CARIN for Blue Button, with its Patient and Coverage."""

import hashlib

from bluering.intake.claims.x12.coded_parts import diagnoses, information, procedures
from bluering.intake.claims.x12.codes import ADJUDICATION, CARE_TEAM, CLAIM_TYPE, ROLES, coded, money
from bluering.intake.claims.x12.lines import item
from bluering.intake.claims.x12.people import Resource, patient, patient_id
from bluering.intake.claims.x12.walk import Claim, claims_of, dates

__all__ = ["CLAIM_NUMBER", "claim_id", "claims_of", "resources_of"]

RELATION = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
CLAIM_NUMBER = "https://bluering.example.org/claim-number"


def claim_id(provider: str, number: str) -> str:
    """The id of a claim by who billed it and the number they gave it."""
    return "x-" + hashlib.sha256(f"{provider}|{number}".encode()).hexdigest()[:40]


def resources_of(claim: Claim, kind: str) -> list[Resource]:
    """Patient, Coverage and ExplanationOfBenefit of one claim; `kind` is institutional or professional."""
    if not claim.person or not claim.head[1]:
        return []
    payer = claim.payer.number or claim.payer.display if claim.payer else ""
    member = claim.subscriber.number if claim.subscriber else ""
    about = patient(claim.person, claim.person.number or member, payer)
    cover = coverage(claim, about["id"], member, payer)
    return [about, cover, explanation(claim, kind, about["id"], cover["id"])]


def coverage(claim: Claim, person: str, member: str, payer: str) -> Resource:
    """The insurance that the claim is billed to; nothing is known of its dates."""
    made: Resource = {
        "resourceType": "Coverage",
        "id": f"{person[:44]}-{hashlib.sha256(payer.encode()).hexdigest()[:12]}",
        "status": "active",
        "beneficiary": {"reference": f"Patient/{person}"},
        "payor": [{"display": claim.payer.display if claim.payer and claim.payer.display else "payer not named"}],
    }
    if member:
        made["subscriberId"] = member
    if claim.subscriber and claim.dependant:
        made["subscriber"] = {"reference": f"Patient/{patient_id(claim.subscriber, member, payer)}"}
    return made


def explanation(claim: Claim, kind: str, person: str, cover: str) -> Resource:
    """The claim as it was billed: nothing is paid yet."""
    provider = claim.billing.npi or claim.billing.number or claim.billing.display if claim.billing else ""
    frequency = claim.head.part(5, 3) or "1"
    made: Resource = {
        "resourceType": "ExplanationOfBenefit",
        "id": claim_id(provider, claim.head[1]),
        "identifier": [{"system": CLAIM_NUMBER, "value": claim.head[1]}],
        "status": "cancelled" if frequency == "8" else "active",
        "type": coded(CLAIM_TYPE, kind),
        "use": "claim",
        "patient": {"reference": f"Patient/{person}"},
        "outcome": "queued",
        "insurance": [{"focal": True, "coverage": {"reference": f"Coverage/{cover}"}}],
        "total": [{"category": coded(ADJUDICATION, "submitted"), "amount": money(claim.head[2])}],
        "item": [one for number, line in enumerate(claim.lines, 1) if (one := item(line, number, kind, claim))],
    }
    if claim.told:
        made |= {"meta": {"lastUpdated": claim.told}, "created": claim.told[:10]}
    if claim.billing and (who := claim.billing.as_reference()):
        made["provider"] = who
    if claim.payer and claim.payer.display:
        made["insurer"] = {"display": claim.payer.display}
    parts = {
        "billablePeriod": _billable(claim, made["item"]), "careTeam": _team(claim), "diagnosis": diagnoses(claim), "procedure": procedures(claim),
        "supportingInfo": information(claim, kind), "related": _related(claim, frequency), "facility": _facility(claim),
    }  # fmt: skip
    return {name: value for name, value in (made | parts).items() if value}


def _billable(claim: Claim, items: list[Resource]) -> Resource:
    """Statement dates; where none are told, the first and last day of the services."""
    since, until = dates(claim, "434")
    days = sorted(one for item in items for one in (item.get("servicedPeriod") or {}).values())
    since, until = since or (days[0] if days else ""), until or (days[-1] if days else "")
    return {name: value for name, value in (("start", since), ("end", until)) if value}


def _team(claim: Claim) -> list[Resource]:
    told = [party for party in claim.parties if party.name[1] in ROLES]
    told += [party for line in claim.lines for party in line.parties if party.name[1] in ROLES]
    team: dict[tuple[str, str], Resource] = {}
    for party in told:
        who, role = party.as_reference(), ROLES[party.name[1]]
        if who:
            team.setdefault((role, party.npi or party.display), {"provider": who, "role": coded(CARE_TEAM, role)})
    return [{"sequence": number, **member} for number, member in enumerate(team.values(), 1)]


def _facility(claim: Claim) -> Resource | None:
    found = next((party for party in claim.parties if party.name[1] == "77"), None)
    return found.as_reference() if found else None


def _related(claim: Claim, frequency: str) -> list[Resource]:
    """The claim that this one replaces or voids, by the payer's number for it."""
    number = next((one[2] for one in claim.segments if one.id == "REF" and one[1] == "F8"), "")
    return (
        [{"relationship": coded(RELATION, "prior"), "reference": {"value": number}}]
        if number and frequency in "678"
        else []
    )
