"""By what a document is known, and of which orders it is the outcome."""

from collections.abc import Iterator

from bluering.intake.hl7v2.groups import bounded_count, keyed
from bluering.intake.hl7v2.keys import people_threads, reference
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import first, thread_by, thread_of_patient
from bluering.intake.hl7v2.sender import Sender

REPLACES = frozenset(("T09", "T10"))
APPENDS = frozenset(("T05", "T06"))


def document_thread(txa: Segment, message: Message, sender: Sender) -> str:
    """`document:<authority>/<number>` of TXA-12, the unique number, or of the file name TXA-16; else patient, kind, time."""
    numbered = thread_by("document", [first(txa, 12), first(txa, 16)], message, sender)
    return numbered or thread_of_patient("document", message, sender, txa[6] or txa[4] or message.msh[7], txa[2])


def parent_thread(txa: Segment, message: Message, sender: Sender) -> str:
    """The document that TXA-13 names; its authority is that of TXA-12 where it names none itself."""
    return thread_by("document", [first(txa, 13)], message, sender)


def orders_of(txa: Segment, message: Message, sender: Sender) -> list[str]:
    """References to the orders whose outcome it is: placer's numbers TXA-14, else the filler's TXA-15."""
    reps = txa.reps(14) or txa.reps(15)
    return [reference(thread) for rep in reps if (thread := thread_by("order", [rep], message, sender))]


def document_threads(message: Message, sender: Sender) -> list[str]:
    """Every document of a message, and those that it replaces."""
    return list(documents(message, sender))


def documents(message: Message, sender: Sender) -> dict[str, list[tuple[Segment, bool]]]:
    """Each TXA of a message by the document that it is about, and whether that is replaced by another."""
    return keyed("TXA", message, sender, lambda: _documents(message, sender))


def _documents(message: Message, sender: Sender) -> Iterator[tuple[str, tuple[Segment, bool]]]:
    bounded_count("TXA", len(message.all("TXA")), "documents")
    for txa in message.all("TXA"):
        own, parent = document_thread(txa, message, sender), parent_thread(txa, message, sender)
        yield own, (txa, False)
        if message.heading.trigger in REPLACES and parent != own:
            yield parent, (txa, True)


def threads_of_mdm(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, the document, and the one that it replaces."""
    people = people_threads(message, sender)
    return [*people, *document_threads(message, sender)] if people else []
