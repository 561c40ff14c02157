"""A file is told apart and parted into rows, whatever its delimiter and encoding."""

import pytest

from bluering.errors import BadInput
from bluering.intake.tables.table import looks_like, read_table

LINES = ["Appt ID;MRN;Patient", '1;100;"Ruiz; Zoë"', "2;101;Hale"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_delimiter_and_encoding_gives_the_same_rows(delimiter, encoding):
    raw = "\r\n".join(LINES).replace(";", delimiter).encode(encoding)
    table = read_table(raw)
    assert looks_like(raw) and table.delimiter == delimiter
    assert [row.cells["Patient"] for row in table.rows] == [f"Ruiz{delimiter} Zoë", "Hale"]
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize(
    "head",
    [b'{"resourceType": "Bundle", "a": 1, "b": 2}\n{"a", "b", "c"}', b"MSH|^~\\&|A|B\rPID|1|2|3\r", b"<ClinicalDocument>\n",
     b"%PDF-1.7\na,b,c\n1,2,3\n", b"ISA*00*,,,\n,,,\n", b"Dear colleague,\nthank you for sending her.\n", b"", b"a,b,c\n",
     b"\x00\x01,\x02,\x03\n,,\n"],
)  # fmt: skip
def test_what_other_readers_take_is_no_table(head):
    assert not looks_like(head)


def test_a_look_at_the_beginning_may_end_inside_a_line():
    raw = ("a,b,c\n" + "1,2,3\n" * 2_000)[:9_001].encode()
    assert looks_like(raw)


def test_a_row_too_long_and_an_open_quote_are_broken_rows_and_the_rest_is_read():
    raw = b'id,name,day\n1,A,x\n2,B,y,z\n\n4,"C"D,w\n5,E,v\n6,"F,'
    table = read_table(raw)
    assert [row.number for row in table.rows] == [2, 6]
    assert [number for number, _ in table.broken] == [3, 5, 7]


def test_prose_is_refused_with_what_to_try():
    with pytest.raises(BadInput, match="export it as CSV"):
        read_table(b"one line\nand another\n")


def test_a_header_that_says_a_name_twice_is_refused_without_the_name():
    with pytest.raises(BadInput, match="1 column names stand there twice"):
        read_table(b"id,day,day\n1,2,3\n")
