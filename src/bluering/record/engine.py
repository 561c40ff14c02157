"""An engine over the record: DuckDB with one view per table, showing current rows with the person they belong to.

`connect()` looks at everybody; `connect(person_id)` holds the facts of one person, from the chart, in memory, so that the same SQL
answers in milliseconds. The session's time zone is the practice's.
"""

import functools
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from bluering.identity.queries import standing_links
from bluering.paths import home
from bluering.record import store
from bluering.record.columns import engine_type
from bluering.record.viewdefinition.catalog import Table, main_table, tables
from bluering.terminology import npi

BOOKKEEPING = ("row_id", "hash", "updated", "replaces", "stale", "load_id", "subject_key")


def plain(zone: str | None = None) -> duckdb.DuckDBPyConnection:
    """An engine with the installation's clock, or another, and no data."""
    scratch = home() / "tmp"
    scratch.mkdir(exist_ok=True)
    connection = duckdb.connect(config={"temp_directory": str(scratch)})
    set_clock(connection, zone)
    return connection


def set_clock(connection: duckdb.DuckDBPyConnection, zone: str | None) -> None:
    """From now on days are those of this time zone; without one, the installation's."""
    connection.execute(f"SET TimeZone = '{zone or settings.TIME_ZONE}'")


def anchored(column: str, zone: str) -> str:
    """SQL for a moment as a clock elsewhere reads it: midnight here means that only a day was told, and is midnight there too."""
    here = f"timezone('{settings.TIME_ZONE}', {column})"
    return f"CASE WHEN {here} = date_trunc('day', {here}) THEN timezone('{zone}', {here}) ELSE {column} END"


def move_days(connection: duckdb.DuckDBPyConnection, names: Collection[str], zone: str) -> None:
    """Make the days in these filled tables days of another clock; moments stay."""
    for table in (table for table in tables().values() if table.name in names):
        moments = [name for name in _own_columns(table) if sql_type(table, name) == "TIMESTAMPTZ"]
        if moments:
            sets = ", ".join(f"{name} = {anchored(name, zone)}" for name in moments)
            connection.execute(f"UPDATE {table.name} SET {sets}")


def connect(
    person_id: str | None = None, *, only: Sequence[str] | None = None, zone: str | None = None
) -> duckdb.DuckDBPyConnection:
    """All persons' current facts as views, or those of `only` some, by the clock of `zone`; or one person's as tables."""
    connection = plain(zone)
    connection.execute(macros())
    if person_id is None:
        _register_links(connection, only)
        views = (f"CREATE OR REPLACE VIEW {table.name} AS {_current(table, zone)}" for table in tables().values())
        connection.execute(";".join(views))
    else:
        add_tables(connection)
        fill(connection, [person_id])
    return connection


def add_tables(connection: duckdb.DuckDBPyConnection, only: Collection[str] | None = None) -> None:
    """Every table, empty, as it is for one person; only those named, when some are."""
    wanted = [table for table in tables().values() if only is None or table.name in only]
    made = (f"CREATE TABLE {t.name} (person_id TEXT, {_shape(t)[0]})" for t in wanted)
    connection.execute(";".join(made))


def fill(connection: duckdb.DuckDBPyConnection, person_ids: Sequence[str], only: Collection[str] | None = None) -> None:
    """These persons' facts, from their charts, into the empty tables of `add_tables`; only into those named, when some are."""
    from bluering.record.charts import facts_of_many

    fill_with(connection, facts_of_many(person_ids), only)


def fill_with(
    connection: duckdb.DuckDBPyConnection,
    facts_by_person: Mapping[str, Mapping[str, list[dict]]],
    only: Collection[str] | None = None,
) -> None:
    """The same with facts that were read already: person → table → rows."""
    gathered: dict[str, list[dict]] = {}
    for person_id, facts in facts_by_person.items():
        for name, rows in facts.items():
            if only is None or name in only:
                gathered.setdefault(name, []).append({"p": person_id, "rows": rows})
    for name, parts in gathered.items():
        shape = f'[{{"p": "TEXT", "rows": {_shape(tables()[name])[1]}}}]'
        connection.execute(
            f"INSERT INTO {name} SELECT p, r.* FROM (SELECT o.p AS p, unnest(o.rows) AS r FROM (SELECT unnest(from_json(?::JSON, ?)) AS o))",
            [orjson.dumps(parts).decode(), shape],
        )


