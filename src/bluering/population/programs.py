"""Programs: what their files say, and who they are for. What people decide about somebody in a program is `coordination`'s."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from bluering.population import ledger
from bluering.population.models import ProgramFinding
from bluering.population.rules import DAYS, Rule, load_rules

KEY = ("person_id", "program", "finding", "key")
WRITTEN = (*KEY, "rule_version", "due_date", "met", "title", "sentence", "evidence", "digest", "since")
STANDING = pa.schema(
    {
        "id": pa.int64(),
        "person_id": pa.string(),
        "program": pa.string(),
        "finding": pa.string(),
        "key": pa.string(),
        "digest": pa.string(),
        "since": pa.date32(),
    }
)
CHANGES = """
CREATE OR REPLACE TEMP TABLE program_change AS
SELECT f.*, s.id, coalesce(least(s.since, as_of_date()), as_of_date()) AS since,
       s.digest IS NOT NULL AND f.person_id IS NULL AS gone, s.id AS standing_id
FROM found_by_program f
FULL JOIN standing_program s
    ON s.person_id = f.person_id AND s.program = f.program AND s.finding = f.finding AND s.key = f.key
WHERE f.digest IS DISTINCT FROM s.digest
"""


@dataclass(frozen=True)
class Level:
    """How close somebody is followed: days between talks, and for whom it is."""

    id: str
    title: str
    contact_days: int
    words: str


@dataclass(frozen=True)
class Program:
    """One program as its folder says it. Days are calendar days; `attempts` is how often one tries before asking whether to go on;
    `by_score`: a PHQ-9 or GAD-7 steers it."""

    id: str
    title: str
    version: str
    purpose: str
    who: str
    not_for: str
    targets: tuple[str, ...]
    consent: str
    cost: str
    levels: dict[str, Level]
    first_level: str
    decide_days: int
    outreach_days: int
    attempts: int
    review_days: int
    watch_days: int
    rule: Rule
    by_score: bool = False


def programs() -> dict[str, Program]:
    """Every program by id, the site's in place of ours where both have one."""
    return {rule.id: _program(rule) for rule in load_rules("program")}


def _program(rule: Rule) -> Program:
    said = rule.program
    levels = {
        name: Level(name, level["title"], int(level["contact_days"]), str(level["for"]))
        for name, level in said["levels"].items()
    }
    words: dict[str, Any] = {
        name: str(said.get(name) or "") for name in ("purpose", "who", "not_for", "consent", "cost", "first_level")
    }
    days: dict[str, Any] = {name: int(said[name]) for name in DAYS}
    return Program(
        rule.id,
        rule.title,
        rule.version,
        targets=tuple(said["targets"]),
        levels=levels,
        rule=rule,
        by_score=bool(said.get("by_score")),
        **words,
        **days,
    )


def standing_findings(
    person_ids: Collection[str] | None, without: Collection[str] = (), among: frozenset[str] | None = None
) -> pa.Table:
    """What programs found about everybody, about some persons, or about a large group; without those of others."""
    rows = ProgramFinding.objects.filter(**({} if person_ids is None else {"person_id__in": person_ids}))
    return ledger.table(rows.values_list(*STANDING.names), STANDING, set(without), among)


def write_findings(connection: duckdb.DuckDBPyConnection, standing: pa.Table) -> None:
    """Write what is new or not as it was, and forget what is found no more."""
    connection.register("standing_program", standing)
    connection.execute(CHANGES)
    for rows in ledger.slices(connection.execute("SELECT * EXCLUDE (id) FROM program_change WHERE NOT gone")):
        values = [[ledger.adapted(row[name]) for name in WRITTEN] for row in rows]
        ledger.insert(ProgramFinding, WRITTEN, values, replacing=KEY)
    gone = connection.execute("SELECT standing_id FROM program_change WHERE gone").fetchall()
    ids = [number for (number,) in gone]
    for start in range(0, len(ids), ledger.ROWS_AT_ONCE):
        ProgramFinding.objects.filter(id__in=ids[start : start + ledger.ROWS_AT_ONCE]).delete()
    connection.unregister("standing_program")


def findings_of(person_ids: Collection[str], finding: str = "") -> list[Any]:
    """What programs found about these persons, by program; of one kind when asked."""
    rows = ProgramFinding.objects.filter(person_id__in=person_ids)
    if finding:
        rows = rows.filter(finding=finding)
    return list(rows.order_by("program", "finding", "due_date", "id"))
