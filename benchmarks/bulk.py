"""Loading: the whole intake beside DuckDB's bare read_json → Parquet on the same file, and memory at one and ten times the size."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import orjson

ROOT = Path(__file__).resolve().parent.parent
ONCE, TEN_TIMES = 150_000, 1_500_000

BARE = """
COPY (SELECT * FROM read_json('{file}', format='newline_delimited', columns={{
  id: 'VARCHAR', status: 'VARCHAR', category: 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])[]',
  code: 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR, display VARCHAR)[], text VARCHAR)',
  subject: 'STRUCT(reference VARCHAR)', encounter: 'STRUCT(reference VARCHAR)', effectiveDateTime: 'VARCHAR',
  issued: 'VARCHAR', valueQuantity: 'STRUCT(value DOUBLE, unit VARCHAR, code VARCHAR)'}}))
TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


def observation(n: int) -> dict:
    """A laboratory result as EHRs export it, about 750 bytes."""
    category = {
        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
        "code": "laboratory",
        "display": "laboratory",
    }
    coding = {"system": "http://loinc.org", "code": "4548-4", "display": "Hemoglobin A1c/Hemoglobin.total in Blood"}
    profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"
    moment = f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}T09:12:00-06:00"
    return {
        "resourceType": "Observation", "id": f"o{n}", "status": "final", "category": [{"coding": [category]}],
        "meta": {"lastUpdated": "2026-01-05T10:00:00.000-06:00", "profile": [profile]},
        "code": {"coding": [coding], "text": "Hemoglobin A1c"}, "subject": {"reference": f"Patient/p{n % 5000}"},
        "encounter": {"reference": f"Encounter/e{n % 9000}"}, "effectiveDateTime": moment, "issued": moment,
        "valueQuantity": {"value": n % 90 / 10, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
    }  # fmt: skip


def write(file: Path, count: int) -> None:
    """`count` results, one a line."""
    with file.open("wb") as out:
        for n in range(count):
            out.write(orjson.dumps(observation(n)) + b"\n")


def bare(file: Path, folder: Path) -> float:
    """Seconds of DuckDB alone, with the columns declared."""
    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(BARE.format(file=file, target=folder / "bare.parquet"))
    return time.perf_counter() - began


def load(file: Path, home: Path) -> tuple[float, float]:
    """(seconds of the load itself, peak memory of its process in MB), in a process of its own."""
    code = (
        "import json, os, resource, django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from bluering import pipeline\n"
        f"summary = pipeline.load([{str(file)!r}], source='bench')\n"
        "print(json.dumps([summary.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))"
    )
    environment = os.environ | {
        "BLUERING_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "bluering.settings",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    seconds, megabytes = json.loads(done.stdout.strip().splitlines()[-1])
    return seconds, megabytes


def measure(rounds: int = 3) -> list[str]:
    """Rows of the table; of several rounds the median."""
    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as name:
        folder = Path(name)
        small, large = folder / "small.ndjson", folder / "large.ndjson"
        write(small, ONCE)
        write(large, TEN_TIMES)
        size = large.stat().st_size / 1e6
        alone = sorted(bare(large, folder) for _ in range(rounds))[rounds // 2]
        ours = sorted(load(large, folder / f"home{n}") for n in range(rounds))[rounds // 2]
        little = load(small, folder / "home-small")
    return [
        f"| DuckDB `read_json` → Parquet alone | {TEN_TIMES:,} Observations, {size:.0f} MB | {size / alone:.0f} MB/s, {TEN_TIMES / alone:,.0f} resources/s |",
        f"| `bluering load` | the same file | {size / ours[0]:.0f} MB/s, {TEN_TIMES / ours[0]:,.0f} resources/s ({alone / ours[0]:.2f} of bare) |",
        f"| Peak memory of the load | {ONCE:,} and {TEN_TIMES:,} Observations | {little[1]:.0f} MB and {ours[1]:.0f} MB |",
    ]


if __name__ == "__main__":
    print("\n".join(measure()))
