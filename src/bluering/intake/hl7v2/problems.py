"""PPR: problems become Conditions of the problem list. Source: HL7 v2.8 chapter 12; tables 0287, 0407 and user's 0406."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import concept, moment
from bluering.intake.hl7v2.groups import bounded_count, keyed
from bluering.intake.hl7v2.keys import (
    Subject,
    bounded,
    patient_thread,
    people_threads,
    resource_id,
    subjects,
)
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import filled, first, identifiers, lines, subject_reference, thread_by
from bluering.intake.hl7v2.registry import natural_rank, register_kind, register_types
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
DELETES = frozenset(("DE",))
STATES = {
    "ACTIVE": "active",
    "A": "active",
    "RESOLVED": "resolved",
    "R": "resolved",
    "INACTIVE": "inactive",
    "I": "inactive",
    "REMISSION": "remission",
    "RECURRENCE": "recurrence",
    "RELAPSE": "relapse",
}
"""Words that senders write in PRB-14; its table is the user's own."""
CERTAINTY = {"CONFIRMED": "confirmed", "C": "confirmed", "DIFFERENTIAL": "differential", "PROVISIONAL": "provisional"}


@dataclass
class Problem:
    """What is known of one problem."""

    thread: str
    sender: Sender
    deleted: bool = False
    prb: Merged = field(default_factory=Merged)
    subject: dict | None = None
    notes: str = ""

    def hear(self, prb: Segment, subject: Subject, message: Message) -> None:
        """Let one message act; PRB-1 says whether it is added, changed or deleted."""
        self.prb.update(prb)
        self.subject = subject_reference(subject, message, self.sender) or self.subject
        self.deleted = prb[1].upper() in DELETES or message.heading.trigger == "PC3"
        self.notes = lines(_notes(prb, subject)) or self.notes


def _notes(prb: Segment, subject: Subject) -> list[Segment]:
    found: list[Segment] = []
    for segment in subject.segments:
        if segment.number > prb.number:
            if segment.name != "NTE":
                break
            found.append(segment)
    return found


def problem_thread(prb: Segment, subject: Subject, message: Message, sender: Sender) -> str:
    """`problem:<authority>/<instance>` of PRB-4, else the patient and the code."""
    if numbered := thread_by("problem", [first(prb, 4)], message, sender):
        return numbered
    patient, code = patient_thread(subject.pid, message, sender), prb[3] or prb.get(3, 2)
    return f"problem:{bounded(patient)}/{bounded(code)}" if patient and code else ""


def threads_of_problems(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, and each problem."""
    people = people_threads(message, sender)
    return [*people, *_problems(message, sender)] if people else []


def _problems(message: Message, sender: Sender) -> dict[str, list[tuple[Segment, Subject]]]:
    """Each PRB of a message by its thread."""
    bounded_count("PRB", len(message.all("PRB")), "problems")
    told = [(prb, subject) for subject in subjects(message) for prb in subject.all("PRB")]
    return keyed("PRB", message, sender, lambda: ((problem_thread(*one, message, sender), one) for one in told))


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The Condition."""
    known = Problem(thread, sender)
    for message in ordered:
        for prb, subject in _problems(message, sender).get(thread, []):
            known.hear(prb, subject, message)
    return Reading(resources=[_condition(known)]) if known.prb else Reading()


def _condition(known: Problem) -> Resource:
    prb, sender = known.prb, known.sender
    state = STATES.get(sender.standard("PRB-14", prb[14] or prb.get(14, 2)).upper(), "")
    state = state or ("resolved" if prb[9] else "active")
    sure = CERTAINTY.get(sender.standard("PRB-13", prb[13] or prb.get(13, 2)).upper(), "")
    certainty = "entered-in-error" if known.deleted else sure
    made = {
        "resourceType": "Condition",
        "id": resource_id(known.thread),
        "identifier": identifiers([(prb.rep(4), "")], sender),
        "clinicalStatus": None if known.deleted else {"coding": [{"system": CLINICAL, "code": state}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": certainty}]} if certainty else None,
        "category": [{"coding": [{"system": CATEGORY, "code": "problem-list-item"}]}],
        "code": concept(prb.rep(3), sender, "PRB-3"),
        "subject": known.subject,
        **_onset(prb, sender),
        "abatementDateTime": moment(prb[9], sender),
        "recordedDate": moment(prb[7], sender),
        "note": [{"text": known.notes}] if known.notes else [],
    }
    return filled(made)


def _onset(prb: Merged, sender: Sender) -> dict:
    """PRB-16, or in words PRB-17."""
    at = moment(prb[16], sender)
    return {"onsetDateTime": at} if at else {"onsetString": prb[17]}


register_types(["PPR"], threads_of_problems)
register_kind("problem", "Condition", fold)
natural_rank.update({"PPR^PC1": 10, "PPR^PC2": 20, "PPR^PC3": 80})
