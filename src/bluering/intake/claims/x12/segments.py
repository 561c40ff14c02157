"""An interchange as segments and transaction sets, whatever delimiters its header names.

Our own, because reading goes on where an implementation guide is not kept; whether it is kept, pyx12 says (`check.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ISA_LENGTH = 106
NAME = re.compile(r"[A-Z0-9]{1,9}")
HEADER = re.compile(rb"\s*ISA[^A-Za-z0-9\s]")
# More than any sender needs; what is larger is refused before it is taken apart.
MOST_BYTES = 256 * 1024 * 1024
# The guides' longest segments have some hundred characters.
MOST_CHARACTERS = 65_536
# A transaction set is held in memory: so many segments take some hundred megabytes.
MOST_SEGMENTS = 1_000_000


TOO_LONG = (
    "it has more than {most} characters, so its end is not where the header says; ask the sender for the file again"
)


class BadInterchange(ValueError):
    """The header of an interchange, or where its segments end, cannot be read, so nothing after it can. `line` is the segment's number."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


def name_of(told: str) -> str:
    """A segment's or a set's name or number, if it looks like one: where delimiters are wrong it is a piece of what the file tells."""
    return told.strip() if NAME.fullmatch(told.strip()) else "?"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. Elements count from 1, as in the guides; `line` is its number in the file."""

    elements: tuple[str, ...]
    line: int
    component: str = ":"
    repetition: str = "^"

    @property
    def id(self) -> str:
        """NM1, CLM, HI."""
        return self.elements[0]

    def __getitem__(self, number: int) -> str:
        return self.elements[number].strip() if number < len(self.elements) else ""

    def parts(self, number: int) -> list[str]:
        """The components of an element, at least one."""
        return [part.strip() for part in self[number].split(self.component)]

    def part(self, number: int, nth: int) -> str:
        """One component of an element, counted from 1; empty when it is not told."""
        parts = self.parts(number)
        return parts[nth - 1] if nth <= len(parts) else ""


@dataclass
class Transaction:
    """One transaction set: ST to SE. `version` is GS08's, `sender` GS02's; without its SE it is not `complete`, and what is `too_large` has lost its end."""

    kind: str
    control: str
    version: str
    sender: str
    line: int
    segments: list[Segment] = field(default_factory=list)
    complete: bool = False
    too_large: bool = False


def looks_like(head: bytes) -> bool:
    """Whether a file begins with an interchange header."""
    return bool(HEADER.match(head.removeprefix(b"\xef\xbb\xbf")))


def segments_of(text: str) -> Iterator[Segment]:
    """Every segment of every interchange.

    Raises BadInterchange where a header is too short or names no delimiters, and at a segment longer than any can be.
    """
    place, line = text.find("ISA"), 0
    while place >= 0:
        element, component, repetition, end = _delimiters(text[place : place + ISA_LENGTH], line + 1)
        following = _next_header(text, place + ISA_LENGTH, end)
        for raw in _pieces(text, place, following if following >= 0 else len(text), end):
            if told := raw.strip("\r\n \t"):
                line += 1
                if len(told) > MOST_CHARACTERS:
                    raise BadInterchange(TOO_LONG.format(most=MOST_CHARACTERS), line)
                yield Segment(tuple(told.split(element)), line, component, repetition)
        place = following


def _pieces(text: str, start: int, stop: int, end: str) -> Iterator[str]:
    """What lies between terminators, one at a time: a file may be large."""
    while start < stop:
        at = text.find(end, start, stop)
        at = stop if at < 0 else at
        yield text[start:at]
        start = at + 1


def _next_header(text: str, start: int, end: str) -> int:
    found = re.compile(rf"{re.escape(end)}\s*(?=ISA[^A-Za-z0-9\s])").search(text, start - 1)
    return found.end() if found else -1


def _delimiters(header: str, line: int) -> tuple[str, str, str, str]:
    if len(header) < ISA_LENGTH or not header.startswith("ISA"):
        raise BadInterchange(
            "ISA: the header is shorter than 106 characters; the file was cut off, or is no X12 interchange",
            line,
        )
    element = header[3]
    cells = header.split(element)
    if len(cells) != 17:
        raise BadInterchange(
            "ISA: the header has not 16 elements of fixed width; ask the sender for the file again", line
        )
    component, end = header[104], header[105]
    if len({element, component, end}) < 3 or component.isalnum() or (end.isalnum()):
        raise BadInterchange(
            "ISA16: the header does not name three different delimiters; ask the sender for the file again", line
        )
    repetition = cells[11] if not cells[11].isalnum() else "\x00"
    return element, component, repetition, end


def transactions_of(text: str) -> Iterator[Transaction]:
    """Every transaction set; one that begins before the last has ended leaves that one incomplete."""
    version = sender = ""
    open_one: Transaction | None = None
    for segment in segments_of(text):
        if segment.id == "GS":
            version, sender = segment[8], segment[2]
        elif segment.id == "ST":
            if open_one:
                yield open_one
            open_one = Transaction(segment[1], segment[2], segment[3] or version, sender, segment.line)
        elif segment.id == "SE" and open_one:
            open_one.complete = True
            yield open_one
            open_one = None
        elif open_one and segment.id not in ("GE", "IEA", "ISA"):
            open_one.too_large = len(open_one.segments) >= MOST_SEGMENTS
            if not open_one.too_large:
                open_one.segments.append(segment)
    if open_one:
        yield open_one
