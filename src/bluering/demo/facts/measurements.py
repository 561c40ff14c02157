"""Results as Observations: laboratory, vital signs and questionnaires."""

from bluering.demo.fhir import LOINC, category, concept, quantity, ref
from bluering.demo.scribe import Scribe

LABORATORY = category("observation-category", "laboratory", "Laboratory")
VITAL = category("observation-category", "vital-signs", "Vital Signs")
SURVEY = category("observation-category", "survey", "Survey")

# key: (LOINC, words, unit, UCUM code, category)
MEASURES = {
    "a1c": ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "%", LABORATORY),
    "ldl": ("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation", "mg/dL", "mg/dL", LABORATORY),
    "cholesterol": ("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", LABORATORY),
    "triglycerides": ("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", LABORATORY),
    "egfr": (
        "98979-8",
        "Glomerular filtration rate [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)/1.73 sq M",
        "mL/min/1.73m2", "mL/min/{1.73_m2}", LABORATORY,
    ),
    "creatinine": ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", LABORATORY),
    "potassium": ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", LABORATORY),
    "tsh": ("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "mIU/L", "m[IU]/L", LABORATORY),
    "weight": ("29463-7", "Body weight", "kg", "kg", VITAL),
    "height": ("8302-2", "Body height", "cm", "cm", VITAL),
    "phq9": ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score", "{score}", "{score}", SURVEY),
    "phq9_item9": (
        "44260-8", "Thoughts that you would be better off dead, or of hurting yourself in some way", "{score}", "{score}", SURVEY,
    ),
    "phq2": ("55758-7", "Patient Health Questionnaire 2 item (PHQ-2) total score", "{score}", "{score}", SURVEY),
    "moca": ("72172-0", "Total score [MoCA]", "{score}", "{score}", SURVEY),
}  # fmt: skip
CODES = {key: concept((LOINC, code, words)) for key, (code, words, *_) in MEASURES.items()}
PANEL = concept((LOINC, "85354-9", "Blood pressure panel with all children optional"), text="Blood pressure")
SYSTOLIC = concept((LOINC, "8480-6", "Systolic blood pressure"))
DIASTOLIC = concept((LOINC, "8462-4", "Diastolic blood pressure"))


def measure(
    scribe: Scribe, source: str, day: int, at: tuple[int, int], what: str, value: float, encounter: str = ""
) -> str:
    """One number; returns the Observation's id."""
    _, _, unit, code, group = MEASURES[what]
    fields = {"code": CODES[what], "category": group, "valueQuantity": quantity(value, unit, code)}
    return _put(scribe, source, day, at, fields, encounter)


def pressure(
    scribe: Scribe, source: str, day: int, at: tuple[int, int], systolic: int, diastolic: int, encounter: str = ""
) -> str:
    """A blood pressure with its two components."""
    fields = {
        "code": PANEL,
        "category": VITAL,
        "component": [
            {"code": SYSTOLIC, "valueQuantity": quantity(systolic, "mmHg", "mm[Hg]")},
            {"code": DIASTOLIC, "valueQuantity": quantity(diastolic, "mmHg", "mm[Hg]")},
        ],
    }
    return _put(scribe, source, day, at, fields, encounter)


def _put(scribe: Scribe, source: str, day: int, at: tuple[int, int], fields: dict, encounter: str) -> str:
    fields["status"] = "final"
    fields["effectiveDateTime"] = scribe.clock.at(day, *at)
    if encounter:
        fields["encounter"] = ref("Encounter", encounter)
    return scribe.put(source, "Observation", fields)
