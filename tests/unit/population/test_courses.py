"""How people in a program go: the first and the last of each score and value, from facts laid by hand."""

from datetime import datetime

import duckdb
import pytest

from bluering.population import findings
from bluering.population.engine import lay_out, serve
from bluering.population.programs import programs
from bluering.population.rules import value_sets
from bluering.population.vectors import ZONE, empty_engine

AS_OF = datetime.fromisoformat("2026-11-24T09:00:00-06:00")
EPISODE = {
    "person_id": "p1", "id": "1", "program": "compass", "title": "COMPASS", "state": "active", "level": "intensive",
    "since_date": "2026-09-01", "contact_days": 7,
}  # fmt: skip


def course(readings: list[tuple], **changes) -> dict[str, tuple]:
    """Measure → (first, on, last, on, first second, last second)."""
    connection = empty_engine()
    connection.execute(
        "INSERT INTO patient (person_id, source, id, birth_date) VALUES ('p1', 'ehr', 'p1', '1980-01-01')"
    )
    for number, (code, day, value) in enumerate(readings):
        connection.execute(
            "INSERT INTO observation (person_id, source, id, status, code_codes, effective_datetime, value_quantity) "
            "VALUES ('p1', 'ehr', ?, 'final', ?, ?::TIMESTAMPTZ, ?)",
            [str(number), [f"http://loinc.org|{code}"], f"{day} 10:00 {ZONE}", value],
        )
    rules = [programs()["compass"].rule]
    lay_out(connection, rules=rules, sets=value_sets())
    serve(connection, as_of=AS_OF, rules=rules, work={"episode": [EPISODE | changes]})
    findings.look_at(connection, None)
    findings.find_programs(connection, rules, lambda _: None, {})
    return kept(connection)


def kept(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    rows = connection.execute("SELECT key, evidence FROM found_by_program WHERE finding = 'course'").fetchall()
    import json

    names = ("first", "first_on", "last", "last_on", "first_second", "last_second")
    return {key: tuple(json.loads(said)[name] for name in names) for key, said in rows}


def test_the_first_is_the_last_before_they_began():
    found = course([("44261-6", "2026-06-20", 9), ("44261-6", "2026-08-30", 16), ("44261-6", "2026-11-01", 7)])
    assert found == {"phq9": (16, "2026-08-30", 7, "2026-11-01", None, None)}


def test_what_is_older_than_90_days_is_not_theirs():
    found = course([("44261-6", "2026-06-02", 20), ("44261-6", "2026-06-03", 18), ("44261-6", "2026-09-15", 12)])
    assert found["phq9"][:2] == (18, "2026-06-03")


def test_without_one_before_it_is_the_first_after():
    found = course([("70274-6", "2026-09-15", 12), ("70274-6", "2026-10-15", 12), ("70274-6", "2026-10-15", 9)])
    assert found == {"gad7": (12, "2026-09-15", 12, "2026-10-15", None, None)}


def test_pressure_has_two_numbers():
    both = [
        ("8480-6", "2026-08-20", 152),
        ("8462-4", "2026-08-20", 94),
        ("8480-6", "2026-11-02", 138),
        ("8462-4", "2026-11-02", 86),
    ]
    assert course(both)["bp"] == (152, "2026-08-20", 138, "2026-11-02", 94, 86)


@pytest.mark.parametrize("state", ["considered", "outreach", "declined"])
def test_nobody_who_is_not_in_it_has_one(state):
    assert course([("44261-6", "2026-10-01", 9)], state=state) == {}


def test_after_graduating_it_goes_on():
    assert "phq9" in course([("44261-6", "2026-10-01", 9)], state="graduated", left_date="2026-10-20")
