"""One run of a bulk export, step by step. Each step is kept before the next, so that a run goes on wherever it was left.

asking → waiting → fetching → loading → done. A hindrance (a busy server, a cut line, another load under way) ends the turn and says
when to go on; too many in a row end the run.
"""

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import timezone

from bluering import pipeline
from bluering.errors import BadInput, Refusal
from bluering.intake.fhir.bulk import deleted, download, export
from bluering.intake.fhir.bulk.errors import Gone, Later
from bluering.intake.fhir.bulk.export import ExportFile, Manifest, NotYet, Wanted
from bluering.intake.fhir.bulk.server import Server
from bluering.intake.models import Pull, PullRun
from bluering.intake.models.pulls import OPEN, RunState
from bluering.pulling.actions import begin, finish
from bluering.pulling.places import drop_files, locked, path_of, server_of

MOST_ATTEMPTS, MOST_TIMES_AGAIN = 12, 3
MOST_PER_SERVER = 2
FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0
TURN_SECONDS = 120.0


def pull_now(
    pull: Pull,
    *,
    full: bool = False,
    wait: Callable[[float], None] = time.sleep,
    on_step: Callable[[PullRun], None] | None = None,
) -> PullRun:
    """Fetch and load, waiting as long as it takes. Raises Refusal when another process is at it."""
    run = begin(pull, full=full)
    while run.is_open:
        seconds = turn(run)
        if on_step:
            on_step(run)
        if run.is_open:
            wait(seconds)
    return run


def pull_due(now: dt.datetime | None = None) -> int:
    """Begin what is due and give every run that may go on one turn; returns how many turns there were."""
    now = now or timezone.now()
    for pull in Pull.objects.filter(next_at__lte=now).exclude(every=None).exclude(runs__state__in=OPEN):
        begin(pull)
    turns = 0
    for run in PullRun.objects.filter(state__in=OPEN).exclude(next_at__gt=now).select_related("pull"):
        try:
            turn(run)
            turns += 1
        except Refusal:
            continue  # another process is at it
    return turns


def turn(run: PullRun) -> float:
    """Go on with a run until it ends or has to wait; returns the seconds to wait. What went wrong stands in the run."""
    with locked(run.pull):
        run.refresh_from_db()
        try:
            with server_of(run.pull) as server:
                return _go_on(run, server)
        except Later as problem:
            return _wait(run, problem)
        except Gone as problem:
            return _again(run, problem)
        except BadInput as problem:
            finish(run, RunState.FAILED, str(problem))
            return 0.0


def _go_on(run: PullRun, server: Server) -> float:
    """Step after step; a turn ends after some time even if nothing is in the way, so that others get theirs."""
    until = time.monotonic() + TURN_SECONDS
    while run.is_open:
        seconds = STEPS[run.state](run, server, until)
        if seconds is not None:
            run.next_at = timezone.now() + dt.timedelta(seconds=seconds)
            run.save()
            return seconds
        run.next_at = None
        run.save()
    return 0.0


def _again(run: PullRun, problem: Gone) -> float:
    """The server has forgotten the export: ask for a new one, but not for ever."""
    drop_files(run)
    times = run.summary.get("begun_again", 0) + 1
    if times > MOST_TIMES_AGAIN:
        finish(run, RunState.FAILED, f"{problem}, {times} times. Ask the server's operator how long it keeps exports.")
        return 0.0
    run.state, run.status_url, run.manifest = RunState.ASKING, "", None
    run.summary = run.summary | {"begun_again": times}
    return _wait(run, Later(str(problem)))


def _wait(run: PullRun, problem: Later) -> float:
    """Come back later; each time in a row the wait doubles, unless the server says how long it is to be."""
    run.attempts += 1
    if run.attempts > MOST_ATTEMPTS:
        finish(
            run,
            RunState.FAILED,
            f"{problem}; {MOST_ATTEMPTS} tries in a row. Run 'bluering pull {run.pull.source}' when it is over.",
        )
        return 0.0
    doubled = min(FIRST_WAIT * 2 ** (run.attempts - 1), LONGEST_WAIT) * random.uniform(0.75, 1.25)
    seconds = doubled if problem.seconds is None else problem.seconds
    run.progress, run.next_at = str(problem), timezone.now() + dt.timedelta(seconds=seconds)
    run.save()
    return seconds


