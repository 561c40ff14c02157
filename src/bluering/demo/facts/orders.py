"""Medicines ordered, told and handed over."""

from bluering.demo.directory import doctor_ref, organization_ref
from bluering.demo.fhir import ref
from bluering.demo.medicines import Regimen, dosage, medicine_concept
from bluering.demo.scribe import Scribe


def _said(regimen: Regimen, dose: float) -> tuple[dict, list[dict]]:
    words = dosage(regimen.key, dose, regimen.frequency, regimen.as_needed, regimen.period)
    return medicine_concept(regimen.key, dose), words


def prescribe(
    scribe: Scribe, source: str, day: int, regimen: Regimen, doctor: str, status: str = "active",
    dose: float | None = None, encounter: str = "", kind: str = "community",
) -> str:  # fmt: skip
    """An order; a dose that differs from the regimen's is given by itself."""
    medicine, words = _said(regimen, dose or regimen.dose)
    fields = {
        "status": status,
        "intent": "order",
        "category": [{"coding": [{"system": CATEGORY, "code": kind, "display": kind.title()}]}],
        "medicationCodeableConcept": medicine,
        "authoredOn": scribe.clock.at(day, 11),
        "requester": doctor_ref(doctor),
        "dosageInstruction": words,
    }
    if encounter:
        fields["encounter"] = ref("Encounter", encounter)
    return scribe.put(source, "MedicationRequest", fields)


CATEGORY = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"


def tell(
    scribe: Scribe, source: str, day: int, regimen: Regimen, by: dict, status: str = "active",
    dose: float | None = None, context: str = "",
) -> str:  # fmt: skip
    """What somebody says the person takes."""
    medicine, words = _said(regimen, dose or regimen.dose)
    fields = {
        "status": status,
        "medicationCodeableConcept": medicine,
        "effectivePeriod": {"start": scribe.clock.day(min(day, regimen.start))},
        "dateAsserted": scribe.clock.at(day, 11),
        "informationSource": by,
        "dosage": words,
    }
    if context:
        fields["context"] = ref("Encounter", context)
    return scribe.put(source, "MedicationStatement", fields)


def dispense(
    scribe: Scribe, source: str, day: int, regimen: Regimen, pharmacy: str, order: str = "",
    dose: float | None = None, days: int = 90,
) -> str:  # fmt: skip
    """What a pharmacy handed over, for so many days."""
    medicine, words = _said(regimen, dose or regimen.dose)
    fields = {
        "status": "completed",
        "medicationCodeableConcept": medicine,
        "performer": [{"actor": organization_ref(pharmacy)}],
        "quantity": {"value": days * regimen.frequency},
        "daysSupply": {"value": days, "unit": "days"},
        "whenHandedOver": scribe.clock.at(day, 16, 30),
        "dosageInstruction": words,
    }
    if order:
        fields["authorizingPrescription"] = [ref("MedicationRequest", order)]
    return scribe.put(source, "MedicationDispense", fields)
