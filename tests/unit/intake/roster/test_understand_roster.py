"""A payer's list of members: what each row becomes, what is refused and why, which month it is of."""

import datetime as dt
import json

import duckdb
import pytest

from bluering.errors import BadInput
from bluering.intake.roster import numbers
from bluering.intake.roster.mapping import Mapping
from bluering.intake.roster.read import emptied, month_of_name, understand
from bluering.intake.tables.table import read_table

TODAY = dt.date(2026, 11, 23)
HEADER = "Member ID,Last Name,First Name,DOB,Sex,PCP NPI,PCP Name,Coverage Start,Coverage End,Risk Score,Drivers,Attributed From\n"
WALTER = '9001,Andrews,Walter J,3/9/1951,M,1999900016,"Busy, Amir",1/1/2024,,2.41,"CHF; CKD",1/1/2026\n'


def told(rows: str, *, header: str = HEADER, month: dt.date = TODAY, **changes):
    table = read_table((header + rows).encode())
    mapping = Mapping.suggest(table.header, [])
    mapping = type(mapping)(
        **{**mapping.__dict__, "payer": "Heartland Health Plan", "identifier_system": "urn:hhp", **changes}
    )
    with duckdb.connect() as engine:
        return understand(engine, table, mapping, source="hhp", month=month, today=TODAY)


def of(found, kind: str) -> list[dict]:
    resources = [json.loads(raw) for raw in found.made["raw"].to_pylist()]
    return [one for one in resources if one["resourceType"] == kind]


def test_columns_are_guessed_from_what_payers_call_them():
    guessed = Mapping.suggest(HEADER.strip().split(",")).columns
    assert (
        guessed["patient_id"] == "Member ID"
        and guessed["clinician_npi"] == "PCP NPI"
        and guessed["score"] == "Risk Score"
    )
    assert guessed["coverage_end"] == "Coverage End" and guessed["attributed_from"] == "Attributed From"


def test_a_row_becomes_a_patient_with_number_name_and_day_of_birth():
    (walter,) = of(told(WALTER), "Patient")
    assert walter["id"] == "9001" and walter["birthDate"] == "1951-03-09" and walter["gender"] == "male"
    assert walter["identifier"][0]["system"] == "urn:hhp" and walter["identifier"][0]["value"] == "9001"
    assert walter["name"] == [{"use": "official", "family": "Andrews", "given": ["Walter", "J"]}]


def test_cover_has_its_days_and_payer_and_an_open_end_stays_open():
    (cover,) = of(told(WALTER), "Coverage")
    assert cover["period"] == {"start": "2024-01-01"} and cover["payor"] == [{"display": "Heartland Health Plan"}]
    assert of(told(WALTER.replace("1/1/2024", "")), "Coverage") == []


def test_a_score_is_kept_with_its_day_its_name_and_what_drives_it():
    (level,) = of(told(WALTER), "RiskAssessment")
    assert level["prediction"] == [{"qualitativeRisk": {"text": "2.41"}, "rationale": "CHF; CKD"}]
    assert level["method"] == {"text": "Risk Score"} and level["occurrenceDateTime"] == "2026-11-01"
    (relative,) = of(told(WALTER, score_is="relative", score_name="CMS-HCC V28"), "RiskAssessment")
    assert relative["prediction"][0]["relativeRisk"] == 2.41 and relative["method"]["text"] == "CMS-HCC V28"


def test_the_list_is_a_group_of_its_month_with_who_each_is_attributed_to():
    (group,) = of(told(WALTER), "Group")
    assert (
        group["identifier"] == [{"system": "urn:bluering:roster-month", "value": "2026-11"}] and group["quantity"] == 1
    )
    (member,) = group["member"]
    assert member["entity"] == {"reference": "Patient/9001"} and member["period"] == {"start": "2026-01-01"}
    assert member["extension"][0]["valueReference"] == {
        "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999900016"}, "display": "Busy, Amir",
    }  # fmt: skip


def test_nothing_that_is_not_told_is_written():
    for one in told("7,Hale,Nora,,,,,,,,,\n").made["raw"].to_pylist():
        assert "null" not in one


def test_a_month_column_stands_before_the_files_name_and_one_file_may_tell_several():
    rows = "Month,Member ID,Last Name\n2026-09,1,Hale\n10/1/2026,1,Hale\nSep 2026,2,Ross\n"
    head, _, rest = rows.partition("\n")
    found = told(rest, header=head + "\n")
    assert found.months == {dt.date(2026, 9, 1): 2, dt.date(2026, 10, 1): 1}
    assert sorted(group["id"] for group in of(found, "Group")) == ["roster-2026-09-1", "roster-2026-10-1"]


@pytest.mark.parametrize(
    ("name", "month"),
    [("roster_2026-11.csv", (2026, 11)), ("ROSTER202611.csv", (2026, 11)), ("hhp.2026.03.txt", (2026, 3)), ("r20261105.csv", (2026, 11)), ("P.PCPB.M2411.D241206.T1732561", (2024, 11)), ("T.GUIDE.GUIDE-0001.Y25.D250630.T1000000", (2025, 6)),
     ("members.csv", None), ("roster_2026-13.csv", None)],
)  # fmt: skip
def test_a_files_name_may_tell_the_month(name, month):
    assert month_of_name(name) == (dt.date(*month, 1) if month else None)


