"""Tell the files apart by content and turn each into lines: one resource's text a line, with the place it stood at."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from bluering.intake.fhir.bundle import BrokenBundle, read_bundle
from bluering.intake.fhir.fetch import CHUNK_BYTES, Chunk, open_plain, read_chunks

BATCH_ROWS = 8_192
LINE_BITS = 40
NEWLINE, BOM = 10, b"\xef\xbb\xbf"
IS_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
# Some write the resourceType last; entries with these members are a Bundle's alone.
HAS_ENTRIES = re.compile(rb'^\{[^{}]*(?:\{[^{}]*\}[^{}]*)?"entry"\s*:\s*\[\s*\{\s*"(?:fullUrl|resource)"')


@dataclass
class Lines:
    """Resources as text with their places. `table` has columns place (BIGINT) and raw (text); `rejected` what is not text."""

    table: pa.Table
    rejected: list[tuple[int, str, bytes]] = field(default_factory=list)
    bytes: int = 0


def read_files(paths: Sequence[Path], numbers: Sequence[int] | None = None) -> Iterator[Lines]:
    """All files, or those with these numbers, as batches of a good size for the engine; small files share one.

    Places tell file and line (`whereabouts`).
    """
    wanted = range(len(paths)) if numbers is None else numbers
    yield from gathered(of_file(lines, number) for number in wanted for lines in read_lines(paths[number]))


def gathered(parts: Iterable[Lines]) -> Iterator[Lines]:
    """Small batches joined to ones of a good size for the engine."""
    waiting: list[Lines] = []
    for part in parts:
        waiting.append(part)
        if sum(one.bytes for one in waiting) >= CHUNK_BYTES // 2:
            yield _together(waiting)
            waiting = []
    if waiting:
        yield _together(waiting)


def of_resources(resources: Sequence[dict], places: Sequence[int] | None = None) -> Lines:
    """Resources as they are in memory; the place of each is as given, or its number, from 1."""
    texts = [orjson.dumps(resource).decode() for resource in resources]
    at = list(range(1, len(texts) + 1)) if places is None else list(places)
    return Lines(_table(at, texts), [], sum(map(len, texts)))


def whereabouts(place: int) -> tuple[int, int]:
    """(number of the file, line or entry) of a place that `read_files` gave."""
    return place >> LINE_BITS, place & ((1 << LINE_BITS) - 1)


def of_file(lines: Lines, number: int) -> Lines:
    """Lines of the file with this number."""
    start = number << LINE_BITS
    places = pc.add(lines.table["place"], pa.scalar(start, pa.int64()))
    table = lines.table.set_column(0, "place", places)
    return Lines(table, [(start + place, reason, raw) for place, reason, raw in lines.rejected], lines.bytes)


def _together(parts: list[Lines]) -> Lines:
    """Several batches as one, in pieces that the engine's threads can share."""
    table = pa.concat_tables([part.table for part in parts])
    if len(parts) > 1:
        table = pa.Table.from_batches(table.combine_chunks().to_batches(BATCH_ROWS), table.schema)
    return Lines(table, [reject for part in parts for reject in part.rejected], sum(part.bytes for part in parts))


def read_lines(path: Path) -> Iterator[Lines]:
    """One file as batches of lines, whatever kind of FHIR file it is."""
    kind = _kind(path)
    if kind == "lines":
        first = 1
        for chunk in read_chunks(path):
            lines, count = lines_in(chunk, first)
            first += count
            yield lines
    elif kind == "bundle":
        yield from _from_bundle(path)
    elif kind == "resource":
        yield _from_resource(path)
    else:
        yield Lines(_table([], []), [(1, kind, b"")])


