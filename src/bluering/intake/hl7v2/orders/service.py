"""ORM, OMG, OML and OMI: orders become ServiceRequests; so do the orders that results answer.

Source: HL7 v2.8 chapter 4. An order for a medicine goes to `medicines`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import concept, moment, period
from bluering.intake.hl7v2.groups import Group, threads_by, told_of
from bluering.intake.hl7v2.keys import Subject, people_threads, resource_id
from bluering.intake.hl7v2.mdm.keys import document_threads
from bluering.intake.hl7v2.medicines.keys import medicine_thread
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.orders.states import state
from bluering.intake.hl7v2.oru.codes import IMAGING, LABORATORY
from bluering.intake.hl7v2.oru.keys import order_thread
from bluering.intake.hl7v2.parts import (
    clinician,
    encounter_reference,
    entity,
    filled,
    first,
    identifiers,
    lines,
    organization,
    subject_reference,
)
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource, Trouble

ORDERS = ("ORM", "OMG", "OML", "OMI")
PRIORITY = {
    "S": "stat",
    "A": "asap",
    "R": "routine",
    "STAT": "stat",
    "ASAP": "asap",
    "ROUTINE": "routine",
    "U": "urgent",
}
SNOMED = "http://snomed.info/sct"
LABORATORY_PROCEDURE, IMAGING_PROCEDURE = ("108252007", "Laboratory procedure"), ("363679005", "Imaging")
NOT_AN_ORDER = "the status of an order whose own message has not come; it is kept, and counts once that comes"


@dataclass
class Ordered:
    """What is known of one order."""

    thread: str
    sender: Sender
    status: str = ""
    orc: Merged = field(default_factory=Merged)
    obr: Merged = field(default_factory=Merged)
    tq1: Merged = field(default_factory=Merged)
    subject: dict | None = None
    visit: dict | None = None
    reasons: list[dict] = field(default_factory=list)
    notes: str = ""
    named: bool = False

    def hear(self, group: Group, subject: Subject, message: Message) -> None:
        """Let one message act. What a result says of its order fills gaps only."""
        obr, orc = group.first("OBR"), group.first("ORC")
        is_result = message.heading.type not in ORDERS
        self.status = state(self.status, orc[1] if orc else "", orc[5] if orc else "", obr[25] if obr else "")
        self.orc.update(orc, fills_only=is_result)
        self.obr.update(obr, fills_only=is_result)
        self.tq1.update(group.first("TQ1"), fills_only=is_result)
        self.subject = subject_reference(subject, message, self.sender) or self.subject
        self.visit = encounter_reference(subject, message, self.sender) or self.visit
        self.named = self.named or obr is not None
        if is_result:
            return
        self.notes = lines([*group.notes_of(orc), *group.notes_of(obr)]) or self.notes
        found = [one for dg1 in group.all("DG1") if (one := concept(first(dg1, 3), self.sender, "DG1-3"))]
        self.reasons = found or self.reasons


def threads_of_orders(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, each order, and the documents that go with them."""
    people = people_threads(message, sender)
    if not people:
        return []
    own = [*threads_by(message, sender, order_thread), *threads_by(message, sender, medicine_thread)]
    return [*people, *own, *document_threads(message, sender)]


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The ServiceRequest, and who asked for it."""
    known = Ordered(thread, sender)
    for message in ordered:
        for group, subject in told_of(thread, message, sender, order_thread):
            known.hear(group, subject, message)
    if not known.named:
        return Reading(not_mapped=[Trouble("ORC", NOT_AN_ORDER)]) if known.status else Reading()
    return Reading(resources=_request(known))


def _request(known: Ordered) -> list[Resource]:
    orc, obr, sender = known.orc, known.obr, known.sender
    others: list[Resource] = []
    reasons = [one for rep in obr.reps(31) if (one := concept(rep, sender, "OBR-31"))]
    made = {
        "resourceType": "ServiceRequest",
        "id": resource_id(known.thread),
        "identifier": _identifiers(known),
        "requisition": entity(orc.rep(4), sender, "PGN"),
        "status": known.status,
        "intent": "reflex-order" if obr[11] == "G" else "order",
        "category": _category(sender.standard("OBR-24", obr[24]).upper()),
        "priority": priority(known),
        "code": concept(obr.rep(4), sender, "OBR-4"),
        "subject": known.subject,
        "encounter": known.visit,
        **_occurrence(known),
        "authoredOn": moment(orc[9], sender) or moment(obr[6], sender) or moment(orc[15], sender),
        "requester": _requester(known, others),
        "reasonCode": [*reasons, *known.reasons],
        "note": [{"text": known.notes}] if known.notes else [],
    }
    return [*others, filled(made)]


def _requester(known: Ordered, others: list[Resource]) -> dict | None:
    """OBR-16, else ORC-12 (as the guide says), else the facility that orders, ORC-21."""
    who = clinician(known.obr.rep(16) or known.orc.rep(12), known.sender, others)
    return who or organization(known.orc.rep(21), known.sender, others)


def _identifiers(known: Ordered) -> list[dict]:
    """The placer's and the filler's number, from OBR and ORC where they differ."""
    numbers = [(one.rep(place), kind) for place, kind in ((2, "PLAC"), (3, "FILL")) for one in (known.obr, known.orc)]
    return identifiers(numbers, known.sender)


def _category(section: str) -> list[dict]:
    """What kind of service, of the section that does it (OBR-24)."""
    found = LABORATORY_PROCEDURE if section in LABORATORY else IMAGING_PROCEDURE if section in IMAGING else None
    return [{"coding": [{"system": SNOMED, "code": found[0], "display": found[1]}]}] if found else []


def priority(known: Ordered) -> str | None:
    """TQ1-9, of older messages ORC-7.6 or OBR-27.6, or OBR-5."""
    places = (known.tq1[9], known.orc.get(7, 6), known.obr.get(27, 6), known.obr[5])
    return next((PRIORITY[one.upper()] for one in places if one.upper() in PRIORITY), None)


def _occurrence(known: Ordered) -> dict:
    """When it is to be done: TQ1-7 and -8, ORC-7.4 and .5, OBR-27.4 and .5, or OBR-36."""
    pairs = [(known.tq1[7], known.tq1[8]), *((one.get(n, 4), one.get(n, 5)) for one, n in _quantities(known))]
    times = next((found for start, end in pairs if (found := period(start, end, known.sender))), None)
    if times is None:
        return {"occurrenceDateTime": moment(known.obr[36], known.sender)}
    return {"occurrencePeriod": times} if "end" in times else {"occurrenceDateTime": times["start"]}


def _quantities(known: Ordered) -> list[tuple[Merged, int]]:
    return [(known.orc, 7), (known.obr, 27)]
