"""CMS's claim feed: a delivery of Part B lines through the whole load, with what follows from the claims."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.messages import _environment
from tests.unit.intake.claims.cclf_files import record

LINES, PERSONS = 200_000, 10_000


def measure() -> list[str]:
    """Rows of the table."""
    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as home:
        folder = Path(home) / "delivery"
        write(folder)
        environment = _environment(home)
        verb = [sys.executable, "-m", "bluering.cli"]
        subprocess.run([*verb, "setup", "--json"], env=environment, check=True, capture_output=True)
        began = time.perf_counter()
        done = subprocess.run(
            [*verb, "load", str(folder), "--source", "cms", "--json"], env=environment, capture_output=True, text=True
        )
        seconds = time.perf_counter() - began
    loaded = sum(json.loads(done.stdout)["loaded"].values())
    lines = LINES + PERSONS
    figure = f"{lines / seconds:,.0f} records/s, {loaded / seconds:,.0f} resources/s"
    return [
        f"| CMS claim feed (CCLF) into the record | {lines:,} records, {LINES // 2:,} claims of two lines, {loaded:,} resources with what follows | {figure} |"
    ]


def write(folder: Path) -> None:
    """A delivery with file 5 and file 8; every claim has two lines."""
    folder.mkdir()
    line, person = record("5"), record("8")
    with (folder / "T.A0001.ACO.ZC5Y26.D260401.T0000000").open("w") as file:
        for number in range(LINES):
            claim = number // 2
            told = {0: f"2{claim:012d}", 13: f"{number % 2 + 1:010d}", 23: _mbi(claim % PERSONS), 171: f"{claim:040d}"}
            file.write(_changed(line, told) + "\n")
    with (folder / "T.A0001.ACO.ZC8Y26.D260401.T0000000").open("w") as file:
        file.writelines(_changed(person, {0: _mbi(number)}) + "\n" for number in range(PERSONS))


def _mbi(number: int) -> str:
    return f"1E{number:06d}K73"


def _changed(text: str, told: dict[int, str]) -> str:
    for at, value in told.items():
        text = text[:at] + value + text[at + len(value) :]
    return text
