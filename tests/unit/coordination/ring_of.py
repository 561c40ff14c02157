"""A chart, contacts, handoffs and gaps in plain values, as a ring is made from them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from bluering.coordination.ring import build_ring

TODAY = date(2026, 3, 21)
EHR, HOSPITAL, LAKESIDE, PLAN, MEALS = "maple-ehr", "county-general", "lakeside", "heartland", "meals-together"
WALTER = {
    "source": EHR, "id": "1", "general_practitioner_id": "dr-busy", "general_practitioner_display": "Dr Busy",
    "managing_organization_id": "maple",
}  # fmt: skip


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def row(source: str, key: str, **columns) -> dict:
    return {"source": source, "id": key, **columns}


def visit(source: str, key: str, who: str | None, day: str, place: str | None = None, **more) -> dict:
    said = {"status": "finished", "class_code": "AMB", "participant_display": who, "service_provider_display": place}
    return row(source, key, **{**said, "start_datetime": day, "end_datetime": day, **more})


def stay(key: str = "s1", start: str = "2026-03-12", end: str | None = "2026-03-18", **more) -> dict:
    place = {"class_code": "IMP", "place": "County General Hospital"} | more
    return visit(HOSPITAL, key, "Dr Hollis", start, end_datetime=end, **place)


def order(source: str, key: str, who: str, day: str, medicine: str = "furosemide", dose: str = "40 mg daily") -> dict:
    return row(
        source, key, status="active", requester_display=who, authored_on_datetime=day, medication_text=medicine,
        dosage_text=dose,
    )  # fmt: skip


def fill(key: str, pharmacy: str, day: str, medicine: str = "furosemide") -> dict:
    return row(PLAN, key, performer_display=pharmacy, when_handed_over_datetime=day, medication_text=medicine)


def contact(day: str = "2026-03-19", *, reached: bool = True, whom: str = "person", **more):
    said = {"mode": "phone", "purpose": "After the discharge", "note": ""}
    return SimpleNamespace(at=at(day), reached=reached, whom=whom, **{**said, **more})


def handoff(sender: str, receiver: str, state: str = "sent", **more):
    said = {"id": 7, "kind": "referral", "title": "Cardiology visit", "due_date": date(2026, 4, 1)}
    dates = {"opened_at": at("2026-03-18"), "information_confirmed_at": None, "closed_at": None}
    return SimpleNamespace(sender=sender, receiver=receiver, state=state, **{**said, **dates, **more})


def gap(**more):
    said = {"id": 1, "title": "Nobody has called", "owner": "coordinator", "with_whom": "", "fact_key": ""}
    return SimpleNamespace(**{**said, "due_date": date(2026, 3, 20), "evidence": [], "state": "open", **more})


def ring(*, contacts=(), handoffs=(), gaps=(), coordinator="Dana Ruiz, RN", patient=WALTER, **tables):
    return build_ring(
        person_name="Walter Andrews", tables={"patient": [patient] if patient else [], **tables}, contacts=contacts,
        handoffs=handoffs, gaps=gaps, coordinator=coordinator, today=TODAY,
    )  # fmt: skip


def who(made, name: str):
    return next(p for p in made.participants if p.name == name)


def names(made) -> list[str]:
    return [p.name for p in made.participants]


def link(made, one: str, other: str):
    ids = {who(made, one).id, who(made, other).id}
    return next((found for found in made.links if {found.a, found.b} == ids), None)
