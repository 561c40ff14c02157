"""Reads of documents, for pages."""

from django.db.models import QuerySet
from django.utils import timezone

from bluering.access.models import User
from bluering.access.practices import sources_of_others
from bluering.identity import queries as identity
from bluering.intake.models import Claim, DocumentState, IncomingDocument
from bluering.intake.models.inbox import ItemKind

MOST_COUNTED = 1_000


def for_user(user: User) -> QuerySet[IncomingDocument]:
    """Documents that did not come to practices which this user does not serve."""
    return IncomingDocument.objects.exclude(source__in=sources_of_others(user))


def queue(user: User, limit: int) -> list[IncomingDocument]:
    """Documents that wait for somebody, or to be read, the oldest first; without their texts."""
    rows = _light(for_user(user).filter(state__in=(DocumentState.WAITING, DocumentState.READING)))
    return list(rows.order_by("received_at", "id")[:limit])


def others(user: User, state: str, limit: int) -> list[IncomingDocument]:
    """Documents filed, set aside or unreadable, the newest first."""
    return list(_light(for_user(user).filter(state=state)).select_related("filed_by").order_by("-id")[:limit])


def count_waiting(user: User) -> int:
    """How many wait for somebody, counted no further than MOST_COUNTED."""
    return for_user(user).filter(state=DocumentState.WAITING).order_by()[:MOST_COUNTED].count()


def find(user: User, document_id: int) -> IncomingDocument | None:
    """One document with its text."""
    return for_user(user).select_related("filed_by").filter(pk=document_id).first()


def claims_on(document_ids: list[int]) -> dict[int, Claim]:
    """document id → the claim that stands on it now."""
    rows = Claim.objects.filter(kind=ItemKind.DOCUMENT, item_id__in=document_ids, until__gt=timezone.now())
    return {one.item_id: one for one in rows.select_related("user")}


def next_after(user: User, document_id: int) -> IncomingDocument | None:
    """The document that waits next after this one."""
    return _light(for_user(user).filter(state=DocumentState.WAITING, pk__gt=document_id)).order_by("pk").first()


def filed_with(person_id: str, document_id: int) -> IncomingDocument | None:
    """A filed document, when it is this person's as identity stands now."""
    document = IncomingDocument.objects.filter(pk=document_id, state=DocumentState.FILED).first()
    if document is None or document.filed_key not in identity.keys_of(person_id):
        return None
    return document


def _light(rows: QuerySet[IncomingDocument]) -> QuerySet[IncomingDocument]:
    return rows.defer("text")
