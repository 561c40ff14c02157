"""By what the order, a dispense and an administration of a medicine are known."""

from bluering.intake.hl7v2.groups import Group, groups
from bluering.intake.hl7v2.keys import Subject, bounded, people_threads, subjects
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import first, thread_by, thread_of_patient
from bluering.intake.hl7v2.sender import Sender

NAMES = frozenset(("RXO", "RXE", "RXD", "RXA"))


def is_medicine(group: Group) -> bool:
    """Whether an order is for a medicine."""
    return any(one.name in NAMES for one in group.segments)


def medicine_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`medicine:<authority>/<number>` by ORC-2 (placer), ORC-3 (filler), or the prescription's number RXE-15 or RXD-7.

    Without a number the patient, the time of the order ORC-9 and the medicine are the key.
    """
    orc, rxe, rxd, rxo = (group.first(name) for name in ("ORC", "RXE", "RXD", "RXO"))
    numbers = [first(orc, 2), first(orc, 3), first(rxe, 15), first(rxd, 7)]
    if numbered := thread_by("medicine", numbers, message, sender):
        return numbered
    medicine = (rxe[2] if rxe is not None else "") or (rxo[1] if rxo is not None else "")
    at = (orc[9] if orc is not None else "") or message.msh[7]
    return thread_of_patient("medicine", message, sender, at, medicine, subject=subject)


def event_thread(kind: str, segment: Segment, group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`dispense:` or `administration:`, of its order, its counter (field 1, of RXA also 2), and its time (field 3)."""
    order = medicine_thread(group, subject, message, sender)
    if not order or not segment[3]:
        return ""
    counter = segment[1] if segment.name == "RXD" else f"{segment[1]}.{segment[2]}"
    return f"{kind}:{order.partition(':')[2]}/{bounded(counter)}@{bounded(segment[3])}"


KINDS = {"RXD": "dispense", "RXA": "administration"}


def threads_of_medicines(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, each order of a medicine, and each time it was dispensed or given."""
    people = people_threads(message, sender)
    own: list[str] = []
    for subject in subjects(message) if people else []:
        for group in groups(subject, message):
            if group.first("RXO") is not None or group.first("RXE") is not None:
                own.append(medicine_thread(group, subject, message, sender))
            own += [
                event_thread(KINDS[one.name], one, group, subject, message, sender)
                for one in group.segments
                if one.name in KINDS
            ]
    return [*people, *(one for one in own if one)]
