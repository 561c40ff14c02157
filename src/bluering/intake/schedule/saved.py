"""The mappings that people saved."""

from bluering.intake.models import CsvMapping
from bluering.intake.schedule.mapping import Mapping, from_data


def saved_mapping(source: str) -> Mapping | None:
    """The columns of this source as somebody saved them; None when nobody has."""
    row = CsvMapping.objects.filter(source=source).exclude(saved_at=None).first()
    return from_data(row.mapping) if row else None
