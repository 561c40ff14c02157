"""Codes on cover sheets: whatever is sent out for a handoff bears one, and the reply that brings it back finds its handoff."""

import secrets

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.coordination import policies, states
from bluering.coordination.models import Handoff, HandoffEvent, ReplyCode

PREFIX, LETTERS, LENGTH = "BR1-", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16


@transaction.atomic
def reply_code(*, handoff: Handoff, by: User) -> str:
    """The code of a handoff, made when it is first wanted: 80 random bits that tell nothing about anybody."""
    policies.require_about(by, "handoff.move", handoff.person_id)
    token = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    row, new = ReplyCode.objects.get_or_create(handoff=handoff, defaults={"token": token, "by": by})
    if new:
        audit.record(by, "handoff.cover", handoff.person_id, f"handoff {handoff.pk}")
    return PREFIX + row.token


def handoff_of(code: str) -> Handoff | None:
    """The handoff a code was printed for; None when we printed none such."""
    row = ReplyCode.objects.select_related("handoff").filter(token=code.removeprefix(PREFIX)).first()
    return row.handoff if row and code.startswith(PREFIX) else None


@transaction.atomic
def record_reply(*, handoff: Handoff, document_id: int, by: User) -> str:
    """A document that answers this handoff was filed: its result is back. Returns why that cannot be said now, or an empty text.

    Whoever may file documents may say so, for the code on the document says it; what is done with the result stays with the sender.
    """
    permissions.require(by, "documents.file")
    handoff.refresh_from_db(from_queryset=Handoff.objects.select_for_update())
    move = states.MOVES["result_back"]
    if reason := states.obstacle(handoff, move):
        return reason
    before, after = states.apply(handoff, move, at=timezone.now(), by=by)
    handoff.save()
    note = f"Document {document_id} came back with the code of the cover sheet."
    HandoffEvent.objects.create(handoff=handoff, by=by, what=move.name, from_state=before, to_state=after, note=note)
    audit.record(by, f"handoff.{move.name}", handoff.person_id, f"handoff {handoff.pk}, document {document_id}")
    return ""
