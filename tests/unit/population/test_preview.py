"""Trying a version of a program: what changes for whom, before anybody is moved."""

import shutil
from dataclasses import replace

import pytest

from bluering.errors import BadInput
from bluering.population import preview, rules
from bluering.population.models import Preview
from bluering.population.programs import Program
from bluering.population.rules import next_programs


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    return tmp_path


def propose(site, name: str = "compass", change: tuple[str, str] = ("version: 1", "version: 2")):
    folder = shutil.copytree(rules.SHIPPED / "programs" / name, site / "next" / "programs" / name, dirs_exist_ok=True)
    said = (folder / "rule.yaml").read_text()
    assert change[0] in said
    (folder / "rule.yaml").write_text(said.replace(*change))


@pytest.fixture
def two_versions(practice, site, monkeypatch):
    """The readings that name compass are the version in use; those that name `then` are what the next one finds."""
    propose(site)
    made = practice.made_up
    standing = Program(
        "compass", "COMPASS", "1", "", "", "", (), "", "", {}, "", 1, 1, 1, 1, 1, made("compass", kind="program")
    )
    monkeypatch.setattr(preview, "programs", lambda: {"compass": standing})
    monkeypatch.setattr(preview, "tried", lambda name: replace(made("then", kind="program"), id=name))
    monkeypatch.setattr(preview, "facts_engine", practice.engine)
    return practice


def looked(work=None) -> Preview:
    asked = Preview.objects.create(program="compass", version="2", digest="x", asked_at="2026-11-16T09:00:00Z")
    return preview.look_ahead(asked, work or (lambda persons: {}))


def test_who_would_enter_and_who_would_be_found_no_more(two_versions):
    for person, rule in (("stays", "compass"), ("stays", "then"), ("leaves", "compass"), ("enters", "then")):
        two_versions.has(person, rule=rule)
    seen = looked()
    assert sorted(seen.rows.values_list("person_id", "change")) == [("enters", "enter"), ("leaves", "leave")]
    assert (seen.found_now, seen.found_then, seen.problem) == (2, 2, "") and seen.finished_at


def test_the_exit_test_of_those_in_it(two_versions):
    two_versions.has("early", rule="then", level="graduate")
    two_versions.has("late", rule="compass", level="graduate")
    two_versions.has("step", rule="then", level="step")
    assert sorted(looked().rows.values_list("person_id", "change")) == [("early", "graduate"), ("late", "stay")]


def test_the_same_look_twice_is_the_same(two_versions):
    two_versions.has("enters", rule="then")
    first = looked()
    again = preview.look_ahead(first, lambda persons: {})
    assert again.rows.count() == 1


def test_what_is_tried_is_not_used(site):
    propose(site)
    assert next_programs()["compass"].version == "2"
    assert next(rule for rule in rules.load_rules("program") if rule.id == "compass").version == "1"


def test_a_version_that_cannot_be_read_says_why(site, db):
    propose(site, change=("first_level: intensive", "first_level: daily"))
    assert "first_level" in str(next_programs()["compass"])
    with pytest.raises(BadInput, match="first_level"):
        preview.tried("compass")
    with pytest.raises(BadInput, match="no next version"):
        preview.tried("rising_risk")
    seen = looked()
    assert "first_level" in seen.problem and seen.finished_at and not seen.rows.exists()


def test_a_change_after_the_look_is_known(site):
    propose(site)
    before = preview.digest_of(preview.tried("compass"))
    propose(site, change=("phq9_from: 10", "phq9_from: 15"))
    assert preview.digest_of(preview.tried("compass")) != before


def test_without_a_folder_of_ones_own_nothing_is_tried(monkeypatch):
    monkeypatch.delenv("BLUERING_RULES", raising=False)
    assert next_programs() == {}
