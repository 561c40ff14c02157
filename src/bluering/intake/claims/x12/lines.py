"""837: one service line as an item of its claim."""

import re
from typing import Any

from bluering.intake.claims.x12.codes import INSTITUTIONAL, POS, coded, money, number_of, service_system
from bluering.intake.claims.x12.people import Resource, period
from bluering.intake.claims.x12.walk import Claim, Line, dates

POINTER = re.compile(r"[1-9][0-9]?")


def item(line: Line, number: int, kind: str, claim: Claim) -> Resource | None:
    """One service line: SV1 of clinicians, SV2 of institutions, SV3 of dentists."""
    service = next((one for one in line.segments if one.id in ("SV1", "SV2", "SV3")), None)
    if service is None:
        return None
    at = 2 if service.id == "SV2" else 1
    code, charge = service.part(at, 2), service[3] if service.id == "SV2" else service[2]
    units = service[5] if service.id == "SV2" else service[4] if service.id == "SV1" else ""
    found = next((one for one in line.segments if one.id == "DTP" and one[1] == "472"), None)
    since, until = period(found[2], found[3]) if found else dates(claim, "472")
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
