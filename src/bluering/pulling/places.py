"""Where a run's files lie, who may work on it, and the server it speaks with."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from bluering.errors import Refusal
from bluering.intake.fhir.bulk.export import ExportFile
from bluering.intake.fhir.bulk.server import Server
from bluering.intake.fhir.bulk.tokens import Registration
from bluering.intake.models import Pull, PullRun
from bluering.locks import only_one
from bluering.paths import home


def server_of(pull: Pull) -> Server:
    """The server, as this pull knows it."""
    return Server(pull.base_url, Registration(pull.client_id, pull.algorithm, pull.scope, pull.token_url))


def folder_of(pull: Pull) -> Path:
    """What is fetched lies here, readable for this installation's user only."""
    root = home() / "pulls"
    root.mkdir(mode=0o700, exist_ok=True)
    folder = root / str(pull.pk)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def path_of(run: PullRun, number: int, file: ExportFile) -> Path:
    """The place of a run's file: its number in the manifest, what it is, and its type."""
    folder = folder_of(run.pull) / str(run.pk)
    folder.mkdir(mode=0o700, exist_ok=True)
    kind = "" if file.kind == "output" else f"{file.kind}-"
    return folder / f"{number:05d}-{kind}{''.join(c for c in file.type if c.isalnum())}.ndjson"


def drop_files(run: PullRun) -> None:
    """Let go of everything that a run has fetched."""
    shutil.rmtree(folder_of(run.pull) / str(run.pk), ignore_errors=True)


@contextlib.contextmanager
def locked(pull: Pull) -> Iterator[None]:
    """One process at a time works on a pull; the lock goes with the process."""
    with only_one(folder_of(pull) / "lock") as alone:
        if not alone:
            raise Refusal(f"Another process is fetching from {pull.source} just now. Wait until it has finished.")
        yield
