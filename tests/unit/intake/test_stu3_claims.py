"""Claims of FHIR STU3 (Blue Button 2.0 v1) are said as R4 says them: nothing of them is lost, R4's own are left as they are."""

import duckdb
import orjson
import pytest

from bluering.intake.fhir.parse import of_resources
from bluering.intake.fhir.stage import TABLES, staged_here

USD = {"system": "urn:iso:std:iso:4217", "code": "USD"}
STU3 = {
    "resourceType": "ExplanationOfBenefit",
    "id": "carrier-1",
    "status": "active",
    "patient": {"reference": "Patient/1"},
    "outcome": {"coding": [{"code": "complete"}]},
    "subType": [{"text": "first"}, {"text": "second"}],
    "information": [{"sequence": 1, "category": {"coding": [{"code": "clm_freq_cd"}]}}],
    "insurance": {"coverage": {"reference": "Coverage/part-a-1"}},
    "hospitalization": {"start": "2026-01-05", "end": "2026-01-09"},
    "totalCost": {"value": 812.5, **USD},
    "organization": {"display": "County General"},
    "item": [
        {
            "sequence": 1,
            "diagnosisLinkId": [1],
            "careTeamLinkId": [2],
            "service": {"coding": [{"code": "99213"}], "text": 'told as "service": here'},
            "adjudication": [{"amount": {"value": 71.1, **USD}}, {"amount": {"code": "USD", "system": USD["system"]}}],
        }
    ],
    "payment": {"amount": {"code": "USD", "value": -3, "system": USD["system"]}},
}


def sorted_out(*resources: dict) -> tuple[list[dict], list]:
    connection = duckdb.connect()
    (done,) = staged_here(connection, [of_resources(resources)])
    rows = connection.execute(f"SELECT raw FROM {TABLES[0]} ORDER BY place").fetchall()
    return [orjson.loads(raw) for (raw,) in rows], done.rejects


@pytest.fixture
def claim() -> dict:
    (claims, rejects) = sorted_out(STU3)
    assert rejects == []
    return claims[0]


def test_insurance_is_a_list_of_which_one_is_this_claims(claim):
    assert claim["insurance"] == [{"focal": True, "coverage": {"reference": "Coverage/part-a-1"}}]


def test_what_is_told_in_support_holds_the_time_in_hospital(claim):
    first, stay = claim["supportingInfo"]
    assert first == STU3["information"][0]
    assert stay["category"]["coding"][0]["code"] == "admissionperiod" and stay["sequence"] != 1
    assert stay["timingPeriod"] == STU3["hospitalization"]


def test_lines_have_their_names_of_today(claim):
    (item,) = claim["item"]
    assert item["diagnosisSequence"] == [1] and item["careTeamSequence"] == [2]
    assert item["productOrService"] == STU3["item"][0]["service"], "a name within a text stays as it is"
    assert "service" not in item


def test_money_has_a_currency_in_whatever_order_it_was_told(claim):
    (line,) = claim["item"]
    assert [one["amount"] for one in line["adjudication"]] == [{"value": 71.1, "currency": "USD"}, {"currency": "USD"}]
    assert claim["payment"]["amount"] == {"currency": "USD", "value": -3}
    assert claim["total"][0]["amount"] == {"value": 812.5, "currency": "USD"}
    assert claim["total"][0]["category"]["coding"][0]["code"] == "submitted"


def test_no_element_of_the_older_version_stays(claim):
    assert claim["outcome"] == "complete" and claim["subType"] == {"text": "first"}
    assert claim["facility"] == STU3["organization"] and claim["use"] == "claim"
    assert not claim.keys() & {"information", "hospitalization", "totalCost", "organization"}


def test_claims_of_r4_are_left_as_they_are():
    today = {**claim_of_r4(), "id": "r4"}
    found, rejects = sorted_out(today, STU3)
    assert rejects == [] and sorted(one["id"] for one in found) == ["carrier-1", "r4"]
    assert today in found


def test_what_is_wrong_in_a_claim_of_the_older_version_is_said():
    found, rejects = sorted_out({**STU3, "item": {"sequence": 1}}, claim_of_r4())
    assert len(found) == 1 and [(place, reason) for place, reason, _ in rejects] == [(1, "item is not a list")]


def claim_of_r4() -> dict:
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": "r4",
        "status": "active",
        "patient": {"reference": "Patient/1"},
        "insurance": [{"focal": True, "coverage": {"reference": "Coverage/1"}}],
        "item": [{"sequence": 1, "productOrService": {"coding": [{"code": "99213"}]}}],
    }
