"""Tell files apart by what is in them, not by their names, and read each with its own reader."""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bluering.intake.ccda import parse as ccda
from bluering.intake.claims import optout
from bluering.intake.claims.cclf import recognise as cclf
from bluering.intake.claims.x12 import segments as x12
from bluering.intake.fhir import fetch, parse
from bluering.intake.fhir.parse import Lines
from bluering.intake.hl7v2 import split
from bluering.intake.roster import numbers
from bluering.intake.tables import table

HEAD_BYTES = 65_536
FHIR, HL7V2, TABLE, CCDA, ZIP = "fhir", "hl7v2", "table", "ccda", "zip"
CCLF, OPTOUT, X12, NUMBERS = "cclf", "optout", "x12", "numbers"
ZIP_BEGINS = b"PK\x03\x04"
Reader = Callable[[Path], Iterator[Lines]]


def recognise(path: Path) -> str:
    """What kind of file it is; 'fhir' for everything unknown, since its reader says best what is wrong with it."""
    head = _head(path)
    if split.looks_like(head):
        return HL7V2
    if ccda.looks_like(head):
        return CCDA
    if head.startswith(ZIP_BEGINS):
        return ZIP
    if x12.looks_like(head):
        return X12
    if cclf.number_of(head, path.name):
        return CCLF
    if optout.looks_like(head):
        return OPTOUT
    if numbers.looks_like(head):
        return NUMBERS
    return TABLE if table.looks_like(head) else FHIR


def may_be_data(path: Path) -> bool:
    """Whether a file that lies in a folder is for us."""
    return fetch.looks_like_data(path) or recognise(path) != FHIR


def read_others(paths: list[Path], kinds: Sequence[str], readers: Mapping[str, Reader]) -> Iterator[Lines]:
    """Every file that is not FHIR with the reader of its kind; places tell the file's number and the line (`parse.whereabouts`)."""
    others = [number for number, kind in enumerate(kinds) if kind != FHIR]
    yield from parse.gathered(
        parse.of_file(lines, number) for number in others for lines in readers[kinds[number]](paths[number])
    )


def plain_bytes(path: Path) -> bytes:
    """The whole file, unpacked."""
    with fetch.open_plain(path) as stream:
        return stream.read()


def cclf_number(path: Path) -> str | None:
    """Which file of CMS's claim feed it is."""
    return cclf.number_of(_head(path), path.name)


def _head(path: Path) -> bytes:
    try:
        with fetch.open_plain(path) as stream:
            return stream.read(HEAD_BYTES)
    except (EOFError, OSError, gzip.BadGzipFile):
        return b""
