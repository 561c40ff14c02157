"""A run: the rules look at everybody or at one person, and what they find is compared with what stands.

Scores come first because gap rules may read them. Facts are read and rules run without holding anybody up; only comparing and
writing happen alone, in one transaction. A run whose facts are older than those of another run that has written already
leaves the persons of that run as they are.
"""

import contextlib
import fcntl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
from django.db import transaction
from django.utils import timezone

from bluering.identity.models import PersonLink
from bluering.paths import home
from bluering.population import findings, ledger
from bluering.population.engine import WorkRows, lay_out, serve
from bluering.population.rules import Rule, load_rules, value_sets
from bluering.population.tables import RECORD
from bluering.record import engine
from bluering.record.queries import practice_sources

Progress = Callable[[str, int, int], None]
WorkTables = Callable[[str | None], Mapping[str, WorkRows]]
# With one person's rows, planning takes longer than any plan could save.
FOR_ONE = "SET threads = 1; PRAGMA disable_optimizer"
# Engines laid for one person that nobody uses just now. They belong to no thread: a server's threads come and go.
_idle: list[tuple[list[Rule], duckdb.DuckDBPyConnection]] = []
_idle_lock = threading.Lock()


@dataclass(frozen=True)
class RunSummary:
    """What one run did: persons looked at, rules run, gaps opened (or opened again) and closed."""

    persons: int
    rules: int
    opened: int
    closed: int
    seconds: float


def run_rules(
    *,
    person_id: str | None = None,
    as_of: datetime | None = None,
    on_progress: Progress | None = None,
    work_tables: WorkTables | None = None,
) -> RunSummary:
    """All score and gap rules over all persons, or over one, as of a moment (now, when none is given).

    `work_tables` gives the tables contact, handoff and panel for a person or for everybody; without it they are empty.
    Raises BadInput when a rule cannot be loaded or run; then nothing has been written.
    """
    started, began = time.monotonic(), timezone.now()
    moment = as_of or began
    scores, gaps = load_rules("score"), load_rules("gap")
    work = work_tables(person_id) if work_tables else {}
    tell = _teller(len(scores) + len(gaps), on_progress)
    with _engine(person_id, [*scores, *gaps]) as connection:
        serve(connection, as_of=moment, rules=[*scores, *gaps], work=work, practice_sources=practice_sources())
        findings.look_at(connection, person_id)
        findings.find_scores(connection, scores, ledger.standing_scores(person_id), tell)
        findings.find_gaps(connection, gaps, tell, one_person=person_id is not None)
        counts = _keep(connection, gaps, person_id=person_id, began=began, moment=moment)
    return RunSummary(
        persons=1 if person_id else _linked_persons(), rules=len(scores) + len(gaps),
        opened=counts["opened"] + counts["reopened"], closed=counts["closed"],
        seconds=round(time.monotonic() - started, 3),
    )  # fmt: skip


@contextlib.contextmanager
def _engine(person_id: str | None, rules: list[Rule]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Facts on a laid table: everybody's on an engine of its own, one person's on an idle one, which is cleared after."""
    if person_id is None:
        with engine.connect() as connection:
            lay_out(connection, rules=rules, sets=value_sets())
            yield connection
        return
    connection = _take(rules)
    connection.execute("BEGIN")
    engine.fill(connection, person_id, only=RECORD)
    yield connection
    connection.execute("ROLLBACK")
    with _idle_lock:
        _idle.append((rules, connection))


def _take(rules: list[Rule]) -> duckdb.DuckDBPyConnection:
    """An idle engine laid for these rules, or a new one. One that failed at its work is not given back."""
    with _idle_lock:
        _idle[:] = [one for one in _idle if one[0] == rules]
        if _idle:
            return _idle.pop()[1]
    connection = engine.plain()
    connection.execute(engine.macros())
    engine.add_tables(connection)
    lay_out(connection, rules=rules, sets=value_sets())
    connection.execute(FOR_ONE)
    return connection


def _teller(total: int, on_progress: Progress | None) -> Callable[[Rule], None]:
    """Counts the rules as they finish."""
    done = 0

    def tell(rule: Rule) -> None:
        nonlocal done
        done += 1
        if on_progress:
            on_progress(f"rule {rule.title}", done, total)

    return tell


def _keep(
    connection: duckdb.DuckDBPyConnection, gaps: list[Rule], *, person_id: str | None, began: datetime, moment: datetime
) -> Counter[str]:
    """Read what stands, compare, write: alone, and all of it or nothing."""
    with _alone(), transaction.atomic():
        newer = ledger.looked_at_since(began, person_id)
        if person_id in newer or ledger.EVERYBODY in newer:
            return Counter()
        findings.leave_out(connection, newer)
        findings.compare(connection, ledger.standing_gaps(person_id, newer), gaps)
        ledger.write_scores(connection, person_id=person_id, began=began, moment=moment)
        ledger.drop_scores(connection, newer)
        counts = ledger.write_gaps(connection, moment)
        ledger.note_look(began, person_id)
    return counts


def _linked_persons() -> int:
    return PersonLink.objects.filter(undone_at=None).values("person_id").distinct().count()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One run compares and writes at a time; the next waits. Call it outside transactions, or the two wait for each other."""
    with (home() / "rules.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
