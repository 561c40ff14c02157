"""Sort one batch of lines into resources that the record can take and lines that it cannot, all in the engine.

The good ones become the temporary table `staged(place, raw, type, id, updated, hash)`; the others come back with a reason. The
checks are vectorised: is it JSON, is its type FHIR's, has it an id, has each top-level element the JSON kind that R4 gives it.
"""

import functools

import duckdb

from bluering.intake.fhir.parse import Lines
from bluering.terminology import fhir_r4

Reject = tuple[int, str, bytes]
ID_PATTERN = r"[A-Za-z0-9\-\.]{1,64}"

TYPES = "SELECT DISTINCT CASE WHEN json_valid(raw) THEN json_extract_string(raw, '$.resourceType') END FROM lines"

STAGE = """
CREATE OR REPLACE TEMP TABLE staged AS
WITH valid AS (SELECT place, raw, json_valid(raw) AS ok FROM lines WHERE length(trim(raw, e' \\t\\r\\n')) > 0),
heads AS (
  SELECT place, raw, ok,
    CASE WHEN ok THEN json_extract_string(raw, ['$.resourceType', '$.id', '$.meta.lastUpdated']) END AS head
  FROM valid)
SELECT place, raw, head[1] AS type, head[2] AS id, TRY_CAST(head[3] AS TIMESTAMPTZ) AS updated, md5(raw) AS hash,
  CASE
    WHEN NOT ok THEN 'not JSON: the line breaks off or has a stray character'
    WHEN head[1] IS NULL THEN 'no resourceType; every FHIR resource names its type'
    WHEN NOT list_contains(getvariable('r4_types'), head[1]) THEN 'its resourceType is not one of FHIR R4'
    WHEN head[2] IS NULL THEN 'no id; a resource without one cannot be told from its next version'
    WHEN NOT regexp_full_match(head[2], '{id}') THEN 'its id is not a FHIR id (letters, digits, - and ., at most 64)'
    ELSE {kinds}
  END AS reason
FROM heads
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the engine what it needs to know of R4, once per connection."""
    connection.execute("SET VARIABLE r4_types = ?", [sorted(fhir_r4.resource_types())])


def stage(connection: duckdb.DuckDBPyConnection, lines: Lines) -> list[Reject]:
    """Fill `staged` from one batch; returns what is wrong with the rest."""
    connection.register("lines", lines.table)
    types = {name for (name,) in connection.execute(TYPES).fetchall()} & fhir_r4.resource_types()
    connection.execute(STAGE.format(id=ID_PATTERN, kinds=_kinds_of(types)))
    connection.unregister("lines")
    rejects = list(lines.rejected)
    bad = connection.execute(
        "SELECT place, reason, encode(raw) FROM staged WHERE reason IS NOT NULL ORDER BY place"
    ).fetchall()
    if bad:
        connection.execute("DELETE FROM staged WHERE reason IS NOT NULL")
    return rejects + bad


def _kinds_of(types: set[str]) -> str:
    """SQL that names the first top-level element of the wrong JSON kind, for these types, or is NULL."""
    checks = [f"WHEN '{name}' THEN ({_kind_check(name)})" for name in sorted(types)]
    return f"CASE head[1] {' '.join(checks)} END" if checks else "NULL"


@functools.cache
def _kind_check(resource_type: str) -> str:
    kinds = fhir_r4.json_kinds(resource_type)
    paths = ", ".join(f"'$.{name}'" for name in kinds)
    tests = []
    for n, (name, allowed) in enumerate(kinds.items(), 1):
        options = ", ".join(f"'{a}'" for a in allowed)
        tests.append(f"WHEN kinds[{n}] NOT IN ({options}, 'NULL') THEN '{name} is not {_in_words(allowed)}'")
    return f"list_transform([json_type(raw, [{paths}])], lambda kinds: CASE {' '.join(tests)} END)[1]"


def _in_words(allowed: tuple[str, ...]) -> str:
    words = {"ARRAY": "a list", "OBJECT": "an object", "VARCHAR": "text", "BOOLEAN": "true or false"}
    return words.get(allowed[0], "a number")
