"""Read what came in, and suggest whose it is and what. Reading one document twice does no harm."""

from django_tasks import task

from bluering.coordination import replies
from bluering.intake.documents import ocr, opening
from bluering.intake.documents.clues import find_clues
from bluering.intake.documents.collecting import collect
from bluering.intake.documents.keeping import folder
from bluering.intake.documents.kinds import suggest_kind
from bluering.intake.documents.sheets import Unreadable
from bluering.intake.models import DocumentState, IncomingDocument
from bluering.locks import only_one
from bluering.paths import home
from bluering.record.meant import Candidate, who_is_meant

GONE = "Its bytes are not in the folder `documents` any more. Restore that folder from the last backup."
CODE_POINTS = 100


@task()
def take_documents() -> int:
    """What watched folders hold and uploads brought: kept, then read; returns how many were read."""
    collect()
    return read_waiting()


def read_waiting(limit: int = 20) -> int:
    """Read documents that nobody has read yet, the oldest first; returns how many. One process reads at a time."""
    with only_one(home() / "documents.lock") as alone:
        if not alone:
            return 0
        waiting = IncomingDocument.objects.filter(state=DocumentState.READING).order_by("id")[:limit]
        return sum(1 for document in list(waiting) if read_document(document))


def read_document(document: IncomingDocument) -> bool:
    """Text, codes and suggestions of one document. True when it can be filed, False when it could not be opened."""
    path = folder() / document.digest
    try:
        if not path.exists():
            raise Unreadable(GONE)
        opened = opening.read(path)
        opening.picture(path, document.digest, 0, "large")
    except Unreadable as fault:
        _write(document, state=DocumentState.UNREADABLE, reason=str(fault))
        return False
    handoff = next(filter(None, map(replies.handoff_of, opened.codes)), None)
    kind, kind_reason = suggest_kind(opened.pages)
    _write(
        document,
        state=DocumentState.WAITING,
        reason=_without_text(opened.without_text),
        pages=len(opened.pages),
        text="\f".join(opened.pages),
        suggested_kind=kind,
        kind_reason=kind_reason,
        suggested=suggestions(opened.pages, handoff),
        reply_to=handoff.pk if handoff else None,
    )
    return True


def suggestions(pages: list[str], handoff=None) -> list[dict]:
    """Who may be meant, best first, as the document keeps it. A reply's code names its person before any word of the text does."""
    found = who_is_meant(find_clues(pages))
    if handoff is not None:
        named = Candidate(handoff.person_id, CODE_POINTS, ["the code of our cover sheet"])
        same = [one for one in found if one.person_id == handoff.person_id]
        named.reasons += [reason for one in same for reason in one.reasons]
        found = [named, *(one for one in found if one.person_id != handoff.person_id)][:5]
    return [{"person_id": one.person_id, "score": one.score, "reasons": one.reasons} for one in found]


def _without_text(pages: list[int]) -> str:
    if not pages:
        return ""
    numbers = ", ".join(map(str, pages[:10])) + ("…" if len(pages) > 10 else "")
    return f"Page {numbers}: {ocr.MISSING}."


def _write(document: IncomingDocument, **values) -> None:
    """Only while nobody has done anything else with it meanwhile."""
    IncomingDocument.objects.filter(pk=document.pk, state=DocumentState.READING).update(**values)
    document.refresh_from_db()
