"""Scores over several runs, and what gap rules read of them."""

from datetime import date

import pytest

from bluering.population.models import Gap, Score

TOLD = "SELECT person_id, level || ' since ' || since_date || ', seen ' || computed_date AS key FROM need"


@pytest.fixture
def scored(practice):
    """A need score, and a gap rule that repeats what it sees of it."""
    practice.rules = {
        "score": [practice.made_up("need", kind="score")],
        "program": [],
        "gap": [practice.made_up("told", TOLD)],
    }
    practice.has("p1", rule="need", level="extensive")
    return practice


def open_keys() -> list[str]:
    return list(Gap.objects.filter(state="open").values_list("key", flat=True))


def test_a_score_is_kept_with_what_it_was_read_from(scored):
    assert scored.run().rules == 2
    score = Score.objects.get()
    assert (score.person_id, score.score, score.level, score.since) == ("p1", "need", "extensive", date(2026, 11, 16))
    assert (score.axes, score.inputs, score.missing) == ({"medical": "extensive"}, [], ["language"])


def test_gap_rules_read_the_level_and_since_when(scored):
    scored.run()
    scored.run(18)
    assert open_keys() == ["extensive since 2026-11-16, seen 2026-11-18"]


def test_a_new_level_begins_on_its_day(scored):
    scored.run()
    scored.has("p1", rule="need", level="moderate")
    scored.run(19)
    assert (Score.objects.get().level, Score.objects.get().since) == ("moderate", date(2026, 11, 19))
    assert open_keys() == ["moderate since 2026-11-19, seen 2026-11-19"]


def test_an_unchanged_level_is_computed_anew(scored):
    scored.run()
    first = Score.objects.get()
    scored.run(18)
    again = Score.objects.get()
    assert again.computed_at > first.computed_at
    assert (again.pk, again.since, again.as_of.day) == (first.pk, first.since, 18)


def test_a_score_nobody_gives_any_more_is_dropped(scored):
    scored.run()
    scored.lost("p1", rule="need")
    scored.run()
    assert not Score.objects.exists()


def test_a_run_for_one_person_leaves_the_scores_of_others(scored):
    scored.has("p2", rule="need", level="limited")
    scored.run()
    scored.readings.clear()
    scored.run(person_ids=["p1"])
    assert list(Score.objects.values_list("person_id", "level")) == [("p2", "limited")]
