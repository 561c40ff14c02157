"""What stands in the database, as tables the engine can compare with, and the writing of what changed.

Everything here belongs inside one transaction of `run`: a run that dies leaves gaps and scores as they were.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection as database
from django.db.models import Model

from bluering.population.findings import STANDING_GAP, STANDING_SCORE
from bluering.population.models import Gap, GapEvent, GapState, Look, Score

EVERYBODY = ""
ROWS_AT_ONCE = 5_000
KEY = ("person_id", "rule", "key")
SAID = (
    "rule_version", "title", "sentence", "severity", "owner", "with_whom", "fact_key", "due_date", "evidence", "digest",
)  # fmt: skip
CLOSING = ("closed_at", "closed_by_evidence")
REST = ("set_aside_until", "set_aside_reason", "set_aside_by_id")
# What each kind of change writes; the rest of the gap stays as it is.
WRITES = {
    "opened": (*KEY, *SAID, "state", "opened_at", *CLOSING, *REST),
    "reopened": (*SAID, "state", "opened_at", *CLOSING, *REST),
    "resumed": (*SAID, "state", *REST),
    "changed": SAID,
    "updated": SAID,
    "closed": ("state", *CLOSING),
}
LEVEL = ("person_id", "score", "rule_version", "level", "axes", "inputs", "missing", "digest", "since")


def standing_gaps(
    person_ids: Sequence[str] | None, without: Iterable[str] = (), among: frozenset[str] | None = None
) -> pa.Table:
    """Every gap there is, closed ones too, or those of some persons, or of a large group; without those of others."""
    rows = Gap.objects.filter(**_who(person_ids)).values_list(*STANDING_GAP.names)
    return table(rows, STANDING_GAP, set(without), among)


def standing_scores(person_ids: Sequence[str] | None, among: frozenset[str] | None = None) -> pa.Table:
    """Every score there is, or those of some persons, or of a large group."""
    names = ["score" if name == "rule" else name for name in STANDING_SCORE.names]
    return table(Score.objects.filter(**_who(person_ids)).values_list(*names), STANDING_SCORE, set(), among)


def looked_at_since(began: datetime, person_ids: Sequence[str] | None) -> list[str]:
    """Persons whose facts were read after `began` by another run that has written already; '' when that was for everybody."""
    looks = Look.objects.filter(began_at__gt=began)
    if person_ids is not None:
        looks = looks.filter(person_id__in=[*person_ids, EVERYBODY])
    return list(looks.values_list("person_id", flat=True))


def note_look(began: datetime, person_ids: Sequence[str] | None) -> None:
    """Remember when these facts were read; a run over everybody stands for every earlier one."""
    if person_ids is None:
        Look.objects.filter(began_at__lte=began).delete()
    looks = [Look(person_id=person, began_at=began) for person in ([EVERYBODY] if person_ids is None else person_ids)]
    Look.objects.bulk_create(
        looks, update_conflicts=True, unique_fields=["person_id"], update_fields=["began_at"], batch_size=500
    )


def write_gaps(connection: duckdb.DuckDBPyConnection, moment: datetime) -> Counter[str]:
    """Write every row of the table `change`, with its event; returns how many of each kind."""
    counts: Counter[str] = Counter()
    for what, names in WRITES.items():
        for rows in slices(connection.execute("SELECT * FROM change WHERE what = ?", [what])):
            fresh = _fresh(what, moment)
            values = [[fresh[name] if name in fresh else adapted(row[name]) for name in names] for row in rows]
            if what == "opened":
                insert(Gap, names, values)
            else:
                _update(names, values, [row["id"] for row in rows])
            if what != "updated":
                _add_events(what, rows, moment)
            counts[what] += len(rows)
    return counts


def _fresh(what: str, moment: datetime) -> dict[str, Any]:
    """What a change sets by its nature, whatever the rule says; `closed_by_evidence` comes with the row."""
    at = database.ops.adapt_datetimefield_value(moment)
    return {
        "state": GapState.CLOSED.value if what == "closed" else GapState.OPEN.value,
        "opened_at": at,
        "closed_at": at if what == "closed" else None,
        "set_aside_until": None,
        "set_aside_reason": "",
        "set_aside_by_id": None,
    }


def insert(model: type[Model], names: Sequence[str], values: list[list], replacing: Sequence[str] = ()) -> None:
    """Rows as one prepared statement (several times as fast as building objects); with `replacing`, over those of this key."""
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    if replacing:
        others = ", ".join(f"{name} = excluded.{name}" for name in names if name not in replacing)
        sql += f" ON CONFLICT ({', '.join(replacing)}) DO UPDATE SET {others}"
    with database.cursor() as cursor:
        cursor.executemany(sql, values)


def _update(names: Sequence[str], values: list[list], ids: list[int]) -> None:
    sets = ", ".join(f"{name} = %s" for name in names)
    with database.cursor() as cursor:
        rows = [[*row, gap] for row, gap in zip(values, ids, strict=True)]
        cursor.executemany(f"UPDATE {Gap._meta.db_table} SET {sets} WHERE id = %s", rows)


def _add_events(what: str, rows: list[dict[str, Any]], moment: datetime) -> None:
    at = database.ops.adapt_datetimefield_value(moment)
    with database.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {GapEvent._meta.db_table} (gap_id, at, what, by_id, note) SELECT id, %s, %s, NULL, %s "
            f"FROM {Gap._meta.db_table} WHERE person_id = %s AND rule = %s AND key = %s",
            [[at, what, row["note"], *(row[name] for name in KEY)] for row in rows],
        )


def write_scores(
    connection: duckdb.DuckDBPyConnection, *, person_ids: Sequence[str] | None, began: datetime, moment: datetime,
    among: frozenset[str] | None = None,
) -> None:  # fmt: skip
    """Write levels that are new or not as they were; all of them are computed as of now."""
    changed = "SELECT *, rule AS score FROM level WHERE digest IS DISTINCT FROM old_digest OR since IS DISTINCT FROM old_since"
    times = [database.ops.adapt_datetimefield_value(at) for at in (began, moment)]
    for rows in slices(connection.execute(changed)):
        values = [[*(adapted(row[name]) for name in LEVEL), *times] for row in rows]
        insert(Score, (*LEVEL, "computed_at", "as_of"), values, replacing=("person_id", "score"))
    looked_at: Sequence[Sequence[str] | None] = [person_ids]
    if among is not None:
        everybody = sorted(among)
        looked_at = [everybody[start : start + ROWS_AT_ONCE] for start in range(0, len(everybody), ROWS_AT_ONCE)]
    for some in looked_at:
        Score.objects.filter(**_who(some), computed_at__lt=began).update(computed_at=began, as_of=moment)


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


def _who(person_ids: Sequence[str] | None) -> dict[str, Sequence[str]]:
    return {} if person_ids is None else {"person_id__in": person_ids}


def table(rows: Iterable[tuple], schema: pa.Schema, without: set[str], among: frozenset[str] | None = None) -> pa.Table:
    person = schema.get_field_index("person_id")
    if among is not None:
        rows = (row for row in rows if row[person] in among)
    kept = [row for row in rows if row[person] not in without] if without else list(rows)
    columns = list(zip(*kept, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def slices(result: duckdb.DuckDBPyConnection) -> Iterator[list[dict[str, Any]]]:
    """The rows of a result as dictionaries, a few thousand at a time."""
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(ROWS_AT_ONCE):
        yield [dict(zip(names, row, strict=True)) for row in rows]


def adapted(value: Any) -> Any:
    """A day as the database wants it; everything else is plain already, JSON as its text."""
    return database.ops.adapt_datefield_value(value) if isinstance(value, date) else value
