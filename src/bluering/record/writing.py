"""Write shaped rows into Parquet files on a thread of its own, so that the next batch is shaped meanwhile."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb

from bluering.record import store
from bluering.record.shaping import child_rows
from bluering.record.viewdefinition.catalog import Table, tables_of

COPY = "COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
TABLES = ("shaped_a", "shaped_b")


class Writer:
    """Two tables take turns: one is filled while the other is written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, load: int, source: str) -> None:
        self.connection, self.load, self.source = connection, load, source
        self.files: list[store.NewFile] = []
        self._free = deque(TABLES)
        self._busy: deque[tuple[str, Future]] = deque()
        self._thread = ThreadPoolExecutor(1, "writer")

    def free_table(self) -> str:
        """The name of a table that may be filled now; waits for the oldest to be written when none is free."""
        if not self._free:
            name, written = self._busy.popleft()
            written.result()
            self._free.append(name)
        return self._free[0]

    def write(self, main: Table, shaped: str) -> None:
        """Write this table and its children, later."""
        self._free.remove(shaped)
        self._busy.append((shaped, self._thread.submit(self._write_all, main, shaped)))

    def finish(self) -> list[store.NewFile]:
        """Everything that was written."""
        for _, written in self._busy:
            written.result()
        self._thread.shutdown()
        return self.files

    def _write_all(self, main: Table, shaped: str) -> None:
        self._copy(main, f"SELECT * EXCLUDE (place, complaint) FROM {shaped}")
        for table in tables_of(main.resource_type):
            if not table.is_main:
                self._copy(table, child_rows(table, shaped, load=self.load, source=self.source))

    def _copy(self, table: Table, rows: str) -> None:
        name = f"load-{self.load:012d}-{len(self.files):06d}.parquet"
        path = store.folder(table.name) / name
        quoted = str(path).replace("'", "''")
        count = self.connection.execute(COPY.format(rows=rows, path=quoted)).fetchall()[0][0]
        if count:
            self.files.append(store.NewFile(table.name, name, count))
        else:
            path.unlink(missing_ok=True)
