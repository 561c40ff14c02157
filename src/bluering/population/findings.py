"""From rules to changes, inside the engine: what the rules find, what stands, and the difference between the two.

Rows of facts never pass through Python here. Found and standing gaps are two tables; `compare` leaves a third, `change`,
that holds only what has to be written.
"""

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from bluering.errors import BadInput
from bluering.population.by_practice import Numbers
from bluering.population.engine import literal, set_variable, set_variables
from bluering.population.rules import Rule

NEED = "need"
FOUND_GAP = (
    "person_id VARCHAR, rule VARCHAR, rule_version VARCHAR, key VARCHAR, due_date DATE, severity VARCHAR, title VARCHAR, "
    "sentence VARCHAR, owner VARCHAR, with_whom VARCHAR, fact_key VARCHAR, evidence JSON, closed_by VARCHAR"
)
FOUND_SCORE = (
    "person_id VARCHAR, rule VARCHAR, rule_version VARCHAR, level VARCHAR, axes JSON, inputs JSON, missing JSON"
)
FOUND_PROGRAM = (
    "person_id VARCHAR, rule VARCHAR, rule_version VARCHAR, finding VARCHAR, key VARCHAR, due_date DATE, met BOOLEAN, "
    "title VARCHAR, sentence VARCHAR, evidence JSON"
)
STANDING_GAP = pa.schema(
    {
        "id": pa.int64(),
        "person_id": pa.string(),
        "rule": pa.string(),
        "key": pa.string(),
        "state": pa.string(),
        "set_aside_until": pa.date32(),
        "due_date": pa.date32(),
        "severity": pa.string(),
        "digest": pa.string(),
    }
)
STANDING_SCORE = pa.schema(
    {
        "id": pa.int64(),
        "person_id": pa.string(),
        "rule": pa.string(),
        "level": pa.string(),
        "since": pa.date32(),
        "digest": pa.string(),
    }
)

# Facts of nobody are left out, and in a run for some persons whatever a rule says about others.
# Where a rule names a gap twice, the row that says it is open counts.
ONE_ROW_BY_GAP = """
CREATE OR REPLACE TEMP TABLE found AS
SELECT person_id, rule, rule_version, coalesce(key, '') AS key, due_date, coalesce(severity, 'due') AS severity,
       coalesce(title, '') AS title, coalesce(sentence, '') AS sentence, coalesce(owner, '') AS owner,
       coalesce(with_whom, '') AS with_whom, coalesce(fact_key, '') AS fact_key,
       coalesce(evidence, '[]')::VARCHAR AS evidence, closed_by,
       md5(to_json([rule_version, due_date::VARCHAR, severity, title, sentence, owner, with_whom, fact_key,
                    evidence::VARCHAR])::VARCHAR) AS digest
FROM found_gap
WHERE person_id IS NOT NULL AND (getvariable('only_persons') IS NULL OR list_contains(getvariable('only_persons'), person_id))
QUALIFY row_number() OVER (PARTITION BY person_id, rule, coalesce(key, '')
                           ORDER BY closed_by IS NOT NULL, due_date, title, fact_key) = 1
"""

# How people in a program go stands beside what its rule says, for the registry.
COURSES = """
INSERT INTO found_program BY NAME
SELECT person_id, program AS rule, '' AS rule_version, 'course' AS finding, measure AS key, measure AS title,
       to_json({'first': first_value, 'first_second': first_second, 'first_on': first_on::VARCHAR,
                'last': last_value, 'last_second': last_second, 'last_on': last_on::VARCHAR}) AS evidence
FROM course
"""

ONE_ROW_BY_PROGRAM = """
CREATE OR REPLACE TEMP TABLE found_by_program AS
SELECT person_id, rule AS program, finding, coalesce(key, '') AS key, rule_version, due_date, met,
       coalesce(title, '') AS title, coalesce(sentence, '') AS sentence, coalesce(evidence, '[]')::VARCHAR AS evidence,
       md5(to_json([rule_version, due_date::VARCHAR, met::VARCHAR, title, sentence, evidence::VARCHAR])::VARCHAR) AS digest
FROM found_program
WHERE person_id IS NOT NULL AND (getvariable('only_persons') IS NULL OR list_contains(getvariable('only_persons'), person_id))
QUALIFY row_number() OVER (PARTITION BY person_id, rule, finding, coalesce(key, '') ORDER BY title, sentence) = 1
"""

