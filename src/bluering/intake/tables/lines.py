"""Rows of a table in the engine, and what was made of them as lines for the intake. Each row has four places."""

import datetime as dt
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bluering.intake.fhir.parse import Lines
from bluering.intake.tables.columns import Columns
from bluering.intake.tables.table import Table
from bluering.terminology import npi

PLACES = 4
LIKE = {"mdy": "3/19/2026 or 2026-03-19", "dmy": "19/3/2026 or 2026-03-19", "ymd": "2026-03-19"}


def prepare(connection: duckdb.DuckDBPyConnection, table: Table, mapping: Columns) -> None:
    """The table `told`: the number of each row, and a column for each thing that a column can be, NULL where nothing stands."""
    connection.execute(npi.macro())
    connection.execute((files("bluering.intake.claims.cclf") / "macros.sql").read_text())
    connection.execute((files(__package__) / "macros.sql").read_text())
    connection.register("told_rows", _told(table, mapping))
    connection.execute("CREATE OR REPLACE TEMP TABLE told AS FROM told_rows")
    connection.unregister("told_rows")


def _told(table: Table, mapping: Columns) -> pa.Table:
    columns = {"number": pa.array([row.number for row in table.rows], pa.int64())}
    for target in mapping.TARGETS:
        name = mapping.columns.get(target, "")
        values = [row.cells.get(name) or None for row in table.rows] if name else [None] * len(table.rows)
        columns[target] = pa.array(values, pa.string())
    return pa.table(columns)


def usual_settings(mapping: Columns, source: str, today: dt.date) -> dict[str, Any]:
    """How the source writes, for every kind of table."""
    return {
        "date_format": mapping.date_format, "name_order": mapping.name_order, "like_this": LIKE[mapping.date_format],
        "identifier_system": mapping.identifier_system or f"urn:bluering:{source}:patient", "today": today,
    }  # fmt: skip


def set_variables(connection: duckdb.DuckDBPyConnection, usual: dict[str, Any], **others: Any) -> None:
    """Settings as variables of the session."""
    for name, value in (usual | others).items():
        connection.execute(f"SET VARIABLE {name} = $1", [value])


def lines_of(made: pa.Table, refused: Iterable[tuple[int, str]], path: Path | str) -> Lines:
    """`made`: place (`row * PLACES` and the three after it), raw. `refused`: rows with the reason."""
    raw = made["raw"].cast(pa.large_string())
    rejected = [(row * PLACES, f"row {row}: {reason}", f"{path}: row {row}".encode()) for row, reason in refused]
    return Lines(pa.table({"place": made["place"], "raw": raw}), rejected, raw.nbytes)


def row_of(place: int) -> int:
    """The row of a place."""
    return place // PLACES
