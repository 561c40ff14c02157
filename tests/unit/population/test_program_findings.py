"""What programs find, over several runs, and what is said of a program."""

from datetime import date

import pytest

from bluering.errors import BadInput
from bluering.population import rules
from bluering.population.models import Gap, ProgramFinding
from bluering.population.programs import findings_of, programs

TOLD = "SELECT person_id, program || ' ' || finding || ' ' || title AS key FROM program_finding"


@pytest.fixture
def offered(practice):
    """A program that may begin for p1, and a gap rule that repeats what it sees of it."""
    practice.rules["program"] = [practice.made_up("compass", kind="program")]
    practice.rules["gap"] = [practice.made_up("told", TOLD)]
    practice.has("p1", rule="compass", title="PHQ-9 14")
    return practice


def kept() -> list[tuple]:
    return list(ProgramFinding.objects.order_by("id").values_list("person_id", "program", "finding", "title", "since"))


def test_what_a_program_finds_is_kept_with_the_day(offered):
    offered.run()
    assert kept() == [("p1", "compass", "enter", "PHQ-9 14", date(2026, 11, 16))]
    assert list(Gap.objects.values_list("key", flat=True)) == ["compass enter PHQ-9 14"]


def test_other_words_keep_the_day(offered):
    offered.run()
    offered.has("p1", rule="compass", title="PHQ-9 15")
    offered.run(19)
    assert kept() == [("p1", "compass", "enter", "PHQ-9 15", date(2026, 11, 16))]


def test_what_is_found_no_more_is_forgotten(offered):
    offered.run()
    offered.lost("p1", rule="compass")
    offered.run(19)
    assert kept() == []


def test_a_run_about_some_persons_leaves_the_others(offered):
    offered.has("p2", rule="compass", title="PHQ-9 11")
    offered.run()
    offered.lost("p1", rule="compass")
    offered.lost("p2", rule="compass")
    offered.run(19, person_ids=["p2"])
    assert [row[0] for row in kept()] == ["p1"]


def test_findings_of_some_persons_and_of_one_kind(offered):
    offered.has("p1", key="2", rule="compass", level="step")
    offered.has("p2", rule="compass")
    offered.run()
    assert [one.finding for one in findings_of(["p1"])] == ["enter", "step"]
    assert [one.person_id for one in findings_of(["p1", "p2"], "enter")] == ["p1", "p2"]


def test_every_shipped_program_can_be_followed():
    shipped = programs()
    assert set(shipped) == {
        "chronic_care_management", "collaborative_care", "compass", "complex_pediatric_care", "rising_risk", "transitional_care",
    }  # fmt: skip
    for program in shipped.values():
        assert program.who and program.not_for and program.targets and program.cost
        assert program.first_level in program.levels
        assert "'step' AS finding" in program.rule.sql and "'graduate' AS finding" in program.rule.sql


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"first_level": "daily"}, "first_level must be one of its levels"),
        ({"review_days": 0}, "review_days must be a whole number above 0"),
        ({"purpose": None}, "program needs purpose"),
        (
            {"levels": {"daily": {"title": "Daily", "contact_days": 1, "for": "all"}}, "first_level": "daily"},
            "level daily",
        ),
    ],
)
def test_a_program_that_says_too_little_is_not_loaded(tmp_path, monkeypatch, changes, complaint):
    import shutil

    import yaml

    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    folder = shutil.copytree(rules.SHIPPED / "programs" / "compass", tmp_path / "programs" / "compass")
    said = yaml.safe_load((folder / "rule.yaml").read_text())
    said["program"] = {name: value for name, value in (said["program"] | changes).items() if value is not None}
    (folder / "rule.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(BadInput, match=complaint):
        programs()
