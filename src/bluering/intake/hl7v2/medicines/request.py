"""The order of a medicine: RXO as asked for, RXE as encoded by the pharmacy, over all its messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import concept, moment, number
from bluering.intake.hl7v2.groups import Group, told_of
from bluering.intake.hl7v2.keys import Subject, resource_id
from bluering.intake.hl7v2.medicines.dosage import dosage
from bluering.intake.hl7v2.medicines.keys import FILLED, medicine_thread
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.orders.states import state
from bluering.intake.hl7v2.parts import clinician, encounter_reference, filled, identifiers, lines, subject_reference
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource

STOPS = frozenset(("DC", "OD", "DR"))


@dataclass
class Prescribed:
    """What is known of one order of a medicine."""

    thread: str
    sender: Sender
    status: str = ""
    stopped: bool = False
    orc: Merged = field(default_factory=Merged)
    rxo: Merged = field(default_factory=Merged)
    rxe: Merged = field(default_factory=Merged)
    tq1: Merged = field(default_factory=Merged)
    rxr: Merged = field(default_factory=Merged)
    subject: dict | None = None
    visit: dict | None = None
    notes: str = ""

    def hear(self, group: Group, subject: Subject, message: Message) -> None:
        """Let one message act."""
        orc, only_fills = group.first("ORC"), message.heading.type in FILLED
        if orc is not None and not only_fills:
            self.status = state(self.status, orc[1], orc[5], "")
            self.stopped = orc[1].upper() in STOPS
        for name, kept in (("RXO", self.rxo), ("RXE", self.rxe)):
            kept.update(group.first(name), fills_only=only_fills)
        self.orc.update(orc, fills_only=only_fills)
        self.tq1.update(_nearest("TQ1", group), fills_only=only_fills)
        self.rxr.update(_nearest("RXR", group), fills_only=only_fills)
        self.subject = subject_reference(subject, message, self.sender) or self.subject
        self.visit = encounter_reference(subject, message, self.sender) or self.visit
        noted = [note for name in ("RXO", "RXE") for note in group.notes_of(group.first(name))]
        self.notes = lines(noted) or self.notes


def _nearest(name: str, group: Group) -> Segment | None:
    """What stands after RXE (timing, route) rather than after RXO."""
    rxe = group.first("RXE")
    later = [one for one in group.all(name) if rxe is not None and one.number > rxe.number]
    return next(iter(later), None) or group.first(name)


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The MedicationRequest, and who ordered it."""
    known = Prescribed(thread, sender)
    for message in ordered:
        for group, subject in told_of(thread, message, sender, medicine_thread):
            known.hear(group, subject, message)
    return Reading(resources=_request(known)) if known.rxe or known.rxo else Reading()


def _request(known: Prescribed) -> list[Resource]:
    orc, rxo, rxe, sender = known.orc, known.rxo, known.rxe, known.sender
    others: list[Resource] = []
    medicine = concept(rxe.rep(2), sender, "RXE-2") or concept(rxo.rep(1), sender, "RXO-1")
    reason = concept(rxe.rep(27), sender, "RXE-27")
    made = {
        "resourceType": "MedicationRequest",
        "id": resource_id(known.thread),
        "identifier": _identifiers(known),
        "status": _status(known),
        "intent": "order",
        "medicationCodeableConcept": medicine,
        "subject": known.subject,
        "encounter": known.visit,
        "authoredOn": moment(orc[9], sender) or moment(rxe[32], sender) or moment(orc[15], sender),
        "requester": clinician(orc.rep(12) or rxe.rep(13) or rxo.rep(14), sender, others),
        "reasonCode": [reason] if reason else [],
        "note": [{"text": known.notes}] if known.notes else [],
        "dosageInstruction": [dosage(rxe, rxo, known.tq1, known.rxr, sender)],
        "dispenseRequest": _dispense_request(rxe),
        "substitution": _substitution(rxo),
    }
    return [*others, filled(made)]


def _identifiers(known: Prescribed) -> list[dict]:
    made = identifiers([(known.orc.rep(2), "PLAC"), (known.orc.rep(3), "FILL")], known.sender)
    number_of = known.rxe[15]
    return [*made, {"type": {"text": "Prescription number"}, "value": number_of}] if number_of else made


def _status(known: Prescribed) -> str:
    if known.status == "revoked":
        return "stopped" if known.stopped else "cancelled"
    return known.status or "active"


def _dispense_request(rxe: Merged) -> dict:
    """RXE-10 and -11 the amount, RXE-12 refills."""
    amount, refills = number(rxe[10]), number(rxe[12])
    quantity = filled({"value": amount, "unit": rxe.get(11, 2) or rxe[11]}) if amount is not None else None
    return filled({"quantity": quantity, "numberOfRepeatsAllowed": int(refills) if refills is not None else None})


def _substitution(rxo: Merged) -> dict:
    """RXO-9, table 0161: not authorised, or generic or therapeutic substitution allowed."""
    code = rxo[9].upper()
    return {"allowedBoolean": code != "N"} if code in ("N", "G", "T", "Y") else {}
