"""Which rule folders are loaded, and what keeps one from being loaded."""

from pathlib import Path
from shutil import copytree

import pytest
import yaml

from bluering.errors import BadInput
from bluering.population import rules
from bluering.population.rules import SHIPPED, all_rules, load_rules

OURS = SHIPPED / "gaps" / "bp_above_target"


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A practice's own folder of rules, empty."""
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    return tmp_path


@pytest.fixture
def folder(site) -> Path:
    """A copy of one of our rules in the practice's folder, to be spoiled."""
    return copytree(OURS, site / "gaps" / OURS.name)


def says(folder: Path, **changes) -> None:
    """Change what rule.yaml says; None leaves a name out."""
    file = folder / "rule.yaml"
    said = yaml.safe_load(file.read_text()) | changes
    file.write_text(yaml.safe_dump({name: value for name, value in said.items() if value is not None}))


def test_what_we_ship_can_be_loaded():
    loaded = all_rules()
    assert "bp_above_target" in {rule.id for rule in loaded}
    assert all(rule.sentence and rule.source_url and rule.readme for rule in loaded)


def test_a_site_rule_takes_the_place_of_ours(folder):
    says(folder, title="Blood pressure, as we see it", version="1-maple")
    loaded = {rule.id: rule for rule in load_rules("gap")}
    assert (loaded["bp_above_target"].title, loaded["bp_above_target"].version) == (
        "Blood pressure, as we see it",
        "1-maple",
    )
    assert {path.parent.name for path in (SHIPPED / "gaps").glob("*/rule.yaml")} == loaded.keys()


def test_a_site_rule_of_its_own_is_added(folder):
    folder.rename(folder.with_name("bp_at_maple"))
    says(folder.with_name("bp_at_maple"), id="bp_at_maple")
    assert {"bp_at_maple", "bp_above_target"} <= {rule.id for rule in load_rules("gap")}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"status": "draft"}, "rule.yaml: status is 'draft'"),
        ({"status": None}, "rule.yaml: status is 'missing'"),
        ({"id": "another"}, "rule.yaml: id is 'another'"),
        ({"kind": "wish"}, "rule.yaml: kind must be"),
        ({"source": None}, "rule.yaml: source needs"),
        ({"source": {"text": "It says so."}}, "rule.yaml: source needs"),
        ({"version": None}, "rule.yaml: title, version and owner"),
        ({"owner": None}, "rule.yaml: title, version and owner"),
        ({"action": None}, "rule.yaml: action needs"),
        ({"action": {"verb": "wait", "label": "Wait"}}, "rule.yaml: action needs"),
        ({"reads": ["diary"]}, "rule.yaml: reads names no table we know: diary"),
        ({"value_sets": ["unicorns"]}, "logic.sql: value set unicorns is empty or missing"),
    ],
)
def test_a_rule_that_cannot_be_trusted_is_refused(folder, changes, complaint):
    says(folder, **changes)
    with pytest.raises(BadInput) as raised:
        load_rules("gap")
    assert str(raised.value).startswith(f"Rule bp_above_target, {complaint}")


@pytest.mark.parametrize("file", ["vectors.txt", "logic.sql"])
def test_a_rule_without_vectors_or_logic_is_refused(folder, file):
    (folder / file).unlink()
    with pytest.raises(BadInput, match=f"Rule bp_above_target, {file}"):
        load_rules("gap")


def test_a_value_set_without_codes_is_refused(folder, site):
    (site / "value_sets").mkdir()
    (site / "value_sets" / "pregnancy.csv").write_text("# source: ours\nsystem,code,display\n")
    with pytest.raises(BadInput, match="value set pregnancy is empty or missing"):
        load_rules("gap")


def test_a_value_set_named_in_the_logic_alone_counts_too(folder):
    sql = folder / "logic.sql"
    sql.write_text(sql.read_text() + "\n-- in_value_set(codes, 'unicorns')")
    with pytest.raises(BadInput, match="value set unicorns"):
        load_rules("gap")


def test_a_file_that_is_no_yaml_is_named(folder):
    (folder / "rule.yaml").write_text("id: [")
    with pytest.raises(BadInput, match=r"Rule bp_above_target, rule.yaml: cannot be read"):
        load_rules("gap")


@pytest.fixture(autouse=True)
def read_anew():
    """What was read is kept by site folder; tests write into theirs after that."""
    yield
    rules._load.cache_clear()
    rules._value_sets.cache_clear()
