"""One HL7 v2 message of any version from 2.1: segments, fields, repetitions, components, split only when asked for.

Fields count from 1 as the standard counts them; MSH-1 is the field separator itself. Absent is always ''.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bluering.intake.hl7v2.charsets import decode
from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.escapes import Delimiters, read_delimiters
from bluering.intake.hl7v2.segment import Repetition, Segment

__all__ = ["BadMessage", "Delimiters", "Heading", "Message", "Repetition", "Segment"]

MOST_BYTES = 64 * 2**20
MOST_SEGMENTS = 100_000
LINE_END = re.compile(r"[\r\n]+")
EVENT = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True)
class Heading:
    """What MSH says: who sent what, and its number. `sender` is `MSH-3|MSH-4`, `event` such as `ADT^A01`."""

    sender: str
    control_id: str
    type: str
    trigger: str
    event: str
    version: str
    sent_at: str
    processing_id: str


class Message:
    """A message; made by `Message.parse`. `memo` keeps what others worked out from it, so that it is done once."""

    def __init__(self, text: str, marks: Delimiters, raw: bytes):
        self.raw = raw
        self.delimiters = marks
        self.memo: dict[Any, Any] = {}
        self._text = text

    @classmethod
    def parse(cls, raw: bytes) -> "Message":
        """Read the delimiters and MSH; the rest is read when asked for. Raises BadMessage."""
        if len(raw) > MOST_BYTES:
            raise BadMessage(
                "the message", f"longer than {MOST_BYTES // 2**20} MB; ask the sender to send less at once"
            )
        text = decode(raw).lstrip("\x0b \t\r\n\ufeff")
        if not text.startswith("MSH"):
            raise BadMessage("the message", "does not begin with MSH; send it from its MSH segment on")
        first = LINE_END.split(text, maxsplit=1)[0]
        if len(first) < 5:
            raise BadMessage("MSH-1", "MSH ends before its separators; send the whole message")
        message = cls(text, read_delimiters(first[3], first[4:12].split(first[3], 1)[0]), raw)
        if not message.heading.type:
            raise BadMessage("MSH-9", "no message type; ask the sender to fill it")
        if not EVENT.fullmatch(message.heading.type):
            raise BadMessage(
                "MSH-9", "no type of message such as ADT; look whether a field of MSH is missing before it"
            )
        return message

    @cached_property
    def segments(self) -> list[Segment]:
        """All segments in order, Z-segments among them. A line that begins no segment belongs to the one before."""
        found: list[list[str]] = []
        for line in LINE_END.split(self._text.rstrip("\r\n\x1c\x1a\x00")):
            if _begins(line, self.delimiters.field):
                found.append([line])
            elif line.strip() and found:
                found[-1].append(line)
        if len(found) > MOST_SEGMENTS:
            raise BadMessage("the message", f"more than {MOST_SEGMENTS:,} segments; ask the sender for smaller ones")
        return [Segment("\n".join(lines), number, self.delimiters) for number, lines in enumerate(found, start=1)]

    @cached_property
    def heading(self) -> Heading:
        """MSH, and EVN-1 where an old message names its event only there."""
        msh = self.msh
        kind, trigger, structure = msh.get(9, 1), msh.get(9, 2), msh.get(9, 3)
        if "_" in kind or (structure and not trigger):
            kind, _, told = (structure or kind).partition("_")
            trigger = trigger or told
        if not trigger and (evn := self.first("EVN")) is not None and EVENT.fullmatch(evn[1]):
            trigger = evn[1]
        kind, trigger = kind.strip().upper(), trigger.strip().upper()
        event = f"{kind}^{trigger}" if trigger else kind
        sender = f"{msh.get(3) or msh.get(3, 2)}|{msh.get(4) or msh.get(4, 2)}"
        return Heading(sender, msh[10], kind, trigger, event, msh[12], msh[7], msh[11])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes: the same only for the same message."""
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def msh(self) -> Segment:
        """The first segment, read without looking at the others."""
        return Segment(LINE_END.split(self._text, maxsplit=1)[0], 1, self.delimiters)

    def all(self, name: str) -> list[Segment]:
        """Every segment of this name."""
        return self._by_name.get(name, [])

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        found = self._by_name.get(name)
        return found[0] if found else None

    @cached_property
    def _by_name(self) -> dict[str, list[Segment]]:
        named: dict[str, list[Segment]] = {}
        for segment in self.segments:
            named.setdefault(segment.name, []).append(segment)
        return named


def _begins(line: str, field: str) -> bool:
    """Whether a line begins a segment: three letters or digits and the field separator, or a name in capitals alone."""
    name = line[:3]
    if len(name) < 3 or not (name.isalnum() and name.isascii() and name[0].isalpha()):
        return False
    return line[3:4] == field or (len(line) == 3 and name.isupper())
