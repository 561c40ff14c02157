"""Content becomes messages, whatever stands around them."""

import pytest

from bluering.intake.hl7v2.split import Piece, looks_like, split

ONE = b"MSH|^~\\&|A|B|||20240102||ADT^A01|1|P|2.5\rPID|1||7"
TWO = b"MSH|^~\\&|A|B|||20240102||ADT^A03|2|P|2.5\rPID|1||7"


def test_one_message():
    assert split(ONE) == [Piece(ONE, 1)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_are_counted_whatever_ends_them(end):
    data = (ONE + b"\r" + TWO + b"\r").replace(b"\r", end)
    assert [piece.line for piece in split(data)] == [1, 3]
    assert split(data)[1].raw == TWO.replace(b"\r", end)


def test_a_batch_gives_its_messages_without_headers_and_trailers():
    data = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ONE + b"\r" + TWO + b"\rBTS|2\rFTS|1\r"
    assert split(data) == [Piece(ONE, 3), Piece(TWO, 5)]


def test_frames_are_taken_off():
    assert split(b"\x0b" + ONE + b"\r\x1c\r\x0b" + TWO + b"\r\x1c\r") == [Piece(ONE, 1), Piece(TWO, 4)]


def test_a_bom_blanks_and_junk_before_the_first_message_do_no_harm():
    for before in (b"\xef\xbb\xbf", b"\r\n  ", b"log 12:00 received\r\n", b"received: "):
        assert [piece.raw for piece in split(before + ONE)] == [ONE]


@pytest.mark.parametrize("between", [b"\r\n\xef\xbb\xbf", b"\xef\xbb\xbf", b"\n"])
def test_files_that_were_joined(between):
    assert [piece.raw for piece in split(b"\xef\xbb\xbf" + ONE + between + TWO)] == [ONE, TWO]


def test_utf_16_is_cut_too():
    data = "\ufeff".encode("utf-16-le") + (ONE + b"\r" + TWO).decode().encode("utf-16-le")
    assert [piece.raw.decode("utf-16").encode() for piece in split(data)] == [ONE, TWO]


def test_content_without_a_message_gives_none():
    assert split(b"") == split(b"resourceType,id\r\nMSHA") == []


@pytest.mark.parametrize(
    "head", [ONE, b"\x0b" + ONE, b"\xef\xbb\xbf\r\n" + ONE, b"FHS|^~\\&|x", b"MSH#*:?!#x", b"BHS|^~\\&|"]
)
def test_recognises_hl7(head):
    assert looks_like(head)


@pytest.mark.parametrize(
    "head", [b"", b'{"resourceType": "Patient"}', b"MSH", b"MSHX|a|b", b"<MSH|", b"MSH - a heading", b"PID|1"]
)
def test_leaves_other_content_alone(head):
    assert not looks_like(head)
