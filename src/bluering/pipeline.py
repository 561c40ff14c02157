"""The one place where rooms meet: what came in becomes facts, facts find their person, rules look again.

Reads like the flow of one event: parsed, appended, identified, judged. Every step may be repeated without harm.
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from django.utils import timezone

from bluering.coordination.work_tables import work_tables
from bluering.errors import Refusal
from bluering.identity.link import link_patients
from bluering.identity.models import PersonLink
from bluering.intake.fhir import fetch, parse, stage
from bluering.intake.models import Load, Quarantine
from bluering.paths import home
from bluering.population.run import RunSummary, run_rules
from bluering.record import charts, engine, removing, store, summaries
from bluering.record.append import Appender
from bluering.record.viewdefinition.catalog import main_table, tables
from bluering.terminology import fhir_r4

Progress = Callable[[str, int, int], None]
KEEP_RAW = 1_000_000


@dataclass
class LoadSummary:
    """What one load did, by FHIR type, and every piece of input it could not read."""

    loaded: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    seconds: float = 0.0


def load(paths: list[str], *, source: str, on_progress: Progress | None = None) -> LoadSummary:
    """Load FHIR files into the record, find out whose facts they are, and forget what pages knew of those persons.

    Raises BadInput when a path does not exist and Refusal when another load is under way.
    """
    began = time.monotonic()
    found = fetch.find_files(paths)
    with _alone():
        store.roll_forward()
        _settle()
        this = Load.objects.create(id=_next_number(), source=source)
        appender, rejects = _append(found.files, this, on_progress)
        quarantined = _quarantine(this, rejects)
        appender.commit()
        _settle(this.id)
    counts = appender.counts
    summary = LoadSummary(
        loaded=_sorted(counts.loaded),
        unchanged=_sorted(counts.unchanged),
        replaced=_sorted(counts.replaced),
        quarantined=quarantined,
        passed_over=[str(path) for path in found.passed_over],
        seconds=round(time.monotonic() - began, 3),
    )
    Load.objects.filter(id=this.id).update(
        finished_at=timezone.now(),
        summary={
            "loaded": summary.loaded,
            "unchanged": summary.unchanged,
            "replaced": summary.replaced,
            "quarantined": len(quarantined),
        },
    )
    return summary


def remove(deleted: Iterable[tuple[str, str]], *, source: str, at: dt.datetime) -> dict[str, int]:
    """A source says that it has deleted these resources (type, id): nothing shows them any more. Returns how many did stand, by type.

    `at` is the moment of which the source speaks; what it told with a later date stands on. The same deletion again does nothing.
    Raises Refusal when a load is under way.
    """
    pairs = pa.table(dict(zip(("type", "id"), _columns(deleted), strict=True)))
    with _alone():
        store.roll_forward()
        _settle()
        this = Load.objects.create(id=_next_number(), source=source)
        counts = removing.remove(engine.plain(), pairs, load=this.id, source=source, at=at)
        _settle(this.id)
        Load.objects.filter(id=this.id).update(finished_at=timezone.now(), summary={"deleted": counts})
    return counts


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[pa.Array, pa.Array]:
    known = sorted({(kind, key) for kind, key in pairs if kind in fhir_r4.resource_types()})
    return pa.array([kind for kind, _ in known], pa.string()), pa.array([key for _, key in known], pa.string())


def _next_number() -> int:
    """A load's number names its files, so it is higher than any in the database or, should that be an older copy, in the record."""
    known = Load.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return max(known, store.highest_load()) + 1


def _sorted(counts: Counter) -> dict[str, int]:
    return dict(sorted((+counts).items()))


def _append(found: list[Path], this: Load, on_progress: Progress | None):
    """Every file through staging into files of the record, which the caller commits in one go."""
    connection = engine.plain()
    appender = Appender(connection, load=this.id, source=this.source)
    rejects: list[tuple[str, int, str, bytes]] = []
    total, done = sum(path.stat().st_size for path in found), 0
    for batch in stage.staged(connection, parse.read_files(found)):
        for place, reason, raw in batch.rejects + appender.add(batch.table):
            number, line = parse.whereabouts(place)
            rejects.append((str(found[number]), line, reason, raw))
        done += batch.bytes
        if on_progress:
            on_progress("reading", min(done, total), total)
    return appender, rejects


