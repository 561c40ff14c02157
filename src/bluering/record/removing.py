"""Resources that a source has deleted: nothing shows them any more, and what was known stays in the history.

A deletion is one more version of a resource: it repeats the last state, `replaces` it, and is itself `stale`. So the older version is
outdone and the new one never stands; whoever reads current rows needs no further condition, and rows written before stay as they are.
A version that a source tells later with a newer date takes the deletion's place, and the resource stands again.
"""

import datetime as dt

import duckdb
import pyarrow as pa

from bluering.record import store
from bluering.record.append import ROWS_PER_LOAD
from bluering.record.viewdefinition.catalog import main_table

REMOVE = """
COPY (
  WITH known AS (SELECT * FROM read_parquet({files!r}, union_by_name=true) WHERE source = $source),
  standing AS (
    SELECT * FROM known SEMI JOIN (SELECT id FROM deleted WHERE type = $type) USING (id)
    WHERE NOT stale AND row_id NOT IN (SELECT replaces FROM known WHERE replaces IS NOT NULL)
      AND NOT coalesce(updated > $at, false))
  SELECT * REPLACE ($base + row_number() OVER () AS row_id, md5('deleted ' || hash) AS hash, $at::TIMESTAMPTZ AS updated,
    row_id AS replaces, true AS stale, $load::BIGINT AS load_id)
  FROM standing
) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
"""


def remove(
    connection: duckdb.DuckDBPyConnection, deleted: pa.Table, *, load: int, source: str, at: dt.datetime
) -> dict[str, int]:
    """Let these resources of a source stand no more; `deleted` has the columns type and id. Returns how many did stand, by type.

    `at` is the moment up to which the source tells: what it has told with a later date stands on. Commits the load.
    """
    connection.register("deleted", deleted)
    counts: dict[str, int] = {}
    files: list[store.NewFile] = []
    types = connection.execute("SELECT DISTINCT type FROM deleted ORDER BY 1").fetchall()
    for (resource_type,) in types:
        base = load * ROWS_PER_LOAD + sum(counts.values())
        if file := _remove_type(connection, resource_type, {"base": base, "load": load, "source": source, "at": at}):
            files.append(file)
            counts[resource_type] = file.rows
    connection.unregister("deleted")
    store.commit(load, files)
    return counts


def _remove_type(connection: duckdb.DuckDBPyConnection, resource_type: str, values: dict) -> store.NewFile | None:
    """One type's deletions as a file beside its table; None when nothing of them stands."""
    main = main_table(resource_type)
    known = store.files_of(main.name)
    if not known:
        return None
    name = f"load-{values['load']:012d}-{0:06d}.parquet"
    path = store.folder(main.name) / name
    sql = REMOVE.format(files=known, path=str(path).replace("'", "''"))
    count = connection.execute(sql, values | {"type": resource_type}).fetchall()[0][0]
    if not count:
        path.unlink(missing_ok=True)
        return None
    return store.NewFile(main.name, name, count)
