"""The orders and results of a message: each ORC with what is ordered, its results, specimens and notes.

Messages are read by these few rules rather than by the grammar of each version, which senders seldom keep.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.keys import Subject, subjects
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.sender import Sender

DETAILS = frozenset(("OBR", "RXO", "RXE", "RXD", "RXA", "RXG", "RQD", "ODS", "ODT"))
"""What says the thing that an ORC is about."""
NOTED = DETAILS | {"ORC", "OBX", "SPM", "PID", "PV1", "DG1"}
"""A note (NTE) belongs to the last of these before it."""

SPECIMEN_FIRST = frozenset(("R22", "R23"))
MOST, MOST_SPECIMENS = 1_000, 100


@dataclass
class Group:
    """One order or one result."""

    segments: list[Segment] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)
    notes: dict[int, list[Segment]] = field(default_factory=dict)
    results: list[Segment] = field(default_factory=list)
    passed_over: list[Segment] = field(default_factory=list)

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next((one for one in self.segments if one.name == name), None)

    def all(self, name: str) -> list[Segment]:
        """Every segment of this name."""
        return [one for one in self.segments if one.name == name]

    @property
    def is_of_other_things(self) -> bool:
        """Whether it is for a medicine, supplies or a diet, not for a service. ORC alone, as in cancellations, may be either."""
        return any(one.name[:2] in ("RX", "RQ", "OD") for one in self.segments)

    def notes_of(self, segment: Segment | None) -> list[Segment]:
        """The notes that follow a segment."""
        return self.notes.get(segment.number, []) if segment is not None else []


Key = Callable[[Group, Subject, Message, Sender], str]
"""What gives an order or result its thread; '' for none."""


def groups(subject: Subject, message: Message) -> list[Group]:
    """The orders and results of one patient of a message."""
    known: dict[int, list[Group]] = message.memo.setdefault("groups", {})
    if subject.pid.number not in known:
        of_oul = message.heading.type == "OUL"
        first = of_oul and message.heading.trigger in SPECIMEN_FIRST
        cut = _by_specimen(subject) if first else _cut(subject.segments[1:], orc_starts=not of_oul)
        known[subject.pid.number] = [_finished(one, by_container=of_oul) for one in cut]
        bounded_count("OBR", sum(len(one) for one in known.values()), "orders")
    return known[subject.pid.number]


def told_of(thread: str, message: Message, sender: Sender, key: Key) -> list[tuple[Group, Subject]]:
    """The orders or results of a message that `key` gives this thread."""
    return keyed(key.__qualname__, message, sender, lambda: _pairs(message, sender, key)).get(thread, [])


def threads_by(message: Message, sender: Sender, key: Key) -> list[str]:
    """The threads that `key` gives the orders or results of a message."""
    return list(keyed(key.__qualname__, message, sender, lambda: _pairs(message, sender, key)))


def _pairs(message: Message, sender: Sender, key: Key) -> Iterator[tuple[str, tuple[Group, Subject]]]:
    for subject in subjects(message):
        for group in groups(subject, message):
            yield key(group, subject, message, sender), (group, subject)


def keyed(
    name: str, message: Message, sender: Sender, pairs: Callable[[], Iterable[tuple[str, Any]]]
) -> dict[str, list[Any]]:
    """What `pairs` gives, by thread, worked out once per message and `name`; what has no thread is left out."""
    known = message.memo.get(("keyed", name))
    if known is None or known[0] is not sender:
        found: dict[str, list[Any]] = {}
        for thread, one in pairs():
            if thread:
                found.setdefault(thread, []).append(one)
        known = message.memo["keyed", name] = (sender, found)
    return known[1]


def bounded_count(place: str, count: int, what: str) -> None:
    """Raises BadMessage when a message tells of more things than any real one, each of which would be folded."""
    if count > MOST:
        raise BadMessage(place, f"more than {MOST:,} {what} in one message; ask the sender to send less at once")


def _cut(segments: Sequence[Segment], *, orc_starts: bool) -> Iterator[Group]:
    """Each order begins with ORC, or with OBR (RXA) alone; in OUL, where ORC comes after OBR, always with OBR."""
    group = Group()
    for segment in segments:
        if group.segments and _starts(segment.name, group, orc_starts):
            yield group
            group = Group()
        if group.segments or segment.name in DETAILS or (orc_starts and segment.name == "ORC"):
            group.segments.append(segment)
    if group.segments:
        yield group


def _starts(name: str, group: Group, orc_starts: bool) -> bool:
    if name == "ORC":
        return orc_starts
    return name in ("OBR", "RXA") and group.first(name) is not None


def _by_specimen(subject: Subject) -> Iterator[Group]:
    """Messages that begin with the specimens: each SPM with the orders up to the next that follows an order."""
    blocks: list[list[Segment]] = [[]]
    ordered = False
    for segment in subject.segments[1:]:
        if segment.name == "SPM" and ordered:
            blocks.append([])
        ordered = segment.name == "OBR" or (ordered and segment.name != "SPM")
        blocks[-1].append(segment)
    for block in blocks:
        specimens = [one for one in block if one.name == "SPM"]
        for group in _cut(block, orc_starts=False):
            yield Group(group.segments, specimens)


def _finished(group: Group, *, by_container: bool) -> Group:
    """Sort what follows the order: results, notes, specimens, and observations that are none of its results."""
    group.specimens = (group.specimens or group.all("SPM"))[:MOST_SPECIMENS]
    documents = _documents(group)
    owner, of_specimen = 0, False
    for segment in group.segments:
        if segment.name in NOTED:
            owner = segment.number
        if segment.name == "NTE":
            group.notes.setdefault(owner, []).append(segment)
        elif segment.name == "SPM":
            of_specimen = by_container or bool(group.results)
        elif segment.name == "SAC":
            of_specimen = not by_container
        elif segment.name == "OBX":
            apart = of_specimen or segment.number in documents
            (group.passed_over if apart else group.results).append(segment)
    return group


def _documents(group: Group) -> set[int]:
    """The OBX that are the document that goes with an order: TXA follows. By their segments' numbers."""
    found, after = set(), ""
    for segment in reversed(group.segments):
        if segment.name == "OBX" and after == "TXA":
            found.add(segment.number)
        elif segment.name not in ("PRT", "NTE"):
            after = segment.name
    return found
