"""The OBX that hold a document, and what they say of it."""

from collections.abc import Sequence
from itertools import islice, takewhile

from bluering.intake.hl7v2.attachments import TEXT_TYPES, text_attachment, written_lines
from bluering.intake.hl7v2.datatypes import concept, system_uri
from bluering.intake.hl7v2.datatypes.codes import LOINC
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import first
from bluering.intake.hl7v2.sender import Sender


def contents(message: Message, txa: Segment) -> list[Segment]:
    """The OBX that hold the document: after TXA, up to the next; in orders and results those right before it."""
    if message.heading.type == "MDM":
        later = islice(message.segments, txa.number, None)
        return [one for one in takewhile(lambda one: one.name != "TXA", later) if one.name == "OBX"]
    before = (message.segments[n] for n in range(txa.number - 2, -1, -1))
    body = takewhile(lambda one: one.name in ("OBX", "PRT", "NTE"), before)
    return [one for one in body if one.name == "OBX"][::-1]


def texts(body: Sequence[Segment]) -> list[dict]:
    """All lines of text together are one document."""
    text = "\n".join(written_lines(one for one in body if one[2].upper() in TEXT_TYPES)).strip()
    return [text_attachment(text)] if text else []


def loinc_type(obx: Segment, sender: Sender) -> dict | None:
    """OBX-3 where it names the kind of document in LOINC."""
    named = concept(first(obx, 3), sender, "OBX-3")
    is_loinc = system_uri(obx.get(3, 3), sender) == LOINC if obx.get(3, 3) else False
    return named if is_loinc else None
