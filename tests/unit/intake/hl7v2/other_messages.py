"""Small messages of every kind but ADT about Mae Vance, who does not exist; the laboratory and the clinics are made up too."""

import itertools

from adt_messages import PID, SENDER, all_of, read, segment, the

from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.threads import threads_of

__all__ = ["PID", "SENDER", "all_of", "every_order", "hl7", "own_threads", "read", "segment", "the"]


def hl7(event: str, at: str, *segments: str, pid: str = PID, control: str = "", before: bool = False) -> Message:
    """A message such as `SIU^S12` recorded at `at`; PID stands first, or with `before` last."""
    head = f"MSH|^~\\&|APP|CGH|||{at}||{event}|{control or event[-3:] + at}|P|2.5.1"
    lines = [*segments, pid] if before else [pid, *segments]
    return Message.parse("\r".join([head, *filter(None, lines)]).encode())


def own_threads(message: Message) -> list[str]:
    """The threads of a message without those of patient and visit."""
    return [one for one in threads_of(message, SENDER) if not one.startswith(("patient:", "visit:"))]


def every_order(thread: str, messages: list[Message]) -> list[dict]:
    """The resources that all orders of arrival give, which must be the same."""
    answers = [read(thread, *order).resources for order in itertools.permutations(messages)]
    assert all(one == answers[0] for one in answers[1:])
    return answers[0]