def _quarantine(this: Load, rejects: list[tuple[str, int, str, bytes]]) -> list[dict]:
    """Keep what could not be read, with its place and the reason; the same piece twice is kept once."""
    rows = [
        Quarantine(
            load=this,
            source=this.source,
            file=file,
            line=line,
            reason=reason,
            raw=bytes(raw)[:KEEP_RAW],
            digest=hashlib.sha256(raw).hexdigest(),
        )
        for file, line, reason, raw in rejects
    ]
    Quarantine.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return [{"file": file, "line": line, "reason": reason} for file, line, reason, _ in rejects]


def _settle(load_id: int | None = None) -> None:
    """Link patients nobody has linked yet, then bring projections in step; also finishes what a killed load left undone."""
    touched = _link_new()
    if load_id is not None:
        touched |= _persons_with_news(load_id)
    unfinished = [] if load_id is not None else list(Load.objects.filter(finished_at=None).values_list("id", flat=True))
    for earlier in unfinished:
        touched |= _persons_with_news(earlier)
    if touched:
        charts.forget(touched)
        summaries.summarise(sorted(touched))
    if touched or load_id is not None:
        summaries.refresh_visits()
    Load.objects.filter(id__in=unfinished).update(finished_at=timezone.now())


def _link_new() -> set[str]:
    """Give a Person to every patient that has none; returns the persons that changed."""
    rows = engine.source_rows(main_table("Patient"))
    known = pa.table(
        {
            "subject_key": pa.array(
                PersonLink.objects.filter(undone_at=None).values_list("subject_key", flat=True), pa.string()
            )
        }
    )
    connection = engine.plain()
    connection.register("known", known)
    current = f"SELECT subject_key, source, identifiers, row_id AS first_seen FROM {rows} WHERE NOT stale AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)"
    new = connection.execute(f"SELECT count(*) FROM ({current}) ANTI JOIN known USING (subject_key)").fetchall()
    if not new[0][0]:
        return set()
    patients = connection.sql(current).to_arrow_table()
    return set(link_patients(patients).persons)


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


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One load at a time; a second one is refused rather than mixed in."""
    with (home() / "load.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("Another load is under way. Wait until it has finished, then run this again.") from None
        yield


def run(
    *, person_id: str | None = None, as_of: dt.datetime | None = None, on_progress: Progress | None = None
) -> RunSummary:
    """All rules over all persons, or over one; what they find is compared with what stands."""
    who = None if person_id is None else [person_id]
    return run_rules(person_ids=who, as_of=as_of, on_progress=on_progress, work_tables=work_tables)


def after_work(person_id: str) -> RunSummary:
    """Somebody did something about this person: the rules look at them again."""
    return run(person_id=person_id)


def replay() -> LoadSummary:
    """Load again every quarantined piece whose file is still there; what now can be read leaves the quarantine."""
    total = LoadSummary()
    waiting = Quarantine.objects.filter(state="waiting")
    for source in waiting.order_by("source").values_list("source", flat=True).distinct():
        files = sorted({f for f in waiting.filter(source=source).values_list("file", flat=True) if Path(f).exists()})
        if not files:
            continue
        standing = list(waiting.filter(source=source, file__in=files).values_list("id", flat=True))
        summary = load(files, source=source)
        still = {(q["file"], q["line"], q["reason"]) for q in summary.quarantined}
        for piece in Quarantine.objects.filter(id__in=standing).only("id", "file", "line", "reason"):
            if (piece.file, piece.line, piece.reason) not in still:
                Quarantine.objects.filter(id=piece.id).update(state="replayed")
        _add_up(total, summary)
    return total


def _add_up(total: LoadSummary, one: LoadSummary) -> None:
    for name in ("loaded", "unchanged", "replaced"):
        setattr(total, name, dict(Counter(getattr(total, name)) + Counter(getattr(one, name))))
    total.quarantined += one.quarantined
    total.seconds += one.seconds
