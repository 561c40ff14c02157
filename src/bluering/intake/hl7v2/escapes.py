"""Delimiters of a message and its escape sequences. Source: HL7 v2.8 chapter 2, sections 2.5.4 and 2.7."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bluering.intake.hl7v2.errors import BadMessage

USUAL = "^~\\&"
MARKS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
LAYOUT = re.compile(r"\.(br|sp|sk|in|ti|fi|nf|ce)\+?(-?\d{0,3})", re.IGNORECASE)
HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")


@dataclass(frozen=True)
class Delimiters:
    """The characters that separate, as MSH-1 and MSH-2 name them. `escape` may be empty: then nothing is escaped."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str
    truncation: str = ""

    def unescape(self, text: str) -> str:
        """The text with its escape sequences resolved; unknown ones and switches of charset stay as written."""
        if not self.escape or self.escape not in text:
            return text
        first, *parts = text.split(self.escape)
        done, n = [first], 0
        while n < len(parts):
            meant = self._meaning(parts[n]) if n + 1 < len(parts) else None
            if meant is None:
                done.append(self.escape + parts[n])
                n += 1
            else:
                done += [meant, parts[n + 1]]
                n += 2
        return "".join(done)

    def escaped(self, text: str) -> str:
        """Text that may stand in a field: separators escaped where that is possible, line breaks as blanks."""
        plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
        letters = {self.field: "F", self.component: "S", self.subcomponent: "T", self.repetition: "R", self.escape: "E"}
        marked = {
            mark: f"{self.escape}{letter}{self.escape}" if self.escape else " " for mark, letter in letters.items()
        }
        return "".join(marked.get(char, char) for char in plain)

    def _meaning(self, sequence: str) -> str | None:
        plain = _letters(self).get(sequence)
        if plain is not None:
            return plain
        if found := LAYOUT.fullmatch(sequence):
            return _layout(found[1].lower(), found[2])
        if found := HEX.fullmatch(sequence):
            return _decoded(bytes.fromhex(found[1]))
        return None


@lru_cache(maxsize=64)
def _letters(marks: Delimiters) -> dict[str, str]:
    letters = {"F": marks.field, "S": marks.component, "T": marks.subcomponent, "R": marks.repetition}
    return {**letters, "E": marks.escape, "P": marks.truncation or "#", "H": "", "N": ""}


def _layout(command: str, count: str) -> str:
    """Formatting commands as plain text: line breaks and spaces count, indents do not."""
    many = min(int(count), 20) if count.isdigit() and count != "0" else 1
    if command == "sk":
        return " " * many
    if command == "sp":
        return "\n" * many
    return "\n" if command in ("br", "ce") else ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@lru_cache(maxsize=64)
def read_delimiters(field: str, encoding: str) -> Delimiters:
    """From the field separator and MSH-2. What MSH-2 leaves out is as usual; a doubled character counts once.

    Raises BadMessage when a separator is a letter, a digit, a blank, or stands for two things.
    """
    given = "".join(dict.fromkeys(encoding))
    if field not in MARKS or any(char not in MARKS for char in given) or len(given) > 5:
        raise BadMessage("MSH-2", "the separators are not four or five different marks such as ^~\\&; check the sender")
    if len(given) == 3 and given[2] == "&":
        given = given[:2] + "\\&"
    chars = given + USUAL[len(given) :]
    if field in chars or len(set(chars[:4])) < 4:
        raise BadMessage("MSH-2", "one character stands for two separators; check the sender")
    component, repetition, escape, subcomponent, *rest = list(chars)
    return Delimiters(field, component, repetition, escape, subcomponent, "".join(rest))
