"""Keep the database's short view of persons and of booked visits in step with the record."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import duckdb
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bluering.identity.models import PersonLink
from bluering.record import engine
from bluering.record.charts import Facts, facts_of_many
from bluering.record.models import PersonSummary, Visit

FIELDS = [
    "family", "given", "name", "birth_date", "gender", "language", "phone", "phone_digits", "address_line", "city",
    "state", "postal_code", "mrn", "deceased_on", "search",
]  # fmt: skip

PATIENTS = """
SELECT person_id, coalesce(family, '') AS family, coalesce(given, '') AS given,
  concat_ws(', ', nullif(family, ''), nullif(given, '')) AS name, birth_date, coalesce(gender, '') AS gender,
  coalesce(language, '') AS language, coalesce(phone, '') AS phone,
  regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') AS phone_digits, coalesce(address_line, '') AS address_line,
  coalesce(city, '') AS city, coalesce(state, '') AS state, coalesce(postal_code, '') AS postal_code,
  coalesce(mrn, '') AS mrn, deceased_datetime::DATE AS deceased_on,
  lower(concat_ws(' ', given, family, birth_date, strftime(birth_date, '%m/%d/%Y'), regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g'),
    array_to_string(list_transform(identifiers, lambda i: split_part(i, '|', 2)), ' '))) AS search
FROM patient JOIN wanted USING (person_id)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY source != getvariable('home_source'), source, id) = 1
"""

VISITS = """
SELECT person_id, source || '/' || id AS appointment_key, epoch_us(start_datetime), epoch_us(end_datetime), status,
  coalesce(practitioner_display, '') AS practitioner, coalesce(description, reason_text, service_type_text, '') AS reason,
  coalesce(appointment_type_text, service_type_text, '') AS kind, source
FROM appointment
WHERE person_id IS NOT NULL AND start_datetime >= ? AND start_datetime < ?
  AND status IN ('booked', 'arrived', 'checked-in', 'fulfilled', 'pending', 'proposed')
"""


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# For more persons than this the files are read instead of their charts.
FEW = 2_000
Known = Mapping[str, Facts]


def home_source() -> str:
    """The source that names a person best: the practice's own record, which was linked first."""
    return PersonLink.objects.order_by("id").values_list("source", flat=True).first() or ""


def summarise(person_ids: list[str], known: Known | None = None) -> None:
    """Bring these persons' summaries up to date; from their facts where those are `known` already."""
    if not person_ids:
        return
    facts = _facts(person_ids, "patient", known)
    facts.execute("SET VARIABLE home_source = ?", [home_source()])
    facts.execute("CREATE TEMP TABLE wanted AS SELECT unnest(?::TEXT[]) AS person_id", [person_ids])
    cursor = facts.execute(PATIENTS)
    names = [c[0] for c in cursor.description]
    with transaction.atomic():
        found: set[str] = set()
        while rows := cursor.fetchmany(5_000):
            found.update(row[0] for row in rows)
            people = [PersonSummary(**_summary(dict(zip(names, row, strict=True)))) for row in rows]
            PersonSummary.objects.bulk_create(
                people, update_conflicts=True, unique_fields=["person"], update_fields=FIELDS, batch_size=1_000
            )
        _drop(set(person_ids) - found)


def _facts(person_ids: list[str], table: str, known: Known | None) -> duckdb.DuckDBPyConnection:
    """An engine that holds at least one table's facts of these persons: from their charts when they are few."""
    if known is None and len(person_ids) > FEW:
        return engine.connect()
    facts = engine.plain()
    engine.add_tables(facts, only={table})
    engine.fill_with(facts, facts_of_many(person_ids) if known is None else known, only={table})
    return facts


def _moment(microseconds: int | None) -> dt.datetime | None:
    return None if microseconds is None else EPOCH + dt.timedelta(microseconds=microseconds)


def _summary(row: dict) -> dict:
    row["name"] = row["name"] or "Name not known"
    return row | {"updated_at": timezone.now()}


def _drop(person_ids: set[str]) -> None:
    """A Person that a merge left without links, or whose patients their sources have deleted, is shown no more."""
    ids = sorted(person_ids)
    for start in range(0, len(ids), 500):
        PersonSummary.objects.filter(person_id__in=ids[start : start + 500]).delete()


def refresh_visits(today: dt.date | None = None, persons: list[str] | None = None, known: Known | None = None) -> int:
    """Copy the bookings around today into the database, everybody's or some persons'; returns how many there are."""
    day = today or timezone.localdate()
    zone = ZoneInfo(settings.TIME_ZONE)
    start = dt.datetime.combine(day - dt.timedelta(days=2), dt.time(), zone)
    facts = engine.connect() if persons is None else _facts(persons, "appointment", known)
    facts.execute("CREATE TEMP TABLE about AS SELECT unnest(?::TEXT[]) AS person_id", [persons or []])
    rows = facts.execute(
        VISITS if persons is None else f"{VISITS} AND person_id IN (FROM about)", [start, start + dt.timedelta(days=24)]
    ).fetchall()
    names = ["person_id", "appointment_key", "start", "end", "status", "practitioner", "reason", "kind", "source"]
    visits = [
        Visit(**dict(zip(names, (key, name, _moment(a), _moment(b), *rest), strict=True)))
        for key, name, a, b, *rest in rows
    ]
    with transaction.atomic():
        for some in [None] if persons is None else [persons[at : at + 5_000] for at in range(0, len(persons), 5_000)]:
            Visit.objects.filter(**({} if some is None else {"person_id__in": some})).delete()
        Visit.objects.bulk_create(visits, batch_size=1_000)
    return len(visits)
