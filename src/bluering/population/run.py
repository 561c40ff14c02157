"""A run: the rules look at everybody or at some persons, and what they find is compared with what stands.

Scores come first because gap rules may read them. Facts are read and rules run without holding anybody up; only comparing and
writing happen alone, in one transaction. A run whose facts are older than those of another run that has written already
leaves the persons of that run as they are.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from bluering.identity.models import PersonLink
from bluering.locks import one_after_another
from bluering.paths import home
from bluering.population import findings, ledger
from bluering.population.by_practice import Group, groups
from bluering.population.engine import WorkRows, lay_empty, lay_out, serve
from bluering.population.programs import standing_findings, write_findings
from bluering.population.rules import Rule, load_rules, value_sets
from bluering.population.tables import RECORD
from bluering.record import engine
from bluering.record.charts import Facts, facts_of_many
from bluering.record.queries import practice_sources

Progress = Callable[[str, int, int], None]
WorkTables = Callable[[Sequence[str] | None], Mapping[str, WorkRows]]
# With the rows of a few persons, planning takes longer than any plan could save.
FEW = 4
FOR_FEW = "SET threads = 1; PRAGMA disable_optimizer"
# More persons than this are looked at in several runs.
SOME = 500
# Engines laid for few or for some persons that nobody uses just now. They belong to no thread: a server's threads come and go.
_idle: list[tuple[tuple[bool, list[Rule]], duckdb.DuckDBPyConnection]] = []
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
    person_ids: Sequence[str] | None = None,
    as_of: datetime | None = None,
    on_progress: Progress | None = None,
    work_tables: WorkTables | None = None,
    known: Mapping[str, Facts] | None = None,
) -> RunSummary:
    """All score and gap rules over all persons, or over some, as of a moment (now, when none is given).

    `known` holds facts of these persons that the caller has read already. `work_tables` gives the tables contact, handoff and panel for some persons or for everybody; without it they are empty.
    Raises BadInput when a rule cannot be loaded or run; then nothing has been written.
    """
    began = timezone.now()
    asked = Asked(as_of or began, work_tables, known, on_progress)
    parts = groups(person_ids)
    if person_ids is None and len(parts) > 1:
        runs = [_run_group(group, asked, frozenset(group.persons or ())) for group in parts]
        ledger.note_look(began, None)
        return _together(runs)
    return _together([_run_group(some, asked) for group in parts for some in _in_slices(group)])


@dataclass(frozen=True)
class Asked:
    """What a run was asked, whomever it is about."""

    moment: datetime
    work_tables: WorkTables | None
    known: Mapping[str, Facts] | None
    on_progress: Progress | None


def _in_slices(group: Group) -> list[Group]:
    """A group of at most SOME persons each, or of everybody."""
    persons = group.persons
    if persons is None or len(persons) <= SOME:
        return [group]
    return [replace(group, persons=persons[start : start + SOME]) for start in range(0, len(persons), SOME)]


def _run_group(group: Group, asked: Asked, among: frozenset[str] | None = None) -> RunSummary:
    """One run over persons who are judged alike. `among`: they are many, and everybody's facts and work are read for them."""
    started, began = time.monotonic(), timezone.now()
    person_ids = None if among is not None else group.persons
    scores, programs, gaps = load_rules("score"), load_rules("program"), load_rules("gap")
    rules = [*scores, *programs, *gaps]
    work = asked.work_tables(person_ids) if asked.work_tables else {}
    tell = _teller(len(rules), asked.on_progress)
    table = None if among is None else pa.table({"person_id": pa.array(sorted(among), pa.string())})
    with facts_engine(person_ids, rules, asked.known, group) as connection:
        serve(
            connection, as_of=asked.moment, rules=rules, work=work, practice_sources=practice_sources(),
            laid_empty=person_ids is not None,
        )  # fmt: skip
        findings.look_at(connection, person_ids)
        findings.find_scores(connection, scores, ledger.standing_scores(person_ids, among), tell, group.numbers, table)
        some = person_ids is not None
        findings.find_programs(connection, programs, tell, group.numbers, some_persons=some, among=table)
        findings.find_gaps(connection, gaps, tell, group.numbers, some_persons=some, among=table)
        counts = _keep(connection, gaps, person_ids=person_ids, began=began, moment=asked.moment, among=among)
    persons = _linked_persons() if group.persons is None else len(group.persons)
    return RunSummary(
        persons=persons, rules=len(rules), opened=counts["opened"] + counts["reopened"], closed=counts["closed"],
        seconds=round(time.monotonic() - started, 3),
    )  # fmt: skip


