"""Labelled files as tables of text: any delimiter, any of the usual encodings, plain or gzip."""

import codecs
import gzip
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from bluering.errors import BadInput

DELIMITERS = (",", ";", "\t", "|")
# What systems write where nothing is known.
NOTHING = ("", "NA", "N/A", "#N/A", "<NA>", "NULL", "null", "nan", "NaN", "None", "\\N", ".", "-", "?")

READ = """
SELECT * FROM read_csv($file, delim=$delimiter, quote='"', escape='"', header=true, all_varchar=true, null_padding=true,
  strict_mode=false, parallel=false, max_line_size=10000000)
"""


def read(files: Sequence[Path], delimiter: str = "", encoding: str = "") -> pa.Table:
    """All rows of all files, as text, by the name of the column; `file number` counts the files. Raises BadInput for what is no table."""
    if not files:
        raise BadInput("No file of records was named.")
    tables = [_one(file, delimiter, encoding) for file in files]
    numbered = [t.append_column("file number", pa.array([n] * len(t), pa.int32())) for n, t in enumerate(tables)]
    return pa.concat_tables(numbered, promote_options="default")


def _one(file: Path, delimiter: str, encoding: str) -> pa.Table:
    text = _text(file, encoding)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = delimiter or max(DELIMITERS, key=first.count)
    if not first.count(delimiter):
        raise BadInput(
            f"{file}, line 1: no columns were found. The first line must name them, parted by comma, semicolon, tab or |."
        )
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as copy:
        copy.write(text.lstrip("\r\n"))
        copy.flush()
        return _table(file, copy.name, delimiter)


def _table(file: Path, copy: str, delimiter: str) -> pa.Table:
    try:
        rows = duckdb.connect().sql(READ, params={"file": copy, "delimiter": delimiter}).to_arrow_table()
    except duckdb.Error as problem:
        raise BadInput(
            f"{file}: cannot be read as a table with the delimiter {delimiter!r}. {_line(problem)}"
        ) from None
    if not len(rows):
        raise BadInput(f"{file}: holds no records below its first line.")
    return _named(rows)


def _named(rows: pa.Table) -> pa.Table:
    """Columns without spaces around their names; empty where a system says so in words."""
    names: list[str] = []
    for number, name in enumerate(rows.column_names):
        name = name.strip().strip('"') or f"column {number + 1}"
        names.append(name if name not in names else f"{name} {number + 1}")
    engine = duckdb.connect()
    engine.register("told", rows.rename_columns(names))
    kept = ", ".join(
        f"CASE WHEN trim({quoted(name)}) NOT IN {NOTHING} THEN trim({quoted(name)}) END AS {quoted(name)}"
        for name in names
    )
    return engine.sql(f"SELECT {kept} FROM told").to_arrow_table()


def quoted(column: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def _text(file: Path, encoding: str) -> str:
    try:
        told = file.read_bytes()
    except OSError as problem:
        raise BadInput(f"{file}: cannot be opened ({problem.strerror}).") from None
    if told[:2] == b"\x1f\x8b":
        told = gzip.decompress(told)
    for name in [encoding] if encoding else _encodings(told):
        try:
            return told.decode(name).replace("\x00", "")
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadInput(f"{file}: not written in {encoding or 'UTF-8'}. Name its encoding in the map: 'encoding: cp1252'.")


def _encodings(told: bytes) -> list[str]:
    """What it may be written in, likeliest first; every file is something in Latin-1."""
    if told.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if told[1:2] == b"\x00":
        return ["utf-16-le"]
    return ["utf-8-sig", "cp1252", "latin-1"]


def _line(problem: duckdb.Error) -> str:
    """The line that DuckDB stumbled over, without what stands there."""
    place = str(problem).split("Line:")[1].split()[0] if "Line:" in str(problem) else ""
    return f"It goes wrong at line {place}." if place else "Are all lines alike?"
