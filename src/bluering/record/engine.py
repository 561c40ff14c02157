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


def plain() -> duckdb.DuckDBPyConnection:
    """An engine with the practice's clock and our macros, and no data."""
    scratch = home() / "tmp"
    scratch.mkdir(exist_ok=True)
    connection = duckdb.connect(config={"temp_directory": str(scratch)})
    connection.execute(f"SET TimeZone = '{settings.TIME_ZONE}'")
    return connection


def connect(person_id: str | None = None, *, only: Sequence[str] | None = None) -> duckdb.DuckDBPyConnection:
    """All persons' current facts as views, or those of `only` some; or one person's as tables."""
    connection = plain()
    connection.execute(macros())
    if person_id is None:
        _register_links(connection, only)
        views = (f"CREATE OR REPLACE VIEW {table.name} AS {_current(table)}" for table in tables().values())
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


def _current(table: Table) -> str:
    rows = source_rows(table)
    main = rows if table.is_main else source_rows(main_table(table.resource_type))
    columns = ", ".join(f"r.{name}" for name in _own_columns(table))
    return (
        f"SELECT l.person_id, r.source, r.id{', ' + columns if columns else ''} FROM {rows} r "
        f"LEFT JOIN person_link l ON l.subject_key = r.subject_key "
        f"WHERE NOT r.stale AND r.row_id NOT IN (SELECT replaces FROM {main} WHERE replaces IS NOT NULL)"
    )


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