def _ask(run: PullRun, server: Server, until: float) -> float | None:
    """Begin the export, unless this server already prepares others for us."""
    host = urlsplit(run.pull.base_url).netloc
    busy = PullRun.objects.filter(state__in=(RunState.WAITING, RunState.FETCHING)).exclude(pk=run.pk)
    if sum(urlsplit(url).netloc == host for url in busy.values_list("pull__base_url", flat=True)) >= MOST_PER_SERVER:
        run.progress = f"{server.host} prepares other exports for us; this one waits its turn"
        return LONGEST_WAIT
    pull = run.pull
    run.status_url = export.kick_off(server, Wanted(pull.of, pull.group, tuple(pull.types), run.since))
    run.state, run.progress, run.attempts = RunState.WAITING, "the server prepares the export", 0
    return None


def _look(run: PullRun, server: Server, until: float) -> float | None:
    """See whether the export is ready."""
    told = export.look(server, run.status_url)
    run.attempts = 0
    if isinstance(told, NotYet):
        run.progress = told.progress or "the server prepares the export"
        run.summary = run.summary | {"looks": run.summary.get("looks", 0) + 1}
        return told.seconds if told.seconds is not None else min(FIRST_WAIT * 2 ** run.summary["looks"], LONGEST_WAIT)
    run.manifest, run.state = told.as_json(), RunState.FETCHING
    return None


def _fetch(run: PullRun, server: Server, until: float) -> float | None:
    """Fetch the files that are not here yet."""
    manifest = export.manifest_of(run.manifest or {})
    for number, file in enumerate(manifest.files):
        path = path_of(run, number, file)
        if path.exists():
            continue
        if time.monotonic() > until:
            return 0.0
        run.progress = f"file {number + 1} of {len(manifest.files)}"
        if note := _fetch_one(run, server, file, path, manifest.with_token):
            run.notes = [*run.notes, note]
        run.attempts = 0
        run.save()
    run.state, run.progress = RunState.LOADING, "all files are here"
    return None


def _fetch_one(run: PullRun, server: Server, file: ExportFile, path: Path, with_token: bool) -> str:
    """One file. A cut line after which there is more of the file than before is no hindrance in a row."""
    part = path.with_suffix(".part")
    before = part.stat().st_size if part.exists() else 0
    try:
        return download.fetch(server, file, path, with_token=with_token)
    except Later:
        if part.exists() and part.stat().st_size > before:
            run.attempts = 0
        raise


def _load(run: PullRun, server: Server, until: float) -> float | None:
    """Into the record: what there is, then what was deleted; both can be done again without harm."""
    manifest = export.manifest_of(run.manifest or {})
    if not all(path_of(run, number, file).exists() for number, file in enumerate(manifest.files)):
        run.state = RunState.FETCHING
        return None
    try:
        summary = _load_files(run, manifest)
    except Refusal as problem:
        raise Later(str(problem), 15.0) from None
    issues: Counter[str] = sum((deleted.count_issues(p) for p in _paths(run, manifest, "error")), Counter())
    run.notes = [
        *run.notes,
        *(f"The server could not export all: {count} × {issue}" for issue, count in sorted(issues.items())),
    ]
    run.summary, run.progress, run.attempts = summary, "", 0
    moment = dt.datetime.fromisoformat(manifest.transaction_time)
    Pull.objects.filter(pk=run.pull_id).update(last_transaction_time=moment)
    finish(run, RunState.DONE)
    return None


def _load_files(run: PullRun, manifest: Manifest) -> dict:
    source = run.pull.source
    loaded = pipeline.load([str(path) for path in _paths(run, manifest, "output")], source=source)
    gone = (pair for path in _paths(run, manifest, "deleted") for pair in deleted.read_deleted(path))
    removed = pipeline.remove(gone, source=source, at=dt.datetime.fromisoformat(manifest.transaction_time))
    return {
        "loaded": loaded.loaded,
        "unchanged": loaded.unchanged,
        "replaced": loaded.replaced,
        "quarantined": len(loaded.quarantined),
        "deleted": removed,
    }


def _paths(run: PullRun, manifest: Manifest, kind: str) -> list[Path]:
    """The files of one kind that hold anything."""
    paths = [path_of(run, number, file) for number, file in enumerate(manifest.files) if file.kind == kind]
    return [path for path in paths if path.stat().st_size]


STEPS: dict[str, Callable[[PullRun, Server, float], float | None]] = {
    RunState.ASKING: _ask,
    RunState.WAITING: _look,
    RunState.FETCHING: _fetch,
    RunState.LOADING: _load,
}
