"""A practice in an engine in memory, and rules made up for a test: each reads a table of readings."""

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bluering.population import run
from bluering.population.engine import lay_empty, lay_out
from bluering.population.rules import Action, Rule, value_sets
from bluering.population.vectors import empty_engine

CHICAGO = ZoneInfo("America/Chicago")
READING = """
SELECT person_id, id AS key, due_date, severity, title, 'Why.' AS sentence, 'coordinator' AS owner, '' AS with_whom,
       'ehr/Observation/' || id AS fact_key, to_json([evidence('observation', id, 'ehr', title, due_date, NULL)]) AS evidence,
       closed_by
FROM reading WHERE rule = '{id}' -- a comment ends the file"""
LEVEL = """
SELECT person_id, level, to_json({{'medical': level}}) AS axes, to_json([]) AS inputs, to_json(['language']) AS missing
FROM reading WHERE rule = '{id}'"""
FOUND = """
SELECT person_id, coalesce(level, 'enter') AS finding, id AS key, due_date, title, 'Why.' AS sentence, to_json([]) AS evidence
FROM reading WHERE rule = '{id}'"""


def made_up(rule: str, sql: str = "", kind: str = "gap") -> Rule:
    """A rule over the readings that name it, unless it brings SQL of its own."""
    sql = sql or {"gap": READING, "score": LEVEL, "program": FOUND}[kind]
    return Rule(
        id=rule, kind=kind, title=f"About {rule}", version="1", status="active", sentence="It says so.",
        source_url="https://example.org", owner="coordinator", action=Action("log_contact", "Call now"), starts_from="", reads=(),
        value_sets=(), parameters={}, sql=sql.format(id=rule), vectors="", readme="", folder=Path(),
    )  # fmt: skip


class Practice:
    """Facts of several persons and the rules over them. `run` makes a run on a day of November 2026."""

    made_up = staticmethod(made_up)

    def __init__(self):
        self.rules = {"gap": [made_up("bp"), made_up("a1c")], "score": [], "program": []}
        self.readings: list[tuple] = []

    def has(self, person_id: str, key: str = "1", rule: str = "bp", **says) -> None:
        """The rule returns this row from now on, in place of an earlier one of the same key."""
        self.lost(person_id, key, rule)
        said = {"due_date": "2026-11-20", "severity": "due", "title": "High", "level": None, "closed_by": None} | says
        self.readings.append((person_id, key, rule, *said.values()))

    def lost(self, person_id: str, key: str = "1", rule: str = "bp") -> None:
        self.readings = [row for row in self.readings if row[:3] != (person_id, key, rule)]

    @contextmanager
    def engine(self, person_ids: list[str] | None, rules: list, known=None, group=None):
        """What the record's engine gives: everybody's facts, or some persons, on a laid table."""
        connection = empty_engine()
        connection.execute(
            "CREATE TABLE reading (person_id TEXT, id TEXT, rule TEXT, due_date DATE, severity TEXT, title TEXT, "
            "level TEXT, closed_by TEXT)"
        )
        for row in self.readings:
            if person_ids is None or row[0] in person_ids:
                connection.execute("INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        lay_out(connection, rules=rules, sets=value_sets())
        if person_ids is not None:
            lay_empty(connection, as_of=datetime(2026, 11, 16, 9, tzinfo=CHICAGO), rules=rules)
        yield connection

    def run(self, day: int = 16, **asked) -> run.RunSummary:
        return run.run_rules(as_of=datetime(2026, 11, day, 9, tzinfo=CHICAGO), **asked)


@pytest.fixture
def practice(db, monkeypatch):
    """Two gap rules, bp and a1c, and nobody yet."""
    made = Practice()
    monkeypatch.setattr(run, "facts_engine", made.engine)
    monkeypatch.setattr(run, "load_rules", lambda kind: made.rules[kind])
    return made
