"""Answers that the sender understands, whatever it sent."""

import pytest

from bluering.intake.hl7v2.ack import acknowledge
from bluering.intake.hl7v2.message import Message

HEAD = "MSH|^~\\&|ADT^1.2^ISO|CGH|US|MAPLE|20240301||ADT^A01^ADT_A01|C7|T|2.5.1"


def answer(raw: bytes, code: str, reason: str = "") -> Message:
    return Message.parse(acknowledge(raw, code, reason))


def test_taken():
    told = answer(HEAD.encode(), "AA")
    assert told.heading.event == "ACK^A01"
    assert (told.msh[3], told.msh[4], told.msh.raw(5), told.msh[6]) == ("US", "MAPLE", "ADT^1.2^ISO", "CGH")
    assert (told.heading.version, told.heading.processing_id) == ("2.5.1", "T")
    msa = told.first("MSA")
    assert (msa[1], msa[2], told.first("ERR")) == ("AA", "C7", None)


def test_an_error_brings_its_reason_escaped():
    told = answer(HEAD.encode(), "AE", "PID-3 | is\r\nempty & so on")
    err = told.first("ERR")
    assert (told.first("MSA")[1], err[3], err[4], err[8]) == ("AE", "207", "E", "PID-3 | is empty & so on")


def test_old_versions_have_the_reason_in_msa():
    told = answer(HEAD.replace("2.5.1", "2.3").encode(), "AR", "not for us")
    assert (told.first("MSA")[3], told.first("ERR")) == ("not for us", None)


def test_the_senders_own_delimiters():
    raw = b"MSH#*:?!#A#B#C#D#2024##ADT*A01#1#P#2.3"
    assert acknowledge(raw, "AA").startswith(b"MSH#*:?!#C#D#A#B#")
    assert answer(raw, "AA").first("MSA")[2] == "1"


@pytest.mark.parametrize(
    ("accept", "code", "told"),
    [
        ("AL", "AA", "CA"),
        ("AL", "AR", "CR"),
        ("ER", "AA", "AA"),
        ("ER", "AE", "CE"),
        ("SU", "AA", "CA"),
        ("NE", "AA", "AA"),
    ],
)
def test_enhanced_mode(accept, code, told):
    assert answer(f"{HEAD}|||{accept}".encode(), code).first("MSA")[1] == told


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"MSH", b"MSH|abc", b"PID|1|2", b"GET / HTTP/1.1\r\n", b"MSH|^~\\&"])
def test_what_is_no_message_gets_an_answer_too(raw):
    told = answer(raw, "AR", "not HL7")
    assert told.heading.type == "ACK" and told.first("MSA")[1] == "AR"


def test_the_control_id_of_a_message_that_cannot_be_read():
    assert answer(b"MSH|^~\\&|A|B|||2024|||C9|P|2.5", "AE", "no type").first("MSA")[2] == "C9"


def test_charset_and_utf_16():
    raw = f"{HEAD}||||||8859/1\rPID|1".replace("CGH", "Köln").encode("latin-1")
    assert "Köln".encode("latin-1") in acknowledge(raw, "AA")
    assert Message.parse(acknowledge(HEAD.encode("utf-16"), "AA")).heading.type == "ACK"


def test_a_heading_will_do():
    told = Message.parse(acknowledge(Message.parse(HEAD.encode()).heading, "AA"))
    assert (told.msh[5], told.first("MSA")[2]) == ("ADT", "C7")


def test_only_known_codes():
    with pytest.raises(ValueError, match="code"):
        acknowledge(b"", "OK")
