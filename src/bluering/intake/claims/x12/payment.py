"""835: each claim payment as an ExplanationOfBenefit that names the claim it pays, with what was paid, allowed and adjusted."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bluering.intake.claims.x12.claim import CLAIM_NUMBER, claim_id
from bluering.intake.claims.x12.codes import (
    ADJUDICATION,
    CARIN_ADJUDICATION,
    CLAIM_TYPE,
    INSTITUTIONAL,
    PROFESSIONAL,
    coded,
    money,
    service_system,
)
from bluering.intake.claims.x12.people import Party, Resource, day, patient
from bluering.intake.claims.x12.segments import Segment, Transaction

PAYER_NUMBER = "https://bluering.example.org/payer-claim-number"
REASONS = "https://x12.org/codes/claim-adjustment-reason-codes"
# References to the patients of those of these claims that are known.
Known = Callable[[list[str]], dict[str, str]]
REVERSED, DENIED = "22", "4"


@dataclass
class Paid:
    """One CLP with everything below it."""

    head: Segment
    segments: list[Segment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    lines: list[list[Segment]] = field(default_factory=list)


@dataclass
class Remittance:
    """One 835: who pays whom, when, for which claims."""

    day: str = ""
    payer: str = ""
    payer_number: str = ""
    payee: str = ""
    claims: list[Paid] = field(default_factory=list)


def remittance_of(transaction: Transaction) -> Remittance:
    """The whole transaction set, sorted by claim."""
    made = Remittance()
    for segment in transaction.segments:
        if segment.id == "CLP":
            made.claims.append(Paid(segment))
        elif made.claims:
            _hear(made.claims[-1], segment)
        elif segment.id == "BPR":
            made.day = made.day or day(segment[16])
        elif segment.id == "DTM" and segment[1] == "405":
            made.day = day(segment[2]) or made.day
        elif segment.id == "N1" and segment[1] == "PR":
            made.payer, made.payer_number = segment[2], segment[4]
        elif segment.id == "N1" and segment[1] == "PE":
            made.payee = segment[4] or segment[2]
    return made


def _hear(paid: Paid, segment: Segment) -> None:
    if segment.id == "SVC":
        paid.lines.append([segment])
    elif segment.id == "NM1":
        paid.parties.append(Party(segment))
    elif paid.lines:
        paid.lines[-1].append(segment)
    else:
        paid.segments.append(segment)


def resources_of(transaction: Transaction, known: Known) -> Iterator[list[Resource]]:
    """ExplanationOfBenefit of each payment, about the patient of the claim it pays; of a claim that nobody knows, with a Patient of its own.

    A remittance tells no birth date, and a member's number is a family's: so it is the claim that says who it was.
    """
    remittance = remittance_of(transaction)
    claims = known([claim_id(remittance.payee, paid.head[1]) for paid in remittance.claims])
    for paid in remittance.claims:
        person = next((one for one in paid.parties if one.name[1] == "QC"), None)
        if found := claims.get(claim_id(remittance.payee, paid.head[1])):
            yield [_explanation(remittance, paid, found)]
        elif person:
            insured = next((one for one in paid.parties if one.name[1] == "IL"), person)
            about = patient(person, person.number or insured.number, remittance.payer_number or remittance.payer)
            yield [about, _explanation(remittance, paid, f"Patient/{about['id']}")]


def _explanation(remittance: Remittance, paid: Paid, person: str) -> Resource:
    number, status = paid.head[1], paid.head[2]
    kind = (
        INSTITUTIONAL
        if any(line[0].part(1, 1) == "NU" or line[0][4] for line in paid.lines)
        or (len(paid.head[8]) == 2 and paid.head[9])
        else PROFESSIONAL
    )
    since, until = _date(paid.segments, "232"), _date(paid.segments, "233")
    days = sorted(filter(None, (_date(line, "472") or _date(line, "150") for line in paid.lines)))
    told = "|".join((number, paid.head[7], status, paid.head[4], remittance.day))
    made: Resource = {
        "resourceType": "ExplanationOfBenefit",
        "id": "r-" + hashlib.sha256(told.encode()).hexdigest()[:40],
        "identifier": [{"system": PAYER_NUMBER, "value": paid.head[7]}] if paid.head[7] else None,
        "status": "cancelled" if status == REVERSED else "active",
        "type": coded(CLAIM_TYPE, kind),
        "use": "claim",
        "patient": {"reference": person},
        "created": remittance.day,
        "insurer": {"display": remittance.payer} if remittance.payer else None,
        "claim": {
            "reference": f"ExplanationOfBenefit/{claim_id(remittance.payee, number)}",
            "identifier": {"system": CLAIM_NUMBER, "value": number},
        },
        "outcome": "complete",
        "disposition": "Denied"
        if status == DENIED
        else "Reversal of an earlier payment"
        if status == REVERSED
        else "Paid",
        "billablePeriod": {
            k: v
            for k, v in (("start", since or (days[0] if days else "")), ("end", until or (days[-1] if days else "")))
            if v
        },
        "insurance": [{"focal": True, "coverage": {"display": remittance.payer or "payer not named"}}],
        "item": [_item(line, number) for number, line in enumerate(paid.lines, 1)],
        "adjudication": _adjustments(paid.segments),
        "total": [_total(*one) for one in _sums(paid)],
        "payment": {"date": remittance.day, "amount": money(paid.head[4])}
        if remittance.day
        else {"amount": money(paid.head[4])},
    }
    return {name: value for name, value in made.items() if value}


def _sums(paid: Paid) -> list[tuple[str, str, str]]:
    allowed = next((one[2] for one in paid.segments if one.id == "AMT" and one[1] == "AU"), "")
    told = [
        (ADJUDICATION, "submitted", paid.head[3]),
        (ADJUDICATION, "benefit", paid.head[4]),
        (CARIN_ADJUDICATION, "memberliability", paid.head[5]),
        (ADJUDICATION, "eligible", allowed),
    ]
    return [one for one in told if one[2] and money(one[2])]


def _total(system: str, code: str, told: str) -> Resource:
    return {"category": coded(system, code), "amount": money(told)}


def _item(line: list[Segment], number: int) -> Resource:
    service = line[0]
    code = service.part(1, 2)
    allowed = next((one[2] for one in line if one.id == "AMT" and one[1] == "B6"), "")
    sums = [
        (ADJUDICATION, "submitted", service[2]),
        (ADJUDICATION, "benefit", service[3]),
        (ADJUDICATION, "eligible", allowed),
    ]
    when = _date(line, "472") or _date(line, "150")
    made: Resource = {
        "sequence": number,
        "productOrService": coded(service_system(code), code),
        "servicedDate": when,
        "revenue": coded("https://www.nubc.org/CodeSystem/RevenueCodes", service[4].zfill(4)) if service[4] else None,
        "adjudication": [*(_total(*one) for one in sums if one[2] and money(one[2])), *_adjustments(line)],
    }
    return {name: value for name, value in made.items() if value}


def _adjustments(segments: list[Segment]) -> list[Resource]:
    """Every CAS: group (CO, PR, OA, PI), reason, sum."""
    found = []
    for segment in (one for one in segments if one.id == "CAS"):
        for at in range(2, len(segment.elements), 3):
            if segment[at] and money(segment[at + 1]):
                reason = {"coding": [{"system": REASONS, "code": segment[at]}], "text": segment[1]}
                found.append(
                    {
                        "category": coded(CARIN_ADJUDICATION, "adjustmentreason"),
                        "reason": reason,
                        "amount": money(segment[at + 1]),
                    }
                )
    return found


def _date(segments: list[Segment], qualifier: str) -> str:
    return next((day(one[2]) for one in segments if one.id == "DTM" and one[1] == qualifier), "")
