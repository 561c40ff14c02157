"""Find the files under the given paths and read them as a stream of lines, never a whole file at once."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bluering.errors import BadInput

CHUNK_BYTES = 24 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
DATA_NAMES = {".json", ".ndjson", ".jsonl", ".gz"}
TOO_LONG = "a line of more than 64 MB; split it into single resources"
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Chunk:
    """Whole lines of one file, as bytes ending in a newline."""

    file: str
    data: bytes | memoryview
    broken: str = ""


@dataclass(frozen=True)
class Found:
    """The files to read, and those of the folders that are no data: licences, notes, pictures."""

    files: list[Path]
    passed_over: list[Path]


def find_files(paths: list[str], may_be_data: Callable[[Path], bool] | None = None) -> Found:
    """Every file named or lying under a named folder, in a stable order; what was named itself is never passed over.

    `may_be_data` tells which files of a folder to read; without it those that look like FHIR.
    """
    wanted = may_be_data or looks_like_data
    files: list[Path] = []
    passed_over: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            for inside in sorted(p for p in path.rglob("*") if p.is_file() and not _hidden(p, path)):
                (files if wanted(inside) else passed_over).append(inside)
        elif path.exists():
            files.append(path)
        else:
            raise BadInput(f"{given}: there is no such file or folder. Check the path and try again.")
    return Found(files, passed_over)


def looks_like_data(path: Path) -> bool:
    """By its name, or because it begins as JSON, XML or gzip do."""
    if DATA_NAMES & set(path.suffixes):
        return True
    with path.open("rb") as stream:
        start = stream.read(64)
    return start.startswith(GZIP) or start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[", b"<")


def open_plain(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when it is gzip, whatever its name says."""
    with path.open("rb") as peek:
        packed = peek.read(2) == GZIP
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def read_chunks(path: Path) -> Iterator[Chunk]:
    """The file in chunks of whole lines. A file that breaks off gives what was readable, then a chunk with `broken` set."""
    with open_plain(path) as stream:
        yield from _unpacked(path, stream) if isinstance(stream, gzip.GzipFile) else _plain(path, stream)


def _plain(path: Path, stream: BinaryIO) -> Iterator[Chunk]:
    """Each block is read where the last whole line ended, so that nothing is copied to be joined."""
    at, wanted = 0, CHUNK_BYTES
    while block := _block(stream, at, wanted):
        last = len(block) < wanted
        cut = block.rfind(b"\n") + 1
        if last and cut < len(block):
            yield Chunk(str(path), block + b"\n")
            return
        if not cut and wanted > LONGEST_LINE:
            yield Chunk(str(path), b"", TOO_LONG)
            return
        if not cut:
            wanted *= 2
            continue
        yield Chunk(str(path), memoryview(block)[:cut])
        at, wanted = at + cut, CHUNK_BYTES


def _block(stream: BinaryIO, at: int, wanted: int) -> bytes:
    stream.seek(at)
    return stream.read(wanted)


def _unpacked(path: Path, stream: BinaryIO) -> Iterator[Chunk]:
    rest = b""
    while True:
        block, broken = _unpack(stream)
        data = rest + block
        if broken or not block:
            if data.strip():
                yield Chunk(str(path), data if data.endswith(b"\n") else data + b"\n", broken)
            elif broken:
                yield Chunk(str(path), b"", broken)
            return
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > LONGEST_LINE:
            yield Chunk(str(path), b"", TOO_LONG)
            return
        if cut:
            yield Chunk(str(path), data[:cut])
        rest = data[cut:]


def _unpack(stream: BinaryIO) -> tuple[bytes, str]:
    """The next block, and why the file broke off if it did; what was unpacked before the break is kept."""
    parts: list[bytes] = []
    size = 0
    try:
        while size < CHUNK_BYTES and (part := stream.read1(1 << 20)):  # type: ignore[attr-defined]
            parts.append(part)
            size += len(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return b"".join(parts), "the gzip file breaks off here; fetch it again and load it once more"
    return b"".join(parts), ""


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)
