"""Fetch one file of an export, going on where an earlier try was cut off; the file has its name only once it is whole.

Beside the unfinished `<name>.part` lies `<name>.tag` with what tells this content from another (a strong ETag, else Last-Modified).
With it the server is asked for the rest only, and for the whole when the content has changed.
"""

import os
import re
from pathlib import Path
from typing import BinaryIO

import httpx

from bluering.intake.fhir.bulk.answers import refuse
from bluering.intake.fhir.bulk.errors import Gone, Later
from bluering.intake.fhir.bulk.export import NDJSON, ExportFile
from bluering.intake.fhir.bulk.server import Server
from bluering.intake.fhir.fetch import open_plain

BLOCK = 1 << 20
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def fetch(server: Server, file: ExportFile, path: Path, *, with_token: bool) -> str:
    """Have the file at `path`; does nothing when it is there. Returns a note when its count is not as announced, else ''.

    Raises Later when the line was cut (the next call goes on there) and Gone when the server no longer has the file.
    """
    if path.exists():
        return ""
    part, tag = path.with_suffix(".part"), path.with_suffix(".tag")
    with server.opened(file.url, headers=_headers(part, tag), with_token=with_token) as answer:
        _check(answer, part, with_token=with_token)
        _write(answer, part, tag)
    note = _count_note(file, part, path.with_suffix(".counted"))
    part.rename(path)
    tag.unlink(missing_ok=True)
    return note


def _headers(part: Path, tag: Path) -> dict[str, str]:
    headers = {"Accept": NDJSON, "Accept-Encoding": "gzip"}
    have = part.stat().st_size if part.exists() else 0
    known = tag.read_text() if tag.exists() else ""
    return headers | ({"Range": f"bytes={have}-", "If-Range": known} if have and known else {})


def _check(answer: httpx.Response, part: Path, *, with_token: bool) -> None:
    """Nothing when bytes follow; else what the answer means."""
    status, host = answer.status_code, answer.request.url.host
    if status in (200, 206):
        return
    if status == 416:
        part.unlink(missing_ok=True)
        raise Later(f"{host} has no such part of the file any more; it is fetched anew", 0.0)
    if status in (404, 410) or (not with_token and status in (401, 403)):
        raise Gone(f"{host} no longer has a file of the export ({status})")
    answer.read()
    refuse(answer, "does not give a file of the export")


def _write(answer: httpx.Response, part: Path, tag: Path) -> None:
    """Put the answer's bytes, as they are, behind what is there, or in place of it. Raises Later when they are not all."""
    start, total = _span(answer)
    have = part.stat().st_size if part.exists() else 0
    if start not in (0, have):
        part.unlink(missing_ok=True)
        raise Later(f"{answer.request.url.host} gave another part of the file than asked for; it is fetched anew", 0.0)
    if start == 0:
        part.unlink(missing_ok=True)
        tag.write_text(_validator(answer))
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        for block in answer.iter_raw():
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if total is not None and part.stat().st_size != total:
        raise Later(f"the line to {answer.request.url.host} broke off within a file")


def _span(answer: httpx.Response) -> tuple[int, int | None]:
    """(where the answer's bytes begin in the file, how long the file is when whole, None when not said)."""
    if answer.status_code == 206 and (match := RANGE.fullmatch(answer.headers.get("Content-Range", ""))):
        return int(match[1]), int(match[2]) if match[2] != "*" else None
    length = answer.headers.get("Content-Length", "")
    return (0 if answer.status_code == 200 else -1), int(length) if length.isdecimal() else None


def _validator(answer: httpx.Response) -> str:
    etag = answer.headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified", "")


def _count_note(file: ExportFile, part: Path, counted: Path) -> str:
    """Nothing when there are as many lines as announced. If not, the file is fetched once more; the same again is taken, and said."""
    try:
        with open_plain(part) as stream:
            lines = count_lines(stream)
    except (EOFError, OSError):
        lines = -1
    if file.count is None and lines >= 0:
        return ""
    before = counted.read_text() if counted.exists() else ""
    if lines == file.count or (lines >= 0 and before == str(lines)):
        counted.unlink(missing_ok=True)
        return "" if lines == file.count else f"{file.type}: {file.count} announced, {lines} sent"
    counted.write_text(str(lines))
    part.unlink()
    raise Later(f"a file of {file.type} is not whole ({lines} of {file.count} lines); it is fetched anew")


def count_lines(stream: BinaryIO) -> int:
    """How many lines hold anything."""
    return sum(1 for line in stream if line.strip())
