"""A file as a header and rows: encoding and delimiter are found out from the bytes.

Rows are counted as a spreadsheet shows them: the header is the first row that holds something, whatever stands above.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from bluering.errors import BadInput

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL, LOOKED_AT_LINES = 4_000, 20
# What other readers take: JSON, XML, HL7 v2, X12, PDF, zip, gzip, TIFF, PNG, JPEG.
OTHERS = (b"{", b"[", b"<", b"MSH", b"FHS", b"BHS", b"ISA", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"II*", b"MM\x00*", b"\x89PNG", b"\xff\xd8\xff")  # fmt: skip
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by the header's names, trimmed."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A header and its rows. `broken` are rows that do not fit the header: number and reason."""

    header: list[str]
    rows: list[Row]
    broken: list[tuple[int, str]]
    delimiter: str
    encoding: str


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is a table with a header: the same delimiter, at least twice a line, in line after line."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start or start.startswith(OTHERS):
        return False
    text, _ = _decode(head)
    if "\x00" in text:
        return False
    lines = _first_lines(text if len(text) < 4_096 else text.rpartition("\n")[0])
    return len(lines) > 1 and _delimiter(lines) is not None and any(letter.isalpha() for letter in lines[0])


def read_table(raw: bytes, *, most_rows: int | None = None) -> Table:
    """The file as a table. Raises BadInput when it is none; `most_rows` is for a look at the beginning."""
    text, encoding = _decode(raw)
    delimiter = _delimiter(_first_lines(text))
    if delimiter is None:
        raise BadInput(
            "row 1: no comma, semicolon, tab or bar parts the columns alike in every row; export it as CSV with a header."
        )
    numbered = _numbered(text, delimiter)
    header = next((cells for _, cells, _ in numbered if any(cells)), [])
    if repeated := sorted({name for name in header if name and header.count(name) > 1}):
        raise BadInput(f"header: {len(repeated)} column names stand there twice; give each column a name of its own.")
    rows: list[Row] = []
    broken: list[tuple[int, str]] = []
    for number, cells, fault in itertools.islice(numbered, most_rows):
        if fault or (len(cells) > len(header) and any(cells[len(header) :])):
            broken.append((number, fault or f"it has {len(cells)} columns, the header has {len(header)}"))
        elif any(cells):
            rows.append(Row(number, {name: cell for name, cell in zip(header, cells, strict=False) if name}))
    return Table(header, rows, broken, delimiter, encoding)


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """(row number, trimmed cells, what is wrong with it) for every row; a row that cannot be read does not end the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number in itertools.count(1):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, [], "its quotes do not fit; look for one that is never closed"
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            yield number, [], f"a cell has more than {LONGEST_CELL} characters; look for a quote that is never closed"
            continue
        yield number, [cell.strip() for cell in cells], ""


def _decode(raw: bytes) -> tuple[str, str]:
    """UTF-16 where it says so, else UTF-8, else what Windows in the US writes. A character cut in half at the end is left out."""
    if raw.startswith(UTF_16):
        return raw.decode("utf-16", errors="replace"), "utf-16"
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(raw), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "cp1252"


def _first_lines(text: str) -> list[str]:
    lines = (line for line in io.StringIO(text) if line.strip())
    return list(itertools.islice(lines, LOOKED_AT_LINES))


def _delimiter(lines: list[str]) -> str | None:
    """The delimiter that parts the header and most rows into the same number of columns, at least three."""
    best: tuple[float, int, str] | None = None
    for delimiter in DELIMITERS:
        widths = _widths(lines, delimiter)
        alike = sum(width == widths[0] for width in widths) / len(widths) if widths else 0
        if widths and widths[0] >= 3 and alike >= 0.6:
            best = max(best or (0, 0, ""), (alike, widths[0], delimiter))
    return best[2] if best else None


def _widths(lines: list[str], delimiter: str) -> list[int]:
    try:
        return [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return []
