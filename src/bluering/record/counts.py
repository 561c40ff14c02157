"""How much the record holds."""

from collections import Counter

import duckdb

from bluering.record import engine, store
from bluering.record.viewdefinition.catalog import tables


def count_resources() -> dict[str, int]:
    """How many current resources of each FHIR type the record holds."""
    connection, counts = engine.plain(), Counter[str]()
    children = {name for name, table in tables().items() if not table.is_main}
    for name in store.loaded_tables():
        if name not in children:
            counts.update(_count(connection, store.files_of(name)))
    return dict(sorted((+counts).items()))


def _count(connection: duckdb.DuckDBPyConnection, files: list[str]) -> dict[str, int]:
    """FHIR type → current rows in these files; a table holds one type."""
    if not files:
        return {}
    rows = f"read_parquet({files!r}, union_by_name=true)"
    current = f"FROM {rows} WHERE NOT stale AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)"
    name = connection.execute(f"SELECT json_extract_string(resource, '$.resourceType') FROM {rows} LIMIT 1").fetchall()
    count = connection.execute(f"SELECT count(*) {current}").fetchall()
    return {name[0][0]: count[0][0]} if name else {}
