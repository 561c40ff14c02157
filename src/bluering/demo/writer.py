"""Write resources to <folder>/<source>/<Type>.ndjson, one line each, as they come."""

from collections import Counter
from pathlib import Path
from typing import BinaryIO

import orjson

BUFFER_BYTES = 1 << 18


class Writer:
    """Keeps one open file per source and type; use as a context manager. Files of an earlier run are replaced."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.counts: Counter[tuple[str, str]] = Counter()
        self._files: dict[tuple[str, str], BinaryIO] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_) -> None:
        for file in self._files.values():
            file.close()

    def put(self, source: str, resource: dict) -> None:
        key = (source, resource["resourceType"])
        file = self._files.get(key) or self._open(key)
        file.write(orjson.dumps(resource, option=orjson.OPT_APPEND_NEWLINE))
        self.counts[key] += 1

    def _open(self, key: tuple[str, str]) -> BinaryIO:
        source, kind = key
        folder = self.folder / source
        folder.mkdir(parents=True, exist_ok=True)
        self._files[key] = (folder / f"{kind}.ndjson").open("wb", buffering=BUFFER_BYTES)
        return self._files[key]


def clear(folder: Path) -> None:
    """Remove what an earlier run wrote, so that no type of it stays behind."""
    for pattern in ("*/*.ndjson", "*/*.xml"):
        for old in folder.glob(pattern):
            old.unlink()
