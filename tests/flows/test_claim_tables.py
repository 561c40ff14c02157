"""Claims as CSV through the whole load: facts, what follows from them, what is quarantined, a correction in a later file."""

from dataclasses import replace

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.evaluation.person_month import build
from bluering.evaluation.person_month.building import root
from bluering.intake.claims.table.mapping import Mapping
from bluering.intake.models import CsvMapping, Quarantine
from bluering.intake.tables.table import read_table
from bluering.record import engine

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HEADER = "Claim ID,Line,Member ID,Last Name,First Name,DOB,Setting,From Date,Thru Date,Paid Date,Status,Diagnoses,CPT,POS,NDC,Days Supply,Paid Amount\n"
VISIT = "V1,1,M1,Andrews,Walter,3/9/1951,professional,3/2/2026,3/2/2026,3/20/2026,paid,E11.9,99214,11,,,112.40\n"
STAY = "S1,1,M1,Andrews,Walter,3/9/1951,inpatient,2/1/2026,2/5/2026,3/1/2026,paid,I50.23,,,,,9800\n"
FILL = "R1,1,M1,Andrews,Walter,3/9/1951,rx,4/2/2026,4/2/2026,4/3/2026,paid,,,,00093104801,30,4.11\n"


def load(tmp_path, rows: str, name: str = "claims.csv"):
    table = read_table((HEADER + rows).encode())
    mapping = replace(Mapping.suggest(table.header), payer="Prairie")
    told = {"header": table.header, "mapping": mapping.as_data(), "saved_at": timezone.now(), "saved_by": "wen"}
    CsvMapping.objects.update_or_create(source="plan", defaults=told)
    file = tmp_path / name
    file.write_text(HEADER + rows)
    return pipeline.load([str(file)], source="plan")


def facts(sql: str) -> list[tuple]:
    return engine.connect().execute(sql).fetchall()


def test_visits_stays_medicines_and_diagnoses_follow_from_rows(tmp_path):
    summary = load(tmp_path, VISIT + STAY + FILL)
    assert summary.loaded["ExplanationOfBenefit"] == 3 and not summary.quarantined
    assert facts("SELECT class_code, count(*) FROM encounter GROUP BY 1 ORDER BY 1") == [("AMB", 1), ("IMP", 1)]
    assert {code for (code,) in facts("SELECT code FROM condition")} == {"E11.9", "I50.23"}
    assert facts("SELECT count(*) FROM medication_dispense") == [(1,)]
    assert facts("SELECT sum(paid_amount)::TEXT FROM explanation_of_benefit")[0][0].startswith("9916.51")


def test_the_same_file_again_changes_nothing(tmp_path):
    load(tmp_path, VISIT + STAY)
    again = load(tmp_path, VISIT + STAY)
    assert not again.loaded and not again.replaced


def test_a_later_file_takes_the_claims_place_and_an_older_one_does_not(tmp_path):
    load(tmp_path, VISIT)
    load(tmp_path, VISIT.replace("3/20/2026", "4/20/2026").replace("112.40", "90"), "april.csv")
    load(tmp_path, VISIT.replace("3/20/2026", "3/10/2026").replace("112.40", "80"), "old.csv")
    assert facts("SELECT paid_amount::INT FROM explanation_of_benefit") == [(90,)]


def test_a_reversal_in_a_later_file_takes_the_visit_back(tmp_path):
    load(tmp_path, VISIT)
    load(tmp_path, VISIT.replace("3/20/2026", "4/20/2026").replace(",paid,", ",reversed,"), "april.csv")
    assert facts("SELECT status FROM explanation_of_benefit") == [("cancelled",)]
    assert facts("SELECT status FROM encounter") == [("entered-in-error",)]


def test_a_refused_row_is_quarantined_with_its_place_and_the_rest_is_read(tmp_path):
    summary = load(tmp_path, VISIT + STAY.replace("I50.23", "heart"))
    assert summary.loaded["ExplanationOfBenefit"] == 1
    (row,) = Quarantine.objects.all()
    assert row.line == 3 and "Diagnosis: not a code" in row.reason and row.file.endswith("claims.csv")


def test_a_file_without_a_mapped_column_is_refused_whole(tmp_path):
    load(tmp_path, VISIT)
    file = tmp_path / "other.csv"
    file.write_text("A,B,C\n1,2,3\n4,5,6\n")
    summary = pipeline.load([str(file)], source="plan")
    assert "the file has no column of the mapped name" in summary.quarantined[0]["reason"]


def test_what_care_cost_stands_where_it_took_place(tmp_path):
    load(tmp_path, VISIT + STAY + FILL)
    file = root() / build().folder / "person_month.parquet"
    sums = "SELECT sum(inpatient_amount)::INT, sum(professional_amount)::INT, sum(pharmacy_amount)::INT FROM read_parquet(?)"
    assert engine.plain().execute(sums, [str(file)]).fetchall() == [(9800, 112, 4)]
