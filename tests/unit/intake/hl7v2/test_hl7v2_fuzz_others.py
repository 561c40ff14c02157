"""Appointments, results, documents, orders and the rest in pieces: a reading or BadMessage, quickly, and always JSON."""

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from other_messages import PID, SENDER, hl7

from bluering.intake.hl7v2.attachments import embedded_documents
from bluering.intake.hl7v2.fold import fold
from bluering.intake.hl7v2.message import BadMessage, Message
from bluering.intake.hl7v2.split import split
from bluering.intake.hl7v2.threads import threads_of, why_not

OBR = "OBR|1|P5^EHR|F5^LAB|24323-8^Panel^LN|||202402010800|202402010805|||||||BLD&Blood|7^Okafor^Ada||||||202402011000||CH|F"
OBX = (
    "OBX|1|NM|2345-7^Glucose^LN||98|mg/dL^^UCUM|70-105|H|||F|||20240201||5^Lind^Per",
    "OBX|2|SN|1^Titre^L||^1^:^128||||||C",
    "OBX|3|ED|2^Form^L||LAB^AP^PDF^Base64^JVBERi0=||||||F",
    "OBX|4|CWE|3^Germ^L||1^E. coli^L~2^Other^L||||||W",
    "NTE|1||repeat",
)
VALID = [
    hl7(
        "SIU^S14",
        "20240201",
        "SCH|P1|F1|||||X|Y|30|min|^^^20240301^20240301",
        "AIS|1|A|1^V^L|20240301",
        "AIP|1|A|7^O^A",
    ).raw,
    hl7("ORU^R01", "20240201", "ORC|RE|P5^EHR", OBR, *OBX, "SPM|1|S1^S2||BLD|||||||||||||20240201^20240202").raw,
    hl7("OUL^R22", "20240201", "SPM|1|S1||BLD", OBR, "ORC|RE|P5", *OBX).raw,
    hl7("MDM^T10", "20240201", "TXA|1|DS|TX|20240201||20240201|||7^O^A|||D2|D1|P5||f.pdf|AU|R|AV", *OBX).raw,
    hl7(
        "ORM^O01", "20240201", "ORC|XO|P5|||IP||1^BID^^20240201^20240203^S", OBR, "DG1|1||E11.9^D^I10C", "NTE|1||x"
    ).raw,
    hl7("REF^I13", "20240201", "RF1|A|S|C^Card^L|||R9|20240201|20240301", "PRD|RT|O^A|||||7^NPI", "AUT|||||A7").raw,
    hl7("VXU^V04", "20240201", "ORC|RE||9^IZ", "RXA|0|1|20240201||140^Flu^CVX|0.5|mL||00|7^O^A", *OBX).raw,
    hl7(
        "RDS^O13", "20240201", "ORC|RE|M1", "RXE|1^Q8H^^20240201|1^M^L|1|2|TAB", "TQ1|1||BID", "RXD|1|1^M|20240201|60"
    ).raw,
    hl7("RAS^O17", "20240201", "ORC|RE|M1", "RXA|0|1|20240201||1^M^L|500|mg").raw,
    hl7("PPR^PC1", "20240201", "PRB|AD|20240201|E11.9^D^I10C|I7|||20240101||20240301").raw,
]
MARKS = st.sampled_from(
    [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b'""', b"OBX|", b"OBR|", b"ORC|", PID.encode(), b"\xff"]
)


def survives(raw: bytes) -> None:
    """Everything that reading does with content, with no error but BadMessage."""
    for piece in split(raw):
        try:
            message = Message.parse(piece.raw)
            threads = threads_of(message, SENDER)
            assert threads or why_not(message)
            assert isinstance(embedded_documents(message), list)
            for thread in threads:
                for one in fold(thread, [message], SENDER).resources:
                    assert orjson.dumps(one) and 0 < len(one["id"]) <= 64
        except BadMessage:
            continue


def test_they_are_valid():
    for raw in VALID:
        message = Message.parse(raw)
        own = [one for one in threads_of(message, SENDER) if not one.startswith(("patient:", "visit:"))]
        assert own and all(fold(one, [message], SENDER).resources for one in own[:1])


@settings(max_examples=400, deadline=2_000)
@given(st.data())
def test_valid_messages_with_pieces_changed(data):
    raw = data.draw(st.sampled_from(VALID))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        raw = raw[:start] + data.draw(st.one_of(MARKS, st.binary(max_size=6), st.just(b""))) + raw[end:]
    survives(raw)


NUMBERS = st.text("0123456789.-+eE<>= ", max_size=24)


@settings(max_examples=200, deadline=2_000)
@given(NUMBERS, NUMBERS, st.sampled_from(["NM", "SN", "ST", "TM", "DT", "CQ", "DR", "NA"]))
def test_odd_numbers_and_times(value, other, kind):
    survives(
        hl7(
            "ORU^R01", other, OBR.replace("202402010800", value), f"OBX|1|{kind}|1^T^L||{value}^{other}|u|{other}||||F"
        ).raw
    )
    survives(
        hl7("SIU^S12", "2024", f"SCH|P1|F1|||||||{value}|min|^^^{other}^{value}", f"AIS|1|A|1|{other}|||{value}").raw
    )
    survives(
        hl7(
            "RDE^O11", "2024", f"ORC|NW|M1|||||||{other}", f"RXE|1^Q{value}H|1^M|{value}|{other}|T|||||{value}||{other}"
        ).raw
    )
