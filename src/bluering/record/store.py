"""The record's Delta tables: written file by file, committed all at once, read as a list of Parquet files.

One load writes Parquet files into many tables. So that a kill leaves all of a load or none of it, the files of a
load are first named in one intent file (`_intents/<load>.json`, the true commit point) and then committed to each table under the
load's number; `roll_forward` completes whatever a killed process had begun and does nothing twice.
"""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from bluering.paths import record_folder

APP = "bluering-load"
# A log's folder changes its time with every commit. Within one tick of the file system's clock two commits look alike.
CLOCK_TICK_NS = 50_000_000
_files: dict[str, tuple[int, list[str]]] = {}
# Open tables with the first entry of their logs as it was: reading a whole log again takes longer the longer it grows.
_open: dict[str, tuple[tuple[int, int] | None, DeltaTable]] = {}


@dataclass(frozen=True)
class NewFile:
    """A Parquet file written into a table's folder and not yet part of the table."""

    table: str
    name: str
    rows: int


def folder(table: str) -> Path:
    """Where a table lives; made when missing."""
    path = record_folder() / table
    path.mkdir(parents=True, exist_ok=True)
    return path


def commit(load: int, files: Iterable[NewFile]) -> None:
    """Make the files of one load part of the record, all or none."""
    files = list(files)
    if not files:
        return
    for file in files:
        _sync(folder(file.table) / file.name)
    intent = _intents() / f"{load:012d}.json"
    partial = intent.with_suffix(".part")
    partial.write_text(json.dumps([asdict(f) for f in files]))
    _sync(partial)
    partial.rename(intent)
    _sync(intent.parent)
    roll_forward()


def roll_forward() -> int:
    """Complete the commits that an earlier process had begun; returns how many loads that were."""
    done = 0
    for intent in sorted(_intents().glob("*.json")):
        files = [NewFile(**f) for f in json.loads(intent.read_text())]
        for table in sorted({f.table for f in files}):
            _commit_table(int(intent.stem), table, [f for f in files if f.table == table])
        intent.unlink(missing_ok=True)
        done += 1
    return done


def files_of(table: str) -> list[str]:
    """The Parquet files that make up a table now; empty when nothing of it was ever loaded."""
    log = record_folder() / table / "_delta_log"
    try:
        stamp = log.stat().st_mtime_ns
    except FileNotFoundError:
        return []
    known = _files.get(str(log))
    if known and known[0] == stamp:
        return known[1]
    try:
        files = _table(str(log.parent)).file_uris()
    except TableNotFoundError:
        return []
    if time.time_ns() - stamp > CLOCK_TICK_NS:
        _files[str(log)] = (stamp, files)
    return files


def small_files(table: str, below: int) -> int:
    """How many files of fewer than so many bytes a table is made of."""
    return sum(os.path.getsize(path) < below for path in files_of(table))


def highest_load() -> int:
    """The highest number of a load that ever wrote a file here, committed or not; 0 when none did."""
    names = (path.name for path in record_folder().glob("*/load-*.parquet"))
    return max((int(name.split("-")[1]) for name in names), default=0)


def loaded_tables() -> list[str]:
    """The tables that exist, by name."""
    root = record_folder()
    return sorted(p.name for p in root.iterdir() if (p / "_delta_log").is_dir()) if root.is_dir() else []


def compact(table: str, *, keep_hours: int = 1, below: int | None = None) -> dict:
    """Join small files into few and drop those that no version of the table names any more.

    With `below`, only files of fewer bytes are joined, into files of about that size: what live news left lying, in a moment.
    """
    delta = DeltaTable(str(record_folder() / table))
    metrics = delta.optimize.compact(target_size=below)
    dropped = delta.vacuum(retention_hours=keep_hours, dry_run=False, enforce_retention_duration=False)
    delta.create_checkpoint()
    return {"joined": metrics["numFilesRemoved"], "made": metrics["numFilesAdded"], "dropped": len(dropped)}


def _commit_table(load: int, table: str, files: list[NewFile]) -> None:
    schema = _schema(table, files)
    path = str(folder(table))
    try:
        delta = _table(path)
    except TableNotFoundError:
        delta = DeltaTable.create(path, schema=schema, mode="ignore")
    if delta.transaction_version(f"{APP}-{load}") is not None:
        return
    actions: list[AddAction | RemoveAction] = [_add(folder(table) / f.name, f.rows) for f in files]
    once = CommitProperties(app_transactions=[Transaction(f"{APP}-{load}", load)])
    delta.create_write_transaction(actions, mode="append", schema=schema, commit_properties=once)


def _table(path: str) -> DeltaTable:
    """A table as it is now; one that this process has open reads only what is new in its log."""
    first = _first_entry(path)
    known = _open.get(path)
    if known and known[0] == first:
        try:
            known[1].update_incremental()
            return known[1]
        except DeltaError:
            del _open[path]
    delta = DeltaTable(path)
    _open[path] = first, delta
    return delta


def _first_entry(path: str) -> tuple[int, int] | None:
    """What tells a log from one that was begun anew in the same place; None when its beginning was cleared away long since."""
    try:
        told = os.stat(f"{path}/_delta_log/{0:020d}.json")
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_mtime_ns


def _schema(table: str, files: list[NewFile]) -> Schema:
    arrow: pa.Schema = pq.read_schema(folder(table) / files[0].name)
    return Schema.from_arrow(pa.schema([column.with_nullable(True) for column in arrow]))


def _add(path: Path, rows: int) -> AddAction:
    return AddAction(
        path.name, path.stat().st_size, {}, int(time.time() * 1000), True, json.dumps({"numRecords": rows})
    )


def _intents() -> Path:
    path = record_folder() / "_intents"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
