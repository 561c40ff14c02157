"""Watched folders: `<home>/documents-in/<source>/`, into which fax machines and fax services put files.

A file is taken when it looked the same, in size and time, at two looks some seconds apart: a fax machine writes slowly, and a copy over
the network may bear an old time from the start. It leaves the folder only after it is kept.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from bluering.intake.documents.keeping import chunks_of, keep_document
from bluering.locks import only_one
from bluering.paths import home

QUIET_SECONDS = 4.0
UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload", ".writing")
Sightings = dict[str, list[float]]


def watched() -> Path:
    """The folder of folders, one for each source."""
    path = home() / "documents-in"
    path.mkdir(parents=True, exist_ok=True)
    return path


def collect(quiet_seconds: float = QUIET_SECONDS) -> int:
    """Take in the files that have stopped growing; returns how many documents are new. Run it every few seconds."""
    with only_one(watched() / ".lock") as alone:
        if not alone:
            return 0
        before, now, new = _sightings(), {}, 0
        for path in _files():
            name, looks = str(path.relative_to(watched())), _look(path)
            if looks is None:
                continue
            seen = before.get(name)
            if seen and seen[:2] == looks[:2] and looks[2] - seen[2] >= quiet_seconds:
                new += _take(path)
            else:
                now[name] = seen if seen and seen[:2] == looks[:2] else looks
        _remember(now)
    return new


def _take(path: Path) -> bool:
    """Keep one file and let it go from the folder."""
    inside = path.relative_to(watched()).parts
    source = inside[0] if len(inside) > 1 else "documents"
    _, new = keep_document(chunks_of(path), source=source, file_name=path.name)
    path.unlink()
    return new


def _files() -> Iterator[Path]:
    for path in sorted(watched().rglob("*")):
        hidden = any(part.startswith((".", "~")) for part in path.relative_to(watched()).parts)
        if not hidden and path.is_file() and not path.is_symlink() and not path.name.lower().endswith(UNFINISHED):
            yield path


def _look(path: Path) -> list[float] | None:
    """Size, time of change, and when we looked; None when it is empty, or gone meanwhile."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return [seen.st_size, seen.st_mtime_ns, time.time()] if seen.st_size else None


def _notes() -> Path:
    return watched() / ".sightings.json"


def _sightings() -> Sightings:
    try:
        return json.loads(_notes().read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _remember(sightings: Sightings) -> None:
    writing = _notes().with_suffix(".writing")
    writing.write_text(json.dumps(sightings))
    os.replace(writing, _notes())
