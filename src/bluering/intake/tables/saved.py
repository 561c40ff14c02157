"""The mappings that people saved."""

from bluering.intake.models import CsvMapping
from bluering.intake.tables.columns import Columns
from bluering.intake.tables.kinds import from_data


def saved_mapping(source: str) -> Columns | None:
    """The columns of this source as somebody saved them; None when nobody has."""
    row = CsvMapping.objects.filter(source=source).exclude(saved_at=None).first()
    return from_data(row.mapping) if row else None
