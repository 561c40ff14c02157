"""Notes: note activities, and sections that are prose about the patient, as DocumentReferences; files inside a document."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.narrative import section_html
from bluering.intake.ccda.people import authors
from bluering.intake.ccda.statements import TEMPLATE
from bluering.intake.ccda.tree import Element, attribute, find, find_all, is_null
from bluering.intake.ccda.values import drop_empty, instant_of, period_of
from bluering.intake.reading import Resource

NOTE = TEMPLATE + "22.4.202"
CATEGORY = coded(
    "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note", "Clinical Note"
) | {"text": "Clinical Note"}
PROSE = frozenset(["8653-8", "8648-8", "69730-0", "51848-0", "51847-2", "42349-1", "18842-5", "10184-0"])
"""Sections kept as notes: discharge instructions, hospital course, instructions, assessment, assessment and plan, reason for
referral, discharge summary, discharge physical."""


@dataclass(frozen=True)
class Attachment:
    """A file inside a document: its media type, its bytes, and where it stands."""

    content_type: str
    data: bytes
    title: str
    place: str


def read_note(ctx: Context, act: Element) -> None:
    """A note: its text, or the file that it is."""
    text = find(act, "text")
    file, words = file_of(text), ctx.words(text)
    if file is None and not words:
        raise Unusable("a note without words")
    who, _ = authors(ctx, act)
    content = _content(file[0], file[1]) if file else _content("text/plain", words.encode())
    made: Resource = {
        "resourceType": "DocumentReference",
        "identifier": ctx.identifiers(act),
        "status": "current",
        "type": ctx.concept(find(act, "code")),
        "category": [CATEGORY],
        "subject": ctx.patient,
        "date": max((said for one in find_all(act, "author") if (said := instant_of(find(one, "time")))), default=None),
        "author": [one for one in who if "reference" in one],
        "content": [content],
        "context": drop_empty({"period": period_of(find(act, "effectiveTime"))}),
    }
    ctx.add(made, act)


def _content(kind: str, data: bytes) -> dict[str, Any]:
    return {"attachment": {"contentType": kind, "data": base64.b64encode(data).decode()}}


def file_of(element: Element | None) -> tuple[str, bytes] | None:
    """What an element holds in Base64, with its media type; None when it holds none, or nothing that can be decoded."""
    if is_null(element) or attribute(element, "representation") != "B64" or element is None:
        return None
    try:
        data = base64.b64decode("".join(element.itertext()), validate=False)
    except (binascii.Error, ValueError):
        return None
    return (attribute(element, "mediaType") or "application/octet-stream", data) if data else None


def section_note(ctx: Context, section: Element, document: Reference) -> None:
    """A section of prose as a note of its own, with its narrative as HTML and its tie to the document."""
    html = section_html(section)
    kind = ctx.concept(find(section, "code"))
    if not html or kind is None or is_null(section) or not ctx.words(find(section, "text")):
        return
    made: Resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": kind,
        "category": [CATEGORY],
        "subject": ctx.patient,
        "description": ctx.section.title,
        "relatesTo": [{"code": "transforms", "target": document}],
        "content": [_content("text/html", html.encode())],
    }
    ctx.add(made, section, key="note")


READERS: dict[str, Reader] = {NOTE: read_note}
