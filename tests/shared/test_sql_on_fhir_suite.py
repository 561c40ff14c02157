"""The official SQL-on-FHIR v2 suite, test by test, through our compiler."""

import json
import os
from pathlib import Path

import duckdb
import pytest

from bluering.record.viewdefinition import BadView, compile_view

SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SUITE = SHARED / "data/sql-on-fhir-v2/tests"
FILES = sorted(SUITE.glob("*.json"))
CASES = [
    (document["resources"], case, f"{file.stem}: {case['title']}")
    for file in FILES
    for document in [json.loads(file.read_text())]
    for case in document["tests"]
]
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not FILES, reason=f"the suite is not in {SUITE}")]


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE resources (resource VARCHAR)")
        yield connection


def rows_of(engine: duckdb.DuckDBPyConnection, view: dict, resources: list[dict]) -> list[dict]:
    """The view's rows over those resources that are of its type."""
    engine.execute("DELETE FROM resources")
    for resource in resources:
        if resource["resourceType"] == view.get("resource"):
            engine.execute("INSERT INTO resources VALUES (?)", [json.dumps(resource)])
    result = engine.execute(compile_view(view, relation="resources"))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def in_any_order(rows: list[dict]) -> list[str]:
    """Rows as sorted text; 5 and 5.0 are the same number."""
    plain = [
        {name: float(v) if isinstance(v, int) and not isinstance(v, bool) else v for name, v in row.items()}
        for row in rows
    ]
    return sorted(json.dumps(row, sort_keys=True) for row in plain)


@pytest.mark.parametrize(("resources", "case"), [c[:2] for c in CASES], ids=[c[2] for c in CASES])
def test_case(engine, resources, case):
    if case.get("expectError"):
        with pytest.raises((BadView, duckdb.Error)):
            rows_of(engine, case["view"], resources)
        return
    rows = rows_of(engine, case["view"], resources)
    if "expectColumns" in case:
        assert list(rows[0]) == case["expectColumns"]
    if "expectCount" in case:
        assert len(rows) == case["expectCount"]
    if "expect" in case:
        expected = [{name: row.get(name) for name in (rows[0] if rows else row)} for row in case["expect"]]
        assert in_any_order(rows) == in_any_order(expected)
