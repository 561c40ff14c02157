"""Files in, facts out: one load is read, appended and committed as a whole, then settled."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
from django.utils import timezone

from bluering.identity.matching import index
from bluering.intake import formats
from bluering.intake.claims import derived
from bluering.intake.fhir import fetch, parse, stage
from bluering.intake.models import Load, Quarantine
from bluering.pipeline import running
from bluering.pipeline.alone import LIVE, LOAD, alone
from bluering.pipeline.claims import withdrawn_lines
from bluering.pipeline.message_files import MessageFiles
from bluering.pipeline.newcomers import greet
from bluering.pipeline.reading_files import ReadingFiles, embedded_lines
from bluering.pipeline.settling import Settled, settle, settle_unfinished
from bluering.record import engine, store
from bluering.record.append import Appender

Progress = Callable[[str, int, int], None]
Where = Callable[[int], tuple[str, int]]
Reject = tuple[int, str, bytes]
KEEP_RAW = 1_000_000
# FHIR resources that may carry a C-CDA document in them.
CARRIERS = """
SELECT raw FROM {table} WHERE type = 'DocumentReference' AND contains(raw, '"data"') AND contains(raw, 'xml')
"""
INSIDE = "a document inside a DocumentReference"


@dataclass
class LoadSummary:
    """What one load did, by FHIR type, and every piece of input it could not read."""

    loaded: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Appended:
    """What an open load brought into the record, and the persons of whom something is new."""

    load: Load
    counts: Any
    quarantined: list[dict]
    settled: Settled

    def judge(self) -> None:
        """The rules look at everybody of whom something is new."""
        if self.settled.persons:
            running.run(person_ids=sorted(self.settled.persons), known=self.settled.known)


def load(paths: list[str], *, source: str, on_progress: Progress | None = None) -> LoadSummary:
    """Load files of any format we read into the record, find out whose facts they are, and tell pages what is new.

    Raises BadInput when a path does not exist and Refusal when another load is under way.
    """
    began = time.monotonic()
    found = fetch.find_files(paths, formats.may_be_data)
    with alone(LOAD):
        finish_earlier()
        messages, others = MessageFiles(source), ReadingFiles(source, found.files)
        kinds = [formats.recognise(path) for path in found.files]
        fhir = [number for number, kind in enumerate(kinds) if kind == formats.FHIR]
        done = append(
            chain(
                formats.read_others(found.files, kinds, others.readers() | {formats.HL7V2: messages.read}),
                others.claims(),
            ),
            aside=parse.read_files(found.files, fhir),
            source=source,
            whereabouts=lambda place: _whereabouts(found.files, messages, others, place),
            bytes_in_all=sum(path.stat().st_size for path in found.files),
            on_progress=on_progress,
        )
        messages.settle(done.load.id)
        summary = summary_of(done, found.passed_over, began)
        close(done.load, summary)
    return summary


def keep(resources: list[dict], *, source: str) -> LoadSummary:
    """Take resources that were made here (a filed document) or fetched, and let the rules look at their persons."""
    began = time.monotonic()
    with alone(LIVE):
        finish_earlier()
        done = append(
            [parse.of_resources(resources)], source=source, whereabouts=lambda place: (source, place), few=True
        )
        done.judge()
        summary = summary_of(done, [], began)
        close(done.load, summary)
    return summary


def finish_earlier() -> set[str]:
    """Complete what killed processes left; returns the persons concerned, at whom the rules look again."""
    store.roll_forward()
    left = settle_unfinished()
    if left.persons:
        index.outdate(index.index_file())
    return left.persons


def append(
    batches: Iterable[parse.Lines],
    *,
    aside: Iterable[parse.Lines] = (),
    source: str,
    whereabouts: Where,
    bytes_in_all: int = 0,
    on_progress: Progress | None = None,
    few: bool = False,
) -> Appended:
    """Open a load, append everything to the record in one commit, and settle whose it is. The caller closes the load.

    What comes `aside` is FHIR, read on a thread of its own, so it must not ask the database; documents inside it are read too. `few` says
    that the batches are small beside the record, so that known versions are looked up by id.
    """
    this = Load.objects.create(id=next_number(), source=source)
    connection = engine.plain()
    appender = Appender(connection, load=this.id, source=source, few=few)
    derived.prepare(connection)
    rejects: list[Reject] = []
    carriers: list[str] = []
    done = 0
    for batch in stage.staged(connection, aside):
        rejects += batch.rejects + appender.add(batch.table)
        derived.add(connection, batch.table)
        carriers += [raw for (raw,) in connection.execute(CARRIERS.format(table=batch.table)).fetchall()]
        done += batch.bytes
        if on_progress:
            on_progress("reading", min(done, bytes_in_all), bytes_in_all)
    for batch in stage.staged_here(connection, batches):
        rejects += batch.rejects + appender.add(batch.table)
        derived.add(connection, batch.table)
    told = [(*whereabouts(place), reason, raw) for place, reason, raw in rejects]
    for batch in stage.staged_here(connection, embedded_lines(carriers, source)):
        inside = batch.rejects + appender.add(batch.table)
        told += [(INSIDE, 1, reason, raw) for _, reason, raw in inside]
    for batch in stage.staged_here(connection, _from_claims(connection, source)):
        appender.add(batch.table)
    quarantined = _quarantine(this, told)
    files = appender.commit()
    return Appended(this, appender.counts, quarantined, _settled(this.id, files))


def _settled(load_id: int, files: Sequence[store.NewFile]) -> Settled:
    """Whose it is, and who the newcomers are."""
    settled = settle(load_id, files)
    if changed := greet(files, settled.newcomers):
        return Settled(settled.persons | changed, None, settled.newcomers)
    return settled


def _from_claims(connection: duckdb.DuckDBPyConnection, source: str) -> Iterator[parse.Lines]:
    """What follows from the claims of this load, and what follows from them no more."""
    yield from derived.derived_lines(connection)
    yield from withdrawn_lines(connection, source)


def close(this: Load, summary: LoadSummary) -> None:
    """The load is done: everything that follows from it has been done too."""
    counts = {name: getattr(summary, name) for name in ("loaded", "unchanged", "replaced")}
    Load.objects.filter(id=this.id).update(
        finished_at=timezone.now(), summary=counts | {"quarantined": len(summary.quarantined)}
    )


def summary_of(done: Appended, passed_over: list[Path], began: float) -> LoadSummary:
    """What an open load did since `began` (of the monotonic clock)."""
    return LoadSummary(
        loaded=_sorted(done.counts.loaded),
        unchanged=_sorted(done.counts.unchanged),
        replaced=_sorted(done.counts.replaced),
        quarantined=done.quarantined,
        passed_over=[str(path) for path in passed_over],
        seconds=round(time.monotonic() - began, 3),
    )


def _whereabouts(files: list[Path], messages: MessageFiles, others: ReadingFiles, place: int) -> tuple[str, int]:
    number, line = parse.whereabouts(place)
    path = files[number]
    reader = messages if path in messages.lines else others
    return str(path), reader.line_of(path, line)


def next_number() -> int:
    """A load's number names its files, so it is higher than any in the database or, should that be an older copy, in the record."""
    known = Load.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return max(known, store.highest_load()) + 1


def _sorted(counts: Counter) -> dict[str, int]:
    return dict(sorted((+counts).items()))


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
