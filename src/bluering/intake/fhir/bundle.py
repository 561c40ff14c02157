"""Take a Bundle apart into its resources: as a stream, byte for byte, with references inside it resolved.

References to an entry's fullUrl (`urn:uuid:…` or absolute) become `Type/id`, as a server does when it carries out a
transaction (FHIR R4, "Resolving references in Bundles"); everything else stays exactly as it was written, so that 7.10 stays 7.10.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bluering.intake.fhir.fetch import open_plain

BLOCK = 1 << 20
REFERENCE = re.compile(r'("reference"\s*:\s*")([^"\\]+)(")')
SPACE = re.compile(r"[ \t\r\n]*")
DECODE = json.JSONDecoder()


@dataclass(frozen=True)
class Entry:
    """One entry: its place in the Bundle (from 1), and either its resource as text or the reason it cannot be used."""

    place: int
    text: str
    reason: str = ""


NOT_UTF8 = re.compile("[\udc80-\udcff]")


class BrokenBundle(Exception):
    """The Bundle's text ends or goes wrong; the message says after which entry."""


def read_bundle(path: Path) -> Iterator[Entry]:
    """Every resource of the Bundle, in order, with references between them resolved."""
    names = _names(path)
    for place, raw in _entries(path):
        entry = _take_apart(raw)
        resource, reason = entry.get("resource", ""), ""
        if not resource:
            reason = _why_without_resource(raw)
        elif NOT_UTF8.search(resource):
            reason = "not UTF-8; save the file as UTF-8 and load it again"
        else:
            resource = _with_id(_resolve(resource, names), entry.get("fullUrl", ""))
        yield Entry(place, resource or raw, reason)


def _names(path: Path) -> dict[str, str]:
    """fullUrl → `Type/id` for every entry that has one."""
    names = {}
    try:
        for _, raw in _entries(path):
            entry = DECODE.decode(raw)
            resource, url = entry.get("resource"), entry.get("fullUrl")
            if isinstance(resource, dict) and isinstance(url, str):
                names[url] = f"{resource.get('resourceType')}/{resource.get('id') or _uuid(url)}"
    except (BrokenBundle, ValueError, AttributeError):
        pass  # read_bundle comes to the same place and says what is wrong there
    return names


def _uuid(url: str) -> str:
    return url.removeprefix("urn:uuid:").rsplit("/", 1)[-1]


def _resolve(resource: str, names: dict[str, str]) -> str:
    return REFERENCE.sub(lambda m: m[1] + names.get(m[2], m[2]) + m[3], resource)


def _with_id(resource: str, full_url: str) -> str:
    """A resource that a transaction would give an id gets its entry's uuid, so that loading it twice changes nothing."""
    if not full_url.startswith("urn:uuid:") or "id" in _take_apart(resource):
        return resource
    return '{"id":"' + _uuid(full_url) + '",' + resource.lstrip()[1:]


def _why_without_resource(raw: str) -> str:
    if '"DELETE"' in raw:
        return "a deletion; the record keeps what it was told, so nothing is deleted"
    return "an entry without a resource"


def _take_apart(text: str) -> dict[str, str]:
    """An object's members as name → the value's own text (strings without their quotes)."""
    members, at = {}, SPACE.match(text, text.index("{") + 1).end()  # type: ignore[union-attr]
    while text[at] != "}":
        name, at = DECODE.raw_decode(text, at)
        start = SPACE.match(text, text.index(":", at) + 1).end()  # type: ignore[union-attr]
        value, at = DECODE.raw_decode(text, start)
        members[name] = value if isinstance(value, str) else text[start:at]
        at = SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at] == ",":
            at = SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
    return members


def _entries(path: Path) -> Iterator[tuple[int, str]]:
    """The text of each entry, with its number; holds one entry and one block in memory at a time."""
    with open_plain(path) as stream:
        window = _Window(stream)
        if not window.find('"entry"') or not window.find("["):
            return
        place = 0
        while (at := window.next_value()) is not None:
            place += 1
            try:
                yield place, window.value(at)
            except ValueError as problem:
                raise BrokenBundle(f"entry {place}: the JSON breaks off or is wrong here") from problem


class _Window:
    """A moving piece of a long text."""

    def __init__(self, stream) -> None:
        self.stream, self.text, self.at = stream, "", 0
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")

    def more(self) -> bool:
        try:
            block = self.stream.read(BLOCK)
        except (EOFError, OSError):
            block = b""
        self.text, self.at = self.text[self.at :] + self.decoder.decode(block), 0
        return bool(block)

    def find(self, word: str) -> bool:
        """Move behind the next `word`."""
        while (at := self.text.find(word, self.at)) < 0:
            self.at = max(self.at, len(self.text) - len(word))
            if not self.more():
                return False
        self.at = at + len(word)
        return True

    def next_value(self) -> int | None:
        """Where the array's next value begins, or None at its end."""
        while True:
            at = re.compile(r"[ \t\r\n,]*").match(self.text, self.at).end()  # type: ignore[union-attr]
            if at < len(self.text):
                self.at = at
                return None if self.text[at] == "]" else at
            if not self.more():
                return None

    def value(self, at: int) -> str:
        """The text of the value that begins at `at`; reads on until it is whole."""
        while True:
            try:
                _, end = DECODE.raw_decode(self.text, self.at)
            except ValueError:
                if self.more():
                    continue
                raise
            text, self.at = self.text[self.at : end], end
            return text
