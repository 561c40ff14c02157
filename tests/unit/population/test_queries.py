"""Reads of gaps and scores."""

from datetime import date

import pytest
from django.utils import timezone

from bluering.population import queries
from bluering.population.models import Gap, Score
from bluering.population.rules import load_rules


@pytest.fixture
def gap(db):
    """Keep a gap of p1, open and due, unless told otherwise."""

    def keep(key: str, **says) -> Gap:
        said = {"person_id": "p1", "rule": "bp", "severity": "due", "due_date": date(2026, 11, 20)} | says
        return Gap.objects.create(key=key, opened_at=timezone.now(), **said)

    return keep


def test_the_most_severe_gap_comes_first_then_the_earliest(gap):
    gap("whenever", due_date=None)
    gap("later")
    gap("soon", due_date=date(2026, 11, 17))
    gap("late", severity="gap", due_date=date(2026, 12, 1))
    gap("grave", severity="critical", person_id="p2")
    assert [g.key for g in queries.open_gaps(["p1", "p2"])] == ["grave", "late", "soon", "later", "whenever"]


def test_only_open_gaps_of_the_persons_asked_for(gap):
    gap("open")
    gap("closed", state="closed")
    gap("resting", state="set_aside")
    gap("hers", person_id="p2")
    assert [g.key for g in queries.open_gaps(["p1"])] == ["open"]
    assert queries.open_gaps([]) == []


def test_a_person_has_gaps_in_every_state(gap):
    day = timezone.now()
    gap("closed", state="closed", closed_at=day.replace(year=2025))
    gap("closed later", state="closed", closed_at=day)
    gap("resting", state="set_aside")
    gap("open")
    assert [g.key for g in queries.gaps_of("p1")] == ["open", "resting", "closed later", "closed"]


def test_need_is_the_need_score_alone(db):
    now = timezone.now()
    same = {"person_id": "p1", "since": now.date(), "computed_at": now, "as_of": now}
    Score.objects.create(score="need", level="extensive", **same)
    Score.objects.create(score="frailty", level="mild", **same)
    assert {person: score.level for person, score in queries.need_of(["p1", "p2"]).items()} == {"p1": "extensive"}


def test_shipped_rules_without_gaps_are_counted_too(gap):
    rule = load_rules("gap")[0].id
    gap("one", rule=rule)
    gap("two", rule=rule)
    gap("not open", rule=rule, state="closed")
    gap("of a rule that went away", rule="gone")
    assert queries.gap_counts() == {r.id: 0 for r in load_rules("gap")} | {rule: 2, "gone": 1}


@pytest.mark.parametrize("persons", [1, 9_000])
def test_as_many_queries_for_many_persons_as_for_one(gap, persons, django_assert_num_queries):
    gap("open")
    ids = [f"p{number}" for number in range(1, persons + 1)]
    with django_assert_num_queries(2):
        assert len(queries.open_gaps(ids)) == 1
        assert queries.need_of(ids) == {}


def test_more_persons_than_one_query_takes(gap, monkeypatch):
    monkeypatch.setattr(queries, "PERSONS_AT_ONCE", 2)
    for number in range(5):
        gap("open", person_id=f"p{number}")
    assert len(queries.open_gaps([f"p{number}" for number in range(5)])) == 5
