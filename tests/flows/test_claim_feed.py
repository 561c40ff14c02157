"""A delivery of CMS's claim feed into the record: persons, coverage, claims, what adjustments leave of them."""

import json
import zipfile

import pytest

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.record import engine
from tests.unit.intake.claims.cclf_files import delivery, record, summary

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WHOLE = {f"f{number}": [record(number)] for number in "123456789AB"}


def claims(status: str = "active") -> list[tuple]:
    sql = f"SELECT id, paid_amount::TEXT FROM explanation_of_benefit WHERE status = '{status}' ORDER BY id"
    return engine.connect().execute(sql).fetchall()


def resource(resource_type: str, key: str) -> dict:
    rows = engine.source_rows(engine.main_table(resource_type))
    sql = f"SELECT resource FROM {rows} WHERE id = ? ORDER BY row_id DESC LIMIT 1"
    return json.loads(engine.plain().execute(sql, [key]).fetchall()[0][0])


def test_a_whole_delivery(tmp_path):
    counts = {f"c{number}": 1 for number in "123456789AB"}
    done = pipeline.load([str(delivery(tmp_path / "a", f0=summary(**counts), **WHOLE))], source="cms")
    assert done.quarantined == [] and done.passed_over == []
    assert (done.loaded["ExplanationOfBenefit"], done.loaded["Coverage"]) == (4, 2)
    again = pipeline.load([str(tmp_path / "a")], source="cms")
    assert again.loaded == {} and again.replaced == {}


def test_the_same_in_a_zip_file(tmp_path):
    folder = delivery(tmp_path / "a", **WHOLE)
    archive = tmp_path / "T.BCD.A0001.ZCY26.D260401.T0000000"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.iterdir()):
            made.write(path, path.name)
    assert pipeline.load([str(archive)], source="cms").loaded == pipeline.load([str(folder)], source="other").loaded


def test_a_stay_in_the_shape_of_blue_button(tmp_path):
    pipeline.load([str(delivery(tmp_path / "a", **WHOLE))], source="cms")
    claim = resource("ExplanationOfBenefit", "cclf-a-1000000000001")
    assert [c["code"] for c in claim["type"]["coding"]] == ["institutional", "60"]
    assert claim["billablePeriod"] == {"start": "2026-03-02", "end": "2026-03-06"}
    told = {
        d["diagnosisCodeableConcept"]["coding"][0]["code"]: d["type"][0]["coding"][0]["code"]
        for d in claim["diagnosis"]
    }
    assert told == {"I50.23": "principal", "R06.02": "admitting", "E11.9": "other"}
    about = {one["category"]["coding"][0]["code"]: one for one in claim["supportingInfo"]}
    assert about["typeofbill"]["code"]["coding"][0]["code"] == "0111"
    assert about["admissionperiod"]["timingPeriod"] == {"start": "2026-03-01"}
    assert claim["procedure"][0]["procedureCodeableConcept"]["coding"][0]["code"] == "4A023N7"
    assert claim["total"][1]["amount"] == {"value": 9876.54, "currency": "USD"}
    assert "null" not in json.dumps(claim)


def test_money_is_exact(tmp_path):
    lines = [record("5", CLM_LINE_NUM=str(n), CLM_LINE_CVRD_PD_AMT="0.10") for n in range(1, 4)]
    pipeline.load([str(delivery(tmp_path / "a", f5=lines))], source="cms")
    assert claims() == [("cclf-b-2000000000001", "0.30")]


CANCEL = record("1", CUR_CLM_UNIQ_ID="1000000000002", CLM_ADJSMT_TYPE_CD="1", CLM_EFCTV_DT="2026-04-20")
ADJUST = record(
    "1", CUR_CLM_UNIQ_ID="1000000000003", CLM_ADJSMT_TYPE_CD="2", CLM_EFCTV_DT="2026-04-20", CLM_PMT_AMT="9000.00"
)
ADJUSTED = [("cclf-a-1000000000003", "9000.00")]


@pytest.mark.parametrize(
    "months", [[[0, 1, 2]], [[0], [1, 2]], [[0], [1], [2]], [[2], [0], [1]], [[1, 2], [0]], [[2, 1, 0]]]
)
def test_what_is_final_is_the_same_in_whatever_order_it_comes(tmp_path, months):
    versions = [record("1"), CANCEL, ADJUST]
    for number, month in enumerate(months):
        pipeline.load([str(delivery(tmp_path / f"{number}", f1=[versions[n] for n in month]))], source="cms")
    assert claims() == ADJUSTED
    assert [key for key, _ in claims("cancelled")] == ["cclf-a-1000000000001", "cclf-a-1000000000002"]


