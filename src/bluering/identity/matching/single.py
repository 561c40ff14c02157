"""Who may this one be: the candidates of one new arrival, in milliseconds, by the SQL and the weights that serve a million.

DuckDB needs longer to plan these queries than to run them on a few rows. So they are planned once, as prepared statements over tables
that are emptied and filled, and used by one thread at a time.
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
from bluering.identity.matching.features import FEATURES, LISTS, STEPS, TEXTS, open_engine
from bluering.identity.matching.model import Model
from bluering.identity.matching.score import EXP2, LEAST, weighed

SHAPE = json.dumps([{**dict.fromkeys(TEXTS, "VARCHAR"), **{key: ["VARCHAR"] for key in LISTS}}])
COLUMNS = ", ".join((*TEXTS, *LISTS))
FILL = f"INSERT INTO patient SELECT row_number() OVER (), {COLUMNS} FROM (SELECT unnest(from_json($1::JSON, '{SHAPE}'), max_depth := 2))"
EMPTY = ", ".join(
    [*(f"nullif('', '')::VARCHAR AS {name}" for name in TEXTS), *(f"NULL::VARCHAR[] AS {name}" for name in LISTS)]
)
SIDE = "(SELECT unnest(from_json({value}::JSON, '{shape}'), max_depth := 2)) {side}"


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
            return pa.concat_tables([self._scored(one) for one in self._features(rows)]) if rows else NOBODY

    def _reading(self) -> sqlite3.Connection:
        """The index as it stands; opened again once it was made anew."""
        made = self._path.stat().st_ino
        if self._store is None or self._store[0] != made:
            self._store = made, sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, check_same_thread=False)
        return self._store[1]

    def _features(self, patients: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for table in ("patient", *STEPS):
            self._engine.execute(f"DELETE FROM {table}")
        told = [{**dict.fromkeys((*TEXTS, *LISTS)), **_known(patient)} for patient in patients]
        self._engine.execute(f"EXECUTE fill_patient({_quoted(json.dumps(told, default=str))})")
        for table in STEPS:
            self._engine.execute(f"EXECUTE fill_{table}")
        found = self._engine.execute("EXECUTE features")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _scored(self, one: dict[str, Any]) -> pa.Table:
        others = index.sharing(one["keys"], self._reading(), but=one["subject_key"])
        if not others:
            return NOBODY
        left = {name: value for name, value in one.items() if name not in index.LEFT_OUT}
        left["given_share"] = self._shares.get(("given", one["given_first"]))
        left["family_share"] = self._shares.get(("family", one["family"]))
        right = "[" + ",".join(told for _, told in others) + "]"
        rows = self._engine.execute(f"EXECUTE score({_quoted(json.dumps([left]))}, {_quoted(right)})").fetchall()
        return pa.Table.from_pylist(
            [dict(zip(NOBODY.column_names, row, strict=True)) for row in rows], schema=NOBODY.schema
        )


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


def _known(patient: dict[str, Any]) -> dict[str, Any]:
    """The columns that are compared; spaces around are no part of a text."""
    wanted = {name: value for name, value in patient.items() if name in TEXTS or name in LISTS}
    return {
        name: (str(value).strip() or None) if name in TEXTS and value is not None else value
        for name, value in wanted.items()
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _prepared(model: Model) -> duckdb.DuckDBPyConnection:
    """An engine with every step planned."""
    engine = open_engine()
    engine.execute("SET threads = 1")
    engine.execute("PRAGMA disable_optimizer")
    engine.execute(EXP2)
    engine.execute(f"CREATE TEMP TABLE patient AS SELECT 1::BIGINT AS number, {EMPTY} LIMIT 0")
    engine.execute(f"PREPARE fill_patient AS {FILL}")
    for table, made in STEPS.items():
        engine.execute(f"CREATE TEMP TABLE {table} AS {made}")
        engine.execute(f"PREPARE fill_{table} AS INSERT INTO {table} {made}")
    engine.execute(f"PREPARE features AS {FEATURES}")
    shape = _shape(engine)
    pairs = f"{SIDE.format(value='$1', shape=shape, side='l')}, {SIDE.format(value='$2', shape=shape, side='r')}"
    engine.execute(f"PREPARE score AS {weighed(model, pairs, LEAST)}")
    return engine


def _shape(engine: duckdb.DuckDBPyConnection) -> str:
    """The features as `from_json` wants their types told."""
    made = engine.sql(FEATURES)
    columns = {name: str(kind) for name, kind in zip(made.columns, made.types, strict=True)}
    kept = {name: kind for name, kind in columns.items() if name not in index.LEFT_OUT}
    told = {name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind in kept.items()}
    return json.dumps([{**told, "given_share": "DOUBLE", "family_share": "DOUBLE"}])
