"""Append staged resources to the record: shape them into columns, tell new from known, write one Parquet file a table.

Nothing is part of the record until `Appender.commit`; a process killed before it leaves only files that no table names.
A row's `replaces` names the row it takes the place of; `stale` marks a version that never stands: one older than the one that does,
or, when it also replaces a row, that row's deletion (`removing.py`), which only a newer version takes the place of.
"""

from collections import Counter
from dataclasses import dataclass, field

import duckdb

from bluering.record import store
from bluering.record.shaping import shaped_rows
from bluering.record.viewdefinition.catalog import Table, main_table
from bluering.record.writing import Writer

ROWS_PER_LOAD = 1 << 36
Reject = tuple[int, str, bytes]

KEYS = """
INSERT INTO {keys}
SELECT id, row_id, hash, updated,
  row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL) AND (NOT stale OR replaces IS NOT NULL) AS standing
FROM {rows} WHERE source = ? {only}
"""

DECIDED = """
CREATE OR REPLACE TEMP TABLE decided AS
WITH ranked AS (
  SELECT place, id, hash, updated, row_number() OVER (PARTITION BY id ORDER BY updated DESC NULLS LAST, place DESC) AS nth
  FROM {staged} WHERE type = $type),
known AS (SELECT * FROM {keys} WHERE standing)
SELECT s.place, $base + row_number() OVER () AS row_id,
  CASE WHEN nth = 1 AND NOT coalesce(k.updated > s.updated, false) THEN k.row_id END AS replaces,
  nth > 1 OR coalesce(k.updated > s.updated, false) AS stale
FROM ranked s LEFT JOIN known k ON k.id = s.id
WHERE k.hash IS DISTINCT FROM s.hash
  AND NOT EXISTS (SELECT 1 FROM {keys} old WHERE old.id = s.id AND old.hash = s.hash AND (old.updated < k.updated OR nth > 1))
  AND NOT (nth > 1 AND EXISTS (SELECT 1 FROM ranked r WHERE r.id = s.id AND r.nth = 1 AND r.hash = s.hash))
"""

FRESH = """
(SELECT place, s.raw AS resource, s.id AS fresh_id, s.hash, s.updated, d.row_id, d.replaces, d.stale
 FROM {staged} s JOIN decided d USING (place))
"""


@dataclass
class Counts:
    """By FHIR type: how many resources were new, known already, or a newer version."""

    loaded: Counter = field(default_factory=Counter)
    unchanged: Counter = field(default_factory=Counter)
    replaced: Counter = field(default_factory=Counter)


class Appender:
    """Takes staged batches of one load and makes them part of the record in one go; files are written while it goes on."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, load: int, source: str, few: bool = False) -> None:
        self.connection, self.load, self.source, self.few = connection, load, source, few
        self.rows, self.counts = 0, Counts()
        self._writer = Writer(connection.cursor(), load=load, source=source)
        self._keys: set[str] = set()

    def add(self, staged: str) -> list[Reject]:
        """Append what stands in the table `staged`; returns the resources that could not be taken, with the reason."""
        rejects = []
        types = f"SELECT type, count(*) FROM {staged} GROUP BY 1 ORDER BY 1"
        for name, count in self.connection.execute(types).fetchall():
            rejects += self._add_type(name, staged, count)
        return rejects

    def commit(self) -> list[store.NewFile]:
        """The load is part of the record from here on; returns its files."""
        files = self._writer.finish()
        store.commit(self.load, files)
        return files

    def _add_type(self, resource_type: str, staged: str, count: int) -> list[Reject]:
        main = main_table(resource_type)
        keys = self._keys_of(main, staged)
        self.connection.execute(
            DECIDED.format(keys=keys, staged=staged),
            {"type": resource_type, "base": self.load * ROWS_PER_LOAD + self.rows},
        )
        shaped = self._writer.free_table()
        rejects = self._shape(main, FRESH.format(staged=staged), shaped)
        fresh, loaded, replaced = self.connection.execute(
            "SELECT count(*), count(*) FILTER (replaces IS NULL AND NOT stale), count(*) FILTER (replaces IS NOT NULL) "
            f"FROM {shaped}"
        ).fetchall()[0]
        self.counts.loaded[resource_type] += loaded
        self.counts.replaced[resource_type] += replaced
        self.counts.unchanged[resource_type] += count - loaded - replaced - len(rejects)
        self.rows += fresh + len(rejects)
        if fresh:
            self._remember(keys, shaped)
            self._writer.write(main, shaped)
        return rejects

    def _keys_of(self, main: Table, staged: str) -> str:
        """The versions of this type that the record holds from this source, as a temporary table; with `few`, those of the batch's ids."""
        keys = f"keys_{main.name}"
        if keys in self._keys and not self.few:
            return keys
        if keys not in self._keys:
            self._keys.add(keys)
            self.connection.execute(
                f"CREATE TEMP TABLE {keys}(id TEXT, row_id BIGINT, hash TEXT, updated TIMESTAMPTZ, standing BOOL)"
            )
        if files := store.files_of(main.name):
            rows = f"read_parquet({files!r}, union_by_name=true)"
            only = f"AND id IN (SELECT id FROM {staged}) AND id NOT IN (SELECT id FROM {keys})" if self.few else ""
            self.connection.execute(KEYS.format(keys=keys, rows=rows, only=only), [self.source])
        return keys

    def _shape(self, main: Table, fresh: str, shaped: str) -> list[Reject]:
        """Fill the table `shaped` from the fresh rows; takes out what holds an impossible date."""
        rows = shaped_rows(main, fresh, load=self.load, source=self.source)
        self.connection.execute(f"CREATE OR REPLACE TABLE {shaped} AS {rows}")
        bad = self.connection.execute(
            f"SELECT place, complaint, encode(resource) FROM {shaped} WHERE complaint IS NOT NULL ORDER BY 1"
        ).fetchall()
        if bad:
            self.connection.execute(f"DELETE FROM {shaped} WHERE complaint IS NOT NULL")
        return bad

    def _remember(self, keys: str, shaped: str) -> None:
        self.connection.execute(
            f"UPDATE {keys} SET standing = false WHERE row_id IN (SELECT replaces FROM {shaped} WHERE replaces IS NOT NULL)"
        )
        self.connection.execute(f"INSERT INTO {keys} SELECT id, row_id, hash, updated, NOT stale FROM {shaped}")
