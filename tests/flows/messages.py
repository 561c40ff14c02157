"""Small HL7 v2 messages of made-up people, and what sending them leaves behind."""

from bluering import pipeline
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2.message import Message
from bluering.record import engine


def adt(
    event: str, number: str, at: str, *, mrn="4711", name="Lind^Ada", visit="V1", kind="I", more="", **pv1
) -> bytes:
    """An ADT message recorded at `at` (YYYYMMDDHHMM); `pv1` gives fields such as pv1_36, `more` further segments."""
    fields = {2: kind, 3: "3W^12^A", 19: visit, 44: "202611200800"} | {int(k[4:]): v for k, v in pv1.items()}
    segments = [
        f"MSH|^~\\&|ADT1|GENERAL|BLUERING|MAPLE|{at}||ADT^{event}|{number}|P|2.5.1",
        f"EVN|{event}|{at}",
        f"PID|1||{mrn}^^^GENERAL^MR||{name}||19500203|F",
        *([more] if more else []),
        *(["PV1|1|" + "|".join(fields.get(n, "") for n in range(2, 46))] if visit else []),
    ]
    return "\r".join(segments).encode() + b"\r"


def incoming(raw: bytes, source: str = "hospital") -> Incoming:
    heading = Message.parse(raw).heading
    return Incoming(source, "hl7v2", heading.sender, heading.control_id, raw)


def arrive(*raw: bytes, source: str = "hospital", one_by_one: bool = False) -> None:
    """Keep the messages and take them in, together or each by itself."""
    for group in [[one] for one in raw] if one_by_one else [list(raw)]:
        arrivals.keep([incoming(one, source) for one in group])
        pipeline.process_arrivals()


def rows(table: str, columns: str) -> list[tuple]:
    return engine.connect().execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
