"""From a payer's files to person-months: built as a whole, put in place at once, read by the verb's and the page's readers."""

import json
from decimal import Decimal

import pytest

from bluering import pipeline
from bluering.cli import main
from bluering.errors import BadInput
from bluering.evaluation import months
from bluering.evaluation.person_month import build
from bluering.evaluation.person_month.building import Built, current, root
from bluering.population import parameters
from tests.unit.intake.claims.cclf_files import delivery, record

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def file_of(built: Built, table: str):
    return root() / built.folder / f"{table}.parquet"


def test_a_claim_feed_becomes_months(tmp_path):
    pipeline.load([str(delivery(tmp_path / "a", **{f"f{n}": [record(n)] for n in "123456789AB"}))], source="cms")
    built = build()
    assert built.persons >= 1 and built.sources == 1 and built == current()
    shown = {f"{one.month:%Y-%m}": one for one in months.practice_months()}
    march = shown["2026-03"]
    assert not march.complete, "nothing later came from this source: what is still to come of March is not known"
    assert march.stays == 1 and march.paid == sum(march.by_setting.values()) > Decimal(0)
    assert march.by_setting["inpatient"] > 0 and march.by_setting["professional"] > 0
    told = {f"{one.month:%Y-%m}": one.claims for one in months.claim_months("cms")}
    assert told["2026-03"] >= 2


def test_what_was_current_stays_for_its_readers_and_what_was_before_goes(tmp_path):
    first, second, third = build(), build(), build()
    assert current() == third
    assert not file_of(first, "person_month").exists()
    assert file_of(second, "person_month").exists() and file_of(third, "person_month").exists()


def test_a_build_that_breaks_off_leaves_the_last_one(monkeypatch):
    before = build()
    with monkeypatch.context() as broken:
        broken.setattr("bluering.evaluation.person_month.building.compute", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build()
    assert current() == before and file_of(before, "person_month").exists()
    build()
    assert len([one for one in root().iterdir() if one.is_dir()]) == 2, "what broke off was cleared away"


def test_the_verb_answers_scripts(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["months", "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out).keys() >= {"rows", "persons", "months", "sources", "seconds"}


def test_a_practices_own_numbers_are_used_and_wrong_ones_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    file = tmp_path / "evaluation" / "person_month.yaml"
    file.parent.mkdir()
    file.write_text("complete_at: 0.9\n")
    assert (
        parameters.parameters("evaluation", "person_month")["complete_at"] == 0.9
        and parameters.parameters("evaluation", "person_month")["run_out_months"] == 3
    )
    file.write_text("complete_at: high\n")
    with pytest.raises(BadInput, match="must be names with numbers"):
        parameters.parameters("evaluation", "person_month")
    file.write_text("complete_when: 0.9\n")
    with pytest.raises(BadInput, match="complete_when is not known"):
        parameters.parameters("evaluation", "person_month")
