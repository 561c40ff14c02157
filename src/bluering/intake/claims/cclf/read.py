"""All CCLF files of one load, by delivery, as FHIR resources with the place each comes from."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa

from bluering.intake.claims.cclf import records
from bluering.intake.claims.cclf.layout import layouts
from bluering.intake.claims.cclf.summary import read_summary
from bluering.intake.fhir.fetch import open_plain
from bluering.intake.fhir.parse import LINE_BITS, Lines

MEMBER_BITS = 32
ROWS_AT_ONCE = 100_000
DELIVERED = re.compile(r"\.(D\d{6})\.")
MADE = ("made_persons", "made_cancellations", "made_part_a", "made_part_b", "made_part_d")
STANDING = pa.schema(
    [(name, pa.string()) for name in ("claim_group", "uid", "effective", "raw")] + [("adjustment", pa.int32())]
)
Open = Callable[[], AbstractContextManager[BinaryIO]]
# Claims that the record holds of these groups (columns of STANDING), and which of these Patient ids it knows.
Standing = Callable[[list[str]], pa.Table]
Known = Callable[[list[str]], set[str]]


@dataclass(frozen=True)
class Part:
    """One file of a delivery. `base` is the place before its first record; `name` is told where it lies in a zip file."""

    number: str
    base: int
    open: Open
    size: int
    name: str = ""

    def said(self, reason: str) -> str:
        """A reason with the file's name where that is not known from elsewhere."""
        return f"{self.name}: {reason}" if self.name else reason


@dataclass
class Feed:
    """The CCLF files of one load."""

    deliveries: dict[tuple[str, str], list[Part]] = field(default_factory=dict)
    paths: set[Path] = field(default_factory=set)

    def add_file(self, path: Path, number: str, at: int) -> None:
        """A loose file, the `at`th of the load."""
        self.paths.add(path)
        part = Part(number, at << LINE_BITS, partial(open_plain, path), path.stat().st_size)
        self._add((str(path.parent), _day(path.name)), part)

    def add_member(self, archive: Path, member: zipfile.ZipInfo, number: str, at: int, nth: int) -> None:
        """The `nth` file inside a zip file that is the `at`th of the load."""
        self.paths.add(archive)
        base = (at << LINE_BITS) + (nth << MEMBER_BITS)
        opened = partial(_open_member, archive, member.filename)
        self._add((str(archive), ""), Part(number, base, opened, member.file_size, member.filename))

    def _add(self, delivery: tuple[str, str], part: Part) -> None:
        self.deliveries.setdefault(delivery, []).append(part)

    def lines(self, connection: duckdb.DuckDBPyConnection, standing: Standing, known: Known) -> Iterator[Lines]:
        """What all deliveries say, and every record that could not be used; `connection` is ours alone."""
        if not self.deliveries:
            return
        connection.execute(_sql("macros"))
        for layout in layouts().values():
            records.make_table(connection, layout)
        for parts in self.deliveries.values():
            yield from _take_delivery(connection, parts)
        yield from _made(connection, standing, known)


def line_of(place: int) -> int:
    """The record's number in its file, of a place without the file's number."""
    return (place & ((1 << MEMBER_BITS) - 1)) // 4


def _take_delivery(connection: duckdb.DuckDBPyConnection, parts: list[Part]) -> Iterator[Lines]:
    announced: dict[str, int] = {}
    for part in (one for one in parts if one.number == "0"):
        with part.open() as stream:
            summary = read_summary(stream.read())
        if summary.troubles:
            yield _rejected([(part.base + line * 4, part.said(one.reason), b"") for line, one in summary.troubles])
            yield _rejected([_refused(other) for other in parts if other.number != "0"])
            return
        announced |= summary.counts
    for part in (one for one in parts if one.number != "0"):
        yield _take(connection, part, announced.get(part.number))


def _take(connection: duckdb.DuckDBPyConnection, part: Part, announced: int | None) -> Lines:
    """One file into its table; refused as a whole when it holds more records than its delivery announces."""
    layout = layouts()[part.number]
    with part.open() as stream:
        rejects, count = records.take(connection, layout, stream, part.base)
    rejects = [(place, part.said(reason), raw) for place, reason, raw in rejects]
    if announced is not None and count > announced:
        table = records.table_of(layout)
        connection.execute(
            f"DELETE FROM {table} WHERE place BETWEEN ? AND ?", [part.base, part.base + (1 << MEMBER_BITS)]
        )
        reason = f"CCLF0 announces {announced:,} records, here are {count:,}; the file was not read, ask CMS for the delivery again"
        return _rejected([(part.base + (announced + 1) * 4, part.said(reason), b"")])
    if announced is not None and count < announced:
        reason = f"CCLF0 announces {announced:,} records, here are only {count:,}; what is here was read, ask CMS for the rest"
        rejects.append((part.base + (count + 1) * 4, part.said(reason), b""))
    return Lines(_no_lines(), rejects, part.size)


def _refused(part: Part) -> records.Reject:
    return part.base + 4, part.said("not read, since the delivery's summary file CCLF0 cannot be trusted"), b""


def _made(connection: duckdb.DuckDBPyConnection, standing: Standing, known: Known) -> Iterator[Lines]:
    """The resources of all that was taken."""
    for step in ("renamed", "versions"):
        _run(connection, step)
    _leave_out_known(connection, known)
    groups = [group for (group,) in connection.execute("SELECT DISTINCT claim_group FROM told_version").fetchall()]
    connection.register("standing", standing(groups) if groups else STANDING.empty_table())
    for step in ("persons", "final_action", "claims"):
        _run(connection, step)
    for table in MADE:
        reader = connection.sql(f"SELECT place, raw FROM {table}").to_arrow_reader(ROWS_AT_ONCE)
        for batch in reader:
            yield _lines(pa.Table.from_batches([batch]))
    connection.unregister("standing")


def _leave_out_known(connection: duckdb.DuckDBPyConnection, known: Known) -> None:
    """Persons named only by claims need no bare Patient when the record knows them."""
    ids = [
        one
        for (one,) in connection.execute("SELECT person_id_of(mbi) FROM bare_person WHERE successor IS NULL").fetchall()
    ]
    there = sorted(known(ids)) if ids else []
    connection.execute(
        "DELETE FROM bare_person WHERE successor IS NULL AND list_contains(?::TEXT[], person_id_of(mbi))", [there]
    )


def _run(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    connection.execute(_sql(step))


def _sql(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text()


def _lines(table: pa.Table) -> Lines:
    raw = table["raw"].cast(pa.large_string())
    return Lines(pa.table({"place": table["place"].cast(pa.int64()), "raw": raw}), [], raw.nbytes)


def _no_lines() -> pa.Table:
    return pa.table({"place": pa.array([], pa.int64()), "raw": pa.array([], pa.large_string())})


def _rejected(rejects: list[records.Reject]) -> Lines:
    return Lines(_no_lines(), rejects, 0)


def _open_member(archive: Path, name: str) -> AbstractContextManager[BinaryIO]:
    return zipfile.ZipFile(archive).open(name)  # type: ignore[return-value]


def _day(name: str) -> str:
    found = DELIVERED.search(name)
    return found[1] if found else ""
