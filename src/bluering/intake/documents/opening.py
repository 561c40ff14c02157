"""Read a kept document and draw its pages, through a process that may die without harm."""

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from bluering.intake.documents.sheets import BROKEN, Unreadable
from bluering.paths import home

READ_SECONDS, DRAW_SECONDS = 1_800, 60
SIZES = {"small": 30, "large": 110}


@dataclass(frozen=True)
class Opened:
    """What a document says: a text for each page, reply codes, and the pages that there was no program to read."""

    pages: list[str]
    codes: list[str] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)


def read(path: Path) -> Opened:
    """Text and codes of a document. Raises Unreadable."""
    return Opened(**_ask("text", str(path), seconds=READ_SECONDS))


def picture(path: Path, digest: str, page: int, size: str) -> Path:
    """The file with one page (from 0) as PNG, drawn when it is first wanted. Raises Unreadable."""
    folder = home() / "document-pages" / digest
    wanted = folder / f"{page}-{size}.png"
    if not wanted.exists():
        folder.mkdir(parents=True, exist_ok=True)
        drawn = folder / f".{uuid.uuid4().hex}.png"
        try:
            _ask("picture", str(path), str(page), str(SIZES[size]), str(drawn), seconds=DRAW_SECONDS)
            os.replace(drawn, wanted)
        finally:
            drawn.unlink(missing_ok=True)
    return wanted


def _ask(*arguments: str, seconds: int) -> dict:
    """The worker's answer. A worker that dies or takes too long has met a file that does harm."""
    command = [sys.executable, "-m", "bluering.intake.documents.worker", *arguments]
    paths = os.pathsep.join(filter(None, [str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH", "")]))
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=seconds, check=False, env=os.environ | {"PYTHONPATH": paths}
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("Reading it took too long. Ask the sender for it in parts, or as a plain scan.") from None
    if done.returncode != 0:
        raise Unreadable(BROKEN)
    answer = json.loads(done.stdout)
    if fault := answer.get("unreadable"):
        raise Unreadable(fault)
    return answer