def test_a_cancelled_claim_leaves_nothing(tmp_path):
    pipeline.load([str(delivery(tmp_path / "a", f1=[record("1")]))], source="cms")
    pipeline.load([str(delivery(tmp_path / "b", f1=[CANCEL]))], source="cms")
    assert claims() == []


def test_two_originals_of_one_day_are_two_claims(tmp_path):
    pipeline.load(
        [str(delivery(tmp_path / "a", f1=[record("1"), record("1", CUR_CLM_UNIQ_ID="1000000000009")]))], source="cms"
    )
    assert len(claims()) == 2


def test_an_earlier_number_is_the_same_person(tmp_path):
    old = record("1", BENE_MBI_ID="1EG4TE5MK72")
    pipeline.load([str(delivery(tmp_path / "a", f1=[old], f8=[record("8", BENE_MBI_ID="1EG4TE5MK72")]))], source="cms")
    pipeline.load([str(delivery(tmp_path / "b", f8=[record("8")], f9=[record("9")]))], source="cms")
    pipeline.load([str(delivery(tmp_path / "c", f8=[record("8")]))], source="cms")
    assert PersonLink.objects.filter(undone_at=None).values("person_id").distinct().count() == 1


def test_a_person_whom_only_a_claim_names_is_a_person(tmp_path):
    done = pipeline.load([str(delivery(tmp_path / "a", f7=[record("7")]))], source="cms")
    assert done.loaded["Patient"] == 1
    more = pipeline.load(
        [str(delivery(tmp_path / "b", f7=[record("7", CUR_CLM_UNIQ_ID="4000000000002", CLM_LINE_RX_FILL_NUM="2")]))],
        source="cms",
    )
    assert "Patient" not in more.loaded


@pytest.mark.parametrize(
    ("number", "wrong", "said"),
    [
        ("1", {"CLM_FROM_DT": "2026-13-02"}, "CLM_FROM_DT (positions 44-53) is not a day written YYYY-MM-DD"),
        ("1", {"CLM_PMT_AMT": "12.3.4"}, "CLM_PMT_AMT (positions 82-98) is not a number"),
        ("1", {"BENE_MBI_ID": ""}, "BENE_MBI_ID (positions 20-30) is empty"),
        ("1", {"CLM_ADJSMT_TYPE_CD": "7"}, "CLM_ADJSMT_TYPE_CD (positions 149-150) is none of 0 (original), 1 (cancelled), 2 (adjusted)"),
        ("7", {"CLM_LINE_NDC_CD": ""}, "CLM_LINE_NDC_CD (positions 36-46) is empty"),
    ],
)  # fmt: skip
def test_a_bad_record_is_refused_with_line_and_element_and_the_others_are_read(tmp_path, number, wrong, said):
    good = record(number, CUR_CLM_UNIQ_ID="9000000000001")
    done = pipeline.load(
        [str(delivery(tmp_path / "a", **{f"f{number}": [good, record(number, **wrong)]}))], source="cms"
    )
    [bad] = done.quarantined
    assert (bad["line"], bad["reason"]) == (2, said) and f"ZC{number}" in bad["file"]
    assert done.loaded["ExplanationOfBenefit"] == 1


def test_a_record_that_lost_characters_is_refused(tmp_path):
    short = record("8", BENE_MBI_ID="1EG4TE5MK75").replace("   ", "", 1)
    done = pipeline.load([str(delivery(tmp_path / "a", f8=[record("8", GEO_ZIP4_CD=""), short]))], source="cms")
    assert [q["line"] for q in done.quarantined] == [2] and done.loaded["Patient"] == 1


def test_more_records_than_announced_refuse_the_file(tmp_path):
    two = [record("8"), record("8", BENE_MBI_ID="1EG4TE5MK75")]
    done = pipeline.load([str(delivery(tmp_path / "a", f0=summary(c8=1), f8=two))], source="cms")
    assert done.loaded == {} and "announces 1 records, here are 2" in done.quarantined[0]["reason"]


def test_fewer_records_than_announced_are_read_and_it_is_said(tmp_path):
    done = pipeline.load([str(delivery(tmp_path / "a", f0=summary(c8=2), f8=[record("8")]))], source="cms")
    assert done.loaded["Patient"] == 1 and "here are only 1" in done.quarantined[0]["reason"]


def test_a_broken_summary_refuses_the_delivery_and_no_other(tmp_path):
    delivery(tmp_path / "a", f0=summary().replace("CCLF9", "CCLF8"), f8=[record("8")])
    delivery(tmp_path / "a", day="D260501", f8=[record("8", BENE_MBI_ID="1EG4TE5MK75")])
    done = pipeline.load([str(tmp_path / "a")], source="cms")
    assert done.loaded["Patient"] == 1 and len(done.quarantined) == 2
