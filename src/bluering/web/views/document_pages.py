"""Pages of documents as pictures, each request asked who may: before filing for who files, afterwards for who may read the person."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluering.access import audit, permissions
from bluering.filing import queries
from bluering.intake.documents import opening
from bluering.intake.documents.keeping import folder
from bluering.intake.documents.kinds import kinds
from bluering.intake.documents.sheets import Unreadable
from bluering.intake.models import IncomingDocument
from bluering.record.names import source_name
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.words import plain_name


@require_GET
def waiting_page(request: Asked, document_id: int, page: int, size: str) -> HttpResponse:
    """A page of a document in the queue."""
    permissions.require(request.user, "documents.file")
    document = queries.find(request.user, document_id)
    if document is None:
        raise Http404
    audit.record(request.user, "document.page.read", detail=f"document {document.pk}, page {page}, {size}")
    return picture(document, page, size)


@require_GET
def filed(request: Asked, person_id: str, document_id: int) -> HttpResponse:
    """A document in somebody's record."""
    opened = enter(request, person_id, "person.read", page=f"document {document_id}")
    document = of_person(opened, document_id)
    known = kinds().get(document.filed_kind)
    facts = {
        "document": document,
        "person_id": person_id,
        "who_name": plain_name(opened.summary.given, opened.summary.family),
        "title": known.title if known else "Document",
        "source": source_name(document.source),
        "pages": range(1, document.pages + 1),
    }
    return render(request, "documents/filed.html", facts)


@require_GET
def filed_page(request: Asked, person_id: str, document_id: int, page: int, size: str) -> HttpResponse:
    """A page of a document in somebody's record."""
    opened = enter(request, person_id, "person.read", page=f"document {document_id}, page {page}")
    return picture(of_person(opened, document_id), page, size)


def of_person(opened: Opened, document_id: int) -> IncomingDocument:
    """A document filed with somebody who is opened; one that a practice keeps to itself is not found."""
    document = queries.filed_with(opened.person_id, document_id)
    if document is None or opened.hidden.of(document.source) or opened.hidden.of(document.filed_key.partition("/")[0]):
        raise Http404
    return document


def picture(document: IncomingDocument, page: int, size: str) -> HttpResponse:
    """The page drawn, from the cache when it was drawn before."""
    if size not in opening.SIZES or page < 1:
        raise Http404
    try:
        path = opening.picture(folder() / document.digest, document.digest, page - 1, size)
    except Unreadable:
        raise Http404 from None
    return HttpResponse(path.read_bytes(), content_type="image/png")
