"""Sets the table for rules: the clock, the value sets, the work tables, and the few tables that several rules build on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

from bluering.population.rules import SHARED, Rule, shared_table
from bluering.population.tables import RECORD, WORK, columns, definition
from bluering.population.value_sets import ValueSets
from bluering.terminology import npi

NEEDS = {
    "referral": ("visit",),
    "hospitalization": ("stay",),
    "blood_pressure": ("measurement",),
    "mood_course": ("measurement",),
    "course": ("measurement", "blood_pressure"),
    "rising_sign": ("problem", "measurement", "blood_pressure", "stay", "medicine"),
}
# Shared tables that are costly to plan, and the rows without which they stay empty.
IN_HOSPITAL = "encounter WHERE class_code IN ('IMP', 'ACUTE', 'NONAC', 'OBSENC', 'EMER')"
STARTS_FROM = {
    "stay": IN_HOSPITAL, "hospitalization": IN_HOSPITAL, "referral": "service_request", "episode_talk": "episode", "mood_course": "episode",
    "course": "episode",
}  # fmt: skip
USED_BY_SHARED = ("referral", "consult_note")
WorkRows = Any  # pa.Table, or a list of dictionaries; pyarrow has no types


@cache
def macros() -> str:
    """The record's macros, for an engine that was not opened by the record (`record.engine.connect` brings them itself)."""
    return (files("bluering.record") / "engine_macros.sql").read_text() + npi.macro()


def set_variable(connection: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    """A variable that SQL reads with getvariable(); text, numbers, lists of text or NULL."""
    set_variables(connection, {name: value})


def set_variables(connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    """Several variables in one go."""
    if values:
        connection.execute(";".join(f"SET VARIABLE {name} = {literal(value)}" for name, value in values.items()))


def literal(value: object) -> str:
    """A Python value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]::VARCHAR[]"
    return "'" + str(value).replace("'", "''") + "'"


def prepare(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime,
    rules: Iterable[Rule],
    sets: ValueSets,
    work: Mapping[str, WorkRows],
    practice_sources: list[str] | None = None,
) -> None:
    """Everything the rules read, on a connection that already has the record's tables and our macros."""
    rules = list(rules)
    lay_out(connection, rules=rules, sets=sets)
    serve(connection, as_of=as_of, rules=rules, work=work, practice_sources=practice_sources)


def lay_out(connection: duckdb.DuckDBPyConnection, *, rules: Iterable[Rule], sets: ValueSets) -> None:
    """What is the same for every person and every moment: the value sets, and tables that the record lacks."""
    connection.register("value_set", sets.rows)
    names = sorted({name for rule in rules for name in rule.value_sets} | set(USED_BY_SHARED))
    set_variables(connection, {variable: value for name in names for variable, value in sets.variables(name).items()})
    add_missing_tables(connection)


def serve(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime,
    rules: Iterable[Rule],
    work: Mapping[str, WorkRows],
    practice_sources: list[str] | None = None,
    laid_empty: bool = False,
) -> None:
    """The clock, the work, and the tables that several rules build on; where `lay_empty` was called, no table is made for nothing."""
    set_variables(connection, {"as_of": as_of, "practice_sources": practice_sources or None})
    for name in WORK:
        fill_work_table(connection, name, work.get(name, []))
    empty = _without_rows(connection) if laid_empty else set()
    for name in shared_needed(rules):
        if name in empty:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM empty_{name}")
        else:
            _make_shared(connection, name)


def lay_empty(connection: duckdb.DuckDBPyConnection, *, as_of: datetime, rules: Iterable[Rule]) -> None:
    """Copies without rows of the shared tables that few persons need, on an engine without facts: see `serve`."""
    rules = list(rules)
    serve(connection, as_of=as_of, rules=rules, work={})
    for name in set(shared_needed(rules)) & STARTS_FROM.keys():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE empty_{name} AS FROM {name}")


def _make_shared(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    sql, parameters = shared_table(name)
    set_variables(connection, parameters)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")


def _without_rows(connection: duckdb.DuckDBPyConnection) -> set[str]:
    asked = ", ".join(f"EXISTS (FROM {rows})" for rows in STARTS_FROM.values())
    found = connection.execute(f"SELECT {asked}").fetchall()[0]
    return {name for name, there in zip(STARTS_FROM, found, strict=True) if not there}


def shared_needed(rules: Iterable[Rule]) -> list[str]:
    """The shared tables these rules read, in the order they build on each other; where there is a program, how people in it go."""
    rules = list(rules)
    named = {"living"} | {name for rule in rules for name in rule.reads if name in SHARED}
    named |= {"course"} if any(rule.kind == "program" for rule in rules) else set()
    named |= {needed for name in tuple(named) for needed in NEEDS.get(name, ())}
    return [name for name in SHARED if name in named]


def add_missing_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """An installation that never received a kind of fact has an empty table of it."""
    listing = "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()"
    there = {name for (name,) in connection.execute(listing).fetchall()}
    for name in RECORD.keys() - there:
        connection.execute(f"CREATE TABLE {name} ({definition(name)})")


def fill_work_table(connection: duckdb.DuckDBPyConnection, name: str, rows: WorkRows) -> None:
    """A work table with exactly our columns, from Arrow or from dictionaries; what a row leaves out is NULL."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({definition(name)})")
    if not len(rows):
        return
    if not isinstance(rows, pa.Table):
        kept = columns(name)
        rows = pa.Table.from_pylist([{column: row.get(column) for column in kept} for row in rows])
    connection.register("incoming", rows)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> duckdb.DuckDBPyRelation:
    """The rows a rule gives, with its own parameters set."""
    for name, value in rule.parameters.items():
        set_variable(connection, name, value)
    return connection.sql(rule.sql)
