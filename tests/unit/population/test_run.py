"""The life of a gap over several runs."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.utils import timezone

from bluering.errors import BadInput
from bluering.population import ledger, run
from bluering.population.engine import STARTS_FROM, lay_empty, lay_out, serve
from bluering.population.models import Gap, GapEvent, Look
from bluering.population.rules import all_rules, load_rules, value_sets
from bluering.population.vectors import empty_engine, load_case, parse


def life() -> list[str]:
    return list(GapEvent.objects.values_list("what", flat=True))


def rest(gap: Gap, until: date) -> None:
    Gap.objects.filter(pk=gap.pk).update(state="set_aside", set_aside_until=until, set_aside_reason="On holiday")


def test_what_a_rule_finds_is_opened_with_all_it_says(practice):
    practice.has("p1", severity="critical")
    summary = practice.run()
    gap = Gap.objects.get()
    assert (summary.rules, summary.opened, summary.closed) == (2, 1, 0)
    assert (gap.person_id, gap.rule, gap.rule_version, gap.key, gap.state) == ("p1", "bp", "1", "1", "open")
    assert (gap.title, gap.sentence, gap.severity, gap.due_date) == ("High", "Why.", "critical", date(2026, 11, 20))
    assert (gap.fact_key, gap.evidence[0]["label"]) == ("ehr/Observation/1", "High")
    assert gap.opened_at == datetime(2026, 11, 16, 15, tzinfo=UTC)
    assert life() == ["opened"]


def test_the_same_run_twice_changes_nothing(practice):
    practice.has("p1")
    practice.has("p2", rule="a1c")
    practice.run()
    before = list(Gap.objects.values())
    again = practice.run()
    assert (again.opened, again.closed, list(Gap.objects.values()), len(life())) == (0, 0, before, 2)


def test_a_new_day_or_severity_is_an_event(practice):
    practice.has("p1")
    practice.run()
    practice.has("p1", due_date="2026-11-25", severity="gap")
    practice.run()
    event = GapEvent.objects.last()
    assert (event.what, event.note) == ("changed", "due 2026-11-20 → 2026-11-25; severity due → gap")
    assert (Gap.objects.get().due_date, Gap.objects.get().severity) == (date(2026, 11, 25), "gap")


def test_other_words_are_taken_over_in_silence(practice):
    practice.has("p1")
    practice.run()
    practice.has("p1", title="Higher")
    practice.run()
    assert (Gap.objects.get().title, life()) == ("Higher", ["opened"])


def test_evidence_closes_a_gap_and_says_what_it_was(practice):
    practice.has("p1")
    practice.run()
    practice.has("p1", closed_by="Talked on Nov 17")
    summary = practice.run(17)
    gap = Gap.objects.get()
    assert (summary.closed, gap.state, gap.closed_by_evidence) == (1, "closed", "Talked on Nov 17")
    assert gap.closed_at == datetime(2026, 11, 17, 15, tzinfo=UTC)
    assert (life(), GapEvent.objects.last().note) == (["opened", "closed"], "Talked on Nov 17")


def test_what_is_no_longer_found_is_closed_and_dated(practice):
    practice.has("p1")
    practice.run()
    practice.lost("p1")
    practice.run(18)
    assert Gap.objects.get().closed_by_evidence == "No longer found on Nov 18, 2026."


def test_what_was_bridged_before_anybody_saw_it_is_no_gap(practice):
    practice.has("p1", closed_by="Talked on Nov 15")
    assert (practice.run().opened, Gap.objects.exists()) == (0, False)


def test_a_closed_gap_that_is_found_again_is_the_same_gap(practice):
    practice.has("p1")
    practice.run()
    practice.lost("p1")
    practice.run(17)
    practice.has("p1", severity="gap")
    summary = practice.run(18)
    gap = Gap.objects.get()
    assert (summary.opened, gap.state, gap.severity) == (1, "open", "gap")
    assert (gap.closed_at, gap.closed_by_evidence, gap.opened_at.day) == (None, "", 18)
    assert life() == ["opened", "closed", "reopened"]


def test_a_gap_set_aside_rests_until_its_day(practice):
    practice.has("p1")
    practice.run()
    rest(Gap.objects.get(), date(2026, 11, 19))
    practice.run(18)
    assert (Gap.objects.get().state, life()) == ("set_aside", ["opened"])
    practice.run(19)
    gap = Gap.objects.get()
    assert (gap.state, gap.set_aside_until, gap.set_aside_reason) == ("open", None, "")
    assert life() == ["opened", "resumed"]


def test_evidence_closes_a_gap_that_rests(practice):
    practice.has("p1")
    practice.run()
    rest(Gap.objects.get(), date(2026, 12, 24))
    practice.has("p1", closed_by="Talked on Nov 17")
    practice.run(17)
    assert (Gap.objects.get().state, life()) == ("closed", ["opened", "closed"])


def test_a_gap_that_rests_follows_the_facts(practice):
    practice.has("p1")
    practice.run()
    rest(Gap.objects.get(), date(2026, 12, 24))
    practice.has("p1", severity="critical")
    practice.run(17)
    assert (Gap.objects.get().state, Gap.objects.get().severity) == ("set_aside", "critical")


def test_a_run_for_one_person_leaves_others_alone(practice):
    practice.has("p1")
    practice.has("p2")
    practice.run()
    practice.readings.clear()
    summary = practice.run(17, person_ids=["p1"])
    assert (summary.persons, summary.closed) == (1, 1)
    assert dict(Gap.objects.values_list("person_id", "state")) == {"p1": "closed", "p2": "open"}


def test_what_a_rule_says_of_others_is_left_out_of_a_run_for_one_person(practice):
    practice.rules["gap"] = [practice.made_up("all", "SELECT unnest(['p1', 'p2']) AS person_id, '1' AS key")]
    practice.run(person_ids=["p1"])
    assert list(Gap.objects.values_list("person_id", flat=True)) == ["p1"]


def test_gaps_of_a_rule_that_went_away_are_closed_by_a_run_over_all(practice):
    practice.has("p1", rule="a1c")
    practice.run()
    practice.rules["gap"].pop()
    assert practice.run(person_ids=["p1"]).closed == 0
    practice.run()
    assert Gap.objects.get().closed_by_evidence == "The rule a1c is no longer in use."


def test_facts_of_nobody_we_know_are_ignored(practice):
    practice.readings.append((None, "1", "bp", "2026-11-20", "due", "High", None, None))
    assert practice.run().opened == 0


def test_a_rule_that_names_a_gap_twice_opens_it_once(practice):
    practice.has("p1", due_date="2026-11-21")
    practice.readings += [
        ("p1", "1", "bp", "2026-11-18", "due", "High", None, None),
        ("p1", "1", "bp", "2026-11-01", "due", "High", None, "Seen"),
    ]
    practice.run()
    assert Gap.objects.get().due_date == date(2026, 11, 18)


def test_many_gaps_are_opened_and_closed_in_slices(practice, monkeypatch):
    monkeypatch.setattr(ledger, "ROWS_AT_ONCE", 7)
    for number in range(20):
        practice.has(f"p{number}")
    assert practice.run().opened == 20
    practice.readings.clear()
    assert (practice.run(17).closed, len(life())) == (20, 40)


def test_rules_read_the_work(practice):
    work = pa.table({"person_id": ["p1"], "mode": ["phone"]})
    practice.rules["gap"] = [practice.made_up("tried", "SELECT person_id, mode AS key FROM contact")]
    asked = []
    practice.run(person_ids=["p1"], work_tables=lambda persons: asked.append(persons) or {"contact": work})
    assert (asked, Gap.objects.get().key, Gap.objects.get().evidence) == ([["p1"]], "phone", [])


def test_progress_is_told_rule_by_rule(practice):
    told = []
    practice.run(on_progress=lambda *said: told.append(said))
    assert told == [("rule About bp", 1, 2), ("rule About a1c", 2, 2)]


def test_a_rule_the_engine_cannot_run_is_named_and_nothing_is_written(practice):
    practice.has("p1")
    practice.rules["gap"].append(practice.made_up("broken", "SELECT person_id FROM nowhere"))
    with pytest.raises(BadInput, match=r"Rule broken, logic.sql: .*nowhere"):
        practice.run()
    assert not Gap.objects.exists()


def test_an_error_over_a_fact_does_not_repeat_the_fact(practice):
    practice.has("p1", title="Mrs Doe")
    practice.rules["gap"] = [practice.made_up("broken", "SELECT person_id, title::INT::TEXT AS key FROM reading")]
    with pytest.raises(BadInput, match="Rule broken") as raised:
        practice.run()
    assert "Doe" not in str(raised.value)


def test_a_run_that_dies_while_writing_leaves_everything_as_it_was(practice, monkeypatch):
    practice.has("p1")
    practice.run()
    practice.lost("p1")
    practice.has("p2")
    monkeypatch.setattr(ledger, "note_look", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        practice.run(17)
    assert (list(Gap.objects.values_list("person_id", "state")), life()) == ([("p1", "open")], ["opened"])


def test_a_long_run_leaves_alone_whom_a_later_look_has_judged(practice, monkeypatch):
    practice.has("p1")
    practice.has("p2")
    engine = practice.engine

    @contextmanager
    def slow(*who):
        with engine(*who) as connection:
            monkeypatch.setattr(run, "facts_engine", engine)
            practice.has("p1", closed_by="Talked just now")
            practice.run(person_ids=["p1"])
            yield connection

    monkeypatch.setattr(run, "facts_engine", slow)
    practice.run()
    assert list(Gap.objects.values_list("person_id", flat=True)) == ["p2"]


def test_a_run_over_all_stands_for_the_looks_before_it(practice):
    practice.run(person_ids=["p1"])
    practice.run()
    assert list(Look.objects.values_list("person_id", flat=True)) == [""]


def test_an_older_run_over_all_does_not_undo_a_newer_one(practice):
    practice.has("p1")
    Look.objects.create(person_id="", began_at=timezone.now() + timedelta(minutes=1))
    assert (practice.run().opened, practice.run(person_ids=["p1"]).opened) == (0, 0)


def test_one_person_takes_as_many_queries_whatever_is_found(practice, django_assert_max_num_queries):
    for number in range(30):
        practice.has("p1", key=str(number))
    with django_assert_max_num_queries(25):
        practice.run(person_ids=["p1"])


def test_a_shipped_rule_runs_from_discharge_to_contact(practice, monkeypatch):
    practice.rules["gap"] = [rule for rule in load_rules("gap") if rule.id == "discharge_without_contact"]
    case = next(case for case in parse(practice.rules["gap"][0].vectors) if case.expected)

    @contextmanager
    def ward(person_ids, rules, known, group):
        connection = empty_engine()
        load_case(connection, case, rules)
        yield connection

    monkeypatch.setattr(run, "facts_engine", ward)
    moment = datetime.fromisoformat(case.as_of).replace(tzinfo=ZoneInfo("America/Chicago"))
    assert run.run_rules(as_of=moment, person_ids=["p1"]).opened == 1
    called = [{"person_id": "p1", "at_datetime": moment, "mode": "phone", "reached": True}]
    assert run.run_rules(as_of=moment, person_ids=["p1"], work_tables=lambda _: {"contact": called}).closed == 1
    assert Gap.objects.get().closed_by_evidence.startswith("Talked on ")


def test_a_run_for_some_leaves_everybody_else(practice):
    for person in ("p1", "p2", "p3"):
        practice.has(person)
    assert practice.run(person_ids=["p1", "p2"]).opened == 2
    assert sorted(Look.objects.values_list("person_id", flat=True)) == ["p1", "p2"]


def test_many_are_looked_at_in_several_runs(practice, monkeypatch):
    monkeypatch.setattr(run, "SOME", 2)
    for number in range(5):
        practice.has(f"p{number}")
    summary = practice.run(person_ids=[f"p{number}" for number in range(5)])
    assert (summary.persons, summary.opened) == (5, 5)


def test_one_person_without_stays_or_referrals_is_judged_as_among_everybody():
    """Tables that nobody needs are copied empty instead of being made: their columns are the same."""
    rules = all_rules()
    moment = datetime(2026, 11, 23, 15, tzinfo=UTC)
    with empty_engine() as connection:
        lay_out(connection, rules=rules, sets=value_sets())
        lay_empty(connection, as_of=moment, rules=rules)
        made = {name: columns_of(connection, name) for name in STARTS_FROM}
        serve(connection, as_of=moment, rules=rules, work={}, laid_empty=True)
        assert {name: columns_of(connection, name) for name in STARTS_FROM} == made
        connection.execute(
            "INSERT INTO encounter BY NAME SELECT 'p1' AS person_id, 'a' AS source, 'e' AS id, 'IMP' AS class_code, "
            "'finished' AS status, TIMESTAMPTZ '2026-11-01' AS start_datetime, TIMESTAMPTZ '2026-11-03' AS end_datetime"
        )
        serve(connection, as_of=moment, rules=rules, work={}, laid_empty=True)
        assert connection.execute("SELECT count(*) FROM stay").fetchall() == [(1,)]


def columns_of(connection, name: str) -> list[tuple]:
    return connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {name})").fetchall()
