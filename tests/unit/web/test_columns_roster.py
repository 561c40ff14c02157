"""The columns of a payer's list: it is known by its header, shown as members, and saved with the payer's name and score."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluering.intake.tables.saved import saved_mapping

PAGE = "/sources/plan-list/columns/"
SAMPLE = b"""Roster Month,Member ID,Last Name,First Name,DOB,PCP NPI,PCP Name,Risk Score
2026-11,M1,Andrews,Walter,3/9/1951,1234567893,Dr. Dunn,68
2026-11,M2,Hale,Nora,3/9/1960,1234567890,Dr. Dunn,4
2026-11,M3,Okafor,Chidi,31/31/1960,,,
"""
SAID = {
    "kind": "roster", "column-month": "Roster Month", "column-patient_id": "Member ID", "column-patient_family": "Last Name",
    "column-patient_given": "First Name", "column-birth_date": "DOB", "column-clinician_npi": "PCP NPI", "column-score": "Risk Score",
    "date_format": "mdy", "identifier_system": "urn:hhp", "payer": " Heartland ", "score_name": "Care Priority", "score_is": "level",
}  # fmt: skip


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sampled(as_user, wen):
    browser = as_user(wen)
    assert browser.post(PAGE, {"act": "sample", "file": SimpleUploadedFile("november.csv", SAMPLE)}).status_code == 302
    return browser


def test_a_list_is_known_by_its_header_and_shown_as_members(sampled):
    shown = text(sampled.get(PAGE))
    assert "Andrews, Walter" in shown and "Nov 2026" in shown and "November 2026: " in shown
    assert "row 4" in shown and "Okafor" not in shown, "a birth date that is none refuses the row"


def test_names_are_hidden_from_an_administrator(sampled, as_user, cleo):
    shown = text(as_user(cleo).get(PAGE))
    assert "Xxxxxxx, Xxxxxx" in shown and "Andrews" not in shown and "1951" not in shown


def test_what_is_saved_reads_the_payers_files(sampled):
    assert sampled.post(PAGE, {**SAID, "act": "save"}).status_code == 302
    mapping = saved_mapping("plan-list")
    assert (mapping.KIND, mapping.payer, mapping.score_name, mapping.identifier_system) == ("roster", "Heartland", "Care Priority", "urn:hhp")  # fmt: skip
    assert mapping.columns["clinician_npi"] == "PCP NPI" and "clinician_name" not in mapping.columns


def test_a_list_that_names_nobody_is_not_saved(sampled):
    said = {key: value for key, value in SAID.items() if key not in ("column-patient_id", "column-birth_date")}
    response = sampled.post(PAGE, {**said, "act": "save"})
    assert response.status_code == 422 and "choose the column of the member number" in text(response)
    assert saved_mapping("plan-list") is None


def test_another_kind_can_be_asked_for(sampled):
    assert "one for the date and one for the time" in text(sampled.get(PAGE + "?kind=schedule"))
