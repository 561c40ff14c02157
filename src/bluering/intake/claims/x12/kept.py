"""Acknowledgements that were written, kept for whoever sends them back."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from bluering.intake.claims.x12.check import Verdict
from bluering.paths import home

VERDICTS = {"A": "accepted", "E": "accepted with errors", "P": "accepted in part", "R": "rejected"}
VERDICT = re.compile(r"AK9.([AEPRMWX])")


@dataclass(frozen=True)
class Kept:
    """One answer: its file's name, which file it answers, when it was written, what it says."""

    name: str
    answers: str
    at: dt.datetime
    says: str


def kept(source: str, most: int = 20) -> list[Kept]:
    """The newest answers to files of this source."""
    files = sorted(_folder(source).glob("*.x12"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_kept(file) for file in files[:most]]


def text_of(source: str, name: str) -> str | None:
    """One answer as it is sent back; None when there is none of that name."""
    found = next((file for file in _folder(source).glob("*.x12") if file.name == name), None)
    return found.read_text() if found else None


def _kept(file: Path) -> Kept:
    said = sorted(set(VERDICT.findall(file.read_text())), key="AEPRMWX".index)
    at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    return Kept(file.name, file.name.rsplit(".", 2)[0], at, ", ".join(VERDICTS.get(one, "rejected") for one in said))


def _folder(source: str) -> Path:
    return home() / "acknowledgements" / re.sub(r"[^A-Za-z0-9._-]", "_", source)


def keep_acknowledgement(source: str, name: str, data: bytes, verdict: Verdict | None) -> Path | None:
    """Write a verdict's 999 or 997 to `acknowledgements/SOURCE/NAME.DIGEST.x12` in the home; the same file again writes the same one."""
    if verdict is None or not verdict.acknowledgement:
        return None
    folder = _folder(source)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.{hashlib.sha256(data).hexdigest()[:12]}.x12"
    partial = path.with_suffix(".part")
    partial.write_text(verdict.acknowledgement)
    partial.rename(path)
    return path
