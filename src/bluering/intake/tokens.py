"""Bearer tokens of the systems that send us messages: made, shown once, and revoked."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.errors import BadInput
from bluering.intake.models import SourceToken

PREFIX = "bluering_"
SEEN_EVERY = dt.timedelta(minutes=1)


@transaction.atomic
def make_token(source: str) -> str:
    """A new token for this source, beside the ones it has; this is the only time that it can be seen."""
    if not source.strip():
        raise BadInput("The source has no name. Name the system that will send, such as general-hospital.")
    token = PREFIX + secrets.token_urlsafe(32)
    row = SourceToken.objects.create(source=source, digest=_digest(token))
    audit.record(None, "token.make", detail=f"token {row.pk}")
    return token


@transaction.atomic
def revoke_tokens(source: str, *, but_newest: bool = False) -> int:
    """Let none of this source's tokens open the door any more, or only the newest; returns how many were revoked."""
    standing = SourceToken.objects.filter(source=source, revoked_at=None).order_by("-id")
    ids = list(standing.values_list("id", flat=True))[1 if but_newest else 0 :]
    SourceToken.objects.filter(id__in=ids).update(revoked_at=timezone.now())
    for number in ids:
        audit.record(None, "token.revoke", detail=f"token {number}")
    return len(ids)


def source_of(token: str) -> str | None:
    """The source whose token this is, or None when it is nobody's or was revoked. Notes its use, once a minute at most."""
    row = SourceToken.objects.filter(digest=_digest(token), revoked_at=None).first()
    if row is None:
        return None
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > SEEN_EVERY:
        SourceToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.source


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
