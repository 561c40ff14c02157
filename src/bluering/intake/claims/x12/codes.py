"""Code systems and qualifiers of X12 claims, as the guides 005010X222A1 and X223A2 list them, in FHIR's words."""

import re
from decimal import Decimal
from typing import Any

INSTITUTIONAL, PROFESSIONAL = "institutional", "professional"
CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
CARIN_ADJUDICATION = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudication"
CARIN_INFO = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
CARE_TEAM = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimCareTeamRole"
CARIN_DIAGNOSIS = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimDiagnosisType"
DIAGNOSIS = "http://terminology.hl7.org/CodeSystem/ex-diagnosistype"
BILL = "https://www.nubc.org/CodeSystem/TypeOfBill"
DISCHARGE = "https://www.nubc.org/CodeSystem/PatDischargeStatus"
ORIGIN = "https://www.nubc.org/CodeSystem/PointOfOrigin"
POS = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"

REAL = re.compile(r"-?([0-9]{1,13}(\.[0-9]{0,9})?|\.[0-9]{1,9})")

# HI's qualifiers: role, its code system, version of ICD.
DIAGNOSES = {
    "ABK": ("principal", DIAGNOSIS, 10), "ABF": ("secondary", CARIN_DIAGNOSIS, 10), "ABJ": ("admitting", DIAGNOSIS, 10),
    "APR": ("patientreasonforvisit", CARIN_DIAGNOSIS, 10), "ABN": ("externalcauseofinjury", CARIN_DIAGNOSIS, 10),
    "BK": ("principal", DIAGNOSIS, 9), "BF": ("secondary", CARIN_DIAGNOSIS, 9), "BJ": ("admitting", DIAGNOSIS, 9),
    "PR": ("patientreasonforvisit", CARIN_DIAGNOSIS, 9), "BN": ("externalcauseofinjury", CARIN_DIAGNOSIS, 9),
}  # fmt: skip
PROCEDURES = {"BBR": 10, "BBQ": 10, "BR": 9, "BQ": 9}
# NM101 of claims and lines.
ROLES = {
    "71": "attending", "72": "operating", "ZZ": "otheroperating", "82": "performing", "DN": "referring", "P3": "primary", "DQ": "supervising",
    "DK": "referring",
}  # fmt: skip


def coded(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def service_system(code: str) -> str:
    """Which of the two a code is of: level I of HCPCS, CPT, begins with a digit."""
    return (
        "http://www.ama-assn.org/go/cpt"
        if code[:1].isdigit()
        else "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
    )


def diagnosis_code(code: str, version: int) -> dict[str, Any]:
    """An ICD code with its dot: after three characters, in ICD-9's E codes after four."""
    plain = code.replace(".", "").upper()
    if version == 10:
        return coded("http://hl7.org/fhir/sid/icd-10-cm", _dotted(plain, 3))
    return coded("http://hl7.org/fhir/sid/icd-9-cm", _dotted(plain, 4 if plain.startswith("E") else 3))


def procedure_code(code: str, version: int) -> dict[str, Any]:
    """An ICD-10-PCS code, or one of ICD-9 with its dot after two digits."""
    if version == 10:
        return coded("http://www.cms.gov/Medicare/Coding/ICD10", code)
    return coded("http://hl7.org/fhir/sid/icd-9-cm", _dotted(code.replace(".", ""), 2))


def _dotted(code: str, ahead: int) -> str:
    return f"{code[:ahead]}.{code[ahead:]}" if len(code) > ahead else code


def money(told: str) -> dict[str, Any] | None:
    """A sum in dollars. JSON writes its digits, and the record reads them as a decimal, so nothing is rounded."""
    sum_told = _decimal(told)
    return None if sum_told is None else {"value": float(sum_told.quantize(Decimal("0.01"))), "currency": "USD"}


def number_of(told: str) -> float | int | None:
    """A count of units, or nothing where it is none."""
    count = _decimal(told)
    if count is None:
        return None
    return int(count) if count == count.to_integral_value() else float(count)


def _decimal(told: str) -> Decimal | None:
    """X12's type R, without its exponents: they mean no sum and no count here. At most 13 digits before the point."""
    return Decimal(told) if REAL.fullmatch(told) else None
