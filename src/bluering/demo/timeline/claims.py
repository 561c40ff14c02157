"""What the health plan knows: who is covered, and what it was billed, two weeks late."""

from bluering.demo.cards import on_medicare
from bluering.demo.directory import organization_ref
from bluering.demo.fhir import CPT, TERMINOLOGY, concept
from bluering.demo.medicare import write_medicare
from bluering.demo.scribe import Scribe
from bluering.demo.systems import HEARTLAND
from bluering.demo.timeline.life import Life

KNOWN_AFTER = 14
PROFESSIONAL = concept((TERMINOLOGY + "claim-type", "professional", "Professional"))
INSTITUTIONAL = concept((TERMINOLOGY + "claim-type", "institutional", "Institutional"))
SUBMITTED = concept((TERMINOLOGY + "adjudication", "submitted", "Submitted Amount"))
SERVICES = {
    "visit": concept((CPT, "99214", "Office visit, established patient")),
    "check-up": concept((CPT, "99396", "Preventive visit, established patient")),
    "emergency": concept((CPT, "99284", "Emergency department visit")),
    "stay": concept((CPT, "99232", "Hospital care, each day")),
}
# Type of bill (NUBC): hospital inpatient, hospital outpatient, from admission through discharge; revenue centre (ResDAC): room, emergency room.
BILLS = {"stay": ("0111", "0120"), "emergency": ("0131", "0450")}
NUBC = "https://www.nubc.org/CodeSystem/"
SUPPORT = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
CASE_MANAGERS = ("Kim Soto, RN", "Priya Raman, RN", "Joel Fisk, LCSW")
# From so many long-lasting conditions on the plan follows somebody itself.
MANAGED_FROM = 5
PRICES = {"visit": 168.0, "check-up": 212.0, "emergency": 1140.0, "stay": 2450.0}


def write_claims(scribe: Scribe, life: Life) -> None:
    """A coverage, and an explanation of benefit for each visit, stay and emergency visit of a member."""
    if on_medicare(scribe.person):
        write_medicare(scribe, life)
    if not scribe.person.insured:
        return
    cover(scribe)
    if scribe.person.burden >= MANAGED_FROM:
        manage_case(scribe)
    for visit in life.visits:
        if visit.day < -KNOWN_AFTER:
            kind = "check-up" if visit.kind == "check-up" else "visit"
            bill(scribe, visit.day, visit.day, kind, "maple-street")
    for stay in life.stays:
        if stay.discharged < -KNOWN_AFTER:
            bill(scribe, stay.admitted, stay.discharged, "stay", "county-general")
    for emergency in life.emergencies:
        if emergency.day < -KNOWN_AFTER:
            bill(scribe, emergency.day, emergency.day, "emergency", "county-general")


def cover(scribe: Scribe) -> str:
    """The membership."""
    person = scribe.person
    kind = ("MCPOL", "managed care policy") if person.age < 65 else ("RETIRE", "retiree health program")
    fields = {
        "status": "active",
        "type": concept(
            (TERMINOLOGY + "v3-ActCode", *kind), text="Medicare Advantage" if person.age > 64 else "Health plan"
        ),
        "subscriberId": person.member_id,
        "payor": [organization_ref("heartland")],
        "period": {"start": f"{scribe.clock.today.year - 3}-01-01"},
    }
    return scribe.put(HEARTLAND, "Coverage", fields, about="beneficiary")


def manage_case(scribe: Scribe) -> str:
    """The plan's own case manager, of whom the practice is not told."""
    name = CASE_MANAGERS[scribe.person.number % len(CASE_MANAGERS)]
    fields = {
        "status": "active",
        "type": [{"text": "Case management"}],
        "period": {"start": scribe.clock.day(-scribe.person.stream("case manager").randint(30, 300))},
        "careManager": {"display": name},
    }
    return scribe.put(HEARTLAND, "EpisodeOfCare", fields, about="patient")


def bill(scribe: Scribe, start: int, end: int, kind: str, provider: str) -> str:
    """One explanation of benefit with one item."""
    clock = scribe.clock
    days = max(1, end - start)
    price = PRICES[kind] * (days if kind == "stay" else 1)
    net = {"value": price, "currency": "USD"}
    period = {"start": clock.day(start), "end": clock.day(end)}
    fields = {
        "status": "active",
        "type": INSTITUTIONAL if kind in ("stay", "emergency") else PROFESSIONAL,
        "use": "claim",
        "billablePeriod": period,
        "created": clock.day(end + 12),
        "insurer": organization_ref("heartland"),
        "provider": organization_ref(provider),
        "outcome": "complete",
        "insurance": [{"focal": True, "coverage": {"display": "Heartland Health Plan"}}],
        **_told_in_support(kind),
        "item": [
            {"sequence": 1, **_revenue(kind), "productOrService": SERVICES[kind], "servicedPeriod": period, "net": net}
        ],
        "total": [{"category": SUBMITTED, "amount": net}],
        "payment": {"amount": {"value": round(price * 0.8, 2), "currency": "USD"}},
    }
    return scribe.put(HEARTLAND, "ExplanationOfBenefit", fields, about="patient")


def _told_in_support(kind: str) -> dict:
    """The type of bill of a hospital's claim."""
    if kind not in BILLS:
        return {}
    bill = concept((NUBC + "TypeOfBill", BILLS[kind][0], "Type of bill"))
    return {
        "supportingInfo": [{"sequence": 1, "category": concept((SUPPORT, "typeofbill", "Type of bill")), "code": bill}]
    }


def _revenue(kind: str) -> dict:
    if kind not in BILLS:
        return {}
    return {"revenue": concept((NUBC + "RevenueCodes", BILLS[kind][1], "Revenue centre"))}