def _together(runs: list[RunSummary]) -> RunSummary:
    """Several runs as one."""
    persons, opened, closed = (sum(getattr(run, name) for run in runs) for name in ("persons", "opened", "closed"))
    return RunSummary(persons, runs[0].rules, opened, closed, round(sum(run.seconds for run in runs), 3))


@contextlib.contextmanager
def facts_engine(
    person_ids: Sequence[str] | None, rules: list[Rule], known: Mapping[str, Facts] | None, group: Group | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Facts on a laid table: many persons' on an engine of its own, some persons' on an idle one, which is cleared after."""
    group = group or Group(person_ids)
    if person_ids is None:
        with engine.connect(only=group.persons, zone=group.zone) as connection:
            lay_out(connection, rules=rules, sets=value_sets())
            yield connection
        return
    few = len(person_ids) <= FEW
    connection = _take(few, rules)
    connection.execute("BEGIN")
    if known is None:
        known = facts_of_many(person_ids)
    engine.set_clock(connection, None)
    engine.fill_with(connection, {person: known[person] for person in person_ids if person in known}, only=RECORD)
    if group.zone:
        engine.move_days(connection, RECORD, group.zone)
        engine.set_clock(connection, group.zone)
    yield connection
    connection.execute("ROLLBACK")
    with _idle_lock:
        _idle.append(((few, rules), connection))


def _take(few: bool, rules: list[Rule]) -> duckdb.DuckDBPyConnection:
    """An idle engine laid for these rules, or a new one. One that failed at its work is not given back."""
    with _idle_lock:
        _idle[:] = [one for one in _idle if one[0][1] == rules]
        for at, (laid_for, connection) in enumerate(_idle):
            if laid_for == (few, rules):
                del _idle[at]
                return connection
    connection = engine.plain()
    connection.execute(engine.macros())
    engine.add_tables(connection)
    lay_out(connection, rules=rules, sets=value_sets())
    lay_empty(connection, as_of=timezone.now(), rules=rules)
    if few:
        connection.execute(FOR_FEW)
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
    connection: duckdb.DuckDBPyConnection,
    gaps: list[Rule],
    *,
    person_ids: Sequence[str] | None,
    began: datetime,
    moment: datetime,
    among: frozenset[str] | None = None,
) -> Counter[str]:
    """Read what stands, compare, write: alone, and all of it or nothing."""
    with one_after_another(home() / "rules.lock"), transaction.atomic():
        newer = ledger.looked_at_since(began, person_ids)
        if ledger.EVERYBODY in newer:
            return Counter()
        findings.leave_out(connection, newer)
        findings.compare(connection, ledger.standing_gaps(person_ids, newer, among), gaps)
        ledger.write_scores(connection, person_ids=_without(person_ids, newer), began=began, moment=moment, among=among)
        ledger.drop_scores(connection, newer)
        write_findings(connection, standing_findings(person_ids, newer, among))
        counts = ledger.write_gaps(connection, moment)
        if among is None:
            ledger.note_look(began, _without(person_ids, newer))
    return counts


def _without(person_ids: Sequence[str] | None, others: list[str]) -> Sequence[str] | None:
    return None if person_ids is None else [person for person in person_ids if person not in others]


def _linked_persons() -> int:
    return PersonLink.objects.filter(undone_at=None).values("person_id").distinct().count()
