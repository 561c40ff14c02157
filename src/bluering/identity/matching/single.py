"""Who may this one be: the candidates of one new arrival, in milliseconds, by the SQL of the weights that serve a million.

DuckDB needs longer to plan a query than to run it on a few rows. So the weighing is planned once, as a prepared statement over two small
tables that are emptied and filled, and used by one thread at a time.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa

from bluering.identity.matching import index
from bluering.identity.matching.features import features_of
from bluering.identity.matching.model import Model
from bluering.identity.matching.one import features_of_one
from bluering.identity.matching.score import EXP2, LEAST, weighed


class Candidates:
    """Finds who a new arrival may be, in the index at `path`, with the weights of `model`. One for each process."""

    def __init__(self, model: Model, path: Path | None = None) -> None:
        self._path = path or index.index_file()
        self._lock = Lock()
        self._shares = {(r["kind"], r["value"]): r["share"] for r in model.shares.to_pylist()}
        self._engine = _prepared(model)
        self._store: tuple[int, sqlite3.Connection] | None = None

    def of(self, patients: pa.Table | Sequence[dict[str, Any]]) -> pa.Table:
        """Pairs of each patient with records of the index, as `score_all` gives them; the patients themselves are not among these.

        `patients`: one or a few, with the columns that `features_of` takes. `left_key` is the patient's.
        """
        rows = patients.to_pylist() if isinstance(patients, pa.Table) else list(patients)
        with self._lock:
            return pa.concat_tables([NOBODY, *(self._scored(features_of_one(row)) for row in rows)])

    def _reading(self) -> sqlite3.Connection:
        """The index as it stands; opened again once it was made anew."""
        made = self._path.stat().st_ino
        if self._store is None or self._store[0] != made:
            self._store = made, sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, check_same_thread=False)
        return self._store[1]

    def _scored(self, one: dict[str, Any]) -> pa.Table:
        others = index.sharing(one["keys"], self._reading(), but=one["subject_key"])
        if not others:
            return NOBODY
        left = {name: value for name, value in one.items() if name not in index.LEFT_OUT}
        left["given_share"] = self._shares.get(("given", one["given_first"]))
        left["family_share"] = self._shares.get(("family", one["family"]))
        self._fill("l", json.dumps([left]))
        self._fill("r", "[" + ",".join(told for _, told in others) + "]")
        rows = self._engine.execute("EXECUTE score").fetchall()
        return pa.Table.from_pylist(
            [dict(zip(NOBODY.column_names, row, strict=True)) for row in rows], schema=NOBODY.schema
        )

    def _fill(self, side: str, told: str) -> None:
        self._engine.execute(f"DELETE FROM {side}")
        self._engine.execute(f"EXECUTE fill_{side}({_quoted(told)})")


NOBODY = pa.table(
    {
        "left_key": pa.array([], pa.string()),
        "right_key": pa.array([], pa.string()),
        "probability": pa.array([], pa.float64()),
        "weight": pa.array([], pa.float64()),
        "evidence": pa.array(
            [], pa.list_(pa.struct([("comparison", pa.string()), ("level", pa.int32()), ("bits", pa.float64())]))
        ),
    }
)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _prepared(model: Model) -> duckdb.DuckDBPyConnection:
    """An engine with the features of two sides as tables, and the weighing of them planned."""
    engine = duckdb.connect()
    engine.execute("SET threads = 1")
    engine.execute("PRAGMA disable_optimizer")
    engine.execute(EXP2)
    empty = features_of(pa.table({"subject_key": pa.array([], pa.string()), "source": pa.array([], pa.string())}))
    engine.register("told", empty)
    for side in ("l", "r"):
        engine.execute(
            f"CREATE TEMP TABLE {side} AS SELECT {KEPT}, NULL::DOUBLE AS given_share, NULL::DOUBLE AS family_share FROM told"
        )
        shape = _shape(engine, side)
        engine.execute(
            f"PREPARE fill_{side} AS INSERT INTO {side} SELECT unnest(from_json($1::JSON, '{shape}'), max_depth := 2)"
        )
    engine.execute(f"PREPARE score AS {weighed(model, 'l, r', LEAST)}")
    return engine


KEPT = f"* EXCLUDE ({', '.join(name for name in index.LEFT_OUT if not name.endswith('share'))})"


def _shape(engine: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table as `from_json` wants their types told."""
    made = engine.table(table)
    columns = {name: str(kind) for name, kind in zip(made.columns, made.types, strict=True)}
    return json.dumps([{name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind in columns.items()}])