CHANGES = """
CREATE OR REPLACE TEMP TABLE change AS
WITH both_sides AS (
    SELECT coalesce(f.person_id, s.person_id) AS person_id, coalesce(f.rule, s.rule) AS rule,
           coalesce(f.key, s.key) AS key, f.* EXCLUDE (person_id, rule, key),
           s.id, s.state, s.set_aside_until, s.due_date AS old_due, s.severity AS old_severity, s.digest AS old_digest,
           f.person_id IS NOT NULL AND f.closed_by IS NULL AS is_found,
           list_contains(getvariable('rules_run'), coalesce(f.rule, s.rule)) AS rule_ran
    FROM found f FULL JOIN standing s
        ON s.person_id = f.person_id AND s.rule = f.rule AND s.key = f.key
),
judged AS (
    SELECT *, CASE
        WHEN is_found AND state IS NULL THEN 'opened'
        WHEN is_found AND state = 'closed' THEN 'reopened'
        WHEN is_found AND state = 'set_aside' AND set_aside_until <= as_of_date() THEN 'resumed'
        WHEN is_found AND (due_date IS DISTINCT FROM old_due OR severity <> old_severity) THEN 'changed'
        WHEN is_found AND digest <> old_digest THEN 'updated'
        WHEN NOT is_found AND state IN ('open', 'set_aside') AND (rule_ran OR getvariable('only_persons') IS NULL) THEN 'closed'
        END AS what
    FROM both_sides
)
SELECT *, CASE WHEN what = 'closed' THEN note ELSE '' END AS closed_by_evidence
FROM (SELECT *, CASE
    WHEN what = 'closed' AND closed_by IS NOT NULL THEN closed_by
    WHEN what = 'closed' AND NOT rule_ran THEN 'The rule ' || rule || ' is no longer in use.'
    WHEN what = 'closed' THEN 'No longer found on ' || strftime(as_of_date(), '%b %-d, %Y') || '.'
    WHEN what = 'changed' THEN concat_ws('; ',
        CASE WHEN due_date IS DISTINCT FROM old_due
             THEN 'due ' || coalesce(old_due::VARCHAR, 'without a day') || ' → '
                  || coalesce(due_date::VARCHAR, 'without a day') END,
        CASE WHEN severity <> old_severity THEN 'severity ' || old_severity || ' → ' || severity END)
    ELSE '' END AS note
    FROM judged WHERE what IS NOT NULL)
"""

LEVELS = """
CREATE OR REPLACE TEMP TABLE level AS
SELECT f.person_id, f.rule, f.rule_version, coalesce(f.level, '') AS level,
       coalesce(f.axes, '{}')::VARCHAR AS axes, coalesce(f.inputs, '[]')::VARCHAR AS inputs,
       coalesce(f.missing, '[]')::VARCHAR AS missing,
       md5(to_json([f.rule_version, f.level, f.axes::VARCHAR, f.inputs::VARCHAR, f.missing::VARCHAR])::VARCHAR) AS digest,
       CASE WHEN s.level = f.level THEN least(s.since, as_of_date()) ELSE as_of_date() END AS since,
       s.digest AS old_digest, s.since AS old_since
FROM found_score f LEFT JOIN standing_score s ON s.person_id = f.person_id AND s.rule = f.rule
WHERE f.person_id IS NOT NULL AND (getvariable('only_persons') IS NULL OR list_contains(getvariable('only_persons'), f.person_id))
QUALIFY row_number() OVER (PARTITION BY f.person_id, f.rule ORDER BY f.level DESC) = 1
"""


