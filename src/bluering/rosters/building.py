"""Make the months of all lists from the record, and ask again where they and the practice disagree."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bluering.identity.models import PersonLink
from bluering.intake.models import Load
from bluering.population.engine import set_variables
from bluering.population.models import Score
from bluering.population.parameters import parameters
from bluering.record import built as shelves
from bluering.record import engine
from bluering.record.names import source_name
from bluering.record.queries import practice_sources
from bluering.record.viewdefinition.catalog import main_table, tables
from bluering.rosters.asking import ask
from bluering.rosters.models import RosterMonth, Standing

TABLES = ("roster_member", "roster_change")
MONTHS = "SELECT source, month, payer, members, added, dropped, attributed FROM roster_month"


@dataclass(frozen=True)
class Built:
    """What one build found: months of lists, members in all of them, questions that stand open."""

    months: int
    members: int
    questions: int
    seconds: float


def build(as_of: datetime | None = None) -> Built:
    """From all facts, as of a moment (now, when none is given). Repeats without harm."""
    started, moment = time.monotonic(), as_of or timezone.now()
    numbers = parameters("rosters", "roster")
    with shelves.one_builder(root()), engine.connect() as connection:
        lay_members(connection, moment, numbers)
        folder = shelves.write(root(), connection, TABLES, moment)
        months = _rows(connection, MONTHS)
        newest = _keep_months(months, numbers)
        _lay(connection, "newest", newest, {"source": pa.string(), "month": pa.date32(), "payer": pa.string()})
        _lay_need(connection)
        connection.execute(_text("questions"))
        open_ones = ask(_rows(connection, "FROM question"), today=timezone.localdate(moment))
        shelves.put_in_place(root(), {"folder": folder, "at": moment.isoformat()})
    members = sum(month["members"] for month in months)
    return Built(len(months), members, open_ones, round(time.monotonic() - started, 3))


def build_if_new() -> Built | None:
    """The same when something was loaded, decided or confirmed since the last build, or the day is another."""
    last = shelves.current(root())
    if last is None:
        return build()
    at = datetime.fromisoformat(last["at"])
    news = (
        Load.objects.filter(finished_at__gte=at), RosterMonth.objects.filter(confirmed_at__gte=at),
        PersonLink.objects.filter(Q(created_at__gte=at) | Q(undone_at__gte=at)), Score.objects.filter(computed_at__gte=at),
    )  # fmt: skip
    if timezone.localdate(at) == timezone.localdate() and not any(rows.exists() for rows in news):
        return None
    return build()


def root() -> Path:
    """Where the tables lie."""
    return shelves.shelf("rosters")


def lay_members(connection: duckdb.DuckDBPyConnection, moment: datetime, numbers: Mapping[str, Any]) -> None:
    """The tables roster_member, roster_change and roster_month."""
    set_variables(connection, {**numbers, "as_of": moment, "practice_sources": practice_sources() or None})
    loads = [
        {"load_id": key, "day": timezone.localdate(at)} for key, at in Load.objects.values_list("id", "started_at")
    ]
    _lay(connection, "load_day", loads, {"load_id": pa.int64(), "day": pa.date32()})
    told = {
        "group_rows": main_table("Group"), "list_rows": main_table("List"), "group_member_rows": tables()["group_member"],
        "list_entry_rows": tables()["list_entry"], "coverage_rows": tables()["coverage"],
    }  # fmt: skip
    connection.execute(_text("members").format(**{name: engine.source_rows(table) for name, table in told.items()}))


@transaction.atomic
def _keep_months(months: list[dict[str, Any]], numbers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Put down what each month holds, and whether it looks cut off; returns each source's newest month in use."""
    known = {(row.source, row.month): row for row in RosterMonth.objects.all()}
    newest: dict[str, dict[str, Any]] = {}
    used: dict[str, int] = {}
    for month in months:
        row = known.pop((month["source"], month["month"]), None) or RosterMonth(
            source=month["source"], month=month["month"]
        )
        for name in ("members", "added", "dropped", "attributed"):
            setattr(row, name, month[name])
        row.payer = (month["payer"] or source_name(month["source"]))[:200]
        row.standing = _standing(row, used.get(row.source), numbers["half_below"])
        row.save()
        if row.standing != Standing.HELD:
            used[row.source] = row.members
            newest[row.source] = {"source": row.source, "month": row.month, "payer": row.payer}
    RosterMonth.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return list(newest.values())


def _standing(row: RosterMonth, before: int | None, share: float) -> str:
    """Confirmed as long as it has not shrunk since; held when it is much shorter than the month before it."""
    if row.confirmed_members is not None and row.members >= row.confirmed_members:
        return Standing.CONFIRMED
    return Standing.HELD if before is not None and row.members < before * share else Standing.USED


def _lay_need(connection: duckdb.DuckDBPyConnection) -> None:
    levels = [
        {"person_id": p, "level": level}
        for p, level in Score.objects.filter(score="need").values_list("person_id", "level")
    ]
    _lay(connection, "need", levels, {"person_id": pa.string(), "level": pa.string()})


def _lay(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], shape: dict[str, Any]) -> None:
    connection.register(f"{name}_rows", pa.Table.from_pylist(rows, pa.schema(list(shape.items()))))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name}_rows")
    connection.unregister(f"{name}_rows")


def _rows(connection: duckdb.DuckDBPyConnection, asked: str) -> list[dict[str, Any]]:
    return connection.sql(asked).to_arrow_table().to_pylist()


@cache
def _text(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text()
