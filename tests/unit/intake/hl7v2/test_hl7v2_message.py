"""Segments, fields, repetitions, components, escapes, charsets."""

import pytest

from bluering.intake.hl7v2.message import BadMessage, Message

HEAD = "MSH|^~\\&|LAB^1.2.3^ISO|COUNTY|||20240102030405-0600||ORU^R01^ORU_R01|C7|P|2.5.1"


def message(*lines: str, head: str = HEAD) -> Message:
    return Message.parse("\r".join([head, *lines]).encode())


def test_the_heading_says_who_and_what():
    told = message().heading
    assert (told.sender, told.control_id, told.event) == ("LAB|COUNTY", "C7", "ORU^R01")
    assert (told.version, told.processing_id, told.sent_at) == ("2.5.1", "P", "20240102030405-0600")


def test_msh_counts_its_separator_as_the_first_field():
    msh = message().first("MSH")
    assert (msh[1], msh[2], msh[3], msh.get(9, 3)) == ("|", "^~\\&", "LAB", "ORU_R01")


def test_fields_repetitions_components_and_subcomponents():
    pid = message("PID|1||A^^^X&Y~B^^^Z").first("PID")
    assert pid[3] == "A"
    assert pid.get(3, 4, sub=2) == "Y"
    assert pid.get(3, 4, rep=1) == "Z"
    assert [rep.get(4) for rep in pid.reps(3)] == ["X", "Z"]
    assert pid.reps(3)[0].subs(4) == ["X", "Y"]
    assert (pid[99], pid.get(3, 9), pid.get(3, rep=5), pid.get(3, 1, 4)) == ("", "", "", "")


def test_absent_and_deleted_are_both_empty_but_told_apart():
    pid = message('PID|1||""|').first("PID")
    assert (pid[3], pid[4], pid.reps(3)) == ("", "", [])
    assert pid.is_null(3) and not pid.is_null(4)


def test_segments_are_numbered_and_found_by_name():
    told = message("OBX|1", "ZZ1|x", "OBX|2")
    assert [(one.name, one.number) for one in told.segments] == [("MSH", 1), ("OBX", 2), ("ZZ1", 3), ("OBX", 4)]
    assert [one[1] for one in told.all("OBX")] == ["1", "2"]
    assert told.first("PID") is None and told.all("PID") == []


def test_a_line_that_begins_no_segment_belongs_to_the_one_before():
    assert (
        message("OBX|1|TX|||first line", "second line, and so on").first("OBX")[5]
        == "first line\nsecond line, and so on"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"A\T\E", "A&E"),
        (r"\F\\S\\R\\E\\P\ ", r"|^~\#"),
        (r"one\.br\two", "one\ntwo"),
        (r"one\.sp2\two\.in+4\ ", "one\n\ntwo"),
        (r"\H\bold\N\ ", "bold"),
        (r"caf\XC3A9\ ", "café"),
        (r"caf\XE9\ ", "café"),
        (r"\Zxx\ and \M2442\ and \C2842\ ", r"\Zxx\ and \M2442\ and \C2842" + "\\"),
        (r"C:\temp\T\x", r"C:\temp&x"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_escape_sequences(written, meant):
    assert message(f"NTE|1||{written}").first("NTE")[3] == meant


def test_delimiters_are_what_the_message_says():
    told = Message.parse(b"MSH#*:?!#A#B###20240102##ADT*A01#1#P#2.3\rPID#1##7*8*9*N!U:X#?T?")
    assert told.heading.event == "ADT^A01"
    assert told.first("PID").get(3, 4, sub=2) == "U"
    assert [rep.get() for rep in told.first("PID").reps(3)] == ["7", "X"]
    assert told.first("PID")[4] == "!"


@pytest.mark.parametrize("marks", ["^~\\&#", "^~\\&", "^~\\", "^~", "^", "", "^~\\\\&", "^~&"])
def test_delimiters_partly_given_are_the_usual_ones(marks):
    told = message("PID|1||A^^^X&Y~B", head=HEAD.replace("^~\\&", marks, 1)).first("PID")
    assert (told.get(3, 4, sub=2), told.get(3, rep=1)) == ("Y", "B")


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "the message"),
        (b"PID|1", "the message"),
        (b"MSH", "MSH-1"),
        (b"MSH|", "MSH-1"),
        (b"MSH|abcd|A", "MSH-2"),
        (b"MSH^^~\\&^A", "MSH-2"),
        (b"MSH|^~\\&|A|B|||2024|||1", "MSH-9"),
    ],
)
def test_what_is_no_message_says_where(raw, place):
    with pytest.raises(BadMessage) as problem:
        Message.parse(raw)
    assert problem.value.place == place


def test_reasons_quote_no_values():
    with pytest.raises(BadMessage) as problem:
        Message.parse(b"MSH|SECRET|A|B\rPID|1||SECRET")
    assert "SECRET" not in str(problem.value)


@pytest.mark.parametrize(
    ("named", "charset"),
    [
        ("8859/1", "latin-1"),
        ("8859/2", "iso8859-2"),
        ("UNICODE UTF-8", "utf-8"),
        ("", "utf-8"),
        ("", "latin-1"),
        ("ASCII", "latin-1"),
    ],
)
def test_charset_of_msh_18(named, charset):
    raw = f"{HEAD}||||||{named}\rPID|1||||Müller".encode(charset)
    assert Message.parse(raw).first("PID")[5] == "Müller"


def test_japanese_by_iso_2022():
    raw = f"{HEAD}||||||ISO IR87\rPID|1||||山田".encode("iso2022_jp")
    assert Message.parse(raw).first("PID")[5] == "山田"


def test_utf_16():
    raw = f"{HEAD}||||||UNICODE UTF-16\rPID|1||||Müller".encode("utf-16")
    assert Message.parse(raw).first("PID")[5] == "Müller"


@pytest.mark.parametrize(
    ("nine", "evn", "event"),
    [
        ("ADT^A01", "", "ADT^A01"),
        ("ADT", "A08", "ADT^A08"),
        ("ADT_A04", "", "ADT^A04"),
        ("^^ORU_R01", "", "ORU^R01"),
        ("ACK", "", "ACK"),
    ],
)
def test_the_event_of_old_messages(nine, evn, event):
    raw = f"MSH|^~\\&|A|B|||2024||{nine}|1|P|2.1\rEVN|{evn}|2024"
    assert Message.parse(raw.encode()).heading.event == event


def test_very_many_fields_are_bounded():
    assert message("OBX|" + "|" * 2_000_000).first("OBX")[5] == ""