def test_of_two_rows_about_one_member_the_later_stands():
    found = told(WALTER + WALTER.replace("Andrews", "Anders"))
    assert [one["name"][0]["family"] for one in of(found, "Patient")] == ["Anders"] and found.twice == 1
    assert found.months == {dt.date(2026, 11, 1): 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("9001,Andrews", ",Andrews"), None), (("9001,Andrews,Walter J,3/9/1951", ",Andrews,Walter J,"), "neither a number nor a name"),
        (("3/9/1951", "2/30/1951"), "Date of birth"), (("3/9/1951", "3/9/1851"), "Date of birth"), (("3/9/1951", "3/9/2051"), "Date of birth"),
        (("1/1/2024,", "soon,"), "Covered from"), (("1/1/2024,,", "1/1/2024,1/1/2023,"), "before the first day"),
        (("1999900016", "1999900017"), "check digit"), (("1/1/2026", "yesterday"), "Attributed from"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_row_and_reason(change, reason):
    found = told("1,Hale,Nora,,,,,,,,,\n" + WALTER.replace(*change))
    assert [number for number, _ in found.refused] == ([3] if reason else [])
    assert not reason or (reason in found.refused[0][1] and "Andrews" not in found.refused[0][1])
    assert len(of(found, "Patient")) == (1 if reason else 2)


def test_a_row_tells_all_its_faults_at_once():
    ((_, reason),) = told(WALTER.replace("3/9/1951", "x").replace("1/1/2024", "y")).refused
    assert "Date of birth" in reason and "Covered from" in reason


def test_a_relative_score_must_be_a_number():
    ((_, reason),) = told(WALTER.replace("2.41", "high"), score_is="relative").refused
    assert "choose that it is a level" in reason


@pytest.mark.parametrize(("text", "day"), [("3/9/51", "1951-03-09"), ("1951-03-09", "1951-03-09"), ("9-Mar-1951", "1951-03-09"), ("Mar 9, 1951", "1951-03-09"), ("19510309", "1951-03-09"), ("3/9/1951 0:00", "1951-03-09"), ("3/9/26", "2026-03-09")])  # fmt: skip
def test_days_of_birth_as_payers_write_them(text, day):
    (patient,) = of(told(WALTER.replace("3/9/1951", f'"{text}"')), "Patient")
    assert patient["birthDate"] == day


def test_the_chosen_order_settles_what_is_open():
    (patient,) = of(told(WALTER, date_format="dmy"), "Patient")
    assert patient["birthDate"] == "1951-09-03"


@pytest.mark.parametrize(
    ("order", "given"), [("family_first", ["Walter", "J"]), ("given_first", ["Andrews", "Walter"])]
)
def test_whole_names_are_parted_as_chosen(order, given):
    found = told("9001,Andrews Walter J,1951-03-09\n", header="Member ID,Member Name,DOB\n", name_order=order)
    assert of(found, "Patient")[0]["name"][0]["given"] == given


def test_large_lists_are_parted_and_a_shorter_one_empties_what_is_too_much():
    long = told("".join(f"{n},A,B\n" for n in range(4_500)), header="Member ID,Last Name,First Name\n")
    groups = of(long, "Group")
    assert sorted(group["quantity"] for group in groups) == [500, 2000, 2000]
    short = told("".join(f"{n},A,B\n" for n in range(100)), header="Member ID,Last Name,First Name\n")
    assert sorted(one["id"] for one in emptied(groups, short)) == ["roster-2026-11-2", "roster-2026-11-3"]
    assert all("member" not in one and one["active"] is False for one in emptied(groups, short))
    other = told("1,A,B\n", header="Member ID,Last Name,First Name\n", month=dt.date(2026, 12, 1))
    assert emptied(groups, other) == []


def test_columns_that_name_nobody_are_refused_as_a_whole():
    with pytest.raises(BadInput, match="choose the column of the member number"):
        told("M,1,HMO\n", header="Sex,Risk Score,Plan\n")


@pytest.mark.parametrize(
    "head", [b"MBIs\nMBI000001\nMBI000002\n", b"\xef\xbb\xbfMBI\n1AB2CD3EF45\n", b"1111111\n2222222\n3333333"]
)
def test_plain_lists_of_medicare_numbers_are_known(head):
    assert numbers.looks_like(head) and len(numbers.read(head).rows) >= 1


@pytest.mark.parametrize("head", [b"", b"{}\n", b"a,b,c\n1,2,3\n", b"hello\nworld\n", b"ISA*00*\n", b"MSH|^~\\&|\n"])
def test_other_files_are_not_taken_for_such_lists(head):
    assert not numbers.looks_like(head)


def test_a_line_that_is_no_number_is_refused_with_its_place():
    table = numbers.read(b"MBIs\nMBI000001\nduplicate file\n")
    assert [row.cells["MBI"] for row in table.rows] == ["MBI000001"] and table.broken[0][0] == 3
