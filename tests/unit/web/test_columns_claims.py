"""The columns of a payer's claims: known by their header, tried as claims, saved with what the sums are of."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluering.intake.tables.saved import saved_mapping

PAGE = "/sources/plan-claims/columns/"
SAMPLE = b"""Claim Number,Claim Line,Member ID,Last Name,First Name,DOB,From Date,Primary Diagnosis,Procedure Code,POS,Charge Amount,Paid Amount
C1,1,M1,Andrews,Walter,3/19/1951,3/2/2026,E119,99214,11,210,112.40
C1,2,M1,Andrews,Walter,3/19/1951,3/2/2026,I10,83036,11,40,12
C2,1,M2,Hale,Nora,3/9/1960,3/3/2026,headache,99213,11,110,70
"""
SAID = {
    "kind": "claims", "column-claim_number": "Claim Number", "column-line_number": "Claim Line", "column-patient_id": "Member ID",
    "column-service_from": "From Date", "column-diagnosis": "Primary Diagnosis", "column-paid": "Paid Amount", "payer": " Prairie ",
    "usual_kind": "professional", "amounts_are": "claim", "identifier_system": "urn:prairie",
}  # fmt: skip


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sampled(as_user, wen):
    browser = as_user(wen)
    assert browser.post(PAGE, {"act": "sample", "file": SimpleUploadedFile("march.csv", SAMPLE)}).status_code == 302
    return browser


def test_claims_are_known_by_their_header_and_shown_with_lines_and_sums(sampled):
    shown = text(sampled.get(PAGE))
    assert 'aria-current="true">Claims, a row for each line' in shown
    assert "E119 I10" in shown and "124.40" in shown and "professional" in shown
    assert "Diagnosis: not a code" in shown


def test_what_the_file_lacks_is_folded_away(sampled):
    shown = text(sampled.get(PAGE))
    folded = shown[shown.index("<details><summary>") :].partition("</details>")[0]
    assert "Discharge status" in folded and "Claim number" not in folded


def test_what_is_told_of_members_is_hidden_from_an_administrator(sampled, as_user, cleo):
    shown = text(as_user(cleo).get(PAGE))
    assert "X0 X0" not in shown and "E119" not in shown and "124.40" not in shown and ">M1<" not in shown


def test_what_is_saved_reads_the_payers_files(sampled):
    assert sampled.post(PAGE, {**SAID, "act": "save"}).status_code == 302
    mapping = saved_mapping("plan-claims")
    assert (mapping.KIND, mapping.payer, mapping.amounts_are) == ("claims", "Prairie", "claim")


def test_without_a_claim_number_nothing_is_saved(sampled):
    said = {key: value for key, value in SAID.items() if key != "column-claim_number"}
    response = sampled.post(PAGE, {**said, "act": "save"})
    assert response.status_code == 422 and "Claim number: choose its column" in text(response)
    assert saved_mapping("plan-claims") is None
