"""What stands in the database, as tables the engine can compare with, and the writing of what changed.

Everything here belongs inside one transaction of `run`: a run that dies leaves gaps and scores as they were.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from bluering.population.findings import STANDING_GAP, STANDING_SCORE
from bluering.population.models import Gap, GapEvent, GapState, Look, Score

EVERYBODY = ""
ROWS_AT_ONCE = 5_000
SAID = (
    "rule_version", "title", "sentence", "severity", "owner", "with_whom", "fact_key", "due_date", "evidence", "digest",
)  # fmt: skip
REST = ("set_aside_until", "set_aside_reason", "set_aside_by")
# What each kind of change writes; the rest of the gap stays as it is.
WRITES = {
    "opened": (*SAID, "state", "opened_at"),
    "reopened": (*SAID, "state", "opened_at", "closed_at", "closed_by_evidence", *REST),
    "resumed": (*SAID, "state", *REST),
    "changed": SAID,
    "updated": SAID,
    "closed": ("state", "closed_at", "closed_by_evidence"),
}


def standing_gaps(person_id: str | None, without: Iterable[str] = ()) -> pa.Table:
    """Every gap there is, closed ones too, or one person's; without those of some persons."""
    rows = Gap.objects.filter(**_who(person_id)).values_list(*STANDING_GAP.names)
    return _table(rows, STANDING_GAP, set(without))


def standing_scores(person_id: str | None) -> pa.Table:
    """Every score there is, or one person's."""
    names = ["score" if name == "rule" else name for name in STANDING_SCORE.names]
    return _table(Score.objects.filter(**_who(person_id)).values_list(*names), STANDING_SCORE, set())


def looked_at_since(began: datetime, person_id: str | None) -> list[str]:
    """Persons whose facts were read after `began` by another run that has written already; '' when that was for everybody."""
    looks = Look.objects.filter(began_at__gt=began)
    if person_id is not None:
        looks = looks.filter(person_id__in=[person_id, EVERYBODY])
    return list(looks.values_list("person_id", flat=True))


def note_look(began: datetime, person_id: str | None) -> None:
    """Remember when these facts were read; a run over everybody stands for every earlier one."""
    if person_id is None:
        Look.objects.filter(began_at__lte=began).delete()
    Look.objects.update_or_create(person_id=person_id or EVERYBODY, defaults={"began_at": began})


def write_gaps(connection: duckdb.DuckDBPyConnection, moment: datetime) -> Counter[str]:
    """Write every row of the table `change`, with its event; returns how many of each kind."""
    counts: Counter[str] = Counter()
    for what in WRITES:
        query = "SELECT person_id, rule, key, note, * EXCLUDE (person_id, rule, key, note) FROM change WHERE what = ?"
        for rows in _slices(connection.execute(query, [what])):
            _write(what, rows, moment)
            counts[what] += len(rows)
    return counts


def _write(what: str, rows: list[dict[str, Any]], moment: datetime) -> None:
    gaps = Gap.objects.bulk_create(
        [_gap(what, row, moment) for row in rows],
        update_conflicts=True,
        unique_fields=["person_id", "rule", "key"],
        update_fields=WRITES[what],
    )
    if what != "updated":
        GapEvent.objects.bulk_create(
            GapEvent(gap_id=gap.pk, at=moment, what=what, note=row["note"]) for gap, row in zip(gaps, rows, strict=True)
        )


def _gap(what: str, row: dict[str, Any], moment: datetime) -> Gap:
    """The row as a Gap; only the fields that `what` writes matter when the gap is there already."""
    gap = Gap(person_id=row["person_id"], rule=row["rule"], key=row["key"], opened_at=moment)
    if what == "closed":
        gap.state, gap.closed_at, gap.closed_by_evidence = GapState.CLOSED, moment, row["note"]
        return gap
    for name in SAID:
        setattr(gap, name, json.loads(row[name]) if name == "evidence" else row[name])
    return gap


def write_scores(
    connection: duckdb.DuckDBPyConnection, *, person_id: str | None, began: datetime, moment: datetime
) -> None:
    """Write levels that are new or not as they were; all of them are computed as of now."""
    changed = "SELECT * FROM level WHERE digest IS DISTINCT FROM old_digest OR since IS DISTINCT FROM old_since"
    for rows in _slices(connection.execute(changed)):
        Score.objects.bulk_create(
            [_score(row, began, moment) for row in rows],
            update_conflicts=True,
            unique_fields=["person_id", "score"],
            update_fields=[
                "rule_version",
                "level",
                "axes",
                "inputs",
                "missing",
                "digest",
                "since",
                "computed_at",
                "as_of",
            ],
        )
    Score.objects.filter(**_who(person_id), computed_at__lt=began).update(computed_at=began, as_of=moment)


def drop_scores(connection: duckdb.DuckDBPyConnection, without: list[str]) -> None:
    """Scores that no rule gives any more, of persons this run looked at."""
    gone = connection.execute(
        "SELECT id FROM standing_score s ANTI JOIN level l ON l.person_id = s.person_id AND l.rule = s.rule "
        "WHERE NOT list_contains(?::VARCHAR[], s.person_id)",
        [without],
    ).fetchall()
    ids = [score for (score,) in gone]
    for start in range(0, len(ids), ROWS_AT_ONCE):
        Score.objects.filter(id__in=ids[start : start + ROWS_AT_ONCE]).delete()


def _score(row: dict[str, Any], began: datetime, moment: datetime) -> Score:
    return Score(
        person_id=row["person_id"], score=row["rule"], rule_version=row["rule_version"], level=row["level"],
        axes=json.loads(row["axes"]), inputs=json.loads(row["inputs"]), missing=json.loads(row["missing"]),
        digest=row["digest"], since=row["since"], computed_at=began, as_of=moment,
    )  # fmt: skip


def _who(person_id: str | None) -> dict[str, str]:
    return {} if person_id is None else {"person_id": person_id}


def _table(rows: Iterable[tuple], schema: pa.Schema, without: set[str]) -> pa.Table:
    person = schema.get_field_index("person_id")
    kept = [row for row in rows if row[person] not in without] if without else list(rows)
    columns = list(zip(*kept, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def _slices(result: duckdb.DuckDBPyConnection) -> Iterator[list[dict[str, Any]]]:
    """The rows of a result as dictionaries, a few thousand at a time."""
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(ROWS_AT_ONCE):
        yield [dict(zip(names, row, strict=True)) for row in rows]
