"""C-CDA documents wherever they lie: a file of their own, an XDM zip, an HL7 v2 message, a FHIR DocumentReference."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bluering.intake.ccda.document import Document, read_document
from bluering.intake.ccda.parse import BadDocument
from bluering.intake.ccda.xdm import from_document_reference
from bluering.intake.reading import Reading, Resource, Trouble

# Where the XML itself is broken: what came before it was read, what comes after may be missing.
BROKEN_AT = "line "


def read_one(data: bytes, source: str) -> Reading:
    """What a document says, dated by the document. Nothing is raised: one that cannot be read is a Trouble."""
    try:
        document = read_document(data, source=source)
    except BadDocument as problem:
        return Reading(unreadable=[Trouble(problem.place, problem.reason)])
    document.reading.unreadable += [one for one in document.reading.not_mapped if one.place.startswith(BROKEN_AT)]
    return _dated(document)


def read_all(documents: Iterable[tuple[str, bytes]], source: str) -> Reading:
    """Several documents, each by its name."""
    reading = Reading()
    for name, data in documents:
        one = read_one(data, source)
        one.unreadable = [Trouble(f"{name}: {trouble.place}", trouble.reason) for trouble in one.unreadable]
        reading.add(one)
    return reading


def read_inside(carrier: Resource, source: str) -> Reading:
    """The documents inside a FHIR DocumentReference. They are about its subject, whatever numbers they use."""
    try:
        documents = from_document_reference(carrier)
    except BadDocument as problem:
        return Reading(unreadable=[Trouble(problem.place, problem.reason)])
    reading = read_all([(f"document {number}", data) for number, data in enumerate(documents, 1)], source)
    subject = (carrier.get("subject") or {}).get("reference", "")
    return about(reading, subject if subject.startswith("Patient/") else "")


def about(reading: Reading, patient: str) -> Reading:
    """Let everything the documents say be about this patient (reference) of the system that sent them, as it says.

    Their own Patient goes: kept and linked, a document that was put into the wrong chart would join two people.
    """
    if patient:
        own = {f"Patient/{one['id']}" for one in reading.resources if one["resourceType"] == "Patient"}
        kept = [one for one in reading.resources if one["resourceType"] != "Patient"]
        reading.resources = [_referring(one, own, patient) for one in kept]
    return reading


def _referring(value: Any, own: set[str], patient: str) -> Any:
    """The same value, with each reference to one of the `own` patients replaced."""
    if isinstance(value, dict):
        return {name: _referring(one, own, patient) for name, one in value.items()}
    if isinstance(value, list):
        return [_referring(one, own, patient) for one in value]
    return patient if isinstance(value, str) and value in own else value


def _dated(document: Document) -> Reading:
    """Every resource is as new as its document, so that an older document that comes late does not put anything back."""
    updated = instant(document.effective)
    if updated:
        document.reading.resources = [_stamped(one, updated) for one in document.reading.resources]
    return document.reading


def _stamped(resource: Resource, updated: str) -> Resource:
    meta = resource.get("meta") or {}
    return resource | {"meta": {"lastUpdated": updated} | meta}


def instant(text: str | None) -> str | None:
    """A FHIR dateTime as an instant: what is not told begins its day, in UTC; None for a year or a month alone."""
    if not text or len(text) < 10:
        return None
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
