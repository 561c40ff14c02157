"""The fold of a visit: its messages in order, one Encounter and what hangs on it."""

from collections.abc import Sequence

from bluering.intake.hl7v2.adt.diagnoses import diagnoses
from bluering.intake.hl7v2.adt.encounter import encounter
from bluering.intake.hl7v2.adt.renames import earlier_numbers, rename_of
from bluering.intake.hl7v2.adt.stay import Stay
from bluering.intake.hl7v2.keys import facility_of, subjects, visit_thread
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Trouble

UNKNOWN = "an update of a visit whose admission or registration has not come; it is kept, and counts once that comes"


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The Encounter, its Conditions, Locations and Practitioners. Updates alone make no visit: then only a Trouble."""
    stay = replay(thread, ordered, sender)
    if not stay.status:
        told = any(message.heading.type == "ADT" for message in ordered)
        return Reading(not_mapped=[Trouble("PV1", UNKNOWN)] if told else [])
    resources = encounter(thread, stay, facility_of(ordered[-1], sender))
    conditions, entries = diagnoses(thread, stay)
    if entries:
        resources[-1]["diagnosis"] = entries
    return Reading(resources=[*resources, *conditions])


def replay(thread: str, ordered: Sequence[Message], sender: Sender) -> Stay:
    """Let every message act that is about the visit, under this number or one it had before."""
    stay = Stay(sender)
    names = earlier_numbers(thread, ordered, sender)
    for place, message in enumerate(ordered):
        for subject in subjects(message):
            if names.get(visit_thread(subject, message, sender), -1) > place:
                stay.apply(message, subject)
            former, present = rename_of(subject, message, sender) or ("", "")
            if former == thread:
                stay.give_up()
            elif present == thread:
                stay.take_over()
    return stay
