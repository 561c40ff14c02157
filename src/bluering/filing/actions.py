"""What people do with documents: bring, file, take back, set aside, take up again. Who works on one is a claim of the Inbox."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bluering import pipeline
from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.coordination import policies, replies
from bluering.coordination.models import Handoff
from bluering.errors import BadInput
from bluering.filing import fhir
from bluering.identity import queries as identity
from bluering.intake.documents.keeping import keep_document
from bluering.intake.documents.kinds import Kind, kinds
from bluering.intake.inbox import actions as inbox
from bluering.intake.models import DocumentState, IncomingDocument
from bluering.record.queries import practice_sources

DOCUMENT = "document"
LARGEST_BYTES, LONGEST_REASON = 60_000_000, 400
State = DocumentState


@dataclass(frozen=True)
class Filed:
    """What filing did. `reply` says what became of the handoff that the document answers; empty when it answers none."""

    document: IncomingDocument
    reply: str = ""


def bring(
    *, chunks: Iterable[bytes], file_name: str, by: User, source: str = "upload"
) -> tuple[IncomingDocument, bool]:
    """Keep a document that somebody brings; (document, whether it is new)."""
    permissions.require(by, "documents.file")
    document, new = keep_document(_limited(chunks), source=source, file_name=file_name)
    if new:
        audit.record(by, "document.bring", detail=f"document {document.pk}")
    return document, new


def file_document(*, document: IncomingDocument, person_id: str, kind: str, by: User) -> Filed:
    """Put a document into a person's record, and tell the handoff it answers that its result is back.

    Raises Refusal when a colleague works on it, BadInput when it is filed already or nobody has that id. The record comes first: should
    this be cut short in between, the document still waits, and filing it again changes nothing that was right.
    """
    permissions.require(by, "documents.file")
    inbox.claim(kind=DOCUMENT, item_id=document.pk, by=by)
    if policies.foreign_to(by, [person_id]):
        raise BadInput("person: they are of a practice that you do not serve; leave it to whoever does.")
    sort, key = _kind(kind), _key_of(person_id)
    _require_state(document, State.WAITING)
    handoff = _handoff(document, person_id)
    made = fhir.resources(document, kind=sort, subject_key=key, handoff=handoff, by=by, at=timezone.now())
    pipeline.keep(made, source=key.split("/", 1)[0])
    return _mark_filed(document, person_id, key, sort, handoff, by)


@transaction.atomic
def _mark_filed(
    document: IncomingDocument, person_id: str, key: str, kind: Kind, handoff: Handoff | None, by: User
) -> Filed:
    _require_state(document, State.WAITING)
    document.state, document.reason, document.filed_key = State.FILED, "", key
    document.filed_person_id, document.filed_kind = person_id, kind.key
    document.filed_by, document.filed_at = by, timezone.now()
    document.save()
    audit.record(by, "document.file", person_id, f"document {document.pk}")
    inbox.release(kind=DOCUMENT, item_id=document.pk, by=by)
    return Filed(document, _reply(document, handoff, by))


def _reply(document: IncomingDocument, handoff: Handoff | None, by: User) -> str:
    if handoff is None:
        return (
            ""
            if document.reply_to is None
            else "Its cover sheet's code belongs to another person's handoff, which stays as it was."
        )
    refused = replies.record_reply(handoff=handoff, document_id=document.pk, by=by)
    return f"The handoff it answers stays as it was: {refused}" if refused else "The handoff's result is back."


def take_back(*, document: IncomingDocument, by: User) -> IncomingDocument:
    """It was filed wrongly: nothing shows it any more, and it waits again. What was said about a handoff stands in its history."""
    permissions.require(by, "documents.file")
    _require_state(document, State.FILED)
    source, person = document.filed_key.split("/", 1)[0], document.filed_person_id
    pipeline.remove([("DocumentReference", fhir.resource_id(document))], source=source, at=timezone.now())
    with transaction.atomic():
        _require_state(document, State.FILED)
        document.state, document.filed_key, document.filed_person_id = State.WAITING, "", ""
        document.filed_kind, document.filed_by, document.filed_at = "", None, None
        document.save()
        audit.record(by, "document.take_back", person, f"document {document.pk}")
    pipeline.run(person_id=person)
    return document


@transaction.atomic
def set_aside(*, document: IncomingDocument, reason: str, by: User) -> IncomingDocument:
    """It is nobody's here: an advertisement, a wrong number. It is kept, with the reason."""
    permissions.require(by, "documents.file")
    inbox.claim(kind=DOCUMENT, item_id=document.pk, by=by)
    if not (reason := reason.strip()) or len(reason) > LONGEST_REASON:
        raise BadInput(f"reason: say why, at most {LONGEST_REASON} characters; colleagues read it.")
    _require_state(document, State.WAITING, State.UNREADABLE)
    return _move(document, State.ASIDE, reason, by, "document.set_aside")


@transaction.atomic
def read_again(*, document: IncomingDocument, by: User) -> IncomingDocument:
    """Take up what was set aside or could not be read: it is read once more, from its bytes."""
    permissions.require(by, "documents.file")
    _require_state(document, State.ASIDE, State.UNREADABLE, State.WAITING)
    return _move(document, State.READING, "", by, "document.read_again")


def _move(document: IncomingDocument, state: str, reason: str, by: User, act: str) -> IncomingDocument:
    document.state, document.reason = state, reason
    document.save(update_fields=["state", "reason"])
    audit.record(by, act, detail=f"document {document.pk}")
    inbox.release(kind=DOCUMENT, item_id=document.pk, by=by)
    return document


def _require_state(document: IncomingDocument, *allowed: str) -> None:
    """The row as it is now, locked where there is a transaction. Raises BadInput when somebody has been faster."""
    rows = IncomingDocument.objects.all()
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update()
    document.refresh_from_db(from_queryset=rows)
    if document.state not in allowed:
        raise BadInput(
            f"document {document.pk}: this cannot be done, for it is {State(document.state).label}. Reload the list."
        )


def _kind(key: str) -> Kind:
    known = kinds()
    if key not in known:
        raise BadInput(f"kind: choose one of {', '.join(known)}.")
    return known[key]


def _key_of(person_id: str) -> str:
    """The patient under whom the document stands: the practice's own where there is one, else any, so that it follows the person."""
    keys, ours = sorted(identity.keys_of(person_id)), practice_sources()
    if not keys:
        raise BadInput("person: choose somebody of the list, or find somebody.")
    return min(keys, key=lambda key: (key.split("/", 1)[0] not in ours, key))


def _handoff(document: IncomingDocument, person_id: str) -> Handoff | None:
    """The handoff that the document answers, when it is this person's."""
    if document.reply_to is None:
        return None
    return Handoff.objects.filter(pk=document.reply_to, person_id=person_id).first()


def _limited(chunks: Iterable[bytes]) -> Iterable[bytes]:
    total = 0
    for piece in chunks:
        total += len(piece)
        if total > LARGEST_BYTES:
            raise BadInput("file: it is larger than 60 MB; scan it more coarsely, or bring it in parts.")
        yield piece
