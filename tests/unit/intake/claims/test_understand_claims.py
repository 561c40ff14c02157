"""Claims as a table: what rows become together, what is refused and why, what a reversal leaves."""

import datetime as dt
import json
from dataclasses import replace

import duckdb
import pytest

from bluering.errors import BadInput
from bluering.intake.claims.table.mapping import Mapping
from bluering.intake.claims.table.read import understand
from bluering.intake.tables.table import read_table

TODAY = dt.date(2026, 11, 24)
HEADER = (
    "Claim Number,Claim Line,Member ID,Last Name,First Name,DOB,Sex,Claim Type,From Date,Thru Date,Paid Date,Claim Status,Primary Diagnosis,Diagnosis 2,"
    "Procedure Code,Modifier,POS,Units,Billing NPI,Billing Provider,Rendering NPI,Rendering Provider,Charge Amount,Allowed Amount,Paid Amount,Member Paid\n"
)
FIRST = 'C1,1,9001,Andrews,Walter,3/9/1951,M,P,3/2/2026,3/2/2026,3/20/2026,Paid,E11.9,I10,99214,25,11,1,1999900016,"Maple, PC",1234567893,Amir Busy,"$210.00",140.50,112.40,28.10\n'
SECOND = 'C1,2,9001,Andrews,Walter,3/9/1951,M,P,3/2/2026,3/2/2026,3/20/2026,Paid,E119,N183,83036,,11,1,1999900016,"Maple, PC",1234567893,Amir Busy,40,12.00,12.00,0\n'


def told(rows: str, *, header: str = HEADER, **changes):
    table = read_table((header + rows).encode())
    mapping = replace(Mapping.suggest(table.header), payer="Heartland", identifier_system="urn:hhp", **changes)
    with duckdb.connect() as engine:
        return understand(engine, table, mapping, source="hhp", today=TODAY)


def of(found, kind: str = "ExplanationOfBenefit") -> list[dict]:
    return [one for one in map(json.loads, found.made["raw"].to_pylist()) if one["resourceType"] == kind]


def total(claim: dict, code: str):
    return next(one["amount"]["value"] for one in claim["total"] if one["category"]["coding"][0]["code"] == code)


def codes(things: list[dict], name: str) -> list[str]:
    return [one[name]["coding"][0]["code"] for one in things]


def test_lines_of_one_number_are_one_claim_with_sums_as_decimals():
    found = told(FIRST + SECOND)
    (claim,) = of(found)
    assert found.claims == 1 and not found.refused
    assert codes(claim["item"], "productOrService") == ["99214", "83036"]
    assert (total(claim, "submitted"), total(claim, "eligible"), total(claim, "benefit"), total(claim, "paidbypatient")) == (250.0, 152.5, 124.4, 28.1)  # fmt: skip
    assert claim["payment"] == {"date": "2026-03-20", "amount": {"value": 124.4, "currency": "USD"}}
    assert claim["item"][0]["modifier"][0]["coding"][0]["code"] == "25"


def test_diagnoses_have_one_spelling_each_once_the_first_is_the_principal():
    (claim,) = of(told(FIRST + SECOND))
    assert codes(claim["diagnosis"], "diagnosisCodeableConcept") == ["E11.9", "I10", "N18.3"]
    assert [one["type"][0]["coding"][0]["code"] for one in claim["diagnosis"]] == ["principal", "secondary", "secondary"]  # fmt: skip


def test_the_member_is_a_patient_with_the_payers_number_and_cover():
    found = told(FIRST + SECOND)
    (patient,), (cover,) = of(found, "Patient"), of(found, "Coverage")
    assert patient["identifier"][0] | {"type": 0} == {"system": "urn:hhp", "value": "9001", "type": 0}
    assert (patient["birthDate"], patient["gender"]) == ("1951-03-09", "male")
    assert cover["payor"] == [{"display": "Heartland"}] and "period" not in cover, (
        "a claim does not say from when to when"
    )


