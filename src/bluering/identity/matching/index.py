"""Features and blocks of everybody, kept so that one new arrival finds its candidates at once.

One SQLite file in the home folder, whatever the database of the installation is: all of it can be made anew from the record. It holds
identifying values, as the record does. `block` is the index: a key of `blocks.py` and the records that have it. What an earlier version of
the program made by other rules is not `current`, and is to be made anew.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import md5
from itertools import repeat
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bluering import paths
from bluering.identity.matching.blocks import CAP, KEYS, cap
from bluering.identity.matching.features import FEATURES, STEPS
from bluering.identity.matching.normal import MACROS
from bluering.identity.matching.one import features_of_one

TABLES = """
CREATE TABLE IF NOT EXISTS record (number INTEGER PRIMARY KEY, subject_key TEXT UNIQUE NOT NULL, features TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS block (key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS block_number ON block (number);
CREATE TABLE IF NOT EXISTS made (by TEXT NOT NULL);
"""
# What is compared, as JSON; what is empty is left out.
ROWS = """
SELECT subject_key, keys, to_json(struct_pack({columns}))::VARCHAR AS features FROM told
"""
LEFT_OUT = ("keys", "newborn", "test", "given_share", "family_share")
MADE_BY = md5("\n".join([KEYS, CAP, MACROS, *STEPS.values(), FEATURES]).encode()).hexdigest()
AT_ONCE = 100_000


def index_file() -> Path:
    """Where this installation keeps its index."""
    folder = paths.home() / "identity"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "blocks.sqlite"


def current(path: Path) -> bool:
    """Is there an index that this program can read?"""
    if not path.exists():
        return False
    with closing(_open(path)) as store:
        return store.execute("SELECT by FROM made").fetchone() == (MADE_BY,)


def size(path: Path) -> int:
    """About how many records it holds."""
    with closing(_open(path)) as store:
        return store.execute("SELECT coalesce(max(number), 0) FROM record").fetchone()[0]


def outdate(path: Path) -> None:
    """It no longer holds everybody: it is to be made anew."""
    path.unlink(missing_ok=True)


def keep(features: pa.Table, path: Path) -> None:
    """Put records into the index, in the place of what it said of them before; the file is made when there is none."""
    _keep(_rows(features), path)


def keep_few(patients: Sequence[dict[str, Any]], path: Path) -> None:
    """As `keep`, for a few patients with the columns that `features_of` takes; in some milliseconds."""
    made = [features_of_one(patient) for patient in patients]
    kept = [{name: value for name, value in one.items() if name not in LEFT_OUT} for one in made]
    _keep([[(one["subject_key"], one["keys"], json.dumps(told)) for one, told in zip(made, kept, strict=True)]], path)


def _keep(batches: Iterable[list[tuple[str, list[int], str]]], path: Path) -> None:
    with closing(_open(path)) as store, store:
        if not store.execute("SELECT 1 FROM made").fetchone():
            store.execute("INSERT INTO made VALUES (?)", [MADE_BY])
        first = store.execute("SELECT coalesce(max(number), 0) FROM record").fetchone()[0] + 1
        for batch in batches:
            _forget(store, [key for key, _, _ in batch])
            _insert(store, batch, first)
            first += len(batch)


def make_anew(features: pa.Table, path: Path) -> None:
    """Write the whole index beside the old one and put it in its place."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with closing(_open(fresh)) as store:
        store.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; DROP INDEX block_number")
        store.execute("INSERT INTO made VALUES (?)", [MADE_BY])
        store.commit()
        first = 1
        for batch in _rows(features, with_blocks=False):
            _insert(store, batch, first)
            store.commit()
            first += len(batch)
        _all_blocks(store, features)
        store.executescript("CREATE INDEX block_number ON block (number); PRAGMA journal_mode=DELETE")
    fresh.replace(path)


def forget(subject_keys: Sequence[str], path: Path) -> None:
    """Take records out of the index."""
    with closing(_open(path)) as store, store:
        _forget(store, subject_keys)


def sharing(keys: Sequence[int], store: sqlite3.Connection, but: str = "") -> list[tuple[str, str]]:
    """Records that share a block with these keys, as (subject key, features as JSON), without the record `but`.

    Blocks that would hold too many with the one who asks are left out, as `score_all` leaves them out.
    """
    own = store.execute("SELECT number FROM record WHERE subject_key = ?", [but]).fetchone()
    numbers: set[int] = set()
    for key in keys:
        found = {
            number for (number,) in store.execute("SELECT number FROM block WHERE key = ? LIMIT ?", [key, cap(key) + 1])
        }
        found -= set(own or ())
        numbers |= found if len(found) < cap(key) else set()
    return _features(sorted(numbers), store)


def _features(numbers: Sequence[int], store: sqlite3.Connection) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for start in range(0, len(numbers), 900):
        some = numbers[start : start + 900]
        marks = ",".join("?" * len(some))
        rows += store.execute(f"SELECT subject_key, features FROM record WHERE number IN ({marks})", some).fetchall()
    return rows


def _open(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, timeout=30, check_same_thread=False)
    store.executescript(TABLES)
    return store


def _rows(features: pa.Table, with_blocks: bool = True) -> Iterator[list[tuple[str, list[int], str]]]:
    """Records with their keys and their features as JSON, many at a time."""
    columns = [name for name in features.column_names if name not in LEFT_OUT]
    engine = duckdb.connect()
    for start in range(0, len(features), AT_ONCE):
        engine.register("told", features.slice(start, AT_ONCE))
        told = engine.sql(ROWS.format(columns=", ".join(f"{c} := {c}" for c in columns))).to_arrow_table()
        keys = told["keys"].to_pylist() if with_blocks else repeat([])
        yield list(zip(told["subject_key"].to_pylist(), keys, told["features"].to_pylist(), strict=with_blocks))
        engine.unregister("told")


def _insert(store: sqlite3.Connection, rows: list[tuple[str, list[int], str]], first: int) -> None:
    store.executemany(
        "INSERT INTO record VALUES (?, ?, ?)", ((first + n, key, told) for n, (key, _, told) in enumerate(rows))
    )
    blocks = ((key, first + n) for n, (_, keys, _) in enumerate(rows) for key in keys)
    store.executemany("INSERT OR IGNORE INTO block VALUES (?, ?)", blocks)


def _all_blocks(store: sqlite3.Connection, features: pa.Table) -> None:
    """Every record's keys in the order of the index, which makes writing it quick."""
    engine = duckdb.connect()
    engine.register("told", features.select(["keys"]))
    ordered = "SELECT unnest(keys) AS key, number FROM (SELECT row_number() OVER () AS number, keys FROM told) ORDER BY key, number"
    for batch in engine.sql(ordered).to_arrow_table().to_batches(AT_ONCE):
        pairs = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        store.executemany("INSERT OR IGNORE INTO block VALUES (?, ?)", pairs)
    store.commit()


def _forget(store: sqlite3.Connection, subject_keys: Sequence[str]) -> None:
    found = [
        row
        for key in subject_keys
        for row in store.execute("SELECT number FROM record WHERE subject_key = ?", [key]).fetchall()
    ]
    store.executemany("DELETE FROM block WHERE number = ?", found)
    store.executemany("DELETE FROM record WHERE number = ?", found)
