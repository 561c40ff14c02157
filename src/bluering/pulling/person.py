"""Fetch what the servers know of one person now, because somebody wants to see it."""

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bluering import pipeline
from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies
from bluering.errors import BadInput, Refusal
from bluering.identity.queries import keys_of
from bluering.intake.fhir.bulk.errors import Later
from bluering.intake.fhir.rest import Piece, fetch_patient
from bluering.intake.models import Pull
from bluering.pulling.places import folder_of, server_of

PATIENCE_SECONDS = 30.0
Wait = Callable[[float], None]


@dataclass
class PersonPulled:
    """What was fetched about one person: by FHIR type what is new and what has changed, and what a server did not give."""

    loaded: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    notes: list[str] = field(default_factory=list)


def can_pull(person_id: str) -> bool:
    """Whether any server is known that has this person: for what a page offers."""
    return bool(_patients(person_id))


def pull_person(person_id: str, *, by: User, wait: Wait = time.sleep) -> PersonPulled:
    """Fetch this person's data from every server that has them, load it, and let the rules look again.

    Raises Refusal when `by` may not read the person or a server stays busy, BadInput when no server has them or one refuses.
    """
    policies.require_about(by, "person.read", person_id)
    patients = _patients(person_id)
    if not patients:
        raise BadInput(
            "None of this person's sources is fetched from a server. An administrator adds one: bluering pull SOURCE --add URL"
        )
    pulled = PersonPulled()
    for pull, patient_id in patients:
        audit.record(by, "person.pull", person_id, f"pull {pull.pk}")
        _pull_one(pull, patient_id, pulled, wait)
    if pulled.loaded or pulled.replaced:
        pipeline.after_work(person_id)
    return pulled


def _patients(person_id: str) -> list[tuple[Pull, str]]:
    """(server, the person's patient id there), by source."""
    pulls = {pull.source: pull for pull in Pull.objects.all()}
    keys = (key.rpartition("/") for key in sorted(keys_of(person_id)))
    return [(pulls[source], patient_id) for source, _, patient_id in keys if source in pulls]


def _pull_one(pull: Pull, patient_id: str, pulled: PersonPulled, wait: Wait) -> None:
    folder = folder_of(pull) / f"person-{os.urandom(8).hex()}"
    folder.mkdir(mode=0o700)
    try:
        paths = _fetch(pull, patient_id, folder, pulled, wait)
        summary = _patiently(pull, wait)(lambda: _load(paths, pull.source))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    pulled.loaded = dict(Counter(pulled.loaded) + Counter(summary.loaded))
    pulled.replaced = dict(Counter(pulled.replaced) + Counter(summary.replaced))
    pulled.quarantined += len(summary.quarantined)
    if not summary.quarantined:
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(pull: Pull, patient_id: str, folder: Path, pulled: PersonPulled, wait: Wait) -> list[str]:
    """The server's answers as files, as they came."""
    paths: list[str] = []
    with server_of(pull) as server:
        for piece in fetch_patient(server, patient_id, _patiently(pull, wait)):
            if piece.note:
                pulled.notes.append(piece.note)
                continue
            path = folder / f"{len(paths):05d}.json"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(_without_outcomes(piece))
            paths.append(str(path))
    return paths


def _without_outcomes(piece: Piece) -> bytes:
    """A search's page without what the server says about the search itself; a page that has none stays byte for byte."""
    page = orjson.loads(piece.raw)
    entries = page.get("entry") if isinstance(page.get("entry"), list) else []
    kept = [one for one in entries if not (isinstance(one, dict) and _is_outcome(one))]
    return piece.raw if len(kept) == len(entries) else orjson.dumps(page | {"entry": kept})


def _is_outcome(entry: dict[str, Any]) -> bool:
    resource, search = entry.get("resource"), entry.get("search")
    named = isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome"
    return named or (isinstance(search, dict) and search.get("mode") == "outcome")


def _load(paths: list[str], source: str) -> pipeline.LoadSummary:
    try:
        return pipeline.load(paths, source=source)
    except Refusal as problem:
        raise Later(str(problem), 1.0) from None


def _patiently(pull: Pull, wait: Wait) -> Callable[[Callable[[], Any]], Any]:
    """Call something that may say Later, as often as half a minute allows: somebody sits in front of the page."""

    def patiently(act: Callable[[], Any]) -> Any:
        left, seconds = PATIENCE_SECONDS, 1.0
        while True:
            try:
                return act()
            except Later as problem:
                pause = seconds if problem.seconds is None else max(problem.seconds, 0.2)
                if pause > left:
                    raise Refusal(
                        f"{pull.source} does not answer now: {problem}. Try again in a few minutes."
                    ) from None
            wait(pause)
            left, seconds = left - pause, seconds * 2

    return patiently
