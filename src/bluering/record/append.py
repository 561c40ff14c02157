"""Append staged resources to the record: shape them into columns, tell new from known, write one Parquet file a table.

Nothing is part of the record until `Appender.commit`; a process killed before it leaves only files that no table names.
A row's `replaces` names the row it takes the place of; `stale` marks a version older than the one that stands.
"""

from collections import Counter
from dataclasses import dataclass, field

import duckdb

from bluering.record import store
from bluering.record.columns import cast_columns, complaint_columns
from bluering.record.viewdefinition import compile_view
from bluering.record.viewdefinition.catalog import Table, main_table, tables_of

ROWS_PER_LOAD = 1 << 36

KEYS = """
CREATE TEMP TABLE {keys} AS
SELECT id, row_id, hash, updated, row_id NOT IN (SELECT replaces FROM rows WHERE replaces IS NOT NULL) AND NOT stale AS standing
FROM rows WHERE source = ?
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
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT place, s.raw AS resource, s.id, s.hash, s.updated, d.row_id, d.replaces, d.stale
FROM {staged} s JOIN decided d USING (place)
"""


@dataclass
class Counts:
    """By FHIR type: how many resources were new, known already, or a newer version."""

    loaded: Counter = field(default_factory=Counter)
    unchanged: Counter = field(default_factory=Counter)
    replaced: Counter = field(default_factory=Counter)


class Appender:
    """Takes staged batches of one load and makes them part of the record in one go."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, load: int, source: str) -> None:
        self.connection, self.load, self.source = connection, load, source
        self.rows, self.counts = 0, Counts()
        self.files: list[store.NewFile] = []
        self._keys: set[str] = set()

    def add(self, staged: str) -> list[tuple[int, str, bytes]]:
        """Append what stands in the table `staged`; returns the resources that could not be taken, with the reason."""
        rejects = []
        for name, count in self.connection.execute(
            f"SELECT type, count(*) FROM {staged} GROUP BY 1 ORDER BY 1"
        ).fetchall():
            rejects += self._add_type(name, staged, count)
        return rejects

    def commit(self) -> None:
        """The load is part of the record from here on."""
        store.commit(self.load, self.files)

    def _add_type(self, resource_type: str, staged: str, count: int) -> list[tuple[int, str, bytes]]:
        main = main_table(resource_type)
        keys = self._keys_of(main)
        self.connection.execute(
            DECIDED.format(keys=keys, staged=staged),
            {"type": resource_type, "base": self.load * ROWS_PER_LOAD + self.rows},
        )
        self.connection.execute(FRESH.format(staged=staged))
        rejects = self._shape(main)
        fresh, loaded, replaced = self.connection.execute(
            "SELECT count(*), count(*) FILTER (replaces IS NULL AND NOT stale), count(*) FILTER (replaces IS NOT NULL) FROM fresh"
        ).fetchall()[0]
        self.counts.loaded[resource_type] += loaded
        self.counts.replaced[resource_type] += replaced
        self.counts.unchanged[resource_type] += count - loaded - replaced - len(rejects)
        self.rows += fresh + len(rejects)
        if fresh:
            self._write(main, "shaped", fresh)
            self._write_children(resource_type)
            self._remember(keys)
        return rejects

    def _keys_of(self, main: Table) -> str:
        """The versions of this type that the record holds from this source, as a temporary table."""
        keys = f"keys_{main.name}"
        if keys not in self._keys:
            files = store.files_of(main.name)
            if files:
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW rows AS FROM read_parquet({files!r}, union_by_name=true)"
                )
                self.connection.execute(KEYS.format(keys=keys), [self.source])
            else:
                self.connection.execute(
                    f"CREATE TEMP TABLE {keys}(id TEXT, row_id BIGINT, hash TEXT, updated TIMESTAMPTZ, standing BOOL)"
                )
            self._keys.add(keys)
        return keys

    def _shape(self, main: Table) -> list[tuple[int, str, bytes]]:
        """Fill `shaped` from `fresh`; takes out of both what holds an impossible date."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE shaped AS {self._columns(main, check=True)}")
        if not complaint_columns(main):
            return []
        bad = self.connection.execute(
            "SELECT f.place, s.complaint, encode(f.resource) FROM shaped s JOIN fresh f USING (row_id) WHERE s.complaint IS NOT NULL ORDER BY 1"
        ).fetchall()
        if bad:
            self.connection.execute(
                "DELETE FROM fresh WHERE row_id IN (SELECT row_id FROM shaped WHERE complaint IS NOT NULL)"
            )
            self.connection.execute("DELETE FROM shaped WHERE complaint IS NOT NULL")
        return bad

    def _columns(self, table: Table, *, check: bool = False) -> str:
        keep = ("row_id", "fresh_id", "hash", "updated", "replaces", "stale", "resource")
        relation = "(SELECT *, id AS fresh_id FROM fresh)"
        rows = (
            compile_view(table.view, relation=relation, passthrough=keep)
            if table.view
            else f"SELECT {', '.join(keep)} FROM {relation}"
        )
        complaint = f", {complaint_columns(table)} AS complaint" if check and complaint_columns(table) else ""
        resource = ", resource" if table.is_main else ""
        return (
            f"SELECT row_id, '{_quoted(self.source)}' AS source, fresh_id AS id, hash, updated, replaces, stale, "
            f"{self.load}::BIGINT AS load_id, {cast_columns(table, self.source)}{resource}{complaint} FROM ({rows})"
        )

    def _write(self, table: Table, relation: str, rows: int) -> None:
        name = f"load-{self.load:012d}-{len(self.files):06d}.parquet"
        path = store.folder(table.name) / name
        drop = " EXCLUDE (complaint)" if relation == "shaped" and complaint_columns(table) else ""
        self.connection.execute(
            f"COPY (SELECT *{drop} FROM {relation}) TO '{_quoted(str(path))}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
        self.files.append(store.NewFile(table.name, name, rows))

    def _write_children(self, resource_type: str) -> None:
        for table in tables_of(resource_type):
            if not table.is_main:
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE child AS {self._columns(table)}")
                if rows := self._one("SELECT count(*) FROM child"):
                    self._write(table, "child", rows)

    def _remember(self, keys: str) -> None:
        self.connection.execute(
            f"UPDATE {keys} SET standing = false WHERE row_id IN (SELECT replaces FROM fresh WHERE replaces IS NOT NULL)"
        )
        self.connection.execute(f"INSERT INTO {keys} SELECT id, row_id, hash, updated, NOT stale FROM fresh")

    def _one(self, sql: str, *values) -> int:
        return self.connection.execute(sql, list(values)).fetchall()[0][0]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
