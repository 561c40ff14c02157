"""One document from its bytes to FHIR: header, sections in their order, what ties them together, and what was left."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.safestring import SafeString, mark_safe

from bluering.intake.ccda import header
from bluering.intake.ccda.bodies import attachments, embedded_html, unstructured
from bluering.intake.ccda.context import Context, Reference, Section, keys_of
from bluering.intake.ccda.kinds import kind_of
from bluering.intake.ccda.names import words_in
from bluering.intake.ccda.narrative import section_html
from bluering.intake.ccda.notes import Attachment
from bluering.intake.ccda.parse import parse_document
from bluering.intake.ccda.patient import read_patient
from bluering.intake.ccda.sections import SectionTally, read_sections
from bluering.intake.ccda.tree import Element, find, find_all
from bluering.intake.ccda.values import time_of
from bluering.intake.ccda.words import Narrative
from bluering.intake.reading import Reading, Resource, Trouble, provenance, stable_id

HEADER = "the header"
Made = TypeVar("Made")


@dataclass
class Document:
    """What a document says, what of it was not mapped, and how to show it.

    `effective` is when it was written, as a FHIR dateTime of the sender's precision. `narrative_html` is safe to put into a
    page. `reading.not_mapped` is all sections' `not_mapped` together.
    """

    reading: Reading
    title: str = ""
    kind: str = "other"
    document_id: str = ""
    effective: str | None = None
    sections: list[SectionTally] = field(default_factory=list)
    narrative_html: SafeString = field(default_factory=lambda: mark_safe(""))
    embedded: list[Attachment] = field(default_factory=list)


def read_document(data: bytes, *, source: str) -> Document:
    """Read one C-CDA document. `source` is the name of the system it came from, told in the Provenance.

    Raises BadDocument when nothing of it can be read; everything less is a Trouble in the reading.
    """
    root, forgiven = parse_document(data)
    return read_tree(root, data, forgiven, source=source, is_whole=True)


def read_tree(root: Element, data: bytes, forgiven: list[Trouble], *, source: str, is_whole: bool) -> Document:
    """A parsed document; a fragment (`is_whole` false) has no DocumentReference and no Provenance."""
    digest = hashlib.sha256(data).hexdigest()
    ctx = Context(_set_id(root) or digest, digest, Narrative(root), Section("", "", HEADER, root))
    ctx.written = time_of(find(root, "effectiveTime"))
    _guarded(ctx, lambda: read_patient(ctx, find(root, "recordTarget")))
    agents = _guarded(ctx, lambda: header.read_people(ctx, root)) or []
    _guarded(ctx, lambda: header.read_care_team(ctx, root))
    visit = _guarded(ctx, lambda: header.read_encounter(ctx, root))
    own = _guarded(ctx, lambda: header.document_reference(ctx, root, data, visit)) if is_whole else None
    sections = read_sections(ctx, root, _reference(own))
    made = Document(
        _reading(ctx, sections, forgiven),
        words_in(find(root, "title")),
        kind_of(root),
        "^".join(part for part in next(iter(keys_of(root)), (digest, "")) if part),
        ctx.written,
        sections,
        _narrative(root),
        attachments(root),
    )
    unstructured(root, made.reading, own)
    if own is not None:
        made.reading.resources.append(_provenance(made, own, agents, source))
    return made


def _set_id(root: Element) -> str:
    """The id of the set of versions that a document belongs to, else its own."""
    for element in (find(root, "setId"), find(root, "id")):
        if element is not None and not element.get("nullFlavor") and element.get("root"):
            return f"{element.get('root')}^{element.get('extension') or ''}"
    return ""


def _reference(resource: Resource | None) -> Reference:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"} if resource else {}


def _guarded(ctx: Context, work: Callable[[], Made]) -> Made | None:
    """A part of the header; whatever is wrong with it, the rest of the document is read."""
    try:
        return work()
    except Exception as problem:
        ctx.broken.append(Trouble(HEADER, f"a part of it could not be read ({type(problem).__name__})"))
        return None


def _reading(ctx: Context, sections: list[SectionTally], forgiven: list[Trouble]) -> Reading:
    not_mapped = [trouble for section in sections for trouble in section.not_mapped]
    return Reading(list(ctx.resources.values()), ctx.broken, forgiven + not_mapped)


def _narrative(root: Element) -> SafeString:
    """All sections, then a body that is text itself. Safe: narrative.py builds it from a short list of tags."""
    parts = [section_html(one) for one in find_all(root, "component/structuredBody/component/section")]
    return mark_safe("".join([*parts, embedded_html(root)]))


def _provenance(made: Document, own: Resource, agents: list[dict[str, Any]], source: str) -> Resource:
    told = provenance(
        of=made.reading.resources,
        what="C-CDA document",
        identifier=made.document_id,
        recorded=_recorded(made.effective),
        agent=source,
        activity="read from a document",
    )
    told["id"] = stable_id("provenance", own["id"])  # the document's number alone may be copied between patients
    told["agent"] += agents
    told["entity"][0]["what"] |= _reference(own)
    return told


def _recorded(effective: str | None) -> dt.datetime:
    """The moment the document was written; a day alone counts from its start (UTC). Without either, now."""
    if effective and "T" in effective:
        return dt.datetime.fromisoformat(effective)
    if effective:
        return dt.datetime.fromisoformat((effective + "-01-01")[:10]).replace(tzinfo=dt.UTC)
    return dt.datetime.now(dt.UTC)
