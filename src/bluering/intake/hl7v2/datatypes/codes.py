"""CE, CWE, CNE, IS, ID and HD: codes with their systems, and who assigned what.

Sources: HL7 v2 table 0396 (names of coding systems); terminology.hl7.org and FHIR R4 "Using codes" for the URIs.
"""

import re
from functools import lru_cache
from urllib.parse import quote

from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

LOINC, SNOMED, RXNORM = "http://loinc.org", "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM, ICD9CM = "http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-9-cm"
ICD10PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
CVX, NDC, MVX = "http://hl7.org/fhir/sid/cvx", "http://hl7.org/fhir/sid/ndc", "http://hl7.org/fhir/sid/mvx"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
NUCC, UCUM, RACE = "http://nucc.org/provider-taxonomy", "http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.238"

# I9 and I10 name the WHO's tables in 0396; US senders mean the clinical modifications by them.
SYSTEMS = {
    **dict.fromkeys(("LN", "LNC", "LOINC"), LOINC),
    **dict.fromkeys(("SCT", "SNOMED", "SNOMEDCT", "SNOMED-CT", "SNOMED CT", "SCT2"), SNOMED),
    **dict.fromkeys(("I10", "I10C", "ICD10", "ICD-10", "ICD10CM", "ICD-10-CM", "ICD10-CM"), ICD10CM),
    **dict.fromkeys(("I9", "I9C", "I9CDX", "ICD9", "ICD-9", "ICD9CM", "ICD-9-CM"), ICD9CM),
    **dict.fromkeys(("I10P", "ICD10PCS", "ICD-10-PCS"), ICD10PCS),
    **dict.fromkeys(("RXNORM", "RXN", "RX NORM"), RXNORM),
    **dict.fromkeys(("C4", "C5", "CPT", "CPT4", "CPT-4", "CPTM"), CPT),
    **dict.fromkeys(("HCPCS", "HPC", "HCPC"), HCPCS),
    "CVX": CVX,
    "MVX": MVX,
    "NDC": NDC,
    "NUCC": NUCC,
    "UCUM": UCUM,
    "CDCREC": RACE,
    "UNII": "http://fdasis.nlm.nih.gov",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "ISO3166_1": "urn:iso:std:iso:3166",
}
OIDS = {
    "2.16.840.1.113883.6.1": LOINC,
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.90": ICD10CM,
    "2.16.840.1.113883.6.103": ICD9CM,
    "2.16.840.1.113883.6.4": ICD10PCS,
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.12": CPT,
    "2.16.840.1.113883.6.69": NDC,
    "2.16.840.1.113883.12.292": CVX,
    "2.16.840.1.113883.6.8": UCUM,
    "2.16.840.1.113883.4.6": "http://hl7.org/fhir/sid/us-npi",
    "2.16.840.1.113883.4.1": "http://hl7.org/fhir/sid/us-ssn",
    "2.16.840.1.113883.4.572": "http://hl7.org/fhir/sid/us-mbi",
}
AUTHORITIES = {
    "USSSA": "http://hl7.org/fhir/sid/us-ssn",
    "SSA": "http://hl7.org/fhir/sid/us-ssn",
    "NPI": "http://hl7.org/fhir/sid/us-npi",
}
OID = re.compile(r"[0-2](\.(0|[1-9]\d*)){2,}")
TABLE = re.compile(r"(?:HL7-?|V2-)0?(\d{3,4})", re.IGNORECASE)
LOCAL = re.compile(r"L|99[A-Z0-9]{0,10}", re.IGNORECASE)


def system_uri(name: str, sender: Sender) -> str:
    """The URI of a coding system that a message names (table 0396); one that is nobody else's becomes the sender's own."""
    return _system(name.strip(), sender)


@lru_cache(maxsize=5_000)
def _system(name: str, sender: Sender) -> str:
    told = sender.coding_systems.get(name.upper()) or SYSTEMS.get(name.upper())
    if told:
        return told
    if found := TABLE.fullmatch(name):
        number = int(found[1])
        return f"http://terminology.hl7.org/CodeSystem/v2-{number:04}" if number else urn(sender, name)
    return _oid(name) or (name if "://" in name else urn(sender, name))


def urn(sender: Sender, name: str = "") -> str:
    """A URI for what only this sender knows."""
    parts = [quote(part, safe="") for part in (sender.source, name) if part and not LOCAL.fullmatch(part)]
    return ":".join(["urn:bluering:source", *(parts or ["unnamed"])])


def _oid(name: str) -> str:
    bare = name.removeprefix("urn:oid:")
    return (OIDS.get(bare) or f"urn:oid:{bare}") if OID.fullmatch(bare) else ""


def namespace_uri(parts: list[str], sender: Sender) -> str:
    """The system URI of an assigning authority (HD: namespace, universal id, its type); '' when none is named.

    First what the sender's file says of the namespace or the universal id, then the universal id, then the namespace.
    """
    return _authority((*parts, "", "", "")[:3], sender)


@lru_cache(maxsize=5_000)
def _authority(parts: tuple[str, ...], sender: Sender) -> str:
    name, universal, kind = parts
    for one in (name, universal):
        if told := sender.assigning_authorities.get(one) or AUTHORITIES.get(one.upper()):
            return told
    if universal:
        return _oid(universal) or _universal(universal, kind.upper(), sender)
    return (_oid(name) or urn(sender, name)) if name else ""


def _universal(universal: str, kind: str, sender: Sender) -> str:
    if kind in ("UUID", "GUID"):
        return f"urn:uuid:{universal.lower()}"
    return universal if "://" in universal else urn(sender, universal)


def facility_name(parts: list[str], sender: Sender) -> str:
    """A facility (HD) by the one name the sender's file gives it; else its namespace, else its universal id."""
    name, universal = (*parts, "", "")[:2]
    for one in (name, universal):
        if one in sender.facility_ids:
            return sender.facility_ids[one]
    return name or universal


def coding(code: str, text: str, system: str, sender: Sender) -> dict:
    """One Coding; without a system when the message names none."""
    made = {"system": system_uri(system, sender)} if system else {}
    if code:
        made["code"] = code
    if text:
        made["display"] = text
    return made


def concept(rep: Repetition | None, sender: Sender, place: str = "", table: str = "") -> dict | None:
    """A CodeableConcept of a CE or CWE: code, text, system, and the alternates of components 4-6 and 10-12.

    `place` (`PV1-36`) finds local codes in the sender's file, whose coding comes first; `table` (`0112`) is the HL7
    table in which a bare code without a system stands.
    """
    if rep is None or not rep:
        return None
    codings = [dict(one) for one in _mapped(rep, sender, place)]
    for first in (1, 4, 10):
        code, text, system = rep.get(first), rep.get(first + 1), rep.get(first + 2)
        if code and (system or first == 1):
            codings.append(coding(code, text, system or (f"HL7{table}" if table else "L"), sender))
    text = rep.get(9) or rep.get(2) or rep.get(5) or rep.get(1)
    made: dict = {"coding": codings} if codings else {}
    if text:
        made["text"] = text
    return made or None


def _mapped(rep: Repetition, sender: Sender, place: str) -> list[dict]:
    found = sender.coding(place, rep.get(1)) if place else None
    return [found] if found else []
