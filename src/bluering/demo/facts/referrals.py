"""A referral as the practice writes it."""

from bluering.demo.directory import BY_ID, doctor_ref
from bluering.demo.fhir import SNOMED, concept
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

REFERRAL = [concept((SNOMED, "3457005", "Patient referral"))]


def refer(
    scribe: Scribe, day: int, requester: str, to: str, reason: dict, status: str = "active", urgent: bool = False
) -> str:
    """An order of the practice that a clinician elsewhere sees the person."""
    specialty = BY_ID[to].specialty
    return scribe.put(
        MAPLE,
        "ServiceRequest",
        {
            "status": status,
            "intent": "order",
            "category": REFERRAL,
            "priority": "urgent" if urgent else "routine",
            "code": concept((SNOMED, "103696004", "Patient referral to specialist"), text=f"Referral to {specialty}"),
            "authoredOn": scribe.clock.at(day, 12),
            "requester": doctor_ref(requester),
            "performer": [doctor_ref(to)],
            "performerType": {"text": specialty},
            "reasonCode": [reason],
        },
    )
