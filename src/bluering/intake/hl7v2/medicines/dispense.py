"""RXD: what a pharmacy handed out. RXA of RAS: what was given."""

from collections.abc import Iterator, Sequence

from bluering.intake.hl7v2.datatypes import concept, moment, number
from bluering.intake.hl7v2.groups import Group
from bluering.intake.hl7v2.keys import Subject, reference, resource_id
from bluering.intake.hl7v2.medicines.keys import events, medicine_thread
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.orders.states import ENDS
from bluering.intake.hl7v2.parts import clinicians, encounter_reference, filled, first, lines, subject_reference
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource

NOT_DONE = frozenset(("RE", "NA"))


def fold_dispense(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The MedicationDispense as last told."""
    made: list[Resource] = []
    for rxd, group, subject, message in _told("RXD", thread, ordered, sender):
        made = _dispense(thread, rxd, group, subject, message, sender)
    return Reading(resources=made)


def fold_administration(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The MedicationAdministration as last told."""
    made: list[Resource] = []
    for rxa, group, subject, message in _told("RXA", thread, ordered, sender):
        made = _administration(thread, rxa, group, subject, message, sender)
    return Reading(resources=made)


def _told(
    name: str, thread: str, ordered: Sequence[Message], sender: Sender
) -> Iterator[tuple[Segment, Group, Subject, Message]]:
    for message in ordered:
        for one, group, subject in events(name, message, sender).get(thread, []):
            yield one, group, subject, message


def _dispense(
    thread: str, rxd: Segment, group: Group, subject: Subject, message: Message, sender: Sender
) -> list[Resource]:
    others: list[Resource] = []
    orc = group.first("ORC")
    amount = number(rxd[4])
    quantity = filled({"value": amount, "unit": rxd.get(5, 2) or rxd[5]}) if amount is not None else None
    called_off = orc is not None and orc[1].upper() in ENDS
    made = {
        "resourceType": "MedicationDispense",
        "id": resource_id(thread),
        "status": "cancelled" if called_off else "completed",
        "medicationCodeableConcept": concept(first(rxd, 2), sender, "RXD-2"),
        "subject": subject_reference(subject, message, sender),
        "context": encounter_reference(subject, message, sender),
        "performer": [{"actor": who} for who in clinicians(rxd.reps(10), sender, others)],
        "authorizingPrescription": _prescription(group, subject, message, sender),
        "quantity": quantity,
        "whenHandedOver": moment(rxd[3], sender),
        "note": [{"text": text}] if (text := lines([rxd], 9)) else [],
    }
    return [*others, filled(made)]


def _administration(
    thread: str, rxa: Segment, group: Group, subject: Subject, message: Message, sender: Sender
) -> list[Resource]:
    others: list[Resource] = []
    amount = number(rxa[6]) if rxa[6] != "999" else None
    rxr = group.first("RXR")
    dose = {
        "route": concept(first(rxr, 1), sender, "RXR-1", table="0162"),
        "dose": filled({"value": amount, "unit": rxa.get(7, 2) or rxa[7]}) if amount is not None else None,
    }
    status = "not-done" if rxa[20].upper() in NOT_DONE else "completed"
    request = _prescription(group, subject, message, sender)
    made = {
        "resourceType": "MedicationAdministration",
        "id": resource_id(thread),
        "status": "entered-in-error" if rxa[21].upper() == "D" else status,
        "medicationCodeableConcept": concept(first(rxa, 5), sender, "RXA-5"),
        "subject": subject_reference(subject, message, sender),
        "context": encounter_reference(subject, message, sender),
        "effectiveDateTime": moment(rxa[3], sender),
        "performer": [{"actor": who} for who in clinicians(rxa.reps(10), sender, others)],
        "request": next(iter(request), None),
        "dosage": filled(dose),
    }
    return [*others, filled(made)]


def _prescription(group: Group, subject: Subject, message: Message, sender: Sender) -> list[dict]:
    """The order, where the message tells it too or its number."""
    thread = medicine_thread(group, subject, message, sender)
    return [{"reference": reference(thread)}] if thread else []
