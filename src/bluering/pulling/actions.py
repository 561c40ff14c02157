"""Say which servers to fetch from, begin, and stop."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.errors import BadInput, Refusal
from bluering.intake.fhir.bulk import export
from bluering.intake.fhir.bulk.errors import Gone, Later
from bluering.intake.fhir.bulk.server import checked_address
from bluering.intake.models import Pull, PullRun
from bluering.intake.models.pulls import OPEN, RunState
from bluering.intake.reading import FHIR_ID
from bluering.pulling.places import drop_files, locked, server_of
from bluering.terminology import fhir_r4

SHORTEST = dt.timedelta(minutes=10)


@transaction.atomic
def add_pull(*, source: str, base_url: str, by: User | None, **fields) -> Pull:
    """Remember a server, or change how it is asked. `fields` are those of Pull: of, group, types, client_id, every, …

    Raises BadInput when an address, a type or a group cannot be used.
    """
    values = {"base_url": checked_address(base_url)} | fields
    _check(values)
    pull, new = Pull.objects.update_or_create(source=source, defaults=values)
    if values.get("every"):
        Pull.objects.filter(pk=pull.pk).update(next_at=timezone.now())
    audit.record(by, "pull.add" if new else "pull.change", detail=f"pull {pull.pk}")
    return Pull.objects.get(pk=pull.pk)


def _check(values: dict) -> None:
    unknown = sorted(set(values.get("types") or []) - fhir_r4.resource_types())
    if unknown:
        raise BadInput(f"{', '.join(unknown)}: not a type of FHIR R4. Write types as Patient,Encounter,Observation.")
    if values.get("of") == "group" and not FHIR_ID.fullmatch(values.get("group") or ""):
        raise BadInput("A group export needs the Group's id: --group.")
    if values.get("every") and values["every"] < SHORTEST:
        raise BadInput("An export every few minutes is more than a server should be asked; ten minutes is the least.")


def begin(pull: Pull, *, full: bool = False) -> PullRun:
    """A new run, or the one that is under way. `full` asks for everything, not only for what changed."""
    since = None if full else pull.last_transaction_time
    try:
        with transaction.atomic():
            return PullRun.objects.create(pull=pull, since=since)
    except IntegrityError:
        return PullRun.objects.get(pull=pull, state__in=OPEN)


def cancel(run: PullRun, *, by: User | None) -> PullRun:
    """Stop a run that is under way, here and at the server. Raises Refusal when it has ended, or is at work this moment."""
    with locked(run.pull):
        run.refresh_from_db()
        if not run.is_open:
            raise Refusal("This run has ended already; there is nothing to stop.")
        run.notes = [*run.notes, *_tell_server(run)]
        finish(run, RunState.CANCELLED)
        audit.record(by, "pull.cancel", detail=f"pull run {run.pk}")
    return run


def _tell_server(run: PullRun) -> list[str]:
    if not run.status_url:
        return []
    try:
        with server_of(run.pull) as server:
            export.cancel(server, run.status_url)
    except (Later, Gone, BadInput) as problem:
        return [f"The server could not be told that the export is not needed: {problem}"]
    return []


def finish(run: PullRun, state: RunState, error: str = "") -> None:
    """The run has ended; what was fetched goes, unless some of it stands in quarantine and may be loaded again."""
    run.state, run.error, run.finished_at = state, error, timezone.now()
    run.manifest, run.next_at, run.status_url = None, None, ""
    with transaction.atomic():
        run.save()
        pull = Pull.objects.select_for_update().get(pk=run.pull_id)
        pull.last_error = error
        pull.next_at = timezone.now() + pull.every if pull.every else None
        pull.save(update_fields=["last_error", "next_at"])
    if not run.summary.get("quarantined"):
        drop_files(run)