def _kind(path: Path) -> str:
    """'lines', 'bundle', 'resource', or a sentence that says why the file is none of these."""
    try:
        with open_plain(path) as stream:
            start = stream.read(65_536)
    except (EOFError, OSError):
        return "the gzip file breaks off before its first line; fetch it again and load it once more"
    text = start.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return "the file is empty"
    first, *others = [line.strip() for line in text.split(b"\n", 2) if line.strip()]
    whole = _is_object(first) or (bool(others) and len(first) > 1 and others[0].startswith(b"{"))
    bundle = IS_BUNDLE.search(text[:4096]) or HAS_ENTRIES.search(text)
    if bundle and text.startswith(b"{") and not (whole and others):
        return "bundle"
    if whole or any(line.startswith(b'{"') for line in others):
        return "lines"
    if text.startswith(b"{"):
        return "lines" if len(first) > 1 and not others else "resource"
    return "neither FHIR JSON, HL7 v2, a C-CDA document nor a table with a header; look at how the file begins"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def lines_in(chunk: Chunk, first: int) -> tuple[Lines, int]:
    """The chunk's lines, the first of which has this number, and how many they are."""
    data = chunk.data
    rejected: list[tuple[int, str, bytes]] = []
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE) + 1
    offsets = np.concatenate([[0], ends]).astype(np.int64)
    if first == 1 and bytes(data[: len(BOM)]) == BOM:
        offsets[0] = len(BOM)
    if not _is_utf8(data):
        data, offsets, rejected = _drop_undecodable(data, offsets, first)
    places = np.arange(first, first + len(ends), dtype=np.int64)
    if chunk.broken:
        last = int(places[-1]) if len(places) else first
        rejected.append((last, chunk.broken, bytes(data[offsets[-2] :]) if len(places) else b""))
        offsets, places = offsets[: max(len(offsets) - 1, 1)], places[:-1]
    raw = pa.LargeStringArray.from_buffers(len(places), pa.py_buffer(offsets.tobytes()), pa.py_buffer(data))
    return Lines(_batched(pa.array(places), raw), rejected, len(data)), len(ends)


def _is_utf8(data: bytes | memoryview) -> bool:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _drop_undecodable(data: bytes | memoryview, offsets: np.ndarray, first: int) -> tuple[bytes, np.ndarray, list]:
    """Blank the lines that are not UTF-8, so that the places of the others stay."""
    kept, rejected = [], []
    for n, (a, b) in enumerate(itertools.pairwise(offsets)):
        line = bytes(data[a:b])
        if _is_utf8(line):
            kept.append(line)
        else:
            rejected.append((first + n, "not UTF-8; save the file as UTF-8 and load it again", line))
            kept.append(b"\n")
    sizes = np.array([0] + [len(line) for line in kept], dtype=np.int64)
    return b"".join(kept), np.cumsum(sizes), rejected


def _from_bundle(path: Path) -> Iterator[Lines]:
    places: list[int] = []
    texts: list[str] = []
    rejected: list[tuple[int, str, bytes]] = []
    size = 0
    try:
        for entry in read_bundle(path):
            if entry.reason:
                rejected.append((entry.place, entry.reason, entry.text.encode("utf-8", "surrogateescape")))
                continue
            places.append(entry.place)
            texts.append(entry.text)
            size += len(entry.text)
            if size > CHUNK_BYTES:
                yield Lines(_table(places, texts), rejected, size)
                places, texts, rejected, size = [], [], [], 0
    except (BrokenBundle, ValueError, IndexError) as problem:
        rejected.append((len(places) + 1, f"the Bundle cannot be read on: {problem}"[:300], b""))
    yield Lines(_table(places, texts), rejected, size)


def _from_resource(path: Path) -> Lines:
    with open_plain(path) as stream:
        data = stream.read()
    try:
        return Lines(_table([1], [data.decode("utf-8-sig")]), [], len(data))
    except UnicodeDecodeError:
        return Lines(_table([], []), [(1, "not UTF-8; save the file as UTF-8 and load it again", data[:1_000_000])])


def _table(places: list[int], texts: list[str]) -> pa.Table:
    return _batched(pa.array(places, pa.int64()), pa.array(texts, pa.large_string()))


def _batched(places: pa.Array, raw: pa.Array) -> pa.Table:
    """In batches, so that the engine's threads can share the work."""
    batch = pa.record_batch([places, raw], names=["place", "raw"])
    pieces = [batch.slice(n, BATCH_ROWS) for n in range(0, len(batch), BATCH_ROWS)]
    return pa.Table.from_batches(pieces, schema=batch.schema)
