"""What people set about a source."""

from django.db import transaction

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput
from bluering.quality.models import Source

LONGEST_TITLE, LONGEST_NOTES, LONGEST_SILENCE = 120, 2_000, 60 * 24 * 90


@transaction.atomic
def describe(
    *, source: Source, title: str, steward: User | None, silent_after: int | None, notes: str, by: User
) -> Source:
    """Say how a source is called, who minds it, and after how many minutes its silence is news. Raises Refusal or BadInput."""
    permissions.require(by, "sources.manage")
    if silent_after is not None and not 1 <= silent_after <= LONGEST_SILENCE:
        raise BadInput(f"silent_after: write minutes from 1 to {LONGEST_SILENCE}, or nothing for its own rhythm.")
    if len(title) > LONGEST_TITLE or len(notes) > LONGEST_NOTES:
        raise BadInput(f"notes: write at most {LONGEST_NOTES} characters, and {LONGEST_TITLE} in the title.")
    source.title, source.steward, source.silent_after, source.notes = (
        title.strip(),
        steward,
        silent_after,
        notes.strip(),
    )
    source.save(update_fields=["title", "steward", "silent_after", "notes"])
    audit.record(by, "source.describe", detail=f"source {source.name}"[:200])
    return source
