"""837: what a claim says in codes: diagnoses, procedures, and what else CARIN calls supporting information."""

from collections.abc import Iterator

from bluering.intake.claims.x12.codes import (
    BILL,
    CARIN_INFO,
    DIAGNOSES,
    DISCHARGE,
    INSTITUTIONAL,
    ORIGIN,
    PROCEDURES,
    coded,
    diagnosis_code,
    procedure_code,
)
from bluering.intake.claims.x12.people import Resource, day
from bluering.intake.claims.x12.walk import Claim, dates


def _codes(claim: Claim) -> Iterator[tuple[str, str, list[str]]]:
    """(qualifier, code, components) of every HI of the claim."""
    for segment in claim.segments:
        if segment.id == "HI":
            for number in range(1, len(segment.elements)):
                parts = segment.parts(number)
                if len(parts) > 1 and parts[1]:
                    yield parts[0], parts[1], parts


def diagnoses(claim: Claim) -> list[Resource]:
    """Every diagnosis of the claim's HI, with its role."""
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


def procedures(claim: Claim) -> list[Resource]:
    """Procedures of a stay, with their day."""
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


def information(claim: Claim, kind: str) -> list[Resource]:
    """Type of bill, admission, discharge status, origin, DRG."""
    place, about = claim.head.part(5, 1), next((one for one in claim.segments if one.id == "CL1"), None)
    admitted = dates(claim, "435")[0]
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
