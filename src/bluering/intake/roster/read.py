"""A payer's list of members as FHIR lines: parsed once, understood and written in the engine."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import duckdb
import pyarrow as pa

from bluering.intake.reading import Resource
from bluering.intake.roster.mapping import Mapping
from bluering.intake.tables import lines
from bluering.intake.tables.lines import set_variables
from bluering.intake.tables.table import Table

MONTH_SYSTEM = "urn:bluering:roster-month"
MONTH_IN_NAME = re.compile(r"(20\d\d)[-_.]?(0[1-9]|1[0-2])")
# CMS: the performance month where one is told (M2411), else the day of the file (D250630).
MONTH_OF_CMS = (re.compile(r"\.M(\d\d)(0[1-9]|1[0-2])\."), re.compile(r"\.D(\d\d)(0[1-9]|1[0-2])\d\d\."))


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
    _set(connection, mapping, source, month, today)
    lines.prepare(connection, table, mapping)
    connection.execute(_sql("rows"))
    connection.execute(_sql("resources"))
    refused = connection.execute("SELECT number, faults FROM understood WHERE faults <> '' ORDER BY number").fetchall()
    months = dict(connection.execute("SELECT of_month, count(*) FROM member GROUP BY 1 ORDER BY 1").fetchall())
    good = connection.execute("SELECT count(*) FROM understood WHERE faults = ''").fetchall()[0][0]
    made = connection.sql("SELECT place::BIGINT AS place, raw FROM made ORDER BY place").to_arrow_table()
    return Understood(made, [*table.broken, *refused], months, good - sum(months.values()))


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


def _set(connection: duckdb.DuckDBPyConnection, mapping: Mapping, source: str, month: dt.date, today: dt.date) -> None:
    set_variables(
        connection, lines.usual_settings(mapping, source, today), payer=mapping.payer or source, score_is=mapping.score_is,
        month=month.replace(day=1), score_name=mapping.score_name or mapping.columns.get("score", "") or "risk score",
    )  # fmt: skip


def _sql(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text()
