"""Exact linking: patients of two systems that carry the same identifier (system and value) are one Person.

An identifier that two patients of one system share (a family's policy number, a placeholder) tells nobody apart and links nobody.
A patient that somebody has set apart stays apart. Probabilistic matching will come in behind the same function.
"""

import uuid
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from bluering.identity.models import Person, PersonLink

APART = "set apart by hand"

SHARED = """
CREATE TEMP TABLE shared AS
WITH one AS (SELECT subject_key, source, unnest(identifiers) AS identifier FROM patients WHERE subject_key NOT IN (SELECT subject_key FROM standing WHERE reason = $apart)),
told AS (SELECT identifier FROM one GROUP BY identifier HAVING count(DISTINCT subject_key) > 1 AND count(DISTINCT subject_key) = count(DISTINCT source))
SELECT DISTINCT subject_key, identifier FROM one SEMI JOIN told USING (identifier)
"""

SPREAD = """
CREATE OR REPLACE TEMP TABLE spread AS
WITH lowest AS (SELECT identifier, min(label) AS label FROM shared JOIN labels USING (subject_key) GROUP BY identifier)
SELECT subject_key, min(lowest.label) AS label FROM shared JOIN lowest USING (identifier) GROUP BY subject_key
"""

OUTCOME = """
SELECT l.subject_key, p.source, l.label, s.person_id, s.link_id,
  (SELECT min(identifier) FROM shared h WHERE h.subject_key = l.subject_key) AS identifier
FROM labels l JOIN patients p USING (subject_key) LEFT JOIN standing s USING (subject_key)
WHERE l.label IN (SELECT label FROM labels JOIN patients USING (subject_key) LEFT JOIN standing USING (subject_key)
                  GROUP BY label HAVING count(*) FILTER (person_id IS NULL) > 0 OR count(DISTINCT person_id) > 1)
ORDER BY l.label, s.link_id NULLS LAST, p.first_seen, l.subject_key
"""


@dataclass(frozen=True)
class Linked:
    """What a pass of linking changed: subject keys newly linked or moved, and their persons."""

    new_persons: int
    persons: list[str]


def link_patients(patients: pa.Table) -> Linked:
    """Give every patient a Person. `patients`: subject_key, source, identifiers (list of 'system|value'), first_seen (a number)."""
    engine = duckdb.connect()
    standing = list(PersonLink.objects.filter(undone_at=None).values_list("subject_key", "person_id", "id", "reason"))
    columns = list(zip(*standing, strict=True)) or [(), (), (), ()]
    types = [pa.string(), pa.string(), pa.int64(), pa.string()]
    names = ["subject_key", "person_id", "link_id", "reason"]
    engine.register("patients", patients)
    engine.register("standing", pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names))
    engine.execute(SHARED, {"apart": APART})
    engine.execute("CREATE TEMP TABLE labels AS SELECT DISTINCT subject_key, subject_key AS label FROM patients")
    while _spread_once(engine):
        pass
    return _write(engine.execute(OUTCOME).fetchall())


def _spread_once(engine: duckdb.DuckDBPyConnection) -> bool:
    """Pass the lowest label on along shared identifiers; True while anything changed."""
    engine.execute(SPREAD)
    changed = engine.execute(
        "UPDATE labels SET label = spread.label FROM spread WHERE labels.subject_key = spread.subject_key AND spread.label < labels.label RETURNING 1"
    ).fetchall()
    return bool(changed)


def _write(rows: list[tuple]) -> Linked:
    """Turn the groups into persons and links; the oldest link's person keeps the group."""
    persons, new_links, undone, touched = [], [], [], set()
    group, person, first = None, "", True
    for key, source, label, standing, link, identifier in rows:
        if label != group:
            group, first = label, True
            person = standing or uuid.uuid4().hex
            if not standing:
                persons.append(person)
        if standing != person:
            reason = f"same identifier {identifier.split('|')[0]}" if identifier and not first else "first seen"
            new_links.append((person, key, source, reason))
            touched.add(person)
            if standing:
                undone.append(link)
                touched.add(standing)
        first = False
    with transaction.atomic():
        _insert(persons, new_links, undone)
    return Linked(len(persons), sorted(touched))


def _insert(persons: list[str], links: list[tuple], undone: list[int]) -> None:
    now = timezone.now()
    for start in range(0, len(undone), 500):
        PersonLink.objects.filter(id__in=undone[start : start + 500]).update(undone_at=now, undone_by="system")
    prepared = database.ops.adapt_datetimefield_value(now)
    with database.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Person._meta.db_table} (id, created_at) VALUES (%s, %s)", [(p, prepared) for p in persons]
        )
        cursor.executemany(
            f"INSERT INTO {PersonLink._meta.db_table} (person_id, subject_key, source, reason, created_at, created_by, undone_by) "
            "VALUES (%s, %s, %s, %s, %s, 'system', '')",
            [(*link, prepared) for link in links],
        )
