"""SIU: appointments. A booking lives through its messages; each tells its whole state or, by S18 to S22, one resource.

Sources: HL7 v2.8 chapter 10; table 0278 to Appointment.status as HL7's v2-to-FHIR guide maps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.booked import Booked, at, booked, moved, span
from bluering.intake.hl7v2.datatypes import concept
from bluering.intake.hl7v2.keys import Subject, people_threads, resource_id, subjects
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.parts import (
    encounter_reference,
    filled,
    first,
    identifiers,
    lines,
    subject_reference,
    thread_by,
    thread_of_patient,
)
from bluering.intake.hl7v2.registry import natural_rank, register_kind, register_types
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource

ENDS = {"S15": "cancelled", "S16": "cancelled", "S17": "entered-in-error", "S26": "noshow"}
"""Cancelled, discontinued (the rest of it is called off), deleted (it was a mistake), not kept."""
BOOKS = frozenset(("S12", "S13"))
CHANGES = frozenset(("S18", "S19", "S20", "S21", "S22"))
REMOVES = frozenset(("S20", "S21", "S22"))
SLOTS = frozenset(("S23", "S24"))
# Words of table 0278, and such as senders use beside it.
STATUS = {
    "PENDING": "pending",
    "WAITLIST": "waitlist",
    "BOOKED": "booked",
    "SCHEDULED": "booked",
    "CONFIRMED": "booked",
    "OVERBOOK": "booked",
    "ARRIVED": "arrived",
    "STARTED": "checked-in",
    "CHECKED IN": "checked-in",
    "COMPLETE": "fulfilled",
    "COMPLETED": "fulfilled",
    "CANCELLED": "cancelled",
    "CANCELED": "cancelled",
    "DC": "cancelled",
    "DELETED": "entered-in-error",
    "NOSHOW": "noshow",
    "NO SHOW": "noshow",
}
PARTICIPATION = {"cancelled": "declined", "noshow": "declined", "pending": "tentative", "waitlist": "tentative"}


@dataclass
class Kept:
    """What is known of one appointment."""

    thread: str
    sender: Sender
    status: str = ""
    sch: Merged = field(default_factory=Merged)
    times: dict = field(default_factory=dict)
    resources: dict[tuple[str, str], Booked] = field(default_factory=dict)
    notes: str = ""
    patient: dict | None = None
    visit: dict | None = None

    def hear(self, message: Message, subject: Subject) -> None:
        """Let one message act."""
        trigger, told = message.heading.trigger, booked(message)
        sch = message.first("SCH")
        self.sch.update(sch)
        self.times = span(message, told, self.sch, self.sender) or self.times
        self.patient = subject_reference(subject, message, self.sender) or self.patient
        self.visit = encounter_reference(subject, message, self.sender) or self.visit
        self.notes = lines(told.notes) or self.notes
        self._status(trigger, sch[25] if sch is not None else "")
        if trigger in CHANGES:
            moved(self.resources, told.resources, drop=trigger in REMOVES)
        elif told.resources:
            self.resources = {}
            moved(self.resources, told.resources)

    def _status(self, trigger: str, told: str) -> None:
        """The event, else SCH-25, else as before; a new booking or a rebooking is booked again."""
        named = STATUS.get(self.sender.standard("SCH-25", told).upper().replace("-", " ").replace("_", " "), "")
        if trigger in ENDS:
            self.status = ENDS[trigger]
        elif trigger in BOOKS:
            self.status = named if named not in ("", "cancelled", "entered-in-error") else "booked"
        else:
            self.status = named or self.status or "booked"


def threads_of_siu(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, and the appointment by the filler's number SCH-2, else the placer's SCH-1."""
    people = people_threads(message, sender)
    if message.heading.trigger in SLOTS or not people:
        return []
    return [*people, *([thread] if (thread := appointment_thread(message, sender)) else [])]


def appointment_thread(message: Message, sender: Sender) -> str:
    """`appointment:<authority>/<number>`; without a number the patient and the start are the key."""
    sch = message.first("SCH")
    numbered = thread_by("appointment", [first(sch, 2), first(sch, 1)], message, sender)
    if numbered or sch is None:
        return numbered
    start = span(message, booked(message), sch, sender).get("start", "")
    return thread_of_patient("appointment", message, sender, start)


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The Appointment, and the clinicians and places that it names."""
    kept = Kept(thread, sender)
    for message in ordered:
        subject = next(iter(subjects(message)), None)
        if subject is not None and appointment_thread(message, sender) == thread:
            kept.hear(message, subject)
    return Reading(resources=_appointment(kept)) if kept.status else Reading()


def _appointment(kept: Kept) -> list[Resource]:
    sch, sender = kept.sch, kept.sender
    others: list[Resource] = []
    reason = concept(sch.rep(7), sender, "SCH-7", table="0276")
    because = concept(sch.rep(6), sender, "SCH-6") if kept.status in ("cancelled", "noshow") else None
    services = [one for b in kept.resources.values() if b.name == "AIS" and (one := b.what(sender))]
    made: Resource = {
        "resourceType": "Appointment",
        "id": resource_id(kept.thread),
        "identifier": identifiers([(sch.rep(1), "PLAC"), (sch.rep(2), "FILL")], sender),
        "status": kept.status,
        "cancelationReason": because,
        "serviceType": services,
        "appointmentType": concept(sch.rep(8), sender, "SCH-8", table="0277"),
        "reasonCode": [reason] if reason else [],
        "description": _description(services, kept),
        **kept.times,
        "basedOn": _based_on(kept),
        "comment": kept.notes,
        "participant": _participants(kept, others),
    }
    return [*others, filled(made)]


def _description(services: list[dict], kept: Kept) -> str:
    """What it is for, as a person would say: the services, else the type, else the reason."""
    names = [one["text"] for one in services if "text" in one]
    types = [kept.sch.get(place, 2) or kept.sch[place] for place in (8, 7)]
    return ", ".join(dict.fromkeys(names)) or next((one for one in types if one), "")


def _based_on(kept: Kept) -> list[dict]:
    """The order that it carries out: SCH-26 placer, SCH-27 filler."""
    found = identifiers([(kept.sch.rep(26), "PLAC"), (kept.sch.rep(27), "FILL")], kept.sender)
    return [{"type": "ServiceRequest", "identifier": one} for one in found]


def _participants(kept: Kept, others: list[Resource]) -> list[dict]:
    """The patient, then who and what is booked. SCH-16, the desk that booked it, takes no part."""
    default = PARTICIPATION.get(kept.status, "accepted")
    made = [{"actor": kept.patient, "status": default}] if kept.patient else []
    for one in kept.resources.values():
        own = STATUS.get(one.status.upper(), "")
        for actor in one.actors(kept.sender, others):
            when = filled({"start": at(one, kept.sender)})
            status = PARTICIPATION.get(own, default)
            made.append(filled({"type": one.kind(kept.sender), "actor": actor, "status": status, "period": when}))
    return made


register_types(["SIU"], threads_of_siu)
register_kind("appointment", "Appointment", fold)
natural_rank.update({f"SIU^{trigger}": rank for trigger, rank in {"S12": 10, "S13": 20, "S14": 30}.items()})
natural_rank.update({f"SIU^{trigger}": 40 for trigger in CHANGES})
natural_rank.update({"SIU^S26": 60, "SIU^S15": 70, "SIU^S16": 70, "SIU^S17": 80})
