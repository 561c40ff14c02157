"""From staged claims to lines of resources, batch by batch, all in the engine."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import duckdb
import pyarrow as pa

from bluering.intake.claims.settings import settings
from bluering.intake.fhir.parse import Lines

TAG = "claim-derived"
TABLE, CLAIMS = "derived_from_claims", "claims_derived_from"
HAS_CLAIMS = "SELECT count(*) FROM {table} WHERE type = 'ExplanationOfBenefit'"
ROWS_AT_ONCE = 100_000
PARTS = ("encounters", "conditions", "procedures", "dispenses")
TOLD = """
CREATE OR REPLACE TEMP TABLE told AS
SELECT row_number() OVER () AS place, unnest(from_json(json_array(raw::JSON), '{shape}')) AS claim FROM {table} WHERE type = 'ExplanationOfBenefit'
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables for what will be derived, and for the claims it is derived from (the beginning of its ids, and the claim's day)."""
    connection.execute(f"CREATE OR REPLACE TABLE {TABLE} (id TEXT, raw TEXT)")
    connection.execute(f"CREATE OR REPLACE TABLE {CLAIMS} (prefix TEXT, updated TEXT)")


def add(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Derive from the claims among the staged resources of `table`."""
    if not connection.execute(HAS_CLAIMS.format(table=table)).fetchall()[0][0]:
        return
    connection.execute(TOLD.format(shape=_text("shape.json").replace("\n", " "), table=table))
    connection.execute(settings())
    connection.execute(_text("claims.sql"))
    connection.execute(f"INSERT INTO {CLAIMS} SELECT split_part(derived_id(id, ''), '-', 1), updated FROM claim")
    for part in PARTS:
        connection.execute(
            f"INSERT INTO {TABLE} SELECT json_extract_string(raw, '$.id'), raw FROM ({_text(part + '.sql')})"
        )


def derived_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[Lines]:
    """Everything that was derived, in batches of a good size."""
    reader = connection.cursor().sql(f"SELECT raw FROM {TABLE}").to_arrow_reader(ROWS_AT_ONCE)
    for batch in reader:
        raw = batch.column("raw").cast(pa.large_string())
        yield Lines(pa.table({"place": pa.array(range(1, len(raw) + 1), pa.int64()), "raw": raw}), [], raw.nbytes)


@cache
def _text(name: str) -> str:
    return (files(__package__) / name).read_text()
