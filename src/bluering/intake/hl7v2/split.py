"""Tell HL7 v2 from other content, and cut a file or stream into its messages.

A file may hold one message, many, a batch (FHS, BHS ... BTS, FTS) or MLLP frames, with any line ending.
Source: HL7 v2.8 chapter 2, sections 2.10.3 (batch protocol) and appendix C (lower layer protocol).
"""

import itertools
import re
from dataclasses import dataclass

BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
MARK = rb"[!-/:-@\[-`{-~]"
"""A printing ASCII character that is neither letter nor digit: what may separate fields."""
BEGINS = re.compile(rb"[\s\x0b\x00-\x08]*(?:MSH|FHS|BHS)(" + MARK + rb")" + MARK + rb"{0,5}?\1")
# Files that were joined bring their BOMs along.
EDGES = re.compile(
    rb"(?:[\r\n\x0b\x1c][ \t]*(?:\xef\xbb\xbf)?|\xef\xbb\xbf)(MSH|FHS|BHS|BTS|FTS)(?=" + MARK + rb"|[\r\n]|\Z)|\x1c"
)
ANYWHERE = re.compile(rb"MSH(" + MARK + rb")" + MARK + rb"{1,5}\1")
TAIL = b"\r\n\x0b\x1c\x1a\x00"


@dataclass(frozen=True)
class Piece:
    """One message as it stood in the file, and the line (from 1) of its MSH."""

    raw: bytes
    line: int


def looks_like(head: bytes) -> bool:
    """Whether content that begins so is HL7 v2: MSH, FHS or BHS with its separators, after BOM, blanks or a frame's start."""
    return BEGINS.match(as_bytes(head)[0]) is not None


def split(data: bytes) -> list[Piece]:
    """The messages of a file, in order. Batch headers and trailers are not messages; content without MSH gives none."""
    plain, charset = as_bytes(data)
    pieces = _cut(plain)
    if not charset.startswith("utf-16"):
        return pieces
    return [Piece(one.raw.decode("utf-8").encode("utf-16"), one.line) for one in pieces]


def as_bytes(data: bytes) -> tuple[bytes, str]:
    """The content without its BOM, in a charset whose ASCII is ASCII, and the charset a BOM or NUL bytes gave away."""
    for bom, charset in BOMS.items():
        if data.startswith(bom):
            rest = data[len(bom) :]
            return (rest if charset == "utf-8" else _from_utf_16(rest, charset)), charset
    if data[:2] == b"M\x00" or data[:2] == b"\x00M":
        charset = "utf-16-le" if data[0] else "utf-16-be"
        return _from_utf_16(data, charset), charset
    return data, ""


def _from_utf_16(data: bytes, charset: str) -> bytes:
    return data.decode(charset, "replace").encode("utf-8", "replace")


def _cut(data: bytes) -> list[Piece]:
    pieces: list[Piece] = []
    line, counted = 1, 0
    for start, end in _spans(data):
        line += _breaks(data, counted, start)
        counted = start
        pieces.append(Piece(data[start:end].rstrip(TAIL), line))
    return pieces


def _spans(data: bytes) -> list[tuple[int, int]]:
    """Where each message begins and ends."""
    edges = [(found.start(), found.start(1) if found[1] else found.end(), found[1]) for found in EDGES.finditer(data)]
    if (first := data.lstrip(b" \t")).startswith(b"MSH"):
        edges.insert(0, (0, len(data) - len(first), b"MSH"))
    elif not any(name == b"MSH" for *_, name in edges) and (found := ANYWHERE.search(data)):
        edges = sorted([(found.start(), found.start(), b"MSH"), *edges], key=lambda edge: edge[:2])
    edges.append((len(data), len(data), b""))
    return [(one[1], after[0]) for one, after in itertools.pairwise(edges) if one[2] == b"MSH"]


def _breaks(data: bytes, start: int, end: int) -> int:
    """How many line ends of any kind stand between two places."""
    return data.count(b"\n", start, end) + data.count(b"\r", start, end) - data.count(b"\r\n", start, end)
