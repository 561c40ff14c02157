"""Sort one batch of lines into resources that the record can take and lines that it cannot, all in the engine.

The good ones become a table (place, raw, type, id, updated, hash); the others come back with a reason. The
checks are vectorised: is it JSON, is its type FHIR's, has it an id, has each top-level element the JSON kind that R4 gives it.
Claims told in FHIR STU3 (Blue Button 2.0 v1, BCDA v1) are said as R4 says them before they are checked.
"""

import functools
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from bluering.intake.fhir.parse import Lines
from bluering.terminology import fhir_r4

Reject = tuple[int, str, bytes]
ID_PATTERN = r"[A-Za-z0-9\-\.]{1,64}"

STAGE = """
CREATE OR REPLACE TABLE {name} AS
WITH valid AS (SELECT place, raw, json_valid(raw) AS ok FROM {lines}),
heads AS (
  SELECT place, raw, ok,
    CASE WHEN ok THEN json_extract_string(raw, ['$.resourceType', '$.id', '$.meta.lastUpdated']) END AS head
  FROM valid WHERE ok OR length(trim(raw, e' \\t\\r\\n')) > 0)
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
CLAIM = "ExplanationOfBenefit"
OLDER = f"""
CREATE OR REPLACE TABLE older_lines AS
SELECT place, stu3_claim_as_r4(raw) AS raw FROM {{name}} WHERE type = '{CLAIM}' AND is_stu3_claim(raw)
"""
# In so few lines it costs little to look which types there are before they are sorted.
FEW = 20_000
TYPES_OF_LINES = """
SELECT DISTINCT json_extract_string(raw, '$.resourceType') FROM (SELECT raw FROM lines WHERE json_valid(raw))
"""
TABLES = ("staged_a", "staged_b")


@dataclass(frozen=True)
class Staged:
    """A filled table, what could not be put into it, and how many bytes were read."""

    table: str
    rejects: list[Reject]
    bytes: int


def staged(connection: duckdb.DuckDBPyConnection, batches: Iterable[Lines]) -> Iterator[Staged]:
    """Fill one table while the caller works on the other; each is the caller's until the next is asked for."""
    free: queue.Queue[str | None] = queue.Queue()
    for name in TABLES:
        free.put(name)
    filled: queue.Queue[Staged | BaseException | None] = queue.Queue()
    stager = _Stager(connection.cursor())
    worker = threading.Thread(target=stager.fill, args=(batches, free, filled), daemon=True)
    worker.start()
    try:
        while (one := filled.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
            free.put(one.table)
    finally:
        free.put(None)
        worker.join()


def staged_here(connection: duckdb.DuckDBPyConnection, batches: Iterable[Lines]) -> Iterator[Staged]:
    """The same on the caller's own thread: for batches that the database has a part in, or that are small."""
    stager = _Stager(connection.cursor())
    for lines in batches:
        yield Staged(TABLES[0], stager.stage(lines, TABLES[0]), lines.bytes)


class _Stager:
    """Sorts batches into tables. It learns which types there are, and looks again when a batch brings a new one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.known: set[str] = set()
        connection.execute("SET VARIABLE r4_types = ?", [sorted(fhir_r4.resource_types())])
        connection.execute((files(__package__) / "stu3.sql").read_text())

    def fill(self, batches: Iterable[Lines], free: queue.Queue, filled: queue.Queue) -> None:
        """Until the batches end or the caller stops taking."""
        try:
            for lines in batches:
                name = free.get()
                if name is None:
                    return
                filled.put(Staged(name, self.stage(lines, name), lines.bytes))
            filled.put(None)
        except BaseException as problem:
            filled.put(problem)

    def stage(self, lines: Lines, name: str) -> list[Reject]:
        """Fill the table `name` from one batch; returns what is wrong with the rest."""
        self.connection.register("lines", lines.table)
        if not self.known and len(lines.table) <= FEW:
            self.known = self._types_in(TYPES_OF_LINES)
        while True:
            self._sort(name, "lines")
            new = self._types_in(f"SELECT DISTINCT type FROM {name}") - self.known
            if not new:
                break
            self.known |= new
        self.connection.unregister("lines")
        if CLAIM in self.known:
            self._as_r4(name)
        return list(lines.rejected) + self._set_apart(name)

    def _sort(self, name: str, lines: str) -> None:
        self.connection.execute(STAGE.format(name=name, lines=lines, id=ID_PATTERN, kinds=_kinds_of(self.known)))

    def _as_r4(self, name: str) -> None:
        """Claims of an older FHIR are turned into R4 and sorted once more."""
        (found,) = self.connection.execute(OLDER.format(name=name)).fetchall()[0]
        if found:
            self._sort("older_sorted", "older_lines")
            self.connection.execute(f"DELETE FROM {name} WHERE place IN (SELECT place FROM older_lines)")
            self.connection.execute(f"INSERT INTO {name} FROM older_sorted; DROP TABLE older_sorted")
        self.connection.execute("DROP TABLE older_lines")

    def _types_in(self, question: str) -> set[str]:
        return {one for (one,) in self.connection.execute(question).fetchall()} & fhir_r4.resource_types()

    def _set_apart(self, name: str) -> list[Reject]:
        bad = self.connection.execute(
            f"SELECT place, reason, encode(raw) FROM {name} WHERE reason IS NOT NULL ORDER BY place"
        ).fetchall()
        if bad:
            self.connection.execute(f"DELETE FROM {name} WHERE reason IS NOT NULL")
        return bad


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
