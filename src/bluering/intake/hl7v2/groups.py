"""The orders and results of a message: each ORC with what is ordered, its results, specimens and notes.

Messages are read by these few rules rather than by the grammar of each version, which senders seldom keep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.keys import Subject
from bluering.intake.hl7v2.message import Message, Segment

DETAILS = frozenset(("OBR", "RXO", "RXE", "RXD", "RXA", "RXG", "RQD", "ODS", "ODT"))
"""What says the thing that an ORC is about."""
NOTED = DETAILS | {"ORC", "OBX", "SPM", "PID", "PV1", "DG1"}
"""A note (NTE) belongs to the last of these before it."""

SPECIMEN_FIRST = frozenset(("R22", "R23"))


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

    def notes_of(self, segment: Segment | None) -> list[Segment]:
        """The notes that follow a segment."""
        return self.notes.get(segment.number, []) if segment is not None else []


def groups(subject: Subject, message: Message) -> list[Group]:
    """The orders and results of one patient of a message."""
    known: dict[int, list[Group]] = message.memo.setdefault("groups", {})
    if subject.pid.number not in known:
        of_oul = message.heading.type == "OUL"
        first = of_oul and message.heading.trigger in SPECIMEN_FIRST
        cut = _by_specimen(subject) if first else _cut(subject.segments[1:], orc_starts=not of_oul)
        known[subject.pid.number] = [_finished(one, by_container=of_oul) for one in cut]
    return known[subject.pid.number]


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
    for segment in subject.segments[1:]:
        if segment.name == "SPM" and any(one.name == "OBR" for one in blocks[-1]):
            blocks.append([])
        blocks[-1].append(segment)
    for block in blocks:
        specimens = [one for one in block if one.name == "SPM"]
        for group in _cut(block, orc_starts=False):
            yield Group(group.segments, specimens)


def _finished(group: Group, *, by_container: bool) -> Group:
    """Sort what follows the order: results, notes, specimens, and observations that are none of its results."""
    group.specimens = group.specimens or group.all("SPM")
    owner, of_specimen = 0, False
    for place, segment in enumerate(group.segments):
        if segment.name in NOTED:
            owner = segment.number
        if segment.name == "NTE":
            group.notes.setdefault(owner, []).append(segment)
        elif segment.name == "SPM":
            of_specimen = by_container or bool(group.results)
        elif segment.name == "SAC":
            of_specimen = not by_container
        elif segment.name == "OBX":
            apart = of_specimen or _is_document(place, group)
            (group.passed_over if apart else group.results).append(segment)
    return group


def _is_document(place: int, group: Group) -> bool:
    """Whether an OBX is the document that goes with an order: TXA follows."""
    after = (one.name for one in group.segments[place + 1 :] if one.name not in ("PRT", "NTE"))
    return next(after, "") == "TXA"