def collect(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], table: str, shape: str, tell: Callable[[Rule], None], numbers: Numbers,
) -> None:  # fmt: skip
    """Everything these rules return, in one temporary table; `numbers` stand before the rules' own parameters.

    Raises BadInput with the rule the engine cannot run.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({shape})")
    for rule in rules:
        set_variables(connection, {**rule.parameters, **numbers.get(rule.id, {})})
        named = f"{literal(rule.id)} AS rule, {literal(rule.version)} AS rule_version"
        try:
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT *, {named} FROM ({rule.sql.rstrip().rstrip(';')}\n)"
            )
        except (duckdb.ProgrammingError, duckdb.DataError, duckdb.InvalidInputException) as error:
            raise BadInput(f"Rule {rule.id}, logic.sql: {_complaint(error)}") from error
        tell(rule)


def _complaint(error: duckdb.Error) -> str:
    """What the engine says about the SQL; where its words could hold a value from the record, only the kind of error."""
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException):
        return str(error).splitlines()[0]
    return f"the engine could not run it ({type(error).__name__})."


def keep_among(connection: duckdb.DuckDBPyConnection, table: str, among: pa.Table | None) -> None:
    """Forget what was found about persons of other groups, whose work stands in the same tables."""
    if among is not None:
        connection.register("among", among)
        connection.execute(f"DELETE FROM {table} WHERE person_id NOT IN (SELECT person_id FROM among)")
        connection.unregister("among")


def look_at(connection: duckdb.DuckDBPyConnection, person_ids: Sequence[str] | None) -> None:
    """Whom this run is about: some persons, or everybody."""
    set_variable(connection, "only_persons", None if person_ids is None else list(person_ids))


def find_scores(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], standing: pa.Table, tell: Callable[[Rule], None],
    numbers: Numbers, among: pa.Table | None = None,
) -> None:  # fmt: skip
    """Levels by the score rules (table `level`), and the work table `need` that gap rules read, from the need score."""
    collect(connection, rules, "found_score", FOUND_SCORE, tell, numbers)
    connection.register("standing_score", standing)
    connection.execute(LEVELS)
    keep_among(connection, "level", among)
    connection.execute("DELETE FROM need")
    connection.execute(
        "INSERT INTO need BY NAME SELECT person_id, level, as_of_date() AS computed_date, since AS since_date "
        "FROM level WHERE rule = ?",
        [NEED],
    )


def find_programs(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], tell: Callable[[Rule], None], numbers: Numbers,
    *, some_persons: bool = False, among: pa.Table | None = None,
) -> None:  # fmt: skip
    """What programs say of people (table `found_by_program`), and the work table `program_finding` that gap rules read."""
    collect(
        connection,
        starting(connection, rules) if some_persons else rules,
        "found_program",
        FOUND_PROGRAM,
        tell,
        numbers,
    )
    if rules:
        connection.execute(COURSES)
    connection.execute(ONE_ROW_BY_PROGRAM)
    keep_among(connection, "found_by_program", among)
    connection.execute("DELETE FROM program_finding")
    connection.execute(
        "INSERT INTO program_finding BY NAME SELECT * EXCLUDE (rule_version, digest) FROM found_by_program"
    )


def starting(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Rule]:
    """These rules without those that have no row to start from."""
    return [rule for rule, starts in zip(rules, may_find(connection, rules), strict=True) if starts]


def find_gaps(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    tell: Callable[[Rule], None],
    numbers: Numbers,
    *,
    some_persons: bool = False,
    among: pa.Table | None = None,
) -> None:
    """Gaps by the gap rules (table `found`), one row each. About some persons, rules without a row to start from are passed over."""
    if some_persons:
        rules = starting(connection, rules)
    collect(connection, rules, "found_gap", FOUND_GAP, tell, numbers)
    connection.execute(ONE_ROW_BY_GAP)
    keep_among(connection, "found", among)


def may_find(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[bool]:
    """For each rule, whether there is a row that it could start from; a program also starts from whoever is in one."""
    asked = [f"EXISTS (FROM {rule.starts_from})" if rule.starts_from else "TRUE" for rule in rules]
    asked = [
        f"({one} OR EXISTS (FROM episode))" if rule.kind == "program" else one
        for one, rule in zip(asked, rules, strict=True)
    ]
    return list(connection.execute(f"SELECT {', '.join(asked)}").fetchall()[0]) if asked else []


def leave_out(connection: duckdb.DuckDBPyConnection, person_ids: list[str]) -> None:
    """Forget what was found about these persons: somebody has looked at them since."""
    for table in ("found", "level", "found_by_program"):
        connection.execute(f"DELETE FROM {table} WHERE list_contains(?::VARCHAR[], person_id)", [person_ids])


def compare(connection: duckdb.DuckDBPyConnection, standing: pa.Table, rules: Sequence[Rule]) -> None:
    """What has to be written, in the table `change`: one row for each gap that is not as it was."""
    set_variable(connection, "rules_run", [rule.id for rule in rules])
    connection.register("standing", standing)
    connection.execute(CHANGES)
