"""The words of docs/reference/hl7v2.md; `scripts/compare_hl7v2.py` writes it with what it measures."""

from collections.abc import Iterable

INTRO = """# HL7 v2: what messages become

Written by `BLUERING_SHARED=... python scripts/compare_hl7v2.py`; edit that, not this page. How we read the standard where it
leaves room stands in [src/bluering/intake/hl7v2/README.md](../../src/bluering/intake/hl7v2/README.md)."""

EVENTS = (
    (
        "ADT A01–A62",
        "Patient, Encounter, Condition, AllergyIntolerance, RelatedPerson, Coverage",
        "admissions, transfers, discharges, their cancellations, updates, merges",
    ),
    ("SIU S12, S13", "Appointment", "booked, or booked again; the times of the last message that names any"),
    ("SIU S14", "Appointment", "changed; status by SCH-25, else as before"),
    ("SIU S15, S16", "Appointment", "`cancelled`, with SCH-6 as the reason"),
    ("SIU S17", "Appointment", "`entered-in-error`"),
    ("SIU S18–S22", "Appointment", "one service, person, place or thing is added, changed or taken away"),
    ("SIU S26", "Appointment", "`noshow`"),
    ("SIU S23, S24", "nothing", "a slot of a schedule concerns no patient"),
    (
        "ORU R01 R03 R30 R32 ..., OUL R21–R24",
        "DiagnosticReport, Observation, Specimen; ServiceRequest; DocumentReference",
        "results by accession and service; the order they answer; a document with TXA",
    ),
    ("MDM T01, T02", "DocumentReference", "new; T01 without content"),
    ("MDM T03, T04, T07, T08", "DocumentReference", "status or content changed"),
    ("MDM T05, T06", "DocumentReference", "an addendum: `relatesTo` appends TXA-13"),
    ("MDM T09, T10", "DocumentReference", "a replacement: `relatesTo` replaces; the other becomes `superseded`"),
    ("MDM T11", "DocumentReference", "`entered-in-error`"),
    (
        "ORM O01, OMG O19, OML O21 ..., OMI O23",
        "ServiceRequest",
        "status by ORC-1, ORC-5 and the results; with RXO a MedicationRequest",
    ),
    (
        "REF I12–I15, RRI",
        "ServiceRequest (Patient referral), Task",
        "what was asked, and how far the receiver is; I14 revokes",
    ),
    ("VXU V04", "Immunization", "by the order's number; RXA-20 not done, RXA-21 `D` an error"),
    ("RDE O11 O25, OMP O09", "MedicationRequest", "as encoded by the pharmacy, else as asked for"),
    ("RDS O13", "MedicationDispense, MedicationRequest", "each RXD"),
    ("RAS O17", "MedicationAdministration", "each RXA"),
    ("PPR PC1–PC3", "Condition (problem-list-item)", "PC3 is `entered-in-error`"),
    ("DFT, BAR", "nothing", "charges and billing accounts are not care"),
    ("ACK, QRY, QBP, RSP, MFN, NMD ...", "nothing", "answers, questions, master files"),
)

STATES = """## What follows what

What is known of a thing is worked out from all its messages in the order of their recorded times, never from the order in
which they arrive.

| After | comes | then |
|---|---|---|
| a verified result (F, C, A) | a preliminary or awaited one (P, R, S, I) | the verified one stands, heading of the report included |
| a result | a correction (C) | is replaced, `corrected`; the other results of the report stay |
| a corrected result | the same again as final | stays `corrected` with the newer value |
| a result | W (wrong) or D (deleted) | `entered-in-error` with the value that was wrong; only a verified result replaces it |
| a preliminary result | U | `final` with the value sent before |
| a result | X (cannot be obtained) | `cancelled` |
| a cancelled order | a change (XO, SC without status) | stays `revoked`; NW, RO, RL open it again |
| an order | its final result | `completed` |
| a completed order | a cancellation | stays `completed` |
| a cancelled appointment | a change (S14) without a status | stays `cancelled`; S12, S13 book it again |"""

COMPARED = """## Beside another converter

Microsoft's FHIR-Converter (MIT) publishes HL7 v2 samples with the FHIR it makes of them: one converter's opinion, with which
we compare values, message by message, where both make a resource of the type. *Differ*: values that stand against each
other; *only*: values that the other has not. Codes, numbers, names (without titles) and instants are compared; ids and
systems of our own are not. Of places one counts as matched when it holds all words of the other."""

