"""Small pieces of FHIR R4 that every timeline uses: concepts, references, quantities, and the code systems' addresses."""

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NPI = "http://hl7.org/fhir/sid/us-npi"
UCUM = "http://unitsofmeasure.org"
CVX = "http://hl7.org/fhir/sid/cvx"
CPT = "http://www.ama-assn.org/go/cpt"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
ACT_CODE = TERMINOLOGY + "v3-ActCode"

CLASS_NAMES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "IMP": "inpatient encounter",
    "OBSENC": "observation encounter",
    "VR": "virtual",
    "HH": "home health",
}


def concept(*codings: tuple[str, str, str], text: str = "") -> dict:
    """A CodeableConcept from (system, code, display) triples; the text defaults to the first display."""
    made: dict = {"coding": [{"system": s, "code": c, "display": d} for s, c, d in codings]} if codings else {}
    made["text"] = text or codings[0][2]
    return made


def ref(kind: str, id: str, display: str = "") -> dict:
    made = {"reference": f"{kind}/{id}"}
    if display:
        made["display"] = display
    return made


def quantity(value: float, unit: str, code: str = "") -> dict:
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def encounter_class(code: str) -> dict:
    return {"system": ACT_CODE, "code": code, "display": CLASS_NAMES[code]}


def category(name: str, code: str, display: str) -> list[dict]:
    """A category from one of HL7's own code systems."""
    return [{"coding": [{"system": TERMINOLOGY + name, "code": code, "display": display}], "text": display}]