def test_who_treated_is_told_by_number_and_name():
    (claim,) = of(told(FIRST))
    assert claim["careTeam"][0]["provider"] == {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}, "display": "Amir Busy"}  # fmt: skip
    assert (
        claim["careTeam"][0]["role"]["coding"][0]["code"] == "performing"
        and claim["provider"]["display"] == "Maple, PC"
    )


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("Claim Number", "", "Claim number: nothing"),
        ("From Date", "31/31/2026", "Served from: not a date"),
        ("From Date", "", "Served from: nothing"),
        ("From Date", "3/2/2027", "Served from: it lies ahead"),
        ("Thru Date", "3/1/2026", "Served until: it lies before"),
        ("DOB", "3/9/1851", "Date of birth: no day of a birth"),
        ("Claim Type", "barter", "Kind of claim: not a word"),
        ("Claim Status", "lost", "Status: not a word"),
        ("Primary Diagnosis", "headache", "Diagnosis: not a code"),
        ("Procedure Code", "visit", "Service: not a code"),
        ("POS", "office", "Place of service: not two digits"),
        ("Units", "one", "Units: not a number"),
        ("Rendering NPI", "1234567890", "NPI of the clinician: its check digit"),
        ("Billing NPI", "999", "NPI of facility, pharmacy or biller: its check digit"),
        ("Paid Amount", "free", "Paid by the payer: not a sum"),
        ("Charge Amount", "1.2.3", "Billed: not a sum"),
        ("Paid Date", "soon", "Paid or processed on: not a date"),
    ],
)
def test_what_cannot_be_is_refused_by_row_and_element(column, value, says):
    names = HEADER.strip().split(",")
    cells = FIRST.replace('"Maple, PC"', "Maple").strip().split(",")
    cells[names.index(column)] = value
    found = told(",".join(cells) + "\n")
    assert not of(found) and not of(found, "Patient")
    ((row, reason),) = found.refused
    assert row == 2 and says in reason and "Andrews" not in reason


def test_a_claim_with_a_refused_row_waits_whole():
    found = told(FIRST + SECOND.replace("83036", "lab"))
    assert not of(found) and [row for row, _ in found.refused] == [2, 3]
    assert found.refused[0][1] == "the claim has another row that was refused, row 3"


def test_a_number_that_two_members_have_is_no_ones():
    found = told(FIRST + SECOND.replace("9001", "9002"))
    assert not of(found) and "two members have it" in found.refused[0][1]


def test_of_a_line_told_again_the_newest_stands():
    again = FIRST.replace("3/20/2026", "4/20/2026").replace("112.40", "100.00")
    (claim,) = of(told(again + FIRST + SECOND))
    assert total(claim, "benefit") == 112.0 and claim["meta"]["lastUpdated"] == "2026-04-20T00:00:00Z"


def test_a_claim_whose_lines_are_all_reversed_is_cancelled():
    back = (FIRST + SECOND).replace("3/20/2026", "4/20/2026").replace("Paid,E11", "Reversed,E11")
    (claim,) = of(told(FIRST + SECOND + back))
    assert claim["status"] == "cancelled" and "item" not in claim and "payment" not in claim


def without_lines(text: str) -> str:
    return "\n".join(",".join(part for nth, part in enumerate(line.split(",")) if nth != 1) for line in text.splitlines()) + "\n"  # fmt: skip


def test_without_line_numbers_a_reversal_takes_away_one_row_of_the_same_service_and_sum():
    twice = FIRST + FIRST
    back = FIRST.replace("112.40", "(112.40)").replace("Paid,E11", "Reversed,E11").replace("3/20/2026", "4/20/2026")
    (claim,) = of(told(without_lines(twice + back), header=without_lines(HEADER)))
    assert total(claim, "benefit") == 112.4 and len(claim["item"]) == 1
    (gone,) = of(told(without_lines(FIRST + back), header=without_lines(HEADER)))
    assert gone["status"] == "cancelled"


def test_a_denied_claim_stands_and_says_so():
    (claim,) = of(told(FIRST.replace("Paid,E11", "Denied,E11").replace("112.40", "0")))
    assert (claim["status"], claim["disposition"]) == ("active", "Denied")


