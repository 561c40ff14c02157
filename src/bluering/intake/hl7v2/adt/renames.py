"""Which threads an ADT message speaks of, and visits that go on under another number (A06, A42, A50 and their kin).

MRG holds the former number: MRG-5 of a visit, MRG-3 of an account, MRG-6 of an alternate id, as the sender's file says.
"""

from collections.abc import Iterable, Sequence

from bluering.intake.hl7v2.adt.events import MERGES
from bluering.intake.hl7v2.keys import Subject, former_visit, people_threads, subjects, thread_of, visit_thread
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender


def threads_of_adt(message: Message, sender: Sender) -> list[str]:
    """The patients and visits of an ADT message, under their former numbers too."""
    found = people_threads(message, sender)
    for subject in subjects(message):
        former = former_patient(subject, message, sender)
        found += [one for one in (former, *rename_of(subject, message, sender)[:1]) if one]
    return found


def former_patient(subject: Subject, message: Message, sender: Sender) -> str:
    """The thread of the patient who was merged into the subject; '' when nobody was."""
    mrg = subject.first("MRG") if message.heading.trigger in MERGES else None
    return thread_of(mrg.reps(1), message, sender) if mrg is not None else ""


def rename_of(subject: Subject, message: Message, sender: Sender) -> tuple[str, ...]:
    """(former, present) thread of a visit that got another number; () when it did not."""
    if message.heading.type != "ADT":
        return ()
    former, present = former_visit(subject, message, sender), visit_thread(subject, message, sender)
    return (former, present) if former and present and former != present else ()


def connected(thread: str, messages: Iterable[Message], sender: Sender) -> list[str]:
    """Other visit threads that are this one under another number, as far as these messages tell, sorted.

    To fold one of them, give `fold` the messages of all; when one gets a message, fold them all.
    """
    pairs = [pair for one in messages for each in subjects(one) if (pair := rename_of(each, one, sender))]
    group, before = {thread}, 0
    while len(group) > before:
        before = len(group)
        group.update(name for pair in pairs if group & set(pair) for name in pair)
    return sorted(group - {thread})


def earlier_numbers(thread: str, ordered: Sequence[Message], sender: Sender) -> dict[str, int]:
    """The threads that this one was before, and how many of the ordered messages still speak of it by that name."""
    names = {thread: len(ordered)}
    for place in range(len(ordered) - 1, -1, -1):
        for subject in subjects(ordered[place]):
            former, present = rename_of(subject, ordered[place], sender) or ("", "")
            if former and names.get(present, -1) > place and former != thread:
                names[former] = max(names.get(former, -1), place)
    return names
