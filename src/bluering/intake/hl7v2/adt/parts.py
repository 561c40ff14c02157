"""What the parts of a patient have in common: things that come as lists of segments, and are known by a key."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from bluering.intake.hl7v2.keys import Subject, reference
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import stable_id


@dataclass
class Listed(ABC):
    """Things of one kind of a patient: the last segment about each, and which ones the last list named."""

    thread: str
    sender: Sender
    last: dict[str, Segment] = field(default_factory=dict)
    current: set[str] = field(default_factory=set)
    names: tuple[str, ...] = ()

    @abstractmethod
    def key(self, segment: Segment) -> str:
        """What tells one from the others; '' when the segment cannot be used."""

    def hear(self, message: Message, subject: Subject) -> None:
        """A message with such segments names all that there are now; one without says nothing of them."""
        found = {key: one for name in self.names for one in subject.all(name) if (key := self.key(one))}
        if found:
            self.last |= found
            self.current = set(found)

    def id_of(self, kind: str, key: str) -> str:
        """The id of a resource that belongs to the patient."""
        return stable_id(f"{self.thread}/{kind}", key)

    def patient(self) -> dict[str, str]:
        """The reference to the patient."""
        return {"reference": reference(self.thread)}


def distinct(identifiers: list[dict]) -> list[dict]:
    """Each identifier once, as it was told first."""
    kept: dict[tuple, dict] = {}
    for one in identifiers:
        kept.setdefault((one.get("system"), one["value"]), one)
    return list(kept.values())
