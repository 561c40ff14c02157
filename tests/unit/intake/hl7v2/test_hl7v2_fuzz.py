"""Whatever comes in: a message or BadMessage, quickly; and every message can be folded."""

import string
import time

import pytest
from adt_messages import SENDER, adt
from hypothesis import given, settings
from hypothesis import strategies as st

from bluering.intake.hl7v2 import datatypes as types
from bluering.intake.hl7v2.ack import acknowledge
from bluering.intake.hl7v2.escapes import read_delimiters
from bluering.intake.hl7v2.fold import fold
from bluering.intake.hl7v2.message import BadMessage, Message
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.split import looks_like, split
from bluering.intake.hl7v2.threads import threads_of, when, why_not

PV1 = {2: "I", 3: "4E^1^A&x^CGH", 7: "1^Dunn^Iris", 36: "01", 44: "202403010955", 45: "202403041500-0600"}
MORE = (
    "PD1||||9^Roe^Jo",
    "NK1|1|Vance^Sam|SPO",
    "AL1|1|DA|P^PENICILLIN|SV|hives",
    "IAM|1|FA|N^Nuts|MI||D",
    "DG1|1||I50.9^HF^I10|||F",
    "IN1|1|A^Plan|7|Payer",
    "MRG|9^^^CGMRN^MR||||V0",
)
TRIGGERS = [
    "A01",
    "A02",
    "A03",
    "A06",
    "A08",
    "A11",
    "A12",
    "A13",
    "A17",
    "A24",
    "A29",
    "A37",
    "A40",
    "A45",
    "A50",
    "A60",
]
VALID = [adt(trigger, "20240301", PV1, *MORE).raw for trigger in TRIGGERS]
MARKS = st.sampled_from(
    [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\r\n", b"\x0b", b"\x1c", b'""', b"MSH|", b"PID|", b"\xff", b"\x00"]
)


def survives(data: bytes) -> None:
    """Everything that a pipeline does with content, with no error but BadMessage."""
    looks_like(data)
    for piece in split(data):
        assert acknowledge(piece.raw, "AE", "x").startswith((b"MSH", b"\xff\xfe"))
        try:
            message = Message.parse(piece.raw)
            threads = threads_of(message, SENDER)
        except BadMessage:
            continue
        when(message, SENDER)
        assert threads or why_not(message)
        for thread in threads:
            for one in fold(thread, [message], SENDER).resources:
                assert one["resourceType"] and 0 < len(one["id"]) <= 64


@settings(max_examples=300, deadline=2_000)
@given(st.binary(max_size=400))
def test_any_bytes(data):
    survives(data)
    survives(b"MSH|^~\\&" + data)


@settings(max_examples=300, deadline=2_000)
@given(st.data())
def test_valid_messages_with_pieces_changed(data):
    raw = data.draw(st.sampled_from(VALID))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        raw = raw[:start] + data.draw(st.one_of(MARKS, st.binary(max_size=6), st.just(b""))) + raw[end:]
    survives(raw)


@settings(max_examples=200, deadline=2_000)
@given(st.lists(st.text(string.printable, max_size=12), max_size=50), st.sampled_from(TRIGGERS))
def test_fields_that_hold_anything(fields, trigger):
    body = "|".join(fields)
    survives(
        "\r".join(
            [
                f"MSH|^~\\&|A|B|||2024||ADT^{trigger}|1|P|2.5",
                f"EVN|{body}",
                f"PID|1||7|{body}",
                f"PV1|{body}",
                f"DG1|{body}",
                f"IN1|{body}",
                f"NK1|{body}",
                f"MRG|{body}",
            ]
        ).encode()
    )


@settings(max_examples=300, deadline=2_000)
@given(st.text(max_size=40))
def test_data_types_of_any_text(text):
    rep = Repetition(text, read_delimiters("|", "^~\\&"))
    for read in (types.identifier, types.human_name, types.address, types.concept, types.location, types.practitioner):
        assert read(rep, SENDER) is None or read(rep, SENDER)
    types.contact_point(rep)
    types.practitioner_reference(rep, SENDER)
    types.structured_number(rep, rep, SENDER)
    types.quantity(text, rep, SENDER)
    told = types.moment(text, SENDER)
    assert told is None or types.instant(text, SENDER) is not None
    assert types.day(text) is None or len(types.day(text)) in (4, 7, 10)


@pytest.mark.parametrize(
    "body",
    [
        b"PID|1||7\r" * 900,
        b"PID|1||7\r" * 150_000,
        b"PID|1||7\r" + b"no segment\r" * 300_000,
        b"PID|1||" + b"7~" * 200_000,
        b"PID|1||7||" + b"\\" * 500_000,
        b"PID|1||7||" + b"^" * 500_000 + b"&" * 500_000,
        b"\x0b" * 500_000 + b" " * 500_000 + b"\r" * 500_000,
    ],
    ids=["patients", "too many patients", "lines", "repetitions", "escapes", "components", "blanks"],
)
@pytest.mark.parametrize("trigger", [b"A01", b"A24"])
def test_much_of_anything_takes_little_time(body, trigger):
    began = time.process_time()
    survives(b"MSH|^~\\&|A|B|||2024||ADT^" + trigger + b"|1|P|2.5\r" + body)
    assert time.process_time() - began < 5
