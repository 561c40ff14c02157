"""Keep a document as it arrived: first its bytes on the disk, then its row. The same bytes from one source are one document.

Killed in between, nothing is lost: the bytes lie under their digest, and whoever brings the document again finds them there.
"""

import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from bluering.intake.arrivals import durably
from bluering.intake.models import IncomingDocument
from bluering.paths import home

CHUNK = 1 << 20


def folder() -> Path:
    """Where documents are kept, each under its digest."""
    path = home() / "documents"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep_document(chunks: Iterable[bytes], *, source: str, file_name: str) -> tuple[IncomingDocument, bool]:
    """(document, whether it is new). On return it is safe on the disk. Raises OSError when the disk is full."""
    digest = _store(chunks)
    with durably():
        return IncomingDocument.objects.get_or_create(
            source=source, digest=digest, defaults={"file_name": file_name[:300], "received_at": timezone.now()}
        )


def chunks_of(path: Path) -> Iterable[bytes]:
    """A file's bytes, a piece at a time."""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


def _store(chunks: Iterable[bytes]) -> str:
    """Write the bytes under their digest, whole or not at all."""
    writing = folder() / f".{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    try:
        with writing.open("wb") as out:
            for piece in chunks:
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        os.replace(writing, folder() / digest.hexdigest())
    finally:
        writing.unlink(missing_ok=True)
    _sync_folder(folder())
    return digest.hexdigest()


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
