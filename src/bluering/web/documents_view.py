"""Documents as their pages show them: rows of the list, candidates with their reasons, codes as drawings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bluering.access.models import User
from bluering.intake.documents.barcodes import modules
from bluering.intake.documents.kinds import kinds
from bluering.intake.models import Claim, DocumentState, IncomingDocument
from bluering.record.models import PersonSummary
from bluering.record.names import source_name
from bluering.web import inbox_rows, status
from bluering.web.words import ago_words, many, plain_name

SURE, LIKELY = 90, 65


@dataclass(frozen=True)
class DocumentRow:
    """One document of a list. What stands in it is not shown there; the kind is a suggestion until it is filed."""

    id: int
    source: str
    file: str
    came: str
    pages: str
    kind: str
    hint: status.Look | None
    claim: status.Look | None
    reason: str
    by: str


@dataclass(frozen=True)
class Choice:
    """A person the document may be about: the key that picks them, who they are, and why."""

    key: int
    person_id: str
    name: str
    born: str
    place: str
    reasons: str
    fit: status.Look


@dataclass(frozen=True)
class Drawing:
    """A code in modules of one unit each."""

    width: int
    height: int
    path: str


def row(document: IncomingDocument, claim: Claim | None, user: User) -> DocumentRow:
    known = kinds().get(document.filed_kind or document.suggested_kind)
    return DocumentRow(
        id=document.pk,
        source=source_name(document.source),
        file=document.file_name,
        came=ago_words(document.received_at),
        pages=many(document.pages, "page") if document.pages else "",
        kind=known.title if known else "",
        hint=_hint(document),
        claim=inbox_rows.claim_look(claim, user),
        reason=document.reason,
        by=f"{document.filed_by.name}, {_day(document.filed_at)}" if document.filed_by else "",
    )


def _hint(document: IncomingDocument) -> status.Look | None:
    if document.state == DocumentState.READING:
        return status.Look("being read", "flat")
    if document.state != DocumentState.WAITING:
        return None
    if document.reply_to:
        return status.Look("a reply", "info")
    if document.suggested:
        return status.Look(fit(document.suggested[0]["score"]).words, "ok")
    return status.Look("nobody suggested", "due")


def _day(moment: datetime | None) -> str:
    return ago_words(moment) if moment else ""


def fit(score: int) -> status.Look:
    """How well somebody fits, in words."""
    if score >= SURE:
        return status.Look("fits well", "ok")
    return status.Look("fits", "info") if score >= LIKELY else status.Look("may fit", "due")


def choices(suggested: Iterable[dict], known: Mapping[str, PersonSummary]) -> list[Choice]:
    """The suggestions whose persons there still are, numbered from 1."""
    standing = [one for one in suggested if one["person_id"] in known]
    return [
        choice(known[one["person_id"]], key, together(one["reasons"]), fit(one["score"]))
        for key, one in enumerate(standing, 1)
    ]


def together(reasons: Iterable[str]) -> str:
    """Reasons that stand on the same page are said in one go: "date of birth, family name on page 1; phone on page 2"."""
    by_page: dict[str, list[str]] = {}
    for reason in reasons:
        what, on, where = reason.partition(" on ")
        by_page.setdefault(on + where, []).append(what)
    return "; ".join(", ".join(whats) + where for where, whats in by_page.items())


def choice(person: PersonSummary, key: int = 0, reasons: str = "", fitting: status.Look | None = None) -> Choice:
    born = f"{person.birth_date:%m/%d/%Y}" if person.birth_date else ""
    name = plain_name(person.given, person.family) or person.name
    return Choice(key, person.person_id, name, born, person.city, reasons, fitting or status.Look("found", "flat"))


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.key, kind.title) for kind in kinds().values()]


def drawing(text: str, *, square: bool) -> Drawing:
    """A code as one path: a rectangle for each run of dark modules."""
    rows = modules(text, square=square)
    runs = [f"M{start} {y}h{length}v1h-{length}z" for y, cells in enumerate(rows) for start, length in _runs(cells)]
    return Drawing(len(rows[0]), len(rows), "".join(runs))


def _runs(cells: list[bool]) -> Iterable[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    start = None
    for place, dark in enumerate([*cells, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None
