"""By what the order, a dispense and an administration of a medicine are known."""

from collections.abc import Iterator

from bluering.intake.hl7v2.groups import Group, bounded_count, groups, keyed, threads_by
from bluering.intake.hl7v2.keys import Subject, bounded, people_threads, subjects
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import first, thread_by, thread_of_patient
from bluering.intake.hl7v2.sender import Sender

KINDS = {"RXD": "dispense", "RXA": "administration"}
FILLED = frozenset(("RDS", "RAS"))
"""Messages that tell of a dispense or administration: of the order they fill gaps only."""


def medicine_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`medicine:<authority>/<number>` by ORC-2 (placer), ORC-3 (filler), or the prescription's number RXE-15 or RXD-7.

    Without a number the patient, the time of the order ORC-9 and the medicine are the key.
    """
    if any(one.name in ("OBR", "RQD", "ODS", "ODT") for one in group.segments):
        return ""
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


def prescription_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """The order of a medicine, where a dispense or administration tells of it too."""
    told = group.first("RXO") is not None or group.first("RXE") is not None
    return medicine_thread(group, subject, message, sender) if told else ""


def events(kind: str, message: Message, sender: Sender) -> dict[str, list[tuple[Segment, Group, Subject]]]:
    """Each RXD (or RXA) of a message by its thread."""
    return keyed(kind, message, sender, lambda: _events(kind, message, sender))


def _events(kind: str, message: Message, sender: Sender) -> Iterator[tuple[str, tuple[Segment, Group, Subject]]]:
    for subject in subjects(message):
        for group in groups(subject, message):
            found = group.all(kind)
            bounded_count(kind, len(found), "of one order")
            for one in found:
                yield event_thread(KINDS[kind], one, group, subject, message, sender), (one, group, subject)


def threads_of_medicines(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, each order of a medicine, and each time it was dispensed or given."""
    people = people_threads(message, sender)
    if not people:
        return []
    key = prescription_thread if message.heading.type in FILLED else medicine_thread
    return [*people, *threads_by(message, sender, key), *(t for kind in KINDS for t in events(kind, message, sender))]
