"""Vectors: the small people a rule is tried on, in a form that a clinician can read and correct.

    always                                     what every case of the file starts with
      as_of      2026-11-24 09:00
      patient    birth_date=1950-02-03

    case  Friday discharge: contact is due on Tuesday
      encounter  class_code=IMP  start_datetime=2026-11-16 10:00  end_datetime=2026-11-20 15:00
      expect     due_date=2026-11-24  severity=due

A line gives one row of a table; a value runs to the next `name=`. `expect` gives one row that the rule must return (only
the named columns are compared; `x~words` asks that the words are in x); `expect nothing` asks for no row. What a line
leaves out comes from DEFAULTS, so that a case shows what matters in it. Codes are written `icd10:E11.9`, lists with commas.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from bluering.errors import BadInput
from bluering.population.engine import literal, macros, prepare, run_rule
from bluering.population.rules import Rule, value_sets
from bluering.population.tables import RECORD, WORK, columns, definition

ZONE = "America/Chicago"
SYSTEMS = {
    "icd10": "http://hl7.org/fhir/sid/icd-10-cm",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
}
DEFAULTS: dict[str, dict[str, str]] = {
    "encounter": {"status": "finished"},
    "condition": {"clinical_status": "active", "verification_status": "confirmed"},
    "observation": {"status": "final"},
    "observation_component": {"status": "final"},
    "diagnostic_report": {"status": "final"},
    "document_reference": {"status": "current"},
    "medication_request": {"status": "active", "intent": "order"},
    "medication_statement": {"status": "active"},
    "medication_dispense": {"status": "completed"},
    "service_request": {"status": "active", "intent": "order"},
    "appointment": {"status": "booked"},
    "contact": {"mode": "phone", "reached": "true"},
    "episode": {"id": "e1", "title": "The program"},
}
FIELD = re.compile(r"(?:^|\s)(\w+)([=~])")


@dataclass
class Case:
    """One small person: rows by table, the moment, and what the rule must say."""

    name: str
    as_of: str = ""
    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    expected: list[dict[str, str]] = field(default_factory=list)
    expects_nothing: bool = False


def parse(text: str, where: str = "vectors.txt") -> list[Case]:
    """All cases of a file. Raises BadInput with the line when it cannot be read, or a case expects nothing at all."""
    cases: list[Case] = []
    always, current = Case("always"), None
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if not word or word.startswith("#"):
            continue
        if word == "always":
            current = always
        elif word == "case":
            current = Case(rest, always.as_of, list(always.rows))
            cases.append(current)
        elif current is None:
            raise BadInput(f"{where}, line {number}: rows belong under `always` or `case`.")
        else:
            _add_line(current, word, rest, f"{where}, line {number}")
    for case in cases:
        if not case.expected and not case.expects_nothing:
            raise BadInput(f"{where}, case {case.name!r}: says nothing of what is expected.")
    return cases


def _add_line(case: Case, word: str, rest: str, where: str) -> None:
    if word == "as_of":
        case.as_of = rest
    elif word == "expect" and rest == "nothing":
        case.expects_nothing = True
    elif word == "expect":
        case.expected.append(_fields(rest))
    elif word in RECORD or word in WORK:
        unknown = _fields(rest).keys() - columns(word).keys()
        if unknown:
            raise BadInput(f"{where}: {word} has no column {', '.join(sorted(unknown))}.")
        case.rows.append((word, _fields(rest)))
    else:
        raise BadInput(f"{where}: {word} is not a table, `as_of` or `expect`.")


def _fields(text: str) -> dict[str, str]:
    """`a=1  b=two words` as a dictionary; `b~words` keeps its sign in the name."""
    marks = list(FIELD.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {
        mark[1] + ("~" if mark[2] == "~" else ""): text[mark.end() : end].strip()
        for mark, end in zip(marks, ends, strict=True)
    }


def empty_engine() -> duckdb.DuckDBPyConnection:
    """An engine in memory with our macros and every table, all empty."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{ZONE}'")
    connection.execute(macros())
    for table in RECORD:
        connection.execute(f"CREATE TABLE {table} ({definition(table)})")
    return connection


def load_case(connection: duckdb.DuckDBPyConnection, case: Case, rules: list[Rule]) -> None:
    """The case's rows in place of whatever the engine held."""
    for table in RECORD:
        connection.execute(f"DELETE FROM {table}")
    work: dict[str, list[str]] = {}
    for number, (table, fields) in enumerate(case.rows, start=1):
        row = _select(table, _with_defaults(table, fields, number))
        if table in WORK:
            work.setdefault(table, []).append(row)
        else:
            connection.execute(f"INSERT INTO {table} BY NAME {row}")
    arrow = {table: connection.sql(" UNION ALL BY NAME ".join(rows)).to_arrow_table() for table, rows in work.items()}
    moment = datetime.fromisoformat(case.as_of).replace(tzinfo=ZoneInfo(ZONE))
    prepare(connection, as_of=moment, rules=rules, sets=value_sets(), work=arrow, practice_sources=["ehr"])


def _with_defaults(table: str, fields: dict[str, str], number: int) -> dict[str, str]:
    base = {"person_id": "p1"} | DEFAULTS.get(table, {})
    if table in RECORD:
        base |= {"source": "ehr", "id": f"{table[:3]}{number}"}
    return base | fields


def _select(table: str, fields: dict[str, str]) -> str:
    """One row as a SELECT; text becomes the column's type, lists are split at commas."""
    kinds = columns(table)
    values = {
        name: literal([_code(word) for word in value.split(",")]) if kinds[name] == "VARCHAR[]" else literal(value)
        for name, value in fields.items()
    }
    return "SELECT " + ", ".join(f"{value}::{kinds[name]} AS {name}" for name, value in values.items())


def _code(word: str) -> str:
    prefix, _, code = word.strip().partition(":")
    return f"{SYSTEMS[prefix]}|{code}" if prefix in SYSTEMS else word.strip()


def run_case(connection: duckdb.DuckDBPyConnection, rule: Rule, case: Case) -> list[dict[str, Any]]:
    """The rows the rule returns for the case; what it reports as bridged is no gap and is left out."""
    load_case(connection, case, [rule])
    relation = run_rule(connection, rule)
    shown = relation.project(", ".join(_shown(*pair) for pair in zip(relation.columns, relation.types, strict=True)))
    rows = [dict(zip(relation.columns, row, strict=True)) for row in shown.fetchall()]
    return [row for row in rows if row.get("closed_by") is None]


def _shown(name: str, kind: object) -> str:
    """A column as a vector says it: moments are text, in the time zone of the vectors."""
    return f'"{name}"::TEXT AS "{name}"' if str(kind) == "TIMESTAMP WITH TIME ZONE" else f'"{name}"'


def differences(rows: list[dict[str, Any]], case: Case) -> list[str]:
    """What is not as the case expects; empty when all is."""
    if len(rows) != len(case.expected):
        return [f"expected {len(case.expected)} rows, got {len(rows)}: {rows}"]
    left = list(rows)
    complaints = []
    for wanted in case.expected:
        match = next((row for row in left if all(_fits(row, name, value) for name, value in wanted.items())), None)
        if match is None:
            complaints.append(f"no row with {wanted}; got {left}")
        else:
            left.remove(match)
    return complaints


def _fits(row: dict[str, Any], name: str, value: str) -> bool:
    if name.endswith("~"):
        return value in str(row.get(name[:-1]))
    return str(row.get(name)) == value
