"""A filed document as FHIR: a DocumentReference that names the kept bytes, and where it came from."""

import base64
import datetime as dt
import hashlib

from bluering.access.models import User
from bluering.coordination.models import Handoff
from bluering.intake.documents.keeping import chunks_of, folder
from bluering.intake.documents.kinds import Kind
from bluering.intake.documents.sheets import MEDIA_TYPES, kind_of
from bluering.intake.models import IncomingDocument
from bluering.intake.reading import Resource, provenance
from bluering.record.names import source_name


def resource_id(document: IncomingDocument) -> str:
    """The id of a document's DocumentReference, wherever it is filed."""
    return f"filed-{document.pk}"


def resources(
    document: IncomingDocument, *, kind: Kind, subject_key: str, handoff: Handoff | None, by: User, at: dt.datetime
) -> list[Resource]:
    """The DocumentReference and its Provenance, as facts of the source in which `subject_key` (source/patient id) lies."""
    source, patient = subject_key.split("/", 1)
    sender = source_name(document.source)
    pages = f"{document.pages} page" + ("" if document.pages == 1 else "s")
    made: Resource = {
        "resourceType": "DocumentReference",
        "id": resource_id(document),
        "meta": {"lastUpdated": at.isoformat(timespec="milliseconds")},
        "status": "current",
        "type": {"text": kind.title} | ({"coding": [kind.coding]} if kind.coding else {}),
        "subject": {"reference": f"Patient/{patient}"},
        "date": document.received_at.isoformat(timespec="seconds"),
        "author": [{"display": sender}],
        "description": f"{kind.title}, {pages}, by {sender}",
        "content": [{"attachment": _attachment(document)}],
    }
    if handoff and (order := _order(handoff, source)):
        made["context"] = {"related": [{"reference": order}]}
    origin = provenance(
        of=[made], what="document", identifier=f"{document.pk}", recorded=at, agent=sender, activity="filed by hand"
    )
    origin["agent"].append({"type": {"text": "verifier"}, "who": {"display": by.name}})
    return [made, origin]


def _attachment(document: IncomingDocument) -> Resource:
    """By reference: FHIR wants the SHA-1 of the bytes as `hash`."""
    path = folder() / document.digest
    sha1, head = hashlib.sha1(usedforsecurity=False), b""
    for piece in chunks_of(path):
        head = head or piece[:1024]
        sha1.update(piece)
    return {
        "contentType": MEDIA_TYPES.get(kind_of(head), "application/octet-stream"),
        "url": f"urn:bluering:document:{document.pk}",
        "size": path.stat().st_size,
        "hash": base64.b64encode(sha1.digest()).decode(),
    }


def _order(handoff: Handoff, source: str) -> str:
    """The referral that a handoff carries, as a reference inside `source`; empty when it carries none of that source."""
    key_source, _, rest = handoff.fact_key.partition("/")
    return rest if key_source == source and rest.startswith("ServiceRequest/") else ""
