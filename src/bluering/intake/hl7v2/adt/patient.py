"""The fold of a patient: PID and its kin over all messages of one number, and whom it was merged or linked with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.allergies import Allergies
from bluering.intake.hl7v2.adt.demographics import demographics
from bluering.intake.hl7v2.adt.events import OF_VISITS, REVIVES
from bluering.intake.hl7v2.adt.insurance import Coverages
from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.adt.parts import distinct
from bluering.intake.hl7v2.adt.relations import Relations
from bluering.intake.hl7v2.adt.renames import former_patient
from bluering.intake.hl7v2.datatypes import human_name, identifier
from bluering.intake.hl7v2.datatypes.practitioners import practitioner, practitioner_reference
from bluering.intake.hl7v2.keys import Subject, patient_thread, primary, reference, resource_id, subjects, visit_thread
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource, Trouble

UNMAPPED = {
    "GT1": "guarantors are not kept",
    "IN2": "details of an insurance beyond IN1 are not kept",
    "IN3": "certifications of an insurance are not kept",
    "ACC": "accidents are not kept",
    "PR1": "procedures are not read from ADT",
    "ROL": "roles are not read; PV1 and PD1 name the clinicians",
    "DB1": "disabilities are not kept",
    "PDA": "autopsies are not kept",
    "UB1": "billing is not kept",
    "UB2": "billing is not kept",
}
# PV1-2 of a message that is about no visit: not applicable, unknown.
NO_CLASS = ("", "N", "U")
NO_VISIT = "neither a visit number nor a time of admission; ask the sender to number visits"


@dataclass
class Known:
    """What the messages say of one patient."""

    thread: str
    sender: Sender
    pid: Merged = field(default_factory=Merged)
    pd1: Merged = field(default_factory=Merged)
    mrg: Segment | None = None
    replaced_by: str = ""
    replaces: dict[str, None] = field(default_factory=dict)
    see_also: dict[str, None] = field(default_factory=dict)
    deleted: bool = False

    def hear(self, message: Message, subject: Subject) -> None:
        """Take over what a message says of this patient."""
        fills_only = message.heading.type != "ADT"
        self.pid.update(subject.pid, fills_only=fills_only)
        self.pd1.update(subject.first("PD1"), fills_only=fills_only)
        if not fills_only and message.heading.trigger in {"A29", *REVIVES}:
            self.deleted = message.heading.trigger == "A29"

    def merge(self, former: str, survivor: str, subject: Subject) -> None:
        """One of the two is this patient. The last word counts when a merge is turned round later."""
        if former == survivor:
            return
        if survivor == self.thread:
            self.replaces[former] = None
            self.replaced_by = "" if self.replaced_by == former else self.replaced_by
        elif former == self.thread:
            self.replaced_by, self.mrg = survivor, subject.first("MRG")
            self.replaces.pop(survivor, None)

    def link(self, trigger: str, others: list[str]) -> None:
        """A24 links, A37 takes the link back."""
        for other in others:
            if trigger == "A24":
                self.see_also[other] = None
            else:
                self.see_also.pop(other, None)


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The Patient, with RelatedPersons, Coverages, AllergyIntolerances and the Practitioner of PD1-4."""
    known = Known(thread, sender)
    parts = (Relations(thread, sender), Coverages(thread, sender), Allergies(thread, sender))
    unmapped: dict[str, str] = {}
    for message in ordered:
        for subject in subjects(message):
            _hear(known, message, subject)
            if patient_thread(subject.pid, message, sender) == thread and message.heading.type == "ADT":
                for part in parts:
                    part.hear(message, subject)
                unmapped |= _left_out(message, subject, sender)
    found = Reading(resources=_patient(known))
    for part in parts:
        found.resources += part.resources()
    found.not_mapped = [Trouble(place, reason) for place, reason in sorted(unmapped.items())]
    return found


def _hear(known: Known, message: Message, subject: Subject) -> None:
    here = patient_thread(subject.pid, message, known.sender)
    if here == known.thread:
        known.hear(message, subject)
    if former := former_patient(subject, message, known.sender):
        known.merge(former, here, subject)
    if here == known.thread and message.heading.event in ("ADT^A24", "ADT^A37"):
        threads = [patient_thread(one.pid, message, known.sender) for one in subjects(message)]
        known.link(message.heading.trigger, [one for one in threads if one and one != here])


def _left_out(message: Message, subject: Subject, sender: Sender) -> dict[str, str]:
    """Segments of which nothing is kept, and a visit that cannot be told from others."""
    names = {one.name for one in subject.segments}
    told = {name: UNMAPPED[name] for name in names & UNMAPPED.keys()}
    told |= {name: "a segment of the sender's own" for name in names if name.startswith("Z")}
    pv1 = subject.first("PV1")
    of_a_visit = message.heading.trigger in OF_VISITS or (pv1 is not None and pv1[2] not in NO_CLASS)
    if of_a_visit and not visit_thread(subject, message, sender):
        told[sender.visit_number_field] = NO_VISIT
    return told


def _patient(known: Known) -> list[Resource]:
    made: Resource = {"resourceType": "Patient", "id": resource_id(known.thread)}
    if identifiers := _identifiers(known):
        made["identifier"] = identifiers
    made["active"] = not (known.deleted or known.replaced_by)
    if known.pid:
        made |= demographics(known.pid, known.sender)
    elif known.mrg is not None and (
        name := [one for rep in known.mrg.reps(7) if (one := human_name(rep, known.sender))]
    ):
        made["name"] = name
    doctors = _doctors(known, made)
    if links := _links(known):
        made["link"] = links
    return [*doctors, made]


def _identifiers(known: Known) -> list[dict]:
    """PID-3, 2, 4, 18, 19. A number merged away keeps only itself: what the survivor has too would tell nobody apart."""
    if known.replaced_by:
        own = primary(known.mrg.reps(1)) if known.mrg is not None else None
        told = identifier(own, known.sender) if own is not None else None
        return [{"use": "old", **told}] if told else []
    places = [(3, ""), (2, ""), (4, ""), (18, "AN"), (19, "SS")]
    reps = [(rep, kind) for place, kind in places for rep in known.pid.reps(place)]
    made = [one for rep, kind in reps if (one := identifier(rep, known.sender, kind))]
    return distinct(made)


def _doctors(known: Known, patient: Resource) -> list[Resource]:
    """PD1-4, and the clinic of PD1-3, as generalPractitioner."""
    reps = known.pd1.reps(4)
    told = [one for rep in reps if (one := practitioner_reference(rep, known.sender))]
    told += [{"display": name} for rep in known.pd1.reps(3) if (name := rep.get(1))]
    made = [one for rep in reps if (one := practitioner(rep, known.sender))]
    ids = {f"Practitioner/{one['id']}" for one in made}
    if told:
        patient["generalPractitioner"] = [
            one if one.get("reference") in ids else {"display": one["display"]} for one in told
        ]
    return made


def _links(known: Known) -> list[dict]:
    """Whom this one stands for now, whom it was replaced by, and whom it is linked with."""
    pairs = [(known.replaced_by, "replaced-by")] if known.replaced_by else []
    pairs += [(other, "replaces") for other in sorted(known.replaces)]
    pairs += [(other, "seealso") for other in sorted(known.see_also)]
    return [{"other": {"reference": reference(other)}, "type": kind} for other, kind in pairs]
