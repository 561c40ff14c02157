"""CSV through the whole load, with columns mapped: a payer's claims, and its list of members."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.messages import _environment

LINES, MEMBERS = 100_000, 50_000
CLAIMS = "Claim ID,Line,Member ID,Last Name,First Name,DOB,From Date,Thru Date,Paid Date,Diagnoses,CPT,POS,Charge Amount,Allowed Amount,Paid Amount\n"
LIST = "Roster Month,Member ID,Last Name,First Name,DOB,Sex,City,State,ZIP,PCP NPI,PCP Name,Coverage Start,Risk Score\n"
# Saves what the columns are, as somebody did on the page.
SAVE = """
import sys, django
django.setup()
from django.utils import timezone
from bluering.intake.models import CsvMapping
from bluering.intake.tables.kinds import KINDS
source, kind, header = sys.argv[1], KINDS[sys.argv[2]], sys.argv[3].strip().split(",")
CsvMapping.objects.create(source=source, header=header, mapping=kind.suggest(header).as_data(), saved_at=timezone.now(), saved_by="wen")
"""


def measure() -> list[str]:
    """Rows of the table."""
    made = (
        (
            "claims",
            "Claims as CSV into the record",
            CLAIMS,
            _claims,
            LINES,
            f"{LINES:,} rows, {LINES // 2:,} claims of two lines",
        ),
        ("roster", "A payer's list of members into the record", LIST, _members, MEMBERS, f"{MEMBERS:,} rows"),
    )
    return [_one(*told) for told in made]


def _one(kind: str, title: str, header: str, rows, count: int, over: str) -> str:
    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as home:
        file = Path(home) / f"{kind}.csv"
        with file.open("w") as out:
            out.write(header)
            out.writelines(rows(number) for number in range(count))
        environment = _environment(home) | {"DJANGO_SETTINGS_MODULE": "bluering.settings"}
        verb = [sys.executable, "-m", "bluering.cli"]
        subprocess.run([*verb, "setup", "--json"], env=environment, check=True, capture_output=True)
        subprocess.run(
            [sys.executable, "-c", SAVE, "plan", kind, header], env=environment, check=True, capture_output=True
        )
        seconds, loaded, peak = _load([*verb, "load", str(file), "--source", "plan", "--json"], environment)
    return (
        f"| {title} | {over}, {loaded:,} resources with what follows | {count / seconds:,.0f} rows/s, {peak:,.0f} MB |"
    )


def _load(words: list[str], environment: dict[str, str]) -> tuple[float, int, float]:
    """Seconds, resources, and the peak memory of that process alone in megabytes."""
    began = time.perf_counter()
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as running:
        told = json.loads(running.stdout.read()) if running.stdout else {}
        _, _, used = os.wait4(running.pid, 0)
        running.returncode = 0
    return time.perf_counter() - began, sum(told["loaded"].values()), used.ru_maxrss / 1024


def _claims(number: int) -> str:
    claim, line = divmod(number, 2)
    member, day = claim % 10_000, 1 + claim % 28
    code, reason = ("99214", "E11.9") if line == 0 else ("83036", "I10")
    return f"C{claim},{line + 1},M{member},Ames{member % 997},Ada,1950-02-{day:02},2026-03-{day:02},2026-03-{day:02},2026-04-01,{reason},{code},11,210.00,140.50,112.40\n"


def _members(number: int) -> str:
    return f"2026-11,M{number},Ames{number % 997},Ada,1950-02-{1 + number % 28:02},F,Springfield,IL,62701,1234567893,Dr. Dunn,2024-01-01,{number % 90}\n"
