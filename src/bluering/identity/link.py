"""Exact linking: patients of two systems that carry the same identifier (system and value) are one Person.

An identifier that two patients of one system share (a family's policy number, a placeholder) tells nobody apart and links nobody.
Patients that their own system has merged are one Person for as long as it says so; what it takes back is put back.
A patient that somebody has set apart stays apart. Probabilistic matching will come in behind the same function.
"""

import uuid
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from bluering.identity.models import Person, PersonLink

APART = "set apart by hand"
AT_ONCE = 20_000
MERGED = "merged by its source"
MERGED_NO_MORE = "no longer merged by its source"

PAIRS = """
CREATE TEMP TABLE pair AS
WITH one AS (SELECT subject_key, source || '/' || unnest(linked_ids) AS other FROM patients),
both_ways AS (SELECT subject_key, other FROM one UNION SELECT other, subject_key FROM one)
SELECT subject_key, other FROM both_ways SEMI JOIN patients p ON p.subject_key = other
WHERE subject_key IN (SELECT subject_key FROM patients) AND subject_key != other
  AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.reason = $apart AND s.subject_key IN (both_ways.subject_key, both_ways.other))
"""

MERGES = """
UPDATE labels SET label = lowest.label
FROM (SELECT pair.subject_key, min(l.label) AS label FROM pair JOIN labels l ON l.subject_key = pair.other GROUP BY ALL) lowest
WHERE labels.subject_key = lowest.subject_key AND lowest.label < labels.label RETURNING 1
"""

# Patients merged by their system count as one where an identifier must not be shared within a system.
SHARED = """
CREATE TEMP TABLE shared AS
WITH one AS (
  SELECT subject_key, label, source, unnest(identifiers) AS identifier FROM patients JOIN labels USING (subject_key)
  WHERE subject_key NOT IN (SELECT subject_key FROM standing WHERE reason = $apart)),
told AS (SELECT identifier FROM one GROUP BY identifier
         HAVING count(DISTINCT subject_key) > 1 AND count(DISTINCT label) = count(DISTINCT source))
SELECT DISTINCT subject_key, identifier FROM one SEMI JOIN told USING (identifier)
"""

SPREAD = """
CREATE OR REPLACE TEMP TABLE spread AS
WITH lowest AS (SELECT identifier, min(label) AS label FROM shared JOIN labels USING (subject_key) GROUP BY identifier)
SELECT subject_key, min(lowest.label) AS label FROM shared JOIN lowest USING (identifier) GROUP BY subject_key
"""

OUTCOME = """
SELECT l.subject_key, p.source, l.label, s.person_id, s.link_id,
  (SELECT min(identifier) FROM shared h WHERE h.subject_key = l.subject_key) AS identifier,
  l.subject_key IN (SELECT subject_key FROM pair) AS merged
FROM labels l JOIN patients p USING (subject_key) LEFT JOIN standing s USING (subject_key)
WHERE l.label IN (SELECT label FROM labels JOIN patients USING (subject_key) LEFT JOIN standing USING (subject_key)
                  GROUP BY label HAVING count(*) FILTER (person_id IS NULL) > 0 OR count(DISTINCT person_id) > 1)
ORDER BY l.label, s.link_id NULLS LAST, p.first_seen, l.subject_key
"""


@dataclass(frozen=True)
class Linked:
    """What a pass of linking changed.

    `absorbed`: persons all of whose links went over to another one, as (absorbed, into). `restored`: merges that their system took back,
    as (the person they had been merged into, the person they are again).
    """

    new_persons: int
    persons: list[str]
    absorbed: list[tuple[str, str]] = field(default_factory=list)
    restored: list[tuple[str, str]] = field(default_factory=list)


