"""HL7's object identifiers (OIDs) of code systems and numbering systems as the addresses that FHIR uses.

Source: HL7 Terminology (terminology.hl7.org), pages "External code systems" and "Identifier systems"; US Core.
"""

import re

V3_CODES = "http://terminology.hl7.org/CodeSystem/v3-"
V2_TABLE = re.compile(r"2\.16\.840\.1\.113883\.12\.(\d{1,4})")
OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

HL7 = "2.16.840.1.113883."
SYSTEMS = {
    HL7 + "6.96": "http://snomed.info/sct",
    HL7 + "6.1": "http://loinc.org",
    HL7 + "6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    HL7 + "6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    HL7 + "6.3": "http://hl7.org/fhir/sid/icd-10",
    HL7 + "6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    HL7 + "6.42": "http://hl7.org/fhir/sid/icd-9-cm",
    HL7 + "6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    HL7 + "6.12": "http://www.ama-assn.org/go/cpt",
    HL7 + "6.285": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    HL7 + "6.13": "http://www.ada.org/cdt",
    HL7 + "6.69": "http://hl7.org/fhir/sid/ndc",
    HL7 + "12.292": "http://hl7.org/fhir/sid/cvx",
    HL7 + "6.59": "http://hl7.org/fhir/sid/cvx",
    HL7 + "12.227": "http://hl7.org/fhir/sid/mvx",
    HL7 + "6.60": "http://hl7.org/fhir/sid/mvx",
    HL7 + "6.8": "http://unitsofmeasure.org",
    HL7 + "6.101": "http://nucc.org/provider-taxonomy",
    HL7 + "6.254": "http://hl7.org/fhir/sid/icf",
    HL7 + "6.50": "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
    HL7 + "6.259": "https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html",
    HL7 + "6.301.5": "https://www.nubc.org/CodeSystem/PatDischargeStatus",
    HL7 + "3.221.5": "https://nahdo.org/sopt",
    HL7 + "3.26.1.1": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    HL7 + "3.26.1.5": "http://hl7.org/fhir/ndfrt",
    HL7 + "4.9": "http://fdasis.nlm.nih.gov",
    HL7 + "6.121": "urn:ietf:bcp:47",
    HL7 + "6.316": "urn:ietf:bcp:47",
    "1.2.840.10008.2.16.4": "http://dicom.nema.org/resources/ontology/DCM",
    HL7 + "6.24": "urn:iso:std:iso:11073:10101",
    HL7 + "4.6": "http://hl7.org/fhir/sid/us-npi",
    HL7 + "4.1": "http://hl7.org/fhir/sid/us-ssn",
    HL7 + "4.572": "http://hl7.org/fhir/sid/us-medicare",
    HL7 + "4.927": "http://hl7.org/fhir/sid/us-mbi",
} | {
    HL7 + "5." + number: V3_CODES + name
    for number, name in {
        "1": "AdministrativeGender",
        "2": "MaritalStatus",
        "4": "ActCode",
        "6": "ActClass",
        "7": "ActPriority",
        "8": "ActReason",
        "14": "ActStatus",
        "25": "Confidentiality",
        "60": "LanguageAbilityMode",
        "61": "LanguageAbilityProficiency",
        "83": "ObservationInterpretation",
        "84": "ObservationMethod",
        "88": "ParticipationFunction",
        "90": "ParticipationType",
        "110": "RoleClass",
        "111": "RoleCode",
        "112": "RouteOfAdministration",
        "139": "TimingEvent",
        "1008": "NullFlavor",
        "1063": "ObservationValue",
        "1076": "ReligiousAffiliation",
    }.items()
}
NPI, SSN, RACE = HL7 + "4.6", HL7 + "4.1", HL7 + "6.238"
SNOMED, LOINC, UCUM = SYSTEMS[HL7 + "6.96"], SYSTEMS[HL7 + "6.1"], SYSTEMS[HL7 + "6.8"]
ACT_CODE = V3_CODES + "ActCode"


def uri_of(root: str) -> str:
    """The address of a system for its OID (or UUID); empty when the sender's text is neither."""
    known = SYSTEMS.get(root)
    if known:
        return known
    table = V2_TABLE.fullmatch(root)
    if table:
        return f"http://terminology.hl7.org/CodeSystem/v2-{int(table[1]):04d}"
    return urn_of(root)


def urn_of(root: str) -> str:
    """An OID or UUID as a URN; empty when it is neither."""
    if OID.fullmatch(root):
        return "urn:oid:" + root
    return "urn:uuid:" + root.lower() if UUID.fullmatch(root) else ""
