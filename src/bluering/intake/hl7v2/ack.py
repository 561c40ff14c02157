"""The answer to a message: ACK, in the sender's own delimiters, version and charset. Source: HL7 v2.8 chapter 2.9, 2.14, 2.15."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from bluering.intake.hl7v2.charsets import decode, named
from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.escapes import USUAL, Delimiters, read_delimiters
from bluering.intake.hl7v2.message import Heading
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.split import as_bytes

CODES = ("AA", "AE", "AR")
CONDITIONS = {"AL": ("AA", "AE", "AR"), "SU": ("AA",), "ER": ("AE", "AR")}
"""MSH-15: for which outcomes the sender wants an accept acknowledgement (enhanced mode)."""
APPLICATION_ERROR = "207^Application error^HL70357"
MOST_ECHOED = 200
ERR_SINCE = (2, 5)


@dataclass(frozen=True)
class Asked:
    """What the answer repeats of the message."""

    marks: Delimiters
    parties: tuple[str, str, str, str] = ("", "", "", "")
    control_id: str = ""
    trigger: str = ""
    processing_id: str = "P"
    version: str = "2.5.1"
    accept: str = ""
    charset: str = ""
    encoding: str = "utf-8"


def acknowledge(what: bytes | Heading, code: str, reason: str = "") -> bytes:
    """The ACK to a message or to a heading: AA taken, AE an error, AR refused, with a reason without values.

    Bytes that are no message get one too, with as much of MSH as could be read. Where MSH-15 asks for an accept
    acknowledgement of this outcome the code is CA, CE or CR instead. Segments end with CR; frames are for the caller.
    """
    if code not in CODES:
        raise ValueError(f"not an acknowledgement code: {code}")
    asked = _of_heading(what) if isinstance(what, Heading) else _of_bytes(what)
    if code in CONDITIONS.get(asked.accept, ()):
        code = "C" + code[1]
    text = "".join(f"{line}\r" for line in _lines(asked, code, reason))
    return text.encode(asked.encoding, "replace")


def _lines(asked: Asked, code: str, reason: str) -> list[str]:
    marks = asked.marks
    sep, comp = marks.field, marks.component
    encoding = comp + marks.repetition + marks.escape + marks.subcomponent + marks.truncation
    kind = comp.join(["ACK", *([asked.trigger] if asked.trigger else []), *(["ACK"] if asked.trigger else [])])
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d%H%M%S+0000")
    number = uuid.uuid4().hex[:20]
    msh = ["MSH", encoding, *asked.parties, now, "", kind, number, asked.processing_id or "P", asked.version]
    if asked.charset:
        msh += ["", "", "", "", "", asked.charset]
    told = marks.escaped(reason)
    modern = _version(asked.version) >= ERR_SINCE
    msa = ["MSA", code, asked.control_id, *([told] if told and not modern else [])]
    lines = [sep.join(msh), sep.join(msa)]
    if code[1] != "A" and modern:
        lines.append(sep.join(["ERR", "", "", APPLICATION_ERROR.replace("^", comp), "E", "", "", "", told]))
    return lines


def _version(text: str) -> tuple[int, ...]:
    found = re.match(r"(\d)\.(\d)", text)
    return (int(found[1]), int(found[2])) if found else ERR_SINCE


def _of_heading(heading: Heading) -> Asked:
    marks = read_delimiters("|", USUAL)
    app, _, facility = heading.sender.partition("|")
    return Asked(
        marks,
        ("", "", marks.escaped(app), marks.escaped(facility)),
        marks.escaped(heading.control_id),
        marks.escaped(heading.trigger),
        marks.escaped(heading.processing_id) or "P",
        marks.escaped(heading.version) or "2.5.1",
    )


def _of_bytes(raw: bytes) -> Asked:
    """MSH as far as it can be read, its fields as they were written, the parties swapped."""
    head = raw[:4_096]
    text = decode(head)
    start = text.find("MSH")
    line = re.split(r"[\r\n\x1c]", text[start:], maxsplit=1)[0] if start >= 0 else ""
    try:
        marks = read_delimiters(line[3], line[4:12].split(line[3], 1)[0])
    except (BadMessage, IndexError):
        return Asked(read_delimiters("|", USUAL))
    msh = Segment(line, 1, marks)
    seen = as_bytes(head)[1]
    charset = msh.raw(18).split(marks.repetition)[0][:MOST_ECHOED]
    return Asked(
        marks,
        (_raw(msh, 5), _raw(msh, 6), _raw(msh, 3), _raw(msh, 4)),
        _raw(msh, 10),
        marks.escaped(msh.get(9, 2))[:20],
        _raw(msh, 11) or "P",
        _raw(msh, 12).split(marks.component)[0] or "2.5.1",
        msh[15],
        charset,
        "utf-16" if seen.startswith("utf-16") else named(head),
    )


def _raw(msh: Segment, field: int) -> str:
    return msh.raw(field)[:MOST_ECHOED].strip()
