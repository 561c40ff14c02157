"""A table of claims as FHIR lines: parsed once, understood and written in the engine."""

import datetime as dt
from dataclasses import dataclass
from importlib.resources import files

import duckdb
import pyarrow as pa

from bluering.intake.claims.table.mapping import Mapping
from bluering.intake.tables import lines
from bluering.intake.tables.table import Table


@dataclass(frozen=True)
class Understood:
    """What a table says: resources as lines, rows that were refused (number, reason), and how many claims are whole."""

    made: pa.Table
    refused: list[tuple[int, str]]
    claims: int


def understand(
    connection: duckdb.DuckDBPyConnection, table: Table, mapping: Mapping, *, source: str, today: dt.date
) -> Understood:
    """The rows of a table in the engine; `connection` is ours alone.

    Leaves the tables `claim`, `line` and `understood` for whoever wants to look. Raises BadInput when the columns do not fit the file.
    """
    mapping.check(table.header)
    lines.set_variables(
        connection, lines.usual_settings(mapping, source, today), source=source, payer=mapping.payer or source,
        usual_kind=mapping.usual_kind, amounts_are=mapping.amounts_are,
    )  # fmt: skip
    lines.prepare(connection, table, mapping)
    for name in ("rows", "resources"):
        connection.execute((files(__package__) / f"{name}.sql").read_text())
    refused = connection.execute("SELECT number, faults FROM understood WHERE faults <> '' ORDER BY number").fetchall()
    claims = connection.execute("SELECT count(*) FROM claim").fetchall()[0][0]
    made = connection.sql("SELECT place::BIGINT AS place, raw FROM made ORDER BY place").to_arrow_table()
    return Understood(made, [*table.broken, *refused], claims)
