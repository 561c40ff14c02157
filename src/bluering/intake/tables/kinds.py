"""Every kind of table that columns can be mapped for."""

from collections.abc import Iterable, Mapping
from typing import Any

from bluering.intake.claims.table.mapping import Mapping as Claims
from bluering.intake.roster.mapping import Mapping as Roster
from bluering.intake.schedule.mapping import Mapping as Schedule
from bluering.intake.tables.columns import Columns, columns_by_name

KINDS: dict[str, type[Columns]] = {kind.KIND: kind for kind in (Schedule, Roster, Claims)}


def from_data(data: Mapping[str, Any]) -> Columns:
    """What `Columns.as_data` gave; a schedule where no kind is told."""
    return KINDS.get(data.get("kind", ""), Schedule).from_data(data)


def likely(header: Iterable[str]) -> type[Columns]:
    """The kind whose columns a header names most of."""
    names = list(header)
    return max(KINDS.values(), key=lambda kind: len(columns_by_name(kind.TARGETS, names)))
