"""After facts were appended: whose are they, what do pages know of those persons, and what of that has to be told anew.

What a killed process left undone is found by its load, which has no end, and done by the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
from django.utils import timezone

from bluering.coordination.moving import move_work
from bluering.coordination.repairs import Parted, list_for_repair
from bluering.identity import link, queries
from bluering.identity.models import PersonLink
from bluering.intake.models import Load
from bluering.record import charts, engine, store, summaries
from bluering.record.viewdefinition.catalog import main_table, tables

CURRENT_PATIENTS = """
SELECT subject_key, source, identifiers, linked_ids, row_id AS first_seen FROM {rows}
WHERE NOT stale AND subject_key IS NOT NULL AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)
"""


# Facts of more persons than this are not kept in memory.
MOST_KNOWN = 2_000

# Patients who are new, or of whom another identifier or another link is told than before: others stay who they are.
NEWS_OF_PATIENTS = """
SELECT DISTINCT n.subject_key
FROM read_parquet(?, union_by_name=true) n LEFT JOIN {rows} o ON o.row_id = n.replaces
WHERE NOT n.stale AND (o.row_id IS NULL OR n.identifiers IS DISTINCT FROM o.identifiers OR n.linked_ids IS DISTINCT FROM o.linked_ids)
"""


@dataclass
class Settled:
    """Persons of whom something is new, their facts when they are few, and patients who had no Person before."""

    persons: set[str] = field(default_factory=set)
    known: dict[str, charts.Facts] | None = None
    newcomers: set[str] = field(default_factory=set)


def settle(load_id: int, files: Sequence[store.NewFile]) -> Settled:
    """Bring everything in step with one load, whose files these are."""
    files = [file for file in files if file.table in tables()]
    told = _subjects(files)
    touched, newcomers = _link(files)
    persons = queries.persons_of([*told, *_subjects_before(files)])
    news = {key: person for key, person in persons.items() if person not in touched}
    charts.forget(touched, load_id)
    charts.add(files, {key: news[key] for key in told if key in news}, load_id)
    moved = set(persons.values()) - touched - {persons[key] for key in told if key in persons}
    charts.forget(moved, load_id)
    everybody = touched | set(persons.values())
    known = charts.facts_of_many(sorted(everybody), load_id) if len(everybody) <= MOST_KNOWN else None
    _summarise(sorted(everybody), files, touched, known)
    return Settled(everybody, known, newcomers)


def settle_unfinished() -> Settled:
    """Do what killed loads left undone; their files are part of the record already, or of nothing."""
    unfinished = list(Load.objects.filter(finished_at=None).values_list("id", flat=True))
    if not unfinished:
        return Settled()
    touched = _link_all()
    for earlier in unfinished:
        touched |= _persons_with_news(earlier)
    if touched:
        charts.forget(touched, max(unfinished, default=0))
        summaries.summarise(sorted(touched))
        summaries.refresh_visits()
    Load.objects.filter(id__in=unfinished).update(finished_at=timezone.now())
    return Settled(touched)


def _summarise(
    persons: list[str], files: Sequence[store.NewFile], touched: set[str], known: dict[str, charts.Facts] | None
) -> None:
    """Lists and searches: names where patients came in or moved, visits where appointments did."""
    names = {file.table for file in files}
    if touched or "patient" in names:
        summaries.summarise(persons, known)
    if touched or "appointment" in names:
        summaries.refresh_visits(persons=persons, known=known)


def _subjects(files: Sequence[store.NewFile]) -> list[str]:
    """The patients of their systems about whom these files say something."""
    paths = _paths(files)
    if not paths:
        return []
    rows = engine.plain().execute(
        "SELECT DISTINCT subject_key FROM read_parquet(?, union_by_name=true) WHERE subject_key IS NOT NULL", [paths]
    )
    return [key for (key,) in rows.fetchall()]


def _subjects_before(files: Sequence[store.NewFile]) -> list[str]:
    """The patients to whom these facts belonged before, where a newer version speaks of somebody else."""
    found: list[str] = []
    connection = engine.plain()
    for name in dict.fromkeys(file.table for file in files if tables()[file.table].is_main):
        paths = _paths([file for file in files if file.table == name])
        rows = engine.source_rows(tables()[name])
        found += _moved(connection, paths, rows)
    return found


def _moved(connection: duckdb.DuckDBPyConnection, paths: list[str], rows: str) -> list[str]:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE news AS SELECT replaces, subject_key FROM read_parquet(?) WHERE replaces IS NOT NULL",
        [paths],
    )
    if not connection.execute("SELECT count(*) FROM news").fetchall()[0][0]:
        return []
    before = f"SELECT DISTINCT r.subject_key FROM {rows} r JOIN news n ON n.replaces = r.row_id WHERE r.subject_key IS DISTINCT FROM n.subject_key"
    return [key for (key,) in connection.execute(before).fetchall() if key]


def _paths(files: Sequence[store.NewFile]) -> list[str]:
    return [str(store.folder(file.table) / file.name) for file in files]


def _link(files: Sequence[store.NewFile]) -> tuple[set[str], set[str]]:
    """Give a Person to the patients that came in, and to those with whom they share identifiers; returns who changed, and who had none."""
    paths = _paths([file for file in files if file.table == "patient"])
    if not paths:
        return set(), set()
    rows = engine.plain().execute(NEWS_OF_PATIENTS.format(rows=engine.source_rows(main_table("Patient"))), [paths])
    new = [key for (key,) in rows.fetchall()]
    if not new:
        return set(), set()
    newcomers = set(new) - set(queries.persons_of(new))
    return _settle_links(_related(new) if len(new) < 5_000 else _all_patients()), newcomers


def link_again(keys: list[str]) -> set[str]:
    """Identifiers and merges hold for these patients too after somebody decided who they are; returns who changed."""
    return _settle_links(_related(keys))


def _link_all() -> set[str]:
    """Link patients whom a killed load left without a Person."""
    patients = _all_patients()
    known = queries.known_among(patients["subject_key"].to_pylist())
    return _settle_links(patients) if len(known) < len(patients) else set()


def _all_patients() -> pa.Table:
    rows = engine.source_rows(main_table("Patient"))
    return engine.plain().sql(CURRENT_PATIENTS.format(rows=rows)).to_arrow_table()


def _related(new: list[str]) -> pa.Table:
    """These patients, and everybody joined to them by an identifier, a link of their system, or a Person they have already."""
    connection = engine.plain()
    rows = engine.source_rows(main_table("Patient"))
    connection.execute(f"CREATE TEMP TABLE patients AS {CURRENT_PATIENTS.format(rows=rows)}")
    connection.execute("CREATE TEMP TABLE wanted AS SELECT unnest(?::TEXT[]) AS subject_key", [new])
    connection.execute("CREATE TEMP TABLE one AS SELECT subject_key, unnest(identifiers) AS identifier FROM patients")
    connection.execute(
        "CREATE TEMP TABLE pair AS SELECT subject_key, source || '/' || unnest(linked_ids) AS other FROM patients"
    )
    size = -1
    while (grown := connection.execute("SELECT count(*) FROM wanted").fetchall()[0][0]) != size:
        size = grown
        connection.execute(WIDEN)
        keys = [key for (key,) in connection.execute("SELECT subject_key FROM wanted").fetchall()]
        connection.execute(
            "INSERT INTO wanted SELECT k FROM (SELECT unnest(?::TEXT[]) AS k) ANTI JOIN wanted ON k = subject_key",
            [queries.keys_joined_to(keys)],
        )
    return connection.sql("SELECT p.* FROM patients p SEMI JOIN wanted USING (subject_key)").to_arrow_table()


WIDEN = """
INSERT INTO wanted
SELECT DISTINCT subject_key FROM (
  SELECT subject_key FROM one WHERE identifier IN (SELECT identifier FROM one SEMI JOIN wanted USING (subject_key))
  UNION SELECT other FROM pair SEMI JOIN wanted USING (subject_key)
  UNION SELECT subject_key FROM pair WHERE other IN (SELECT subject_key FROM wanted))
