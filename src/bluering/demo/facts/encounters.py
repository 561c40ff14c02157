"""Visits to clinicians as Encounters."""

from bluering.demo.directory import doctor_ref, organization_ref
from bluering.demo.fhir import SNOMED, concept, encounter_class, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import SYSTEMS

CLASSES = {code: encounter_class(code) for code in ("AMB", "VR", "HH")}
KINDS = {
    "office": concept((SNOMED, "308335008", "Patient encounter procedure"), text="Office visit"),
    "check-up": concept((SNOMED, "185349003", "Encounter for check up"), text="Annual physical"),
    "follow-up": concept((SNOMED, "390906007", "Follow-up encounter"), text="Follow-up visit"),
    "telephone": concept((SNOMED, "185317003", "Telephone encounter"), text="Telephone visit"),
    "specialist": concept((SNOMED, "11429006", "Consultation"), text="Specialist visit"),
}


def visit(
    scribe: Scribe, source: str, day: int, at: tuple[int, int], doctor: str, kind: str = "office",
    reason: dict | None = None, code: str = "AMB", appointment: str = "",
) -> str:  # fmt: skip
    """A finished visit of twenty minutes with one clinician; returns its id."""
    hour, minute = at
    end = hour * 60 + minute + 20
    fields = {
        "status": "finished",
        "class": CLASSES[code],
        "type": [KINDS[kind]],
        "participant": [{"individual": doctor_ref(doctor)}],
        "period": {"start": scribe.clock.at(day, hour, minute), "end": scribe.clock.at(day, end // 60, end % 60)},
        "serviceProvider": organization_ref(SYSTEMS[source].organization),
    }
    if reason:
        fields["reasonCode"] = [reason]
    if appointment:
        fields["appointment"] = [ref("Appointment", appointment)]
    return scribe.put(source, "Encounter", fields)
