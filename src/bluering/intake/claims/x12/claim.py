"""837: each claim as an ExplanationOfBenefit in the shape of CARIN for Blue Button, with its Patient and Coverage."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bluering.intake.claims.x12.codes import (
    ADJUDICATION,
    BILL,
    CARE_TEAM,
    CARIN_INFO,
    CLAIM_TYPE,
    DIAGNOSES,
    DISCHARGE,
    INSTITUTIONAL,
    ORIGIN,
    POS,
    PROCEDURES,
    ROLES,
    coded,
    diagnosis_code,
    money,
    number_of,
    procedure_code,
    service_system,
)  # fmt: skip
from bluering.intake.claims.x12.people import Party, Resource, day, patient, patient_id, period
from bluering.intake.claims.x12.segments import Segment, Transaction

RELATION = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
MOMENT = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
POINTER = re.compile(r"[1-9][0-9]?")
CLAIM_NUMBER = "https://bluering.example.org/claim-number"


@dataclass
class Claim:
    """One CLM with everything below it, and who it is about."""

    head: Segment
    billing: Party | None
    subscriber: Party | None
    dependant: Party | None
    payer: Party | None
    told: str
    segments: list[Segment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    lines: list["Line"] = field(default_factory=list)

    @property
    def person(self) -> Party | None:
        """The patient: the dependant where one is told, else the subscriber."""
        return self.dependant or self.subscriber


@dataclass
class Line:
    """One LX with what follows it."""

    head: Segment
    segments: list[Segment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)


# Hierarchical levels (HL03), and who is forgotten when a new one of a level begins.
LEVELS = {
    "20": ("billing", "subscriber", "dependant", "payer"),
    "22": ("subscriber", "dependant", "payer"),
    "23": ("dependant",),
}
ABOVE = {"85": "billing", "IL": "subscriber", "QC": "dependant", "PR": "payer"}
ABOUT_A_PARTY = ("N3", "N4", "DMG", "PER", "REF")


def claims_of(transaction: Transaction) -> Iterator[Claim]:
    """Every claim of a transaction set, in its order."""
    walk = _Walk()
    for segment in transaction.segments:
        if segment.id in ("HL", "CLM") and walk.claim:
            yield walk.claim
        walk.hear(segment)
    if walk.claim:
        yield walk.claim


class _Walk:
    """Where in a transaction set we are: whose level, which claim, which line, which party."""

    def __init__(self) -> None:
        self.told = ""
        self.above: dict[str, Party] = {}
        self.claim: Claim | None = None
        self.line: Line | None = None
        self.party: Party | None = None

    def hear(self, segment: Segment) -> None:
        """Take in one segment."""
        if segment.id == "BHT":
            self.told = _moment(segment)
        elif segment.id == "HL":
            self.claim = self.line = self.party = None
            for name in LEVELS.get(segment[3], ()):
                self.above.pop(name, None)
        elif segment.id == "CLM":
            who = {name: self.above.get(name) for name in LEVELS["20"]}
            self.claim = Claim(segment, who["billing"], who["subscriber"], who["dependant"], who["payer"], self.told)
            self.line = self.party = None
        elif segment.id == "NM1":
            self._meet(Party(segment))
        elif segment.id == "LX" and self.claim:
            self.line, self.party = Line(segment), None
            self.claim.lines.append(self.line)
        elif self.party and segment.id in ABOUT_A_PARTY:
            self.party.hear(segment)
        elif here := self.line or self.claim:
            here.segments.append(segment)

    def _meet(self, party: Party) -> None:
        """A name: of the line, of the claim, or of those above it."""
        self.party = party
        if here := self.line or self.claim:
            here.parties.append(party)
        elif role := ABOVE.get(party.name[1]):
            self.above[role] = party


def _moment(bht: Segment) -> str:
    time = bht[5].ljust(4, "0")
    return f"{day(bht[4])}T{time[:2]}:{time[2:4]}:00Z" if day(bht[4]) and MOMENT.match(time) else ""


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
        "item": [one for number, line in enumerate(claim.lines, 1) if (one := _item(line, number, kind, claim))],
    }
    if claim.told:
        made |= {"meta": {"lastUpdated": claim.told}, "created": claim.told[:10]}
    if claim.billing and (who := claim.billing.as_reference()):
        made["provider"] = who
    if claim.payer and claim.payer.display:
        made["insurer"] = {"display": claim.payer.display}
    parts = {
        "billablePeriod": _billable(claim, made["item"]), "careTeam": _team(claim), "diagnosis": _diagnoses(claim), "procedure": _procedures(claim),
        "supportingInfo": _information(claim, kind), "related": _related(claim, frequency), "facility": _facility(claim),
    }  # fmt: skip
    return {name: value for name, value in (made | parts).items() if value}


def _dates(claim: Claim, qualifier: str) -> tuple[str, str]:
    found = next((one for one in claim.segments if one.id == "DTP" and one[1] == qualifier), None)
    return period(found[2], found[3]) if found else ("", "")


def _billable(claim: Claim, items: list[Resource]) -> Resource:
    """Statement dates; where none are told, the first and last day of the services."""
    since, until = _dates(claim, "434")
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


def _codes(claim: Claim) -> Iterator[tuple[str, str, list[str]]]:
    """(qualifier, code, components) of every HI of the claim."""
    for segment in claim.segments:
        if segment.id == "HI":
            for number in range(1, len(segment.elements)):
                parts = segment.parts(number)
                if len(parts) > 1 and parts[1]:
                    yield parts[0], parts[1], parts


def _diagnoses(claim: Claim) -> list[Resource]:
    found: list[Resource] = []
    for qualifier, code, parts in _codes(claim):
        if qualifier in DIAGNOSES:
            role, system, version = DIAGNOSES[qualifier]
            one: Resource = {
                "sequence": len(found) + 1,
                "diagnosisCodeableConcept": diagnosis_code(code, version),
                "type": [coded(system, role)],
            }
            if len(parts) > 8 and parts[8] in ("Y", "N", "U", "W"):
                one["onAdmission"] = coded("https://www.nubc.org/CodeSystem/PresentOnAdmissionIndicator", parts[8])
            found.append(one)
    return found


def _procedures(claim: Claim) -> list[Resource]:
    found: list[Resource] = []
    for qualifier, code, parts in _codes(claim):
        if qualifier in PROCEDURES:
            when = day(parts[3]) if len(parts) > 3 else ""
            one: Resource = {
                "sequence": len(found) + 1,
                "procedureCodeableConcept": procedure_code(code, PROCEDURES[qualifier]),
            }
            found.append(one | ({"date": when} if when else {}))
    return found


def _information(claim: Claim, kind: str) -> list[Resource]:
    place, about = claim.head.part(5, 1), next((one for one in claim.segments if one.id == "CL1"), None)
    admitted = _dates(claim, "435")[0]
    drg = next((code for qualifier, code, _ in _codes(claim) if qualifier == "DR"), "")
    told: list[tuple[str, Resource]] = []
    if kind == INSTITUTIONAL and place:
        told.append(("typeofbill", {"code": coded(BILL, f"0{place}{claim.head.part(5, 3)}")}))
    if admitted:
        told.append(("admissionperiod", {"timingPeriod": {"start": admitted}}))
    if about and about[3]:
        told.append(("discharge-status", {"code": coded(DISCHARGE, about[3])}))
    if about and about[2]:
        told.append(("pointoforigin", {"code": coded(ORIGIN, about[2])}))
    if drg:
        told.append(("drg", {"code": {"coding": [{"code": drg}]}}))
    return [{"sequence": n, "category": coded(CARIN_INFO, name), **value} for n, (name, value) in enumerate(told, 1)]


def _related(claim: Claim, frequency: str) -> list[Resource]:
    """The claim that this one replaces or voids, by the payer's number for it."""
    number = next((one[2] for one in claim.segments if one.id == "REF" and one[1] == "F8"), "")
    return (
        [{"relationship": coded(RELATION, "prior"), "reference": {"value": number}}]
        if number and frequency in "678"
        else []
    )


