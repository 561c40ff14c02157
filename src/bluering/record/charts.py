"""The chart: all of one person's facts in one compressed row, so that a page reads them in one go.

Intake only forgets the charts of the persons it brought news of (cheap, in the same breath as the news); they are made again in bulk
by `build_missing`, or for one person the moment somebody asks. So a chart is never behind the record.
"""

import zlib
from collections.abc import Callable, Iterable

import duckdb
import orjson
from django.db import connection as database
from django.db import transaction

from bluering.identity.queries import keys_of
from bluering.record import engine, store
from bluering.record.models import Chart
from bluering.record.viewdefinition.catalog import Table, main_table, tables

PERSONS_AT_ONCE = 20_000


def facts_of(person_id: str) -> dict[str, list[dict]]:
    """One person's current facts: table name → rows (column → value; dates as ISO text)."""
    packed = Chart.objects.filter(person_id=person_id).values_list("facts", flat=True).first()
    return orjson.loads(zlib.decompress(packed)) if packed is not None else _build_one(person_id)


def forget(person_ids: Iterable[str]) -> None:
    """The record has news of these persons: their charts are made again when next needed."""
    ids = list(person_ids)
    for start in range(0, len(ids), 500):
        Chart.objects.filter(person_id__in=ids[start : start + 500]).delete()


def build_missing(on_progress: Callable[[int, int], None] | None = None) -> int:
    """Make every chart that is not there; returns how many."""
    from bluering.identity.models import Person

    missing = list(Person.objects.filter(id__in=_without_chart()).values_list("id", flat=True).order_by("id"))
    if not missing:
        return 0
    facts = engine.connect()
    for start in range(0, len(missing), PERSONS_AT_ONCE):
        batch = missing[start : start + PERSONS_AT_ONCE]
        _save(_gather(facts, batch))
        if on_progress:
            on_progress(start + len(batch), len(missing))
    return len(missing)


def _without_chart():
    from bluering.identity.models import Person

    return Person.objects.exclude(id__in=Chart.objects.values("person_id")).values("id")


def _gather(facts: duckdb.DuckDBPyConnection, person_ids: list[str]) -> Iterable[tuple[str, bytes]]:
    """(person, JSON of all tables) for each of the persons, one engine query for all of them."""
    facts.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest(?::TEXT[]) AS person_id", [person_ids])
    parts = []
    for table in tables().values():
        if store.files_of(table.name):
            row = _row(table)
            parts.append(
                f"SELECT person_id, '{table.name}' AS name, to_json(list({row})) AS rows FROM {table.name} SEMI JOIN wanted USING (person_id) GROUP BY ALL"
            )
    if not parts:
        return ((person, b"{}") for person in person_ids)
    query = f"SELECT person_id, json_group_object(name, rows)::TEXT FROM ({' UNION ALL '.join(parts)}) RIGHT JOIN wanted USING (person_id) WHERE name IS NOT NULL GROUP BY person_id"
    return ((person, text.encode()) for person, text in facts.execute(query).fetchall())


def _row(table: Table) -> str:
    names = ["source", "id", *engine._own_columns(table)]
    return "{" + ", ".join(f"'{n}': {n}" for n in names) + "}"


def _save(charts: Iterable[tuple[str, bytes]]) -> None:
    rows = [(person, zlib.compress(text, 1)) for person, text in charts]
    marks = "(%s, %s, CURRENT_TIMESTAMP)"
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO record_chart (person_id, facts, built_at) VALUES {marks} "
            "ON CONFLICT (person_id) DO UPDATE SET facts = excluded.facts, built_at = excluded.built_at",
            rows,
        )


def _build_one(person_id: str) -> dict[str, list[dict]]:
    """Gather one person from the record's files, reading only that person's rows."""
    keys = keys_of(person_id)
    facts = engine.plain()
    gathered = {}
    for table in tables().values():
        if not store.files_of(table.name):
            continue
        rows = engine.source_rows(table)
        main = engine.source_rows(main_table(table.resource_type))
        found = facts.execute(
            f"SELECT to_json(list({_row(table)}))::TEXT FROM (SELECT * FROM {rows} WHERE list_contains(?, subject_key) AND NOT stale) r "
            f"WHERE row_id NOT IN (SELECT replaces FROM {main} WHERE replaces IS NOT NULL)",
            [keys],
        ).fetchall()[0][0]
        if found:
            gathered[table.name] = orjson.loads(found)
    _save([(person_id, orjson.dumps(gathered))])
    return gathered