@functools.cache
def _shape(table: Table) -> tuple[str, str]:
    """A table's columns for one person as a column list, and as the structure that from_json takes."""
    columns = {"source": "TEXT", "id": "TEXT"} | {name: sql_type(table, name) for name in _own_columns(table)}
    members = (f'"{n}": ["TEXT"]' if kind == "TEXT[]" else f'"{n}": "{kind}"' for n, kind in columns.items())
    return ", ".join(f"{n} {kind}" for n, kind in columns.items()), "[{" + ", ".join(members) + "}]"


@functools.cache
def macros() -> str:
    """The few functions that every rule may use (age, business days, value sets)."""
    return (files("bluering.record") / "engine_macros.sql").read_text() + npi.macro()


def source_rows(table: Table) -> str:
    """SQL for a table's rows as they lie on disk, before anybody is joined to them; empty table when nothing was loaded."""
    paths = store.files_of(table.name)
    if not paths:
        return f"(SELECT {_empty(table)} WHERE false)"
    rows = f"read_parquet({paths!r}, union_by_name=true)"
    if _columns_in(max(paths)) >= set(_own_columns(table)):
        return rows
    return f"(FROM {rows} UNION ALL BY NAME SELECT {_empty(table)} WHERE false)"


@functools.lru_cache(maxsize=512)
def _columns_in(path: str) -> frozenset[str]:
    """The columns of a file; one written before a column was thought of lacks it, and with it perhaps the whole table."""
    return frozenset(pq.read_schema(path).names)


def _current(table: Table, zone: str | None = None) -> str:
    rows = source_rows(table)
    main = rows if table.is_main else source_rows(main_table(table.resource_type))
    columns = ", ".join(_shown(table, name, zone) for name in _own_columns(table))
    return (
        f"SELECT l.person_id, r.source, r.id{', ' + columns if columns else ''} FROM {rows} r "
        f"LEFT JOIN person_link l ON l.subject_key = r.subject_key "
        f"WHERE NOT r.stale AND r.row_id NOT IN (SELECT replaces FROM {main} WHERE replaces IS NOT NULL)"
    )


def _shown(table: Table, name: str, zone: str | None) -> str:
    if zone and sql_type(table, name) == "TIMESTAMPTZ":
        return f"{anchored(f'r.{name}', zone)} AS {name}"
    return f"r.{name}"


def _own_columns(table: Table) -> list[str]:
    return [name for name in table.columns if name not in {"subject_ref_id", "id"}]


def _empty(table: Table) -> str:
    columns = [f"NULL::{sql_type(table, name)} AS {name}" for name in _own_columns(table)]
    base = (
        "NULL::BIGINT AS row_id, NULL::TEXT AS source, NULL::TEXT AS id, NULL::TEXT AS hash, NULL::TIMESTAMPTZ AS updated, "
        "NULL::BIGINT AS replaces, false AS stale, NULL::BIGINT AS load_id, NULL::TEXT AS subject_key"
    )
    return ", ".join([base, *columns, *(["NULL::TEXT AS resource"] if table.is_main else [])])


def sql_type(table: Table, name: str) -> str:
    """The engine's type of one of a table's columns."""
    column = table.columns[name]
    return engine_type(name, column.type, column.collection)


def _register_links(connection: duckdb.DuckDBPyConnection, only: Sequence[str] | None) -> None:
    keys, persons = standing_links(only)
    links = pa.table({"subject_key": pa.array(keys, pa.string()), "person_id": pa.array(persons, pa.string())})
    connection.register("person_link_rows", links)
    connection.execute("CREATE TEMP TABLE person_link AS FROM person_link_rows")
    connection.unregister("person_link_rows")