def _item(line: Line, number: int, kind: str, claim: Claim) -> Resource | None:
    """One service line: SV1 of clinicians, SV2 of institutions, SV3 of dentists."""
    service = next((one for one in line.segments if one.id in ("SV1", "SV2", "SV3")), None)
    if service is None:
        return None
    at = 2 if service.id == "SV2" else 1
    code, charge = service.part(at, 2), service[3] if service.id == "SV2" else service[2]
    units = service[5] if service.id == "SV2" else service[4] if service.id == "SV1" else ""
    found = next((one for one in line.segments if one.id == "DTP" and one[1] == "472"), None)
    since, until = period(found[2], found[3]) if found else _dates(claim, "472")
    made: dict[str, Any] = {
        "sequence": number,
        "productOrService": coded(service_system(code), code)
        if code
        else {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable"}]
        },
        "net": money(charge),
    }
    if modifiers := [part for part in service.parts(at)[2:6] if part]:
        made["modifier"] = [coded(service_system(one), one) for one in modifiers]
    if since:
        made["servicedPeriod"] = {"start": since, "end": until}
    if value := number_of(units):
        made["quantity"] = {"value": value}
    if service.id == "SV2" and service[1]:
        made["revenue"] = coded("https://www.nubc.org/CodeSystem/RevenueCodes", service[1].zfill(4))
    if kind != INSTITUTIONAL and (place := (service[5] if service.id == "SV1" else "") or claim.head.part(5, 1)):
        made["locationCodeableConcept"] = coded(POS, place)
    if service.id == "SV1" and (pointers := [int(one) for one in service.parts(7) if POINTER.fullmatch(one)]):
        made["diagnosisSequence"] = pointers
    return {name: value for name, value in made.items() if value}
