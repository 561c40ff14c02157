"""One file's records into a table of the engine, each field as text, with what is wrong with a record said by field and position."""

from collections.abc import Iterable
from typing import BinaryIO

import duckdb

from bluering.intake.claims.cclf.layout import AMOUNT, DATE, Field, Layout
from bluering.intake.fhir.fetch import Chunk
from bluering.intake.fhir.parse import Lines, lines_in

CHUNK_BYTES = 24 * 1024 * 1024
# CMS writes these where no date is known.
NO_DAYS = "('1000-01-01', '9999-12-31', '0001-01-01')"
Reject = tuple[int, str, bytes]

MAKE = "CREATE TEMP TABLE IF NOT EXISTS {table} (place BIGINT, size INTEGER, blank_end BOOLEAN, complaint TEXT, raw TEXT, {columns})"
FILL = """
INSERT INTO {table}
SELECT place, size, blank_end, {complaint} AS complaint, CASE WHEN complaint IS NOT NULL THEN line END, * EXCLUDE (place, size, blank_end, line)
FROM (SELECT place * 4 + {base} AS place, length(line) AS size, line LIKE '% ' AS blank_end, line, {fields}
      FROM (SELECT place, rtrim(raw, e'\\r\\n') AS line FROM lines) WHERE trim(line) != '')
"""
# Where some record is filled up with blanks to its end, a shorter one has lost something inside.
SHORT = """
UPDATE {table} SET complaint = 'the record has ' || size || ' characters, others of this file ' || $usual || '; some are missing inside it'
WHERE place BETWEEN $first AND $last AND complaint IS NULL AND size < $usual
"""
USUAL = "SELECT max(size) FROM {table} WHERE place BETWEEN $first AND $last AND blank_end"
LEFT_OUT = "{place} is not a day written YYYY-MM-DD, in {count:,} records from here on; they were read without it"
BAD = "SELECT place, complaint, encode(coalesce(raw, '')) FROM {table} WHERE complaint IS NOT NULL ORDER BY place"


def table_of(layout: Layout) -> str:
    """The table that this file's records go into."""
    return f"cclf_{layout.number.lower()}"


def make_table(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """An empty table for a file's records; left alone when it is there."""
    columns = ", ".join(f"{field.name} TEXT" for field in layout.fields)
    connection.execute(MAKE.format(table=table_of(layout), columns=columns))


def take(
    connection: duckdb.DuckDBPyConnection, layout: Layout, stream: BinaryIO, base: int
) -> tuple[list[Reject], int]:
    """Put a file's good records into its table; returns those that are not, and how many there were in all.

    A record's place is `base` and four times its line, so that several resources of one record have places of their own.
    """
    make_table(connection, layout)
    rejects: list[Reject] = []
    fill = _fill(layout, base)
    for lines in lines_of(stream):
        connection.register("lines", lines.table)
        connection.execute(fill)
        connection.unregister("lines")
        rejects += [(base + place * 4, reason, raw) for place, reason, raw in lines.rejected]
    limits = {"first": base, "last": base + (1 << 32) - 1}
    table = table_of(layout)
    usual = connection.execute(USUAL.format(table=table), limits).fetchall()[0][0]
    if usual:
        connection.execute(SHORT.format(table=table), limits | {"usual": usual})
    rejects += connection.execute(BAD.format(table=table)).fetchall()
    connection.execute(f"DELETE FROM {table} WHERE complaint IS NOT NULL")
    said = f"SELECT count(*) FROM {table} WHERE place BETWEEN $first AND $last"
    count = connection.execute(said, limits).fetchall()[0][0] + len(rejects)
    return [*rejects, *_leave_out(connection, layout, limits)], count


def lines_of(stream: BinaryIO) -> Iterable[Lines]:
    """A stream as batches of lines, with their numbers from 1."""
    first, rest = 1, b""
    while block := stream.read(CHUNK_BYTES):
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            lines, count = lines_in(Chunk("", whole + newline), first)
            first += count
            yield lines
    if rest:
        yield lines_in(Chunk("", rest + b"\n"), first)[0]


def _fill(layout: Layout, base: int) -> str:
    fields = ", ".join(
        f"nullif(trim(substr(line, {f.start}, {f.end - f.start + 1})), '') AS {f.name}" for f in layout.fields
    )
    return FILL.format(table=table_of(layout), base=base, fields=fields, complaint=_complaint(layout))


def _complaint(layout: Layout) -> str:
    """SQL for the first thing that makes a record useless, or NULL."""
    tests = [f"WHEN {name} IS NULL THEN '{layout.field(name).place} is empty'" for name in layout.needed]
    strict = [field for field in layout.fields if not layout.lenient or field.name in layout.needed]
    tests += [test for field in strict for test in _tests(field)]
    return f"CASE {' '.join(tests)} END"


def _leave_out(connection: duckdb.DuckDBPyConnection, layout: Layout, limits: dict[str, int]) -> list[Reject]:
    """Empty the fields that cannot be read, of records that do without; each is said once, at the first record."""
    said: list[Reject] = []
    table = table_of(layout)
    for field in layout.fields if layout.lenient else ():
        if field.name in layout.needed or not (tests := _tests(field)):
            continue
        wrong = f"place BETWEEN $first AND $last AND (CASE {tests[0]} END) IS NOT NULL"
        count, first = connection.execute(f"SELECT count(*), min(place) FROM {table} WHERE {wrong}", limits).fetchall()[
            0
        ]
        if count:
            connection.execute(f"UPDATE {table} SET {field.name} = NULL WHERE {wrong}", limits)
            said.append((first, LEFT_OUT.format(place=field.place, count=count), b""))
    return said


def _tests(field: Field) -> list[str]:
    name = field.name
    if field.kind == DATE:
        return [
            f"WHEN {name} IS NOT NULL AND TRY_CAST({name} AS DATE) IS NULL THEN '{field.place} is not a day written YYYY-MM-DD'"
        ]
    if field.kind == AMOUNT:
        return [
            f"WHEN {name} IS NOT NULL AND TRY_CAST({name} AS DECIMAL(18, 4)) IS NULL THEN '{field.place} is not a number'"
        ]
    if name == "CUR_CLM_UNIQ_ID":
        return [f"WHEN NOT regexp_full_match({name}, '\\d+') THEN '{field.place} is not a number'"]
    if name == "BENE_MBI_ID":
        return [
            f"WHEN NOT regexp_full_match({name}, '[0-9A-Z]{{1,11}}') THEN '{field.place} is not an identifier of letters and digits'"
        ]
    if name == "CLM_ADJSMT_TYPE_CD":
        return [
            f"WHEN ltrim({name}, '0') NOT IN ('', '1', '2') THEN '{field.place} is none of 0 (original), 1 (cancelled), 2 (adjusted)'"
        ]
    return []
