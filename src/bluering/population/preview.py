"""Who would enter and who would leave, before a version of a program goes into use (R5): both versions look at everybody at one moment."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from bluering.errors import BadInput
from bluering.population import findings, ledger
from bluering.population.by_practice import Group, groups
from bluering.population.engine import serve
from bluering.population.models import Preview, PreviewRow
from bluering.population.programs import programs
from bluering.population.rules import Rule, next_programs
from bluering.population.run import WorkTables, facts_engine
from bluering.record.queries import practice_sources

THEN = "then"
CHANGES = """
WITH now AS (FROM found_by_program WHERE program <> 'then' AND finding IN ('enter', 'graduate')),
     later AS (FROM found_by_program WHERE program = 'then' AND finding IN ('enter', 'graduate'))
SELECT coalesce(n.person_id, l.person_id) AS person_id,
       CASE coalesce(n.finding, l.finding) WHEN 'enter' THEN if(n.person_id IS NULL, 'enter', 'leave')
            ELSE if(n.person_id IS NULL, 'graduate', 'stay') END AS change,
       coalesce(l.sentence, n.sentence) AS sentence
FROM now n FULL JOIN later l ON l.person_id = n.person_id AND l.finding = n.finding
WHERE n.person_id IS NULL OR l.person_id IS NULL
ORDER BY change, person_id
"""
SIZES = "SELECT count(*) FILTER (program <> 'then'), count(*) FILTER (program = 'then') FROM found_by_program WHERE finding = 'enter'"


def tried(name: str) -> Rule:
    """The version of a program that lies under `next/`. Raises BadInput with what keeps it from being read."""
    found = next_programs().get(name)
    if found is None:
        raise BadInput(f"There is no next version of {name}; put its folder under next/programs in your own rules.")
    if isinstance(found, BadInput):
        raise found
    return found


def digest_of(rule: Rule) -> str:
    """What was tried, so that a page knows whether the text has changed since."""
    said = json.dumps([rule.version, rule.sql, rule.parameters, rule.program], sort_keys=True, default=str)
    return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


def ask(rule: Rule) -> Preview:
    """A look that has not been taken yet; earlier ones at this program are forgotten."""
    with transaction.atomic():
        Preview.objects.filter(program=rule.id).delete()
        return Preview.objects.create(
            program=rule.id, version=rule.version, digest=digest_of(rule), asked_at=timezone.now()
        )


def look_ahead(preview: Preview, work_tables: WorkTables) -> Preview:
    """Take the look: all of it is written, or the problem."""
    try:
        changed, now, then = _compare(tried(preview.program), work_tables)
    except BadInput as error:
        preview.problem, preview.finished_at = str(error), timezone.now()
        preview.save()
        return preview
    with transaction.atomic():
        PreviewRow.objects.filter(preview=preview).delete()
        rows = (
            PreviewRow(preview=preview, person_id=who, change=change, sentence=words) for who, change, words in changed
        )
        PreviewRow.objects.bulk_create(rows, batch_size=ledger.ROWS_AT_ONCE)
        preview.problem, preview.finished_at, preview.found_now, preview.found_then = "", timezone.now(), now, then
        preview.save()
    return preview


def _compare(rule: Rule, work_tables: WorkTables) -> tuple[list[tuple], int, int]:
    changed: list[tuple] = []
    now = then = 0
    for group, among in _everybody():
        with _found(rule, group, among, work_tables) as connection:
            changed += connection.execute(CHANGES).fetchall()
            sizes = connection.execute(SIZES).fetchall()[0]
        now, then = now + sizes[0], then + sizes[1]
    return changed, now, then


def _everybody() -> Iterator[tuple[Group, pa.Table | None]]:
    parts = groups(None)
    for group in parts:
        who = None if group.persons is None else pa.table({"person_id": pa.array(sorted(group.persons), pa.string())})
        yield group, who


@contextlib.contextmanager
def _found(rule: Rule, group: Group, among: Any, work_tables: WorkTables) -> Iterator[Any]:
    """An engine in which the version in use, if there is one, and the tried one (`THEN`) have looked at a group's persons."""
    standing = programs().get(rule.id)
    both = [*([standing.rule] if standing else []), replace(rule, id=THEN)]
    own = group.numbers.get(rule.id, {})
    numbers = {**group.numbers, THEN: {name: value for name, value in own.items() if name in rule.parameters}}
    with facts_engine(None, both, None, group) as connection:
        serve(connection, as_of=timezone.now(), rules=both, work=work_tables(None), practice_sources=practice_sources())
        findings.look_at(connection, None)
        findings.find_programs(connection, both, lambda _: None, numbers, among=among)
        yield connection
