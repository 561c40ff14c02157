"""Layouts as CMS's Information Packet has them, and files told apart by what is in them."""

import pytest

from bluering.intake.claims.cclf.layout import layouts
from bluering.intake.claims.cclf.recognise import number_of
from bluering.intake.claims.cclf.summary import read_summary
from tests.unit.intake.claims.cclf_files import record, summary


@pytest.mark.parametrize(
    ("number", "length", "name", "start", "end"),
    [
        ("1", 437, "CLM_EFCTV_DT", 151, 160),
        ("2", 199, "CLM_LINE_CVRD_PD_AMT", 148, 164),
        ("3", 114, "CLM_PRCDR_CD", 40, 46),
        ("4", 112, "CLM_POA_IND", 85, 91),
        ("5", 388, "CLM_CNTL_NUM", 172, 211),
        ("6", 247, "CLM_LINE_ALOWD_CHRG_AMT", 209, 225),
        ("7", 195, "CLM_LINE_BENE_PMT_AMT", 138, 150),
        ("8", 549, "BENE_LAST_NAME", 127, 166),
        ("9", 55, "PRVS_NUM", 13, 23),
        ("A", 324, "CLM_PBP_INCLSN_AMT", 63, 81),
        ("B", 128, "CLM_MDCR_DDCTBL_AMT", 94, 112),
    ],
)
def test_fields_stand_where_the_packet_says(number, length, name, start, end):
    layout = layouts()[number]
    field = layout.field(name)
    assert (max(layout.lengths), field.start, field.end) == (length, start, end)


@pytest.mark.parametrize("number", list("123456789AB"))
def test_each_file_is_known_by_its_records_whatever_it_is_called(number):
    assert number_of(record(number).encode(), "letter.txt") == number


@pytest.mark.parametrize("number", list("123456789AB"))
def test_records_of_earlier_layouts_are_known_too(number):
    shortest = min(layouts()[number].lengths)
    assert number_of(record(number)[:shortest].encode(), "letter.txt") == number


def test_the_summary_is_known():
    assert number_of(summary().encode()) == "0"
    assert number_of(b"CCLF1        |PartAClaimsHeaderFil|10                  |2") == "0"


@pytest.mark.parametrize(
    "text",
    [b"", b"\n\n", b"This file is intentionally blank", b'{"resourceType": "Patient"}', b"MSH|^~\\&|", b"a,b,c\n1,2,3"],
)
def test_nothing_else_is(text):
    assert number_of(text, "T.A0001.ACO.ZC8Y26.D260401.T0000000") is None


def test_a_poor_record_is_known_by_its_file_name():
    poor = b"1SG0A00AA001000044288         xxxxxxx\n"
    assert number_of(poor, "ZC8") == "8"
    assert number_of(poor, "T.A0001.ACO.ZC8Y18.D181120.T1000009") == "8"
    assert number_of(poor, "notes.txt") is None


def test_counts_of_the_summary():
    assert read_summary(summary(c1=6, c8=40).encode()).counts["8"] == 40


@pytest.mark.parametrize(
    ("broken", "line", "said"),
    [
        (summary().replace("CCLF8", "CCLF1"), 9, "CCLF1 is named twice"),
        ("\n".join(line for line in summary().splitlines() if "CCLF9" not in line), 11, "it does not name CCLF9"),
        (summary().replace("|                    0|  292", "|NUM|  292").replace("|                    0|  437", "|NUM|  437"), 2, "Total Records Count is not a number"),
        (summary().replace("|  549", "|  Num"), 9, "Record Length is not a number"),
        (summary().replace("CCLF8  |some", "CCLF8  some"), 9, "four columns"),
    ],
)  # fmt: skip
def test_a_broken_summary_says_where(broken, line, said):
    [(number, trouble), *_] = read_summary(broken.encode()).troubles
    assert number == line and said in trouble.reason and "nothing of this delivery was read" in trouble.reason
