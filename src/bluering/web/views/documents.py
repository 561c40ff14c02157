"""Documents to file: the list, one document beside its suggestions, and what can be done with it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.errors import BadInput, Refusal
from bluering.filing import actions, queries, reading
from bluering.intake.inbox import actions as inbox
from bluering.intake.inbox.queries import claim_on
from bluering.intake.models import Claim, DocumentState, IncomingDocument
from bluering.record import queries as record
from bluering.record.names import source_name
from bluering.web import documents_view
from bluering.web.asked import Asked
from bluering.web.words import plain_name

SHOWN, SHOWN_OTHERS, FOUND = 100, 25, 8
State = DocumentState


@require_GET
def documents(request: Asked) -> HttpResponse:
    """What waits to be filed, the oldest first; beside it what was not read, set aside, and filed lately."""
    permissions.require(request.user, "documents.file")
    return render(request, "documents/list.html", list_facts(request))


def list_facts(request: Asked, fault: str = "") -> dict:
    def rows(found: list[IncomingDocument]) -> list[documents_view.DocumentRow]:
        ids = [one.pk for one in found]
        standing = queries.claims_on(ids)
        return [documents_view.row(one, standing.get(one.pk), request.user) for one in found]

    return {
        "waiting": rows(queries.queue(request.user, SHOWN)),
        "count": queries.count_waiting(request.user),
        "unreadable": rows(queries.others(request.user, State.UNREADABLE, SHOWN_OTHERS)),
        "aside": rows(queries.others(request.user, State.ASIDE, SHOWN_OTHERS)),
        "filed": rows(queries.others(request.user, State.FILED, SHOWN_OTHERS)),
        "fault": fault,
    }


@require_POST
def bring(request: Asked) -> HttpResponse:
    """Keep the documents somebody uploads, and read them at once."""
    permissions.require(request.user, "documents.file")
    try:
        given = request.FILES.getlist("files")
        if not given:
            raise BadInput("file: choose a file first.")
        brought = [actions.bring(chunks=one.chunks(), file_name=one.name or "", by=request.user) for one in given]
    except BadInput as problem:
        return render(
            request, "documents/list.html", list_facts(request, str(problem).removeprefix("file: ")), status=422
        )
    reading.take_documents.enqueue()
    known = sum(not new for _, new in brought)
    if known:
        messages.info(request, "Something of that was here already; it is not kept twice.")
    return redirect("documents") if len(brought) > 1 else redirect("document", document_id=brought[0][0].pk)


def document_or_404(request: Asked, document_id: int) -> IncomingDocument:
    document = queries.find(request.user, document_id)
    if document is None:
        raise Http404
    return document


@require_http_methods(["GET", "POST"])
def document(request: Asked, document_id: int) -> HttpResponse:
    """One document: its pages, and who and what it may be. Opening it claims it, so that two people do not do one."""
    permissions.require(request.user, "documents.file")
    found = document_or_404(request, document_id)
    if request.method == "POST":
        return file_it(request, found)
    audit.record(request.user, "document.read", detail=f"document {found.pk}")
    return show(request, found)


def show(request: Asked, found: IncomingDocument, fault: str = "") -> HttpResponse:
    claim = hold(request, found) if found.state == State.WAITING else None
    if found.state == State.WAITING and not found.suggested:
        found.suggested = reading.suggestions(found.page_texts)
    ids = {one["person_id"] for one in found.suggested}
    known = record.summaries(ids - policies.foreign_to(request.user, ids))
    audit.record_many(request.user, "document.suggested.read", sorted(known), f"document {found.pk}")
    facts = {
        "document": found,
        "row": documents_view.row(found, claim, request.user),
        "source": source_name(found.source),
        "choices": documents_view.choices(found.suggested, known),
        "kinds": documents_view.kind_choices(),
        "pages": range(1, (found.pages or (1 if found.state != State.UNREADABLE else 0)) + 1),
        "theirs": claim if claim and claim.user_id != request.user.pk else None,
        "filed_with": record.summary(found.filed_person_id) if found.filed_person_id else None,
        "fault": fault,
    }
    return render(request, "documents/document.html", facts, status=422 if fault else 200)


def hold(request: Asked, found: IncomingDocument) -> Claim | None:
    """This user's claim, or the colleague's who was faster."""
    try:
        return inbox.claim(kind=actions.DOCUMENT, item_id=found.pk, by=request.user, word=request.POST.get("word", ""))
    except Refusal:
        return claim_on(actions.DOCUMENT, found.pk)


def file_it(request: Asked, found: IncomingDocument) -> HttpResponse:
    """The second key: what is picked is filed, and the next document opens."""
    person_id = request.POST.get("person", "")
    try:
        if not person_id:
            raise BadInput("person: pick one of the list, or find somebody.")
        filed = actions.file_document(
            document=found, person_id=person_id, kind=request.POST.get("kind", ""), by=request.user
        )
    except BadInput as problem:
        found.refresh_from_db()
        return show(request, found, str(problem).split(": ", 1)[-1])
    who = record.summary(person_id)
    name = plain_name(who.given, who.family) if who else ""
    messages.success(request, " ".join(filter(None, [f"Filed with {name}.", filed.reply])))
    return to_next(request, found)


def to_next(request: Asked, found: IncomingDocument) -> HttpResponse:
    following = queries.next_after(request.user, found.pk)
    return redirect("document", document_id=following.pk) if following else redirect("documents")


@require_GET
def is_read(request: Asked, document_id: int) -> HttpResponse:
    """Asked by the page of a document that is being read: nothing yet, or load the page again."""
    permissions.require(request.user, "documents.file")
    response = HttpResponse(status=204)
    if document_or_404(request, document_id).state != State.READING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def take_over(request: Asked, document_id: int) -> HttpResponse:
    """Work on a colleague's document, with a word to them; or go on with one's own."""
    found = document_or_404(request, document_id)
    inbox.claim(kind=actions.DOCUMENT, item_id=found.pk, by=request.user, word=request.POST.get("word", ""))
    return HttpResponse(status=204) if request.htmx else redirect("document", document_id=found.pk)


@require_POST
def let_go(request: Asked, document_id: int) -> HttpResponse:
    """The page was left."""
    permissions.require(request.user, "documents.file")
    inbox.release(kind=actions.DOCUMENT, item_id=document_id, by=request.user)
    return HttpResponse(status=204)


@require_POST
def find(request: Asked, document_id: int) -> HttpResponse:
    """Somebody else than the suggested: by name, date of birth, phone or number. The words travel in the body."""
    permissions.require(request.user, "documents.file")
    words = request.POST.get("q", "").strip()
    found = policies.without_foreign(request.user, record.matching(words)).order_by("name")[:FOUND]
    people = list(found) if len(words) > 1 else []
    audit.record_many(request.user, "document.find.read", [one.person_id for one in people], f"document {document_id}")
    facts = {"people": [documents_view.choice(one) for one in people], "words": words}
    return render(request, "documents/_found.html", facts)


@require_POST
def set_aside(request: Asked, document_id: int) -> HttpResponse:
    """It is nobody's here."""
    permissions.require(request.user, "documents.file")
    found = document_or_404(request, document_id)
    try:
        actions.set_aside(document=found, reason=request.POST.get("reason", ""), by=request.user)
    except BadInput as problem:
        found.refresh_from_db()
        return show(request, found, str(problem).split(": ", 1)[-1])
    messages.success(request, "Set aside.")
    return to_next(request, found)


@require_POST
def read_again(request: Asked, document_id: int) -> HttpResponse:
    """Take it up again, from its bytes."""
    found = document_or_404(request, document_id)
    actions.read_again(document=found, by=request.user)
    reading.take_documents.enqueue()
    return redirect("document", document_id=found.pk)


@require_POST
def take_back(request: Asked, document_id: int) -> HttpResponse:
    """It was filed wrongly."""
    found = document_or_404(request, document_id)
    actions.take_back(document=found, by=request.user)
    messages.success(request, "Taken back: nobody's record shows it any more. File it anew.")
    return redirect("document", document_id=found.pk)
