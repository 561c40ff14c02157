"""Codes of visits: HL7 tables to FHIR's. Sources: HL7 v2.8 tables 0004, 0112 (UB-04 FL 17, NUBC); FHIR R4 code systems."""

from bluering.intake.hl7v2.datatypes.codes import concept
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
TABLE_0004 = "http://terminology.hl7.org/CodeSystem/v2-0004"
DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
CLASSES = {
    "IMP": "inpatient encounter",
    "EMER": "emergency",
    "AMB": "ambulatory",
    "PRENC": "pre-admission",
    "OBSENC": "observation encounter",
    "ACUTE": "inpatient acute",
    "NONAC": "inpatient non-acute",
    "SS": "short stay",
    "HH": "home health",
    "FLD": "field",
    "VR": "virtual",
}
CLASS_OF = {
    "I": "IMP",
    "E": "EMER",
    "O": "AMB",
    "P": "PRENC",
    "R": "AMB",
    "B": "IMP",
    "OBS": "OBSENC",
    "OBSV": "OBSENC",
}
DISPOSITIONS = {
    "home": ("Home", ("01", "06", "08")),
    "hosp": ("Hospice", ("50", "51")),
    "snf": ("Skilled nursing facility", ("03", "61", "64")),
    "rehab": ("Rehabilitation", ("62",)),
    "long": ("Long-term care", ("63",)),
    "psy": ("Psychiatric hospital", ("65",)),
    "other-hcf": ("Other healthcare facility", ("02", "04", "05", "43", "66")),
    "aadvice": ("Left against advice", ("07",)),
    "exp": ("Expired", ("20", "40", "41", "42")),
}
DISPOSITION_OF = {code: (fhir, words) for fhir, (words, codes) in DISPOSITIONS.items() for code in codes}


def class_coding(code: str, sender: Sender) -> dict:
    """Encounter.class of PV1-2; a code that FHIR has no word for stays in table 0004."""
    known = CLASS_OF.get(code.upper(), code.upper())
    if known in CLASSES:
        return {"system": ACT, "code": known, "display": CLASSES[known]}
    return {"system": TABLE_0004, "code": code or "U"}


def disposition(rep: Repetition | None, sender: Sender) -> dict | None:
    """PV1-36 as hospitalization.dischargeDisposition: FHIR's code first where there is one, then the sender's."""
    made = concept(rep, sender, "PV1-36", table="0112")
    if made is None or rep is None:
        return None
    code = sender.standard("PV1-36", rep.get(1))
    fhir = DISPOSITION_OF.get(code.zfill(2))
    if fhir and not any(one.get("system") == DISPOSITION for one in made.get("coding", ())):
        made["coding"] = [{"system": DISPOSITION, "code": fhir[0], "display": fhir[1]}, *made.get("coding", ())]
        made["text"] = rep.get(2) or fhir[1]
    return made
