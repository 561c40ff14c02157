"""Which things a message speaks of, when it happened, and, where nothing is mapped, why."""

import datetime as dt

from bluering.intake.hl7v2 import mappers
from bluering.intake.hl7v2.adt.renames import connected
from bluering.intake.hl7v2.datatypes.times import instant
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.registry import finders, natural_rank
from bluering.intake.hl7v2.sender import Sender

__all__ = ["connected", "in_order", "is_for_us", "mappers", "recorded", "threads_of", "when", "why_not"]

EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)
UNNAMED_RANK = 50
CANCELS = frozenset(("A11", "A12", "A13", "A25", "A26", "A27", "A38", "A52", "A53", "A55"))
REASONS = {
    "ACK": "it is an acknowledgement",
    "BAR": "billing accounts are not care",
    "DFT": "charges are not care",
    "MFN": "it brings a master file",
    "QBP": "it is a question",
    "QRY": "it is a question",
    "QCN": "it is a question",
    "RSP": "it is the answer to a question",
    "NMD": "it is about the network",
    "NMQ": "it is about the network",
}
UNMAPPED_EVENTS = {
    "ADT^A19": "it is a question",
    "ADT^A20": "the state of a bed concerns no patient",
    "SIU^S23": "a blocked slot concerns no patient",
    "SIU^S24": "an opened slot concerns no patient",
}


def threads_of(message: Message, sender: Sender) -> list[str]:
    """The threads of a message, each once; none for an event that is not mapped, or that the source's file leaves out."""
    known = message.memo.get("threads")
    if known is None or known[0] is not sender:
        known = message.memo["threads"] = (sender, _find(message, sender))
    return list(known[1])


def _find(message: Message, sender: Sender) -> tuple[str, ...]:
    if not is_for_us(message, sender):
        return ()
    return tuple(dict.fromkeys(finders[message.heading.type](message, sender)))


def is_for_us(message: Message, sender: Sender) -> bool:
    """Whether a message is of a kind that we map: when it has no thread all the same, something is missing in it."""
    event = message.heading.event
    return message.heading.type in finders and event not in UNMAPPED_EVENTS and not sender.ignores(event)


def why_not(message: Message, sender: Sender | None = None) -> str:
    """Why a message belongs to no thread, in one sentence without values."""
    heading = message.heading
    if sender is not None and sender.ignores(heading.event):
        return "The settings of the source say to leave this event out."
    if reason := UNMAPPED_EVENTS.get(heading.event) or REASONS.get(heading.type):
        return f"Nothing is mapped: {reason}."
    if heading.type not in finders:
        return "Nothing is mapped: messages of this type say nothing that is kept here."
    if message.first("PID") is None:
        return "Nothing is mapped: it has no PID segment; ask the sender whom it is about."
    return "Nothing is mapped: PID-3 holds no number of a patient; ask the sender to fill it."


def when(message: Message, sender: Sender) -> dt.datetime | None:
    """When the event happened: EVN-6, else PV1-45 of a discharge and PV1-44 of an admission, else as `recorded`.

    EVN-6 of a cancellation tells the time of what is cancelled (chapter 3.4.1.6), so that there it is not used.
    """
    trigger = message.heading.trigger if message.heading.type == "ADT" else ""
    evn, pv1 = message.first("EVN"), message.first("PV1")
    texts = [evn[6] if evn is not None and trigger not in CANCELS else ""]
    if pv1 is not None:
        texts += [pv1[45]] if trigger == "A03" else [pv1[44]] if trigger in ("A01", "A04") else []
    return _first_time(texts, sender) or recorded(message, sender)


def recorded(message: Message, sender: Sender) -> dt.datetime | None:
    """When the sender recorded it: EVN-2, else MSH-7; None when neither is a time."""
    if "recorded" not in message.memo:
        evn = message.first("EVN")
        texts = [evn[2] if evn is not None else "", message.msh[7]]
        message.memo["recorded"] = _first_time(texts, sender)
    return message.memo["recorded"]


def _first_time(texts: list[str], sender: Sender) -> dt.datetime | None:
    return next((time for text in texts if text and (time := instant(text, sender))), None)


def in_order(messages: list[Message], sender: Sender) -> list[Message]:
    """Each message once, in an order that does not depend on how they came."""
    return sorted({one.digest: one for one in messages}.values(), key=lambda one: _place(one, sender))


def _place(message: Message, sender: Sender) -> tuple:
    heading, sequence = message.heading, message.msh[13]
    number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 16 else -1
    rank = natural_rank.get(heading.event, UNNAMED_RANK)
    return recorded(message, sender) or EARLIEST, number, rank, heading.control_id, message.digest
