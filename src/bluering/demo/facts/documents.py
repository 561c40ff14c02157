"""Letters, summaries and reports."""

from base64 import b64encode

from bluering.demo.directory import doctor_ref, organization_ref
from bluering.demo.fhir import LOINC, concept, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import SYSTEMS

TYPES = {
    "discharge": concept((LOINC, "18842-5", "Discharge summary")),
    "consult": concept((LOINC, "11488-4", "Consult note")),
    "progress": concept((LOINC, "11506-3", "Progress note")),
    "emergency": concept((LOINC, "34111-5", "Emergency department Note")),
    "imaging": concept((LOINC, "18748-4", "Diagnostic imaging study")),
}


def document(
    scribe: Scribe, source: str, day: int, kind: str, author: str, words: str, encounter: str = "", related: str = "",
) -> str:  # fmt: skip
    """A note in plain text; `related` is the referral it answers, where the same system has it."""
    context: dict = {}
    if encounter:
        context["encounter"] = [ref("Encounter", encounter)]
    if related:
        context["related"] = [ref("ServiceRequest", related)]
    data = b64encode(words.encode()).decode()
    fields = {
        "status": "current",
        "type": TYPES[kind],
        "date": scribe.clock.at(day, 17),
        "author": [doctor_ref(author)],
        "custodian": organization_ref(SYSTEMS[source].organization),
        "description": TYPES[kind]["text"],
        "content": [{"attachment": {"contentType": "text/plain", "title": TYPES[kind]["text"], "data": data}}],
    }
    if context:
        fields["context"] = context
    return scribe.put(source, "DocumentReference", fields)


def imaging_report(scribe: Scribe, source: str, day: int, code: dict, performer: str, conclusion: str) -> str:
    """A finished report of an imaging centre."""
    fields = {
        "status": "final",
        "category": [concept(("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology"))],
        "code": code,
        "effectiveDateTime": scribe.clock.at(day, 10),
        "issued": scribe.clock.at(day, 15),
        "performer": [organization_ref(performer)],
        "conclusion": conclusion,
    }
    return scribe.put(source, "DiagnosticReport", fields)
