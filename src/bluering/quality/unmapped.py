"""Codes of each source that no code system known here has: counted by the clock, with when each was first seen."""

from datetime import UTC, datetime, timedelta

import duckdb
from django.db import transaction
from django.utils import timezone

from bluering.quality.models import Source, UnmappedCode

# A local code is kept with the words most often beside it; rows without any code are only counted, because then the words
# are free text and may say anything.
UNMAPPED = """
SELECT source, in_table, system, code, CASE WHEN code = '' THEN '' ELSE coalesce(mode(code_text), '') END AS words, count(*) AS found
FROM (SELECT source, in_table, code_text, coalesce(split_part(codes[1], '|', 1), '') AS system,
             coalesce(substr(codes[1], length(split_part(codes[1], '|', 1)) + 2), '') AS code
      FROM coded WHERE NOT coalesce(is_known(codes), false))
GROUP BY source, in_table, system, code ORDER BY found DESC LIMIT 5000
"""
NEWEST = "SELECT source, epoch_us(max(happened)) FROM dated WHERE happened <= now() GROUP BY source"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@transaction.atomic
def refresh(connection: duckdb.DuckDBPyConnection, now: datetime | None = None) -> int:
    """Replace the list by what the record holds now; returns how many codes there are. At most the 5,000 most frequent."""
    now = now or timezone.now()
    first = {(c.source, c.table, c.system, c.code): c.first_seen for c in UnmappedCode.objects.all()}
    rows = connection.execute(UNMAPPED).fetchall()
    UnmappedCode.objects.all().delete()
    UnmappedCode.objects.bulk_create(
        [
            UnmappedCode(
                source=source, table=table, system=system, code=code, text=words[:200], count=count,
                first_seen=first.get((source, table, system, code), now),
            )
            for source, table, system, code, words, count in rows
        ],
        batch_size=500,
    )  # fmt: skip
    return len(rows)


def refresh_newest(connection: duckdb.DuckDBPyConnection) -> None:
    """How far each source's facts reach."""
    for source, newest in connection.execute(NEWEST).fetchall():
        Source.objects.filter(name=source).update(newest_fact_at=EPOCH + timedelta(microseconds=newest))
