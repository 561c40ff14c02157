"""Write resources to <folder>/<source>/<Type>.ndjson, one line each, and messages to <folder>/<source>/messages.hl7, as they come."""

from collections import Counter
from pathlib import Path
from typing import BinaryIO

import orjson

BUFFER_BYTES = 1 << 18
MESSAGES = "messages.hl7"


class Writer:
    """Keeps one open file per source and type, and one for messages; use as a context manager. Files of an earlier run are replaced."""

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
        kind = resource["resourceType"]
        self._file(source, f"{kind}.ndjson").write(orjson.dumps(resource, option=orjson.OPT_APPEND_NEWLINE))
        self.counts[source, kind] += 1

    def say(self, source: str, message: bytes) -> None:
        """An HL7 v2 message of this source."""
        self._file(source, MESSAGES).write(message)
        self.counts[source, MESSAGES] += 1

    def line(self, source: str, name: str, text: str) -> None:
        """One line of a file of this source that is neither FHIR nor messages."""
        self._file(source, name).write(text.encode("ascii", "replace") + b"\n")
        self.counts[source, name] += 1

    def _file(self, source: str, name: str) -> BinaryIO:
        return self._files.get((source, name)) or self._open(source, name)

    def _open(self, source: str, name: str) -> BinaryIO:
        folder = self.folder / source
        folder.mkdir(parents=True, exist_ok=True)
        self._files[source, name] = (folder / name).open("wb", buffering=BUFFER_BYTES)
        return self._files[source, name]


def clear(folder: Path) -> None:
    """Remove what an earlier run wrote, so that no type of it stays behind."""
    for pattern in ("*/*.ndjson", "*/*.xml", "*/*.hl7", "*/*.csv", "*/P.A*"):
        for old in folder.glob(pattern):
            old.unlink()
