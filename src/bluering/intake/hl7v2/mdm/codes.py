"""Kinds and states of documents. Sources: HL7 v2.8 tables 0270, 0271, 0273, 0272; C-CDA R2.1 names the kinds in LOINC."""

# Table 0270, and the LOINC code of the same kind of document.
TYPES = {
    "AR": ("Autopsy report", ""),
    "CD": ("Cardiodiagnostics", ""),
    "CN": ("Consultation", "11488-4"),
    "DI": ("Diagnostic imaging", "18748-4"),
    "DS": ("Discharge summary", "18842-5"),
    "ED": ("Emergency department report", "34111-5"),
    "HP": ("History and physical examination", "34117-2"),
    "OP": ("Operative report", "11504-8"),
    "PC": ("Psychiatric consultation", "11488-4"),
    "PH": ("Psychiatric history and physical examination", "34117-2"),
    "PN": ("Procedure note", "28570-0"),
    "PR": ("Progress note", "11506-3"),
    "SP": ("Surgical pathology", ""),
    "TS": ("Transfer summary", "18761-7"),
}
TABLE_0270 = "http://terminology.hl7.org/CodeSystem/v2-0270"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LABELS = {"R": "R", "V": "V", "U": "N", "RE": "R", "UC": "N", "VR": "V"}
DOC_STATUS = {"AU": "final", "LA": "final", "CA": "entered-in-error"}
DOC_STATUS |= dict.fromkeys(("DI", "DO", "IN", "IP", "PA", "PR"), "preliminary")
AVAILABILITY = {"AV": "current", "UN": "current", "OB": "superseded", "CA": "entered-in-error"}
