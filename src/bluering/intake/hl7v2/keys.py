"""The keys by which messages of one sender speak of the same patient and the same visit, whatever kind of message it is.

Ids are digests of the keys: they appear in addresses and audit events, where no medical record number belongs.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bluering.intake.hl7v2.datatypes.codes import facility_name
from bluering.intake.hl7v2.message import BadMessage, Message, Repetition, Segment
from bluering.intake.hl7v2.registry import main_types
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import stable_id

MOST_KEY = 120
MOST_SUBJECTS = 1_000
# Which repetition of PID-3 names the patient: the medical record number, the hospital's own number, one without a type;
# numbers that others gave (social security, driver's licence, insurance, account) only where there is nothing else.
RANK = {"MR": 0, "PI": 1}
OF_OTHERS = frozenset(("SS", "DL", "PPN", "AN", "VN", "MA", "MC", "MB", "NI", "NH", "PN", "ANON"))
SOCIAL_SECURITY = frozenset(("USSSA", "SSA"))
VISIT_FIELDS = {"PV1-19": ("PV1", 19, 5), "PV1-50": ("PV1", 50, 6), "PID-18": ("PID", 18, 3)}
"""Where a visit's number stands, and in which field of MRG its former one."""


@dataclass(frozen=True)
class Subject:
    """One patient of a message with what is said of them: usually one; two where patients are linked, merged or swap beds."""

    pid: Segment
    segments: tuple[Segment, ...]

    def first(self, name: str) -> Segment | None:
        """The first segment of this name that is about this patient."""
        return next((one for one in self.segments if one.name == name), None)

    def all(self, name: str) -> list[Segment]:
        """Every segment of this name that is about this patient."""
        return [one for one in self.segments if one.name == name]


def subjects(message: Message) -> list[Subject]:
    """The patients of a message: each PID with the segments up to the next. Raises BadMessage for more than a thousand."""
    if "subjects" not in message.memo:
        groups: list[list[Segment]] = []
        for segment in message.segments:
            if segment.name == "PID":
                groups.append([segment])
            elif groups:
                groups[-1].append(segment)
        if len(groups) > MOST_SUBJECTS:
            raise BadMessage("PID", f"more than {MOST_SUBJECTS:,} patients; ask the sender for smaller messages")
        message.memo["subjects"] = [Subject(group[0], tuple(group)) for group in groups]
    return message.memo["subjects"]


def facility_of(message: Message, sender: Sender) -> str:
    """The sending facility: MSH-4 by the one name the sender's file gives it, else MSH-3, else the source."""
    msh = message.msh
    return facility_name([msh.get(4), msh.get(4, 2)], sender) or msh.get(3) or msh.get(3, 2) or sender.source


def primary(reps: Sequence[Repetition]) -> Repetition | None:
    """The identifier that names the patient at the sender."""
    named = [rep for rep in reps if rep.get(1)]
    return min(named, key=_rank, default=None)


def _rank(rep: Repetition) -> int:
    if rep.get(5) in OF_OTHERS or rep.get(4) in SOCIAL_SECURITY:
        return 3
    return RANK.get(rep.get(5), 2)


def patient_thread(pid: Segment, message: Message, sender: Sender) -> str:
    """`patient:<authority or facility>/<number>`, from PID-3, else PID-2, else PID-4; '' when PID holds none."""
    key = ("patient", pid.number, sender.source)
    if key not in message.memo:
        told = (thread_of(pid.reps(place), message, sender) for place in (3, 2, 4))
        message.memo[key] = next((one for one in told if one), "")
    return message.memo[key]


def thread_of(reps: Sequence[Repetition], message: Message, sender: Sender) -> str:
    """The patient's thread that a list of identifiers (PID-3, MRG-1) names; '' for none."""
    rep = primary(reps)
    if rep is None:
        return ""
    authority = facility_name(rep.subs(4), sender) or facility_name(rep.subs(6), sender) or facility_of(message, sender)
    return f"patient:{bounded(authority)}/{bounded(rep.get(1))}"


def visit_thread(subject: Subject, message: Message, sender: Sender) -> str:
    """`visit:<facility>/<visit number>`; without a number the patient's key and the time of admission; '' for neither."""
    key = ("visit", subject.pid.number, sender.source)
    if key not in message.memo:
        message.memo[key] = _visit_thread(subject, message, sender)
    return message.memo[key]


def _visit_thread(subject: Subject, message: Message, sender: Sender) -> str:
    name, place, _ = VISIT_FIELDS[sender.visit_number_field]
    segment = subject.first(name)
    facility = bounded(facility_of(message, sender))
    if segment is not None and (number := segment[place]):
        return f"visit:{facility}/{bounded(number)}"
    pv1 = subject.first("PV1")
    patient = patient_thread(subject.pid, message, sender)
    if pv1 is None or not pv1[44] or not patient:
        return ""
    return f"visit:{facility}/{bounded(patient)}@{bounded(pv1[44])}"


def former_visit(subject: Subject, message: Message, sender: Sender) -> str:
    """The thread of the number the visit had before, where MRG names one; ''."""
    mrg = subject.first("MRG")
    place = VISIT_FIELDS[sender.visit_number_field][2]
    return (
        f"visit:{bounded(facility_of(message, sender))}/{bounded(mrg[place])}" if mrg is not None and mrg[place] else ""
    )


def people_threads(message: Message, sender: Sender) -> list[str]:
    """The threads of the patients and visits that a message of any kind speaks of."""
    found: list[str] = []
    for subject in subjects(message):
        found += [patient_thread(subject.pid, message, sender), visit_thread(subject, message, sender)]
    return [one for one in found if one]


def patient_of(message: Message, sender: Sender) -> str:
    """The reference (`Patient/...`) to the first patient of a message; '' when it names none."""
    thread = next((patient_thread(one.pid, message, sender) for one in subjects(message)), "")
    return reference(thread) if thread else ""


def visit_of(message: Message, sender: Sender) -> str:
    """The reference (`Encounter/...`) to the visit that a message is about; '' when it names none."""
    thread = next((visit_thread(one, message, sender) for one in subjects(message)), "")
    return reference(thread) if thread else ""


@lru_cache(maxsize=20_000)
def reference(thread: str) -> str:
    """`Type/id` of the resource that a thread is about."""
    return f"{main_types[thread.partition(':')[0]]}/{resource_id(thread)}"


@lru_cache(maxsize=20_000)
def resource_id(thread: str) -> str:
    """The id of the resource that a thread is about. A thread holds ':' and '/', so that this is always a digest."""
    return stable_id(thread)


def bounded(text: str) -> str:
    """Text that any database takes as a key: short, without control characters; else a digest of it."""
    if len(text) <= MOST_KEY and text.isprintable():
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
