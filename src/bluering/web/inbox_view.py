"""A load as the inbox shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bluering.record.queries import source_name


@dataclass(frozen=True)
class LoadView:
    """One run of the intake: what it brought, what was known already, what could not be read."""

    number: int
    source: str
    started: datetime
    finished: bool
    new: int
    replaced: int
    unchanged: int
    quarantined: int


def load(row: Any) -> LoadView:
    """`row` is intake.models.Load; its summary counts by FHIR type."""
    said = row.summary or {}
    new, replaced, unchanged = (sum((said.get(name) or {}).values()) for name in ("loaded", "replaced", "unchanged"))
    return LoadView(
        row.pk, source_name(row.source), row.started_at, row.finished_at is not None,
        new, replaced, unchanged, said.get("quarantined") or 0,
    )  # fmt: skip
