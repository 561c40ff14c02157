"""A document about a person as a page: what its sections say, and what of it was not understood."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from bluering.errors import BadInput
from bluering.intake.ccda.document import read_document
from bluering.intake.ccda.parse import BadDocument
from bluering.intake.ccda.xdm import from_document_reference
from bluering.record.documents import KeptDocument, find_document
from bluering.record.names import source_name
from bluering.web.asked import Asked
from bluering.web.views.person import sit
from bluering.web.words import day_words


@require_GET
def document(request: Asked, person_id: str, key: str) -> HttpResponse:
    """The narrative of a C-CDA document, made anew from a short list of tags; nothing of the sender's markup is shown."""
    sitting = sit(request, person_id, "timeline/", page="document")
    kept = find_document(person_id, key)
    if kept is None or sitting.opened.hidden.of(kept.source):
        raise Http404
    title, narrative, left_out = read(kept)
    facts = sitting.facts(
        title=title, narrative=narrative, left_out=left_out, source=source_name(kept.source),
        day=day_words(kept.resource.get("date"), sitting.today),
    )  # fmt: skip
    return render(request, "person/document.html", facts)


def read(kept: KeptDocument) -> tuple[str, SafeString, list]:
    """Title, narrative, and the places that were not understood. Raises BadInput when nothing of it can be shown."""
    try:
        found = from_document_reference(kept.resource)
        if not found:
            raise BadInput("This document holds no text that can be shown here. Ask its sender for a readable copy.")
        made = read_document(found[0], source=kept.source)
    except BadDocument as problem:
        raise BadInput(f"This document cannot be shown: {problem}.") from None
    return made.title or "Document", made.narrative_html, made.reading.not_mapped + made.reading.unreadable