EXPLAINED = {
    "Patient.name": "They take XPN-15 (called by) for a given name, and the policy holder (IN2), guarantor (GT1) and who consents (CON) for names of the patient.",
    "Patient.identifier": "We keep PID-18, the account; they add the driver's licence (PID-20), the numbers of a disability (DB1), and those of IN2 and GT1, which are the policy holder's and the guarantor's.",
    "Patient.address": "They add XAD-19, directions, as a line.",
    "Patient.telecom": "Where XTN-1 and XTN-12 hold different numbers we take the first, which people wrote; they leave out numbers given only in parts (XTN-5 to -7).",
    "Encounter.status": "They call every registration in progress; of an outpatient's A04 and A10 we only know `arrived`.",
    "Encounter.period.start": "PV1-44 comes before PV2-8, the expected time, where both are given.",
    "Encounter.period.end": "They take PV1-45 in any event; we end only what was discharged, so that no follow-up clock starts early.",
    "Encounter.participant": "They add the source of referral (PV2-13) and roles (ROL); we read PV1-7, 8, 9 and 17.",
    "Encounter.location": "We keep PV1-3 over time; they add prior, temporary and pending places, which say nothing of where the person is.",
    "Appointment.participant": "We keep the equipment (AIG) by name; theirs is a Device without one.",
    "ServiceRequest.code": "The OBR inside a referral is one of its details (`orderDetail`); they make it an order of its own.",
    "ServiceRequest.status": "A pending referral was made and waits: `active`, and Task `requested`; they put it on hold. A cancelled one is `revoked`, for it was no mistake. A final result completes its order.",
    "ServiceRequest.identifier": "ORC-4 is the group: `requisition`, where R4 has its place; parents (ORC-8, OBR-29) are not the order's own numbers.",
    "ServiceRequest.authoredOn": "OBR-6 where ORC-9 is empty.",
    "ServiceRequest.requester": "Of a referral the provider who refers (PRD, RP); theirs is of the OBR inside.",
    "DiagnosticReport.code": "ED and RP content of a result stands in `presentedForm` of its report; they make each a report of its own.",
    "DiagnosticReport.status": "Without OBR-25 we derive the status from the results.",
    "Observation.code": "Observations of the specimen (OBX after SPM) are not read as results of the report.",
    "Observation.value": "As above.",
    "Observation.status": "OBX-11 `I`, results pending, is `registered`.",
    "DocumentReference.type": "We add the LOINC code of the kind of document, by which rules ask.",
    "DocumentReference.docStatus": "`AU`, authenticated, is final: complete and verified by its author; they call it preliminary.",
    "MedicationRequest.medication": "RXO and RXE are one order, as asked for and as encoded; they make two.",
    "MedicationDispense.medication": "The charge (FT1) of a dispense is not a second dispense.",
    "MedicationDispense.quantity": "As above.",
    "Condition.code": "They read the cause of death (PDA-1) as one more diagnosis of the visit.",
    "RelatedPerson.name": "They make relations of the guarantor (GT1), the policy holder (IN1-16) and the contact of a next of kin (NK1-30); we keep the next of kin.",
}


def page(rows: Iterable[tuple[str, tuple[int, int, int, int]]], messages: int) -> str:
    """The whole page. `rows`: family, then matched, differ, ours only, theirs only."""
    table = [
        "| Field | Matched | Differ | Ours only | Theirs only | Why |",
        "|---|---|---|---|---|---|",
        *(f"| {name} | {' | '.join(map(str, counts))} | {_why(name, counts)} |" for name, counts in rows),
    ]
    events = ["| Event | Becomes | How |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in EVENTS)]
    parts = [INTRO, "## Events", "\n".join(events), STATES, COMPARED, f"{messages} messages.", "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def _why(name: str, counts: tuple[int, int, int, int]) -> str:
    """The explanation, only where there is something to explain."""
    return EXPLAINED.get(name, "") if any(counts[1:]) else ""


def unexplained(rows: Iterable[tuple[str, tuple[int, int, int, int]]]) -> list[str]:
    """Families that differ without a sentence that says why."""
    return [name for name, counts in rows if any(counts[1:]) and name not in EXPLAINED]


def written(text: str) -> dict[str, int]:
    """How many values of each family the page says agree."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    return {cells[0]: int(cells[1]) for cells in rows if len(cells) == 6 and cells[1].isdigit()}