ANTI JOIN wanted USING (subject_key)
"""


def _settle_links(patients: pa.Table) -> set[str]:
    linked = link.link_patients(patients)
    for absorbed, into in linked.absorbed:
        move_work(from_person=absorbed, to_person=into)
    for person, back in linked.restored:
        move_work(from_person=person, to_person=back, only_what_came_from=back)
    list_for_repair(_parted(linked.restored))
    return set(linked.persons)


def _parted(restored: Sequence[tuple[str, str]]) -> list[Parted]:
    """Merges that their system took back, each since it had said them."""
    links = PersonLink.objects.filter(reason=link.MERGED, person_id__in=[person for person, _ in restored])
    since = dict(links.exclude(undone_at=None).order_by("id").values_list("person_id", "created_at"))
    return [Parted(person, back, since[person]) for person, back in restored if person in since]


def _persons_with_news(load_id: int) -> set[str]:
    """The persons about whom a load brought something."""
    connection = engine.connect()
    parts = [
        f"SELECT DISTINCT subject_key FROM {engine.source_rows(t)} WHERE load_id = {int(load_id)}"
        for t in tables().values()
        if store.files_of(t.name)
    ]
    if not parts:
        return set()
    rows = connection.execute(
        f"SELECT DISTINCT person_id FROM person_link SEMI JOIN ({' UNION '.join(parts)}) USING (subject_key)"
    ).fetchall()
    return {person for (person,) in rows}
