"""What people do about a source's columns: bring a sample, and save what the columns are."""

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput
from bluering.intake.models import CsvMapping
from bluering.intake.tables.columns import Columns
from bluering.intake.tables.table import looks_like, read_table

SAMPLE_BYTES, SAMPLE_ROWS = 100_000, 200


@transaction.atomic
def keep_sample(*, source: str, raw: bytes, by: User) -> CsvMapping:
    """Keep the beginning of a file to try columns on. What is saved for the source stands until other columns are saved.

    Raises BadInput when it is no table.
    """
    permissions.require(by, "sources.manage")
    head = raw if len(raw) <= SAMPLE_BYTES else raw[:SAMPLE_BYTES].rpartition(b"\n")[0]
    if not looks_like(head):
        raise BadInput("file: no table with a header and rows was found in it; export it as CSV and try that file.")
    header = read_table(head, most_rows=1).header
    row, _ = CsvMapping.objects.update_or_create(source=source, defaults={"sample": head, "header": header})
    audit.record(by, "sources.sample", detail=f"columns {row.pk}")
    return row


@transaction.atomic
def save_mapping(*, source: str, mapping: Columns, by: User) -> CsvMapping:
    """From now on the source's files are read so; the sample is let go. Raises BadInput when the columns cannot be used."""
    permissions.require(by, "sources.manage")
    row = CsvMapping.objects.select_for_update().filter(source=source).first()
    if row is None:
        raise BadInput("file: bring a sample of the file first.")
    mapping.check(row.header)
    row.mapping, row.sample = mapping.as_data(), b""
    row.saved_at, row.saved_by = timezone.now(), by.username
    row.save()
    audit.record(by, "sources.columns", detail=f"columns {row.pk}")
    return row
