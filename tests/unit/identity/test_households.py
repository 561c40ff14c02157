"""Households with twins, juniors, shared phones and every kind of error: what is linked by itself is right, at least 999 times in 1,000."""

import importlib.util
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from bluering.identity.matching import default_model, features_of, groups_of, score_all, train

ROOT = Path(__file__).resolve().parents[3]
spec = importlib.util.spec_from_file_location("people", ROOT / "benchmarks" / "people.py")
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)

JOINED = """
SELECT count(*) AS found, count(*) FILTER (p.truth = q.truth) AS right
FROM members a JOIN members b ON a."group" = b."group" AND a.subject_key < b.subject_key
JOIN people p ON p.subject_key = a.subject_key JOIN people q ON q.subject_key = b.subject_key
"""
TRUE = "SELECT sum(n * (n - 1) // 2)::BIGINT FROM (SELECT count(*) AS n FROM people GROUP BY truth)"


@pytest.fixture(scope="module")
def told() -> pa.Table:
    """Some 12,000 records of some 5,700 people."""
    return made_up.people(12_000)


@pytest.mark.parametrize(
    ("trained", "recall"),
    [pytest.param(False, 0.96, id="default weights"), pytest.param(True, 0.975, id="trained", marks=pytest.mark.slow)],
)
def test_what_links_by_itself_is_right(told, trained, recall):
    features = features_of(told.drop_columns(["truth"]))
    model = train(features) if trained else default_model(len(features))
    engine = duckdb.connect()
    engine.register("people", told)
    engine.register("members", groups_of(score_all(features, model), features, model).members)
    found, right = engine.sql(JOINED).fetchall()[0]
    assert right / found >= 0.999
    assert right / engine.sql(TRUE).fetchall()[0][0] >= recall
