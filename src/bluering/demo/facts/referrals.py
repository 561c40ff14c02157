"""A referral as an order."""

from bluering.demo.directory import BY_ID, doctor_ref
from bluering.demo.fhir import SNOMED, concept
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

REFERRAL = [concept((SNOMED, "3457005", "Patient referral"))]


def refer(
    scribe: Scribe, day: int, requester: str, to: str, reason: dict, status: str = "active", urgent: bool = False,
    source: str = MAPLE,
) -> str:  # fmt: skip
    """An order, of the practice unless said otherwise, that a clinician elsewhere sees the person."""
    specialty = BY_ID[to].specialty
    return scribe.put(
        source,
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
