"""Precision, recall and F1, by pairs: of what links by itself, and with what a person would be asked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bluering.errors import BadInput
from bluering.identity.evaluating.fields import fields_of, read_map
from bluering.identity.evaluating.files import read
from bluering.identity.evaluating.patients import patients_of
from bluering.identity.matching import features_of, groups_of, oversize, score_all, train
from bluering.identity.matching.model import Model


@dataclass(frozen=True)
class Measured:
    """`auto`: pairs joined by themselves. `with_review`: these, and every pair that a person would be asked about, right or wrong.

    `decided`: the same, where that person tells the right ones from the wrong ones. Each has precision, recall, f1, from 0 to 1.
    """

    records: int
    true_pairs: int
    auto: dict[str, float]
    with_review: dict[str, float]
    review_pairs: int
    seconds: float
    decided: dict[str, float]
    model: str
    compared: list[str]
    notes: list[str] = field(default_factory=list)


def measure(
    files: Sequence[Path],
    *,
    truth: str = "",
    mapped: Path | dict[str, Any] | None = None,
    across: bool = False,
    model: Model | None = None,
) -> Measured:
    """Link the records of these files as an installation would, and hold that against the column `truth`.

    The model is trained on these records without looking at the truth, unless one is given. `across`: each file holds each person once.
    """
    began = time.perf_counter()
    told = read_map(mapped) if isinstance(mapped, Path) else mapped
    rows = read(files, *[str((told or {}).get(name) or "") for name in ("delimiter", "encoding")])
    fields = fields_of(told, [c for c in rows.column_names if c != "file number"], truth)
    truth = truth or fields.truth
    if not truth:
        raise BadInput("Nobody said which column tells who is who. Name it: --truth COLUMN")
    patients = patients_of(rows, fields, truth)
    across = across or fields.across
    features = features_of(patients.drop_columns(["truth"]))
    model = model or train(features)
    engine = _linked(patients, features, model, across)
    return Measured(
        records=len(patients),
        **_figures(engine),
        seconds=round(time.perf_counter() - began, 2),
        model=model.version,
        compared=sorted(set(fields.columns) - {"key", "source", "state"}),
        notes=[*fields.notes, *_left_out(features)],
    )


def _left_out(features: pa.Table) -> list[str]:
    """Blocks that were not compared, in a sentence."""
    found = oversize(features)
    if not found["blocks"]:
        return []
    return [
        f"blocks that tell nobody apart and were not compared: {found['blocks']:,}, of up to {found['largest']:,} records"
    ]


TABLES = """
CREATE TEMP TABLE true_pair AS
SELECT least(a.subject_key, b.subject_key) AS a, greatest(a.subject_key, b.subject_key) AS b
FROM who a JOIN who b ON a.truth = b.truth AND a.number < b.number WHERE NOT $across OR a.source != b.source;
CREATE TEMP TABLE auto AS
SELECT least(a.subject_key, b.subject_key) AS a, greatest(a.subject_key, b.subject_key) AS b
FROM members a JOIN members b ON a."group" = b."group" AND a.subject_key < b.subject_key;
CREATE TEMP TABLE asked AS
SELECT DISTINCT least(left_key, right_key) AS a, greatest(left_key, right_key) AS b FROM (
  SELECT left_key, right_key FROM scored WHERE probability >= $review AND probability < $link
  UNION ALL SELECT left_key, right_key FROM doubtful) ANTI JOIN auto ON auto.a = least(left_key, right_key) AND auto.b = greatest(left_key, right_key)
"""


def _linked(patients: pa.Table, features: pa.Table, model: Model, across: bool) -> duckdb.DuckDBPyConnection:
    """Tables of pairs: true_pair, auto, asked."""
    scored = score_all(features, model, across=across)
    sources = frozenset(patients["source"].unique().to_pylist()) if across else frozenset()
    groups = groups_of(scored, features, model, distinct_sources=sources)
    engine = duckdb.connect()
    engine.register("scored", scored)
    engine.register("members", groups.members)
    engine.register("doubtful", groups.doubtful)
    numbered = "SELECT row_number() OVER () AS number, subject_key, source, truth FROM patients"
    engine.register("patients", patients.select(["subject_key", "source", "truth"]))
    engine.execute(f"CREATE TEMP TABLE who AS SELECT * FROM ({numbered}) WHERE truth IS NOT NULL")
    told = {"across": across, "review": model.review, "link": model.link}
    for statement in TABLES.split(";"):
        engine.execute(statement, {name: value for name, value in told.items() if f"${name}" in statement})
    return engine


def _figures(engine: duckdb.DuckDBPyConnection) -> dict:
    true = _count(engine, "true_pair")
    auto, asked = _count(engine, "auto"), _count(engine, "asked")
    right, asked_right = _right(engine, "auto"), _right(engine, "asked")
    return {
        "true_pairs": true,
        "auto": _shares(right, auto, true),
        "with_review": _shares(right + asked_right, auto + asked, true),
        "decided": _shares(right + asked_right, auto + asked_right, true),
        "review_pairs": asked,
    }


def _count(engine: duckdb.DuckDBPyConnection, table: str) -> int:
    return engine.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]


def _right(engine: duckdb.DuckDBPyConnection, table: str) -> int:
    return engine.sql(f"SELECT count(*) FROM {table} SEMI JOIN true_pair USING (a, b)").fetchall()[0][0]


def _shares(right: int, found: int, true: int) -> dict[str, float]:
    """Nothing found is nothing wrong."""
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 6), "recall": round(recall, 6), "f1": round(f1, 6)}
