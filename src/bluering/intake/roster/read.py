"""A payer's list of members as FHIR lines: parsed once, understood and written in the engine."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from bluering.intake.fhir.parse import Lines
from bluering.intake.reading import Resource
from bluering.intake.roster.mapping import TARGETS, Mapping
from bluering.intake.tables.table import Table
from bluering.terminology import npi

MONTH_SYSTEM = "urn:bluering:roster-month"
MONTH_IN_NAME = re.compile(r"(20\d\d)[-_.]?(0[1-9]|1[0-2])")
# CMS: the performance month where one is told (M2411), else the day of the file (D250630).
MONTH_OF_CMS = (re.compile(r"\.M(\d\d)(0[1-9]|1[0-2])\."), re.compile(r"\.D(\d\d)(0[1-9]|1[0-2])\d\d\."))
LIKE = {"mdy": "3/19/2026 or 2026-03-19", "dmy": "19/3/2026 or 2026-03-19", "ymd": "2026-03-19"}
PLACES = 4


@dataclass(frozen=True)
class Understood:
    """What a table says: resources as lines, rows that were refused (number, reason), and how many members each month has."""

    made: pa.Table
    refused: list[tuple[int, str]]
    months: dict[dt.date, int]
    twice: int


def understand(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    mapping: Mapping,
    *,
    source: str,
    month: dt.date,
    today: dt.date,
) -> Understood:
    """The rows of a table in the engine. `month` is taken where no column tells it; `connection` is ours alone.

    Leaves the tables `member` and `understood` for whoever wants to look. Raises BadInput when the columns do not fit the file.
    """
    mapping.check(table.header)
    connection.execute(npi.macro())
    connection.execute((files("bluering.intake.claims.cclf") / "macros.sql").read_text())
    _set(connection, mapping, source, month, today)
    connection.register("told_rows", _told(table, mapping))
    connection.execute("CREATE OR REPLACE TEMP TABLE told AS FROM told_rows")
    connection.unregister("told_rows")
    connection.execute(_sql("rows"))
    connection.execute(_sql("resources"))
    refused = connection.execute("SELECT number, faults FROM understood WHERE faults <> '' ORDER BY number").fetchall()
    months = dict(connection.execute("SELECT of_month, count(*) FROM member GROUP BY 1 ORDER BY 1").fetchall())
    good = connection.execute("SELECT count(*) FROM understood WHERE faults = ''").fetchall()[0][0]
    made = connection.sql("SELECT place::BIGINT AS place, raw FROM made ORDER BY place").to_arrow_table()
    return Understood(made, [*table.broken, *refused], months, good - sum(months.values()))


def lines_of(understood: Understood, path: Path | str) -> Lines:
    """As the intake takes it; each row has four places (`row_of`)."""
    raw = understood.made["raw"].cast(pa.large_string())
    rejected = [
        (row * PLACES, f"row {row}: {reason}", f"{path}: row {row}".encode()) for row, reason in understood.refused
    ]
    return Lines(pa.table({"place": understood.made["place"], "raw": raw}), rejected, raw.nbytes)


def row_of(place: int) -> int:
    """The row of a place."""
    return place // PLACES


def month_of_name(name: str) -> dt.date | None:
    """The month that a file's name tells: roster_2026-11.csv, ROSTER20261103.csv, P.PCPB.M2411.D241120.T1000000."""
    for pattern in MONTH_OF_CMS:
        if found := pattern.search(name):
            return dt.date(2000 + int(found[1]), int(found[2]), 1)
    found = MONTH_IN_NAME.search(name)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def emptied(previous: Sequence[Resource], understood: Understood) -> list[Resource]:
    """Groups of these months that an earlier, longer file made and this one did not, without members."""
    told = {f"{month:%Y-%m}" for month in understood.months}
    sizes = {f"{month:%Y-%m}": -(-count // 2000) for month, count in understood.months.items()}
    return [
        {key: value for key, value in group.items() if key != "member"} | {"active": False, "quantity": 0}
        for group in previous
        if (month := _month_of(group)) in told and int(group["id"].rpartition("-")[2]) > sizes[month]
    ]


def _month_of(group: Resource) -> str:
    numbers = (one.get("value", "") for one in group.get("identifier", ()) if one.get("system") == MONTH_SYSTEM)
    return next(numbers, "")


def _told(table: Table, mapping: Mapping) -> pa.Table:
    """The rows with a column for each thing a column can be."""
    columns = {"number": pa.array([row.number for row in table.rows], pa.int64())}
    for target in TARGETS:
        name = mapping.columns.get(target, "")
        values = [row.cells.get(name) or None for row in table.rows] if name else [None] * len(table.rows)
        columns[target] = pa.array(values, pa.string())
    return pa.table(columns)


def _set(connection: duckdb.DuckDBPyConnection, mapping: Mapping, source: str, month: dt.date, today: dt.date) -> None:
    said = {
        "date_format": mapping.date_format, "name_order": mapping.name_order, "like_this": LIKE[mapping.date_format],
        "identifier_system": mapping.identifier_system or f"urn:bluering:{source}:patient",
        "payer": mapping.payer or source, "score_is": mapping.score_is, "month": month.replace(day=1), "today": today,
        "score_name": mapping.score_name or mapping.columns.get("score", "") or "risk score",
    }  # fmt: skip
    for name, value in said.items():
        connection.execute(f"SET VARIABLE {name} = $1", [value])


def _sql(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text()
