"""HL7 v2 messages out of files: kept as arrivals first, like those that come over the wire, then read with all that came before."""

from collections.abc import Iterator
from pathlib import Path

from bluering.intake import arrivals, formats, messages
from bluering.intake.arrivals import Incoming, Outcome
from bluering.intake.fhir.parse import Lines, of_resources
from bluering.intake.hl7v2 import split
from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.message import Message

AT_ONCE = 2_000
# Places from here on are lines of the file; those below count its resources.
LINES = 1 << 38


class MessageFiles:
    """Reads the message files of one load, and remembers what became of each message and where it stood."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.outcomes: list[Outcome] = []
        self.lines: dict[Path, list[int]] = {}

    def read(self, path: Path) -> Iterator[Lines]:
        """The file's messages as resources, some thousand messages at a time; places count the resources of the file from 1."""
        pieces = split.split(formats.plain_bytes(path))
        lines = self.lines.setdefault(path, [])
        for start in range(0, len(pieces), AT_ONCE):
            yield self._read(pieces[start : start + AT_ONCE], lines)

    def line_of(self, path: Path, place: int) -> int:
        """The line at which the message stood that a place came from; a piece that gave none has its line as its place."""
        lines = self.lines.get(path, [])
        return place - LINES if place > LINES else lines[place - 1]

    def settle(self, load_id: int) -> None:
        """The load is in the record: so are its messages."""
        arrivals.settle(self.outcomes, load_id)

    def _read(self, pieces: list[split.Piece], lines: list[int]) -> Lines:
        opened, rejected = [], []
        for piece in pieces:
            try:
                heading = Message.parse(piece.raw).heading
            except BadMessage as problem:
                rejected.append((LINES + piece.line, str(problem), piece.raw))
                continue
            message = Incoming(self.source, messages.HL7V2, heading.sender, heading.control_id, piece.raw)
            opened.append((message, piece.line))
        arrivals.keep([message for message, _ in opened])
        return self._as_lines(opened, rejected, lines)

    def _as_lines(self, opened: list[tuple[Incoming, int]], rejected: list, lines: list[int]) -> Lines:
        kept = arrivals.kept([message for message, _ in opened])
        line_of = dict(zip((one.pk for one in kept), (line for _, line in opened), strict=False))
        batch = messages.read_batch(self.source, kept)
        self.outcomes += batch.outcomes.values()
        first = len(lines) + 1
        lines += [line_of[arrival] for arrival in batch.origins]
        made = of_resources(batch.resources, range(first, len(lines) + 1))
        for outcome in batch.outcomes.values():
            if outcome.state == "quarantined":
                rejected.append((LINES + line_of[outcome.arrival_id], outcome.reason, b""))
        return Lines(made.table, rejected, sum(len(message.raw) for message, _ in opened))