def test_sums_of_the_whole_claim_count_once():
    (claim,) = of(told(FIRST + SECOND.replace("12.00,12.00", "140.50,112.40"), amounts_are="claim"))
    assert total(claim, "benefit") == 112.4 and "net" not in claim["item"][0]


HOSPITAL = "Claim ID,Member ID,TOB,Rev Code,From Date,Thru Date,Admit Date,Discharge Date,Discharge Status,DRG,Diagnoses,ICD Procedure,Paid Amount\n"
STAY = 'H1,9001,0111,120,2026-02-01,2026-02-05,2026-02-01,2026-02-05,1,291,"I50.23; N18.30|E11.22",02HV33Z,9800.00\n'


def test_a_hospital_claim_has_bill_type_admission_drg_and_all_diagnoses_of_one_cell():
    (claim,) = of(told(STAY, header=HOSPITAL))
    info = {one["category"]["coding"][0]["code"]: one for one in claim["supportingInfo"]}
    assert claim["type"]["coding"][0]["code"] == "institutional", "a type of bill says so"
    assert (
        info["typeofbill"]["code"]["coding"][0]["code"] == "0111" and info["drg"]["code"]["coding"][0]["code"] == "291"
    )
    assert info["admissionperiod"]["timingPeriod"] == {"start": "2026-02-01", "end": "2026-02-05"}
    assert info["discharge-status"]["code"]["coding"][0]["code"] == "01"
    assert codes(claim["diagnosis"], "diagnosisCodeableConcept") == ["I50.23", "N18.30", "E11.22"]
    assert codes(claim["procedure"], "procedureCodeableConcept") == ["02HV33Z"]
    assert claim["item"][0]["revenue"]["coding"][0]["code"] == "0120"


PHARMACY = "Claim ID,Member ID,Claim Type,Fill Date,NDC,Drug Name,Qty,Days Supply,Pharmacy NPI,Prescriber NPI,Plan Paid,Copay\n"


@pytest.mark.parametrize("ndc", ["0093-1048-01", "00093104801", "00093-1048-1"])
def test_a_medicine_has_eleven_digits_however_they_are_parted(ndc):
    (claim,) = of(told(f"R1,9001,RX,4/2/2026,{ndc},Metformin 500 mg,60,30,1234567893,,4.11,10\n", header=PHARMACY))
    assert claim["item"][0]["productOrService"] == {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "00093104801"}], "text": "Metformin 500 mg"}  # fmt: skip
    assert claim["type"]["coding"][0]["code"] == "pharmacy"


def test_a_setting_in_words_is_told_as_carin_tells_it():
    header = "Claim ID,Member ID,Setting,From Date,Paid Amount\n"
    inpatient, nursing = of(told("A,1,Inpatient,2026-02-01,5\nB,2,SNF,2026-02-01,5\n", header=header))
    assert inpatient["subType"]["coding"][0] == {"system": "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType", "code": "inpatient"}  # fmt: skip
    assert nursing["subType"]["coding"][0]["code"] == "snf" and nursing["type"]["coding"][0]["code"] == "institutional"


def test_columns_are_guessed_from_what_payers_call_them():
    guessed = Mapping.suggest(HEADER.strip().split(",")).columns
    assert guessed["claim_number"] == "Claim Number" and guessed["paid"] == "Paid Amount"
    assert guessed["patient_paid"] == "Member Paid" and guessed["diagnosis"] == "Primary Diagnosis"
    assert guessed["clinician_npi"] == "Rendering NPI" and guessed["provider_npi"] == "Billing NPI"


@pytest.mark.parametrize("target", ["claim_number", "service_from", "patient_id"])
def test_columns_without_which_no_claim_can_be_told_are_asked_for(target):
    table = read_table((HEADER + FIRST).encode())
    columns = Mapping.suggest(table.header).columns
    gone = {target, "patient_family", "birth_date"} if target == "patient_id" else {target}
    with pytest.raises(BadInput, match="choose"):
        Mapping(columns={key: name for key, name in columns.items() if key not in gone}).check(table.header)
