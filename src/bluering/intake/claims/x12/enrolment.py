"""834: each member as a Patient, with a Coverage for each benefit and its dates."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bluering.intake.claims.x12.people import Party, Resource, day, patient, patient_id, period
from bluering.intake.claims.x12.segments import Segment, Transaction

ENDED = {"024"}
WHOLE = {"4", "RX"}
RELATIONS = {"18": "self", "01": "spouse", "19": "child", "53": "common"}
CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
RELATIONSHIP = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"


@dataclass
class Benefit:
    """One HD with its dates and the clinicians chosen under it."""

    head: Segment
    dates: dict[str, str] = field(default_factory=dict)
    clinicians: list[Party] = field(default_factory=list)


@dataclass
class Member:
    """One INS with everything below it."""

    head: Segment
    numbers: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    party: Party | None = None
    benefits: list[Benefit] = field(default_factory=list)


def members_of(transaction: Transaction) -> tuple[Party | None, str, list[Member]]:
    """The insurer, the day of the file, and every member in its order."""
    insurer: Party | None = None
    written = ""
    members: list[Member] = []
    party: Party | None = None
    for segment in transaction.segments:
        if segment.id == "BGN":
            written = day(segment[3])
        elif segment.id == "N1" and segment[1] == "IN" and not members:
            insurer = Party(
                Segment(("NM1", "IN", "2", segment[2], "", "", "", "", segment[3], segment[4]), segment.line)
            )
        elif segment.id == "INS":
            members.append(Member(segment))
            party = None
        elif members:
            party = _hear(members[-1], segment, party)
    return insurer, written, members


def _hear(member: Member, segment: Segment, party: Party | None) -> Party | None:
    """Take in one segment of a member; returns the party that the next segments are about."""
    benefit = member.benefits[-1] if member.benefits else None
    if segment.id == "NM1":
        party = Party(segment)
        if benefit:
            benefit.clinicians.append(party)
        elif segment[1] in ("IL", "74"):
            member.party = party
        return party
    if segment.id == "HD":
        member.benefits.append(Benefit(segment))
        return None
    if segment.id == "DTP":
        (benefit.dates if benefit else member.dates)[segment[1]] = period(segment[2], segment[3])[0]
    elif party and segment.id in ("N3", "N4", "DMG", "PER"):
        party.hear(segment)
    elif segment.id == "REF" and not benefit:
        member.numbers.setdefault(segment[1], segment[2])
    return party


def resources_of(transaction: Transaction) -> Iterator[list[Resource]]:
    """Patient and Coverages of each member."""
    insurer, written, members = members_of(transaction)
    payer = (insurer.number or insurer.display) if insurer else transaction.sender
    subscriber = ""
    tag = "whole-enrolment" if _tells_everybody(transaction) else "enrolment"
    for member in members:
        if member.party is None:
            continue
        number = member.numbers.get("0F") or member.numbers.get("23") or member.party.number
        about = patient(member.party, number, payer)
        if member.head[1] == "Y":
            subscriber = patient_id(member.party, number, payer)
        covers = [_coverage(member, one, about["id"], subscriber, number, insurer) for one in member.benefits]
        if not covers:
            covers = [_coverage(member, None, about["id"], subscriber, number, insurer)]
        made = [about, *covers]
        for one in covers:
            one["meta"] = {"tag": [{"system": "urn:bluering:roster", "code": tag}]}
        if written:
            for one in made:
                one["meta"] = one.get("meta", {}) | {"lastUpdated": f"{written}T00:00:00Z"}
        yield made


def _tells_everybody(transaction: Transaction) -> bool:
    """Whether the file holds everybody who is enrolled, to be compared (BGN08 4, Verify; RX, Replace), rather than changes (2)."""
    return any(segment.id == "BGN" and segment[8] in WHOLE for segment in transaction.segments)


def _coverage(
    member: Member, benefit: Benefit | None, person: str, subscriber: str, number: str, insurer: Party | None
) -> Resource:
    dates = member.dates | (benefit.dates if benefit else {})
    line = benefit.head[3] if benefit else ""
    plan = benefit.head[4] if benefit else ""
    group = member.numbers.get("1L", "")
    since = dates.get("348") or dates.get("356") or dates.get("303") or ""
    until = dates.get("349") or dates.get("357") or ""
    ended = member.head[3] in ENDED or (benefit is not None and benefit.head[1] in ENDED)
    made: Resource = {
        "resourceType": "Coverage",
        "id": f"{person[:44]}-{hashlib.sha256('|'.join((group, line)).encode()).hexdigest()[:12]}",
        "status": "cancelled" if ended and not until else "active",
        "beneficiary": {"reference": f"Patient/{person}"},
        "payor": [{"display": (insurer.display if insurer else "") or "payer not named"}],
        "relationship": {"coding": [{"system": RELATIONSHIP, "code": RELATIONS.get(member.head[2], "other")}]},
    }
    told = {"start": since, "end": until}
    parts = {
        "subscriberId": number,
        "period": {name: value for name, value in told.items() if value},
        "class": [
            {"type": {"coding": [{"system": CLASS, "code": kind}]}, "value": value}
            for kind, value in (("group", group), ("plan", plan))
            if value
        ],
        "type": {"text": line} if line else None,
        "subscriber": {"reference": f"Patient/{subscriber}"} if subscriber and subscriber != person else None,
    }
    return made | {name: value for name, value in parts.items() if value}