def link_patients(patients: pa.Table) -> Linked:
    """Give every patient a Person.

    `patients`: subject_key, source, identifiers (list of 'system|value'), linked_ids (patients of the same system that it says are the
    same human being), first_seen (a number). It holds everybody, or a set from which no identifier, merge or Person leads outside.
    """
    engine = duckdb.connect()
    engine.register("patients", patients)
    _register_standing(engine, patients)
    engine.execute(PAIRS, {"apart": APART})
    if restored := _restore(engine):
        _register_standing(engine, patients)
    engine.execute("CREATE TEMP TABLE labels AS SELECT DISTINCT subject_key, subject_key AS label FROM patients")
    while engine.execute(MERGES).fetchall():
        pass
    engine.execute(SHARED, {"apart": APART})
    while _spread_once(engine):
        pass
    linked = _write(engine.execute(OUTCOME).fetchall())
    return replace(
        linked, persons=sorted({*linked.persons, *(p for pair in restored for p in pair)}), restored=restored
    )


def _register_standing(engine: duckdb.DuckDBPyConnection, patients: pa.Table) -> None:
    """The links of these patients as they stand, as the table `standing`."""
    links = PersonLink.objects.filter(undone_at=None)
    if len(patients) <= AT_ONCE:
        links = links.filter(subject_key__in=patients["subject_key"].to_pylist())
    rows = list(links.values_list("subject_key", "person_id", "id", "reason"))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    types = [pa.string(), pa.string(), pa.int64(), pa.string()]
    names = ["subject_key", "person_id", "link_id", "reason"]
    engine.register("standing", pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names))


@transaction.atomic
def _restore(engine: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Put back the patients whose system says no longer that it merged them; returns (from, back to) for each."""
    restored = []
    gone = "SELECT subject_key, person_id, link_id FROM standing ANTI JOIN pair USING (subject_key) WHERE reason = ?"
    for key, person, link in engine.execute(gone, [MERGED]).fetchall():
        before = PersonLink.objects.filter(subject_key=key).exclude(undone_at=None).order_by("-id").first()
        back = before.person if before else Person.objects.create()
        PersonLink.objects.filter(id=link).update(undone_at=timezone.now(), undone_by="system")
        source = key.split("/", 1)[0]
        PersonLink.objects.create(person=back, subject_key=key, source=source, reason=MERGED_NO_MORE)
        restored.append((person, back.pk))
    return restored


def _spread_once(engine: duckdb.DuckDBPyConnection) -> bool:
    """Pass the lowest label on along shared identifiers; True while anything changed."""
    engine.execute(SPREAD)
    changed = engine.execute(
        "UPDATE labels SET label = spread.label FROM spread WHERE labels.subject_key = spread.subject_key AND spread.label < labels.label RETURNING 1"
    ).fetchall()
    return bool(changed)


def _write(rows: list[tuple]) -> Linked:
    """Turn the groups into persons and links; the oldest link's person keeps the group."""
    persons, new_links, undone, touched, moved = [], [], [], set(), {}
    group, person, first = None, "", True
    for key, source, label, standing, link, identifier, merged in rows:
        if label != group:
            group, first = label, True
            person = standing or uuid.uuid4().hex
            if not standing:
                persons.append(person)
        if standing != person:
            new_links.append((person, key, source, _reason(identifier, merged, first)))
            touched.add(person)
            if standing:
                undone.append(link)
                touched.add(standing)
                moved[standing] = person
        first = False
    with transaction.atomic():
        _insert(persons, new_links, undone)
    return Linked(len(persons), sorted(touched), absorbed=_without_links(moved))


def _reason(identifier: str | None, merged: bool, first: bool) -> str:
    if first:
        return "first seen"
    if merged:
        return MERGED
    return f"same identifier {identifier.split('|')[0]}" if identifier else "first seen"


def _without_links(moved: dict[str, str]) -> list[tuple[str, str]]:
    """Those of the persons whose last link went over, with where it went."""
    left = set(PersonLink.objects.filter(person_id__in=moved, undone_at=None).values_list("person_id", flat=True))
    return [(person, into) for person, into in moved.items() if person not in left]


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
