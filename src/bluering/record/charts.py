"""The chart: all of one person's facts in one compressed row, so that a page reads them in one go.

Intake only forgets the charts of the persons it brought news of (cheap, in the same breath as the news), or adds the news to them;
they are made again in bulk by `build_missing`, or for one person the moment somebody asks. So a chart is never behind the record: one
that was being made while news came in is not kept (`needs`).
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import duckdb
import orjson
from django.db import connection as database
from django.db import transaction

from bluering.identity.queries import keys_of
from bluering.intake.models import Load
from bluering.record import engine, store
from bluering.record.models import Chart
from bluering.record.viewdefinition.catalog import Table, main_table, tables, tables_of

PERSONS_AT_ONCE = 20_000
# So many missing charts are read from the files one after the other; for more, one pass over the files is faster.
ONE_BY_ONE = 2
# News of more persons than this is not added to their charts: making them again in bulk is faster.
MOST_ADDED = 2_000
Facts = dict[str, list[dict]]

SAVE = """
INSERT INTO record_chart (person_id, facts, needs, built_at) VALUES (%s, %s, %s, CURRENT_TIMESTAMP)
ON CONFLICT (person_id) DO UPDATE SET facts = excluded.facts, built_at = excluded.built_at
WHERE record_chart.needs <= excluded.needs
"""
FORGET = """
INSERT INTO record_chart (person_id, facts, needs, built_at) VALUES (%s, %s, %s, CURRENT_TIMESTAMP)
ON CONFLICT (person_id) DO UPDATE SET facts = excluded.facts,
  needs = CASE WHEN excluded.needs > record_chart.needs THEN excluded.needs ELSE record_chart.needs END
"""


def facts_of(person_id: str) -> Facts:
    """One person's current facts: table name → rows (column → value; dates as ISO text)."""
    return facts_of_many([person_id])[person_id]


def facts_of_many(person_ids: Sequence[str], as_of_load: int | None = None) -> dict[str, Facts]:
    """Several persons' current facts at once; charts that are missing are made.

    Whoever holds the record alone says up to which load it is told (`as_of_load`); others can only be sure of those that have ended.
    """
    facts = kept(person_ids)
    missing = [person for person in person_ids if person not in facts]
    since = settled_load() if as_of_load is None else as_of_load
    if len(missing) <= ONE_BY_ONE:
        return facts | {person: _build_one(person, since) for person in missing}
    made = dict.fromkeys(missing, b"{}") | dict(_gather(engine.connect(only=missing), missing))
    _save(made.items(), since)
    return facts | {person: orjson.loads(text) for person, text in made.items()}


def kept(person_ids: Sequence[str]) -> dict[str, Facts]:
    """Those of the charts that are there."""
    rows = Chart.objects.filter(person_id__in=person_ids).values_list("person_id", "facts")
    return {person: orjson.loads(zlib.decompress(packed)) for person, packed in rows if packed}


def forget(person_ids: Iterable[str], load_id: int = 0) -> None:
    """This load has brought news of these persons: their charts are made again when next needed."""
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(FORGET, [(person, b"", load_id) for person in person_ids])


def add(files: Sequence[store.NewFile], persons: Mapping[str, str], load_id: int) -> None:
    """Put what a load brought into the charts that are there, without reading the rest of the record.

    `files` are the load's own; `persons` maps the subject keys it speaks of to their persons. Only for persons whose links the load
    left as they were: others have to be forgotten.
    """
    everybody = set(persons.values())
    charts = kept(list(everybody)) if len(everybody) <= MOST_ADDED else {}
    wanted = {subject: person for subject, person in persons.items() if person in charts}
    told: dict[str, Facts] = {}
    for table, rows in _news(files, list(wanted)):
        for subject, row in rows:
            told.setdefault(wanted[subject], {}).setdefault(table.name, []).append(row)
    forget(everybody - charts.keys(), load_id)
    _save(((person, orjson.dumps(_with(charts[person], news))) for person, news in told.items()), load_id)


def _with(facts: Facts, news: Facts) -> Facts:
    """A chart with the news in it: a resource told again takes the place of what it said before."""
    for name in news:
        if tables()[name].is_main:
            again = {(row["source"], row["id"]) for row in news[name]}
            for table in tables_of(tables()[name].resource_type):
                old = facts.get(table.name, ())
                facts[table.name] = [row for row in old if (row["source"], row["id"]) not in again]
    for name, rows in news.items():
        facts[name] = [*facts.get(name, ()), *rows]
    return facts


def _news(files: Sequence[store.NewFile], subjects: list[str]) -> Iterator[tuple[Table, list[tuple[str, dict]]]]:
    """What the files say of each of these subjects now, table by table."""
    facts = engine.plain()
    for name in dict.fromkeys(file.table for file in files) if subjects else ():
        table = tables()[name]
        paths = [str(store.folder(name) / file.name) for file in files if file.table == name]
        rows = facts.execute(
            f"SELECT subject_key, to_json({_row(table)})::TEXT FROM read_parquet(?) "
            "SEMI JOIN (SELECT unnest(?::TEXT[]) AS subject_key) USING (subject_key) WHERE NOT stale",
            [paths, subjects],
        )
        yield table, [(subject, orjson.loads(row)) for subject, row in rows.fetchall()]


def build_missing(on_progress: Callable[[int, int], None] | None = None) -> int:
    """Make every chart that is not there; returns how many."""
    from bluering.identity.models import Person

    missing = list(Person.objects.filter(id__in=_without_chart()).values_list("id", flat=True).order_by("id"))
    if not missing:
        return 0
    since = settled_load()
    facts = engine.connect()
    for start in range(0, len(missing), PERSONS_AT_ONCE):
        batch = missing[start : start + PERSONS_AT_ONCE]
        _save(_gather(facts, batch), since)
        if on_progress:
            on_progress(start + len(batch), len(missing))
    return len(missing)


def _without_chart():
    from bluering.identity.models import Person

    return Person.objects.exclude(id__in=Chart.objects.exclude(facts=b"").values("person_id")).values("id")


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


def settled_load() -> int:
    """The latest load of which the whole record knows; a chart made from here on holds all of it."""
    return Load.objects.exclude(finished_at=None).order_by("-id").values_list("id", flat=True).first() or 0


def _save(charts: Iterable[tuple[str, bytes]], since: int) -> None:
    """Keep charts made from the record as it was when `since` was the latest settled load, unless news came meanwhile."""
    rows = [(person, zlib.compress(text, 1), since) for person, text in charts]
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(SAVE, rows)


def _build_one(person_id: str, since: int) -> Facts:
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
    _save([(person_id, orjson.dumps(gathered))], since)
    return gathered
