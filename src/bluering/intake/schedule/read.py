"""A schedule's file as a Reading."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from bluering.errors import BadInput
from bluering.intake.reading import Reading, Resource, Trouble, provenance
from bluering.intake.schedule.mapping import Mapping
from bluering.intake.schedule.understand import Understood, understand
from bluering.intake.schedule.window import cancelled_since, days_of
from bluering.intake.tables.table import Table, read_table

LARGEST_BYTES = 200_000_000
UNMAPPED = "no columns are mapped for this source; an administrator or data steward maps them at /sources/{source}/columns/, then it is read again"


def read_csv(
    file: Path | str | bytes,
    *,
    source: str,
    mapping: Mapping | None,
    zone: ZoneInfo | None = None,
    previous: Iterable[Resource] = (),
    received: dt.datetime | None = None,
) -> Reading:
    """A schedule as FHIR, with a Provenance; rows that were refused are `unreadable`, by row number.

    `mapping` is the one saved for the source; without one the whole file is unreadable and says where to make one. `previous` are the
    source's appointments of before, of which those gone from these days become cancelled if the mapping says that files are whole.
    """
    if mapping is None:
        return Reading(unreadable=[Trouble("the file", UNMAPPED.format(source=source))])
    zone = zone or ZoneInfo(settings.TIME_ZONE)
    try:
        raw = _bytes(file)
        table = read_table(raw)
        mapping.check(table.header)
    except BadInput as problem:
        return Reading(unreadable=[Trouble("the file", str(problem))])
    found = understand(table.rows, mapping, zone, source=source)
    reading = _reading(table, found, mapping)
    reading.resources += _gone(previous, table, found, zone) if mapping.full_window else []
    if reading.resources:
        number = hashlib.sha256(raw).hexdigest()[:32]
        recorded = received or dt.datetime.now(dt.UTC)
        made = provenance(
            of=reading.resources, what="schedule file", identifier=number, recorded=recorded, agent=source
        )
        reading.resources.append(made)
    return reading


def _bytes(file: Path | str | bytes) -> bytes:
    if isinstance(file, bytes):
        return file
    if Path(file).stat().st_size > LARGEST_BYTES:
        raise BadInput("it is larger than 200 MB; export fewer days at a time.")
    return Path(file).read_bytes()


def _reading(table: Table, found: Understood, mapping: Mapping) -> Reading:
    unreadable = [Trouble(f"row {row}", reason) for row, reason in table.broken]
    unreadable += [Trouble(f"row {one.row}", one.reason) for one in found.refused]
    unused = [name for name in table.header if name and name not in mapping.columns.values()]
    not_mapped = [
        Trouble(f"column {table.header.index(name) + 1}", "mapped to nothing, so it is not read") for name in unused
    ]
    not_mapped += [Trouble(f"row {row}", remark) for row, remark in found.remarks]
    return Reading(found.resources, unreadable, not_mapped)


def _gone(previous: Iterable[Resource], table: Table, found: Understood, zone: ZoneInfo) -> list[Resource]:
    new = list(found.appointments.values())
    refused = [one.appointment for one in found.refused] + [""] * len(table.broken)
    return cancelled_since(previous, new, days=days_of(new, zone), zone=zone, refused=refused)
