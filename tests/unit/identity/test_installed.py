"""An installation keeps the model that it trained, and starts with the default one."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bluering.identity.matching import default_model, features_of, save_model
from bluering.identity.matching.installed import PATIENT_COLUMNS, current_model, model_file, train_here
from bluering.record.viewdefinition.catalog import main_table

ROOT = Path(__file__).resolve().parents[3]
spec = importlib.util.spec_from_file_location("people", ROOT / "benchmarks" / "people.py")
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))


def test_a_new_installation_has_the_default_weights():
    assert current_model(3_000) == default_model(3_000)


@pytest.mark.slow
def test_what_was_trained_is_what_is_used():
    trained = train_here(features_of(made_up.people(1_500).drop_columns(["truth"])))
    found = current_model(2_000)
    assert trained.version.startswith("trained-") and found.version == trained.version
    assert found.odds == trained.odds and found.records == 2_000
    assert found.shares.num_rows == trained.shares.num_rows > 0


def test_a_few_records_train_nothing():
    train_here(features_of(made_up.people(200).drop_columns(["truth"])))
    assert not model_file().exists()


def test_a_model_that_knows_other_comparisons_is_passed_over():
    model_file().parent.mkdir()
    save_model(replace(default_model(), version="trained-2020-01-01"), model_file())
    model_file().write_text(model_file().read_text().replace('"street"', '"avenue"'))
    assert current_model(10).version == default_model().version


def test_the_record_has_every_column_that_is_read():
    assert set(PATIENT_COLUMNS) - {"subject_key", "source"} <= set(main_table("Patient").columns)


def copies(told: list[str] | None, records: int) -> pa.Table:
    """Everybody three times, without an error."""
    people = made_up.people(records).drop_columns(["truth", "ssn"])
    once = people.filter(pc.field("source") == "ehr").select(
        ["subject_key", "source", *(told or people.column_names[2:])]
    )
    keys = [pc.binary_join_element_wise(pa.scalar(system), once["subject_key"], "/") for system in "ab"]
    return pa.concat_tables([once, *(once.set_column(0, "subject_key", key) for key in keys)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "records"), [(["given", "family"], 1_500), (None, 6_000)], ids=["names only", "no error"]
)
def test_records_that_teach_nothing_leave_the_weights(told, records):
    model = train_here(features_of(copies(told, records)))
    assert model.version.startswith("trained-")
    assert all(abs(sum(one.m for one in odds) - 1) < 1e-6 for odds in model.odds.values())
