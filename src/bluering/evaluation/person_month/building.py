"""Build the table of person-months and put it in place: a reader has the old one or the new one, never half of either."""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from bluering.evaluation.parameters import parameters
from bluering.evaluation.person_month.compute import compute
from bluering.locks import one_after_another
from bluering.paths import home
from bluering.record import engine

TABLES = ("person_month", "claim_month", "practice_month")
CURRENT = "current.json"
COUNTED = """
SELECT count(*), count(DISTINCT person_id), count(DISTINCT month), (SELECT count(DISTINCT source) FROM claim_month) FROM person_month
"""


@dataclass(frozen=True)
class Built:
    """What one build made: person-months, persons, months and sources of claims; `at` as ISO text, `folder` below the home."""

    rows: int
    persons: int
    months: int
    sources: int
    seconds: float
    at: str
    folder: str


def build(as_of: datetime | None = None) -> Built:
    """From all facts, as of a moment (now, when none is given)."""
    started, moment = time.monotonic(), as_of or timezone.now()
    with one_after_another(root() / "build.lock"):
        folder = root() / f"{moment:%Y%m%d%H%M%S}-{time.monotonic_ns()}"
        folder.mkdir()
        with engine.connect() as connection:
            connection.execute("SET preserve_insertion_order = false")
            compute(connection, as_of=moment, parameters=parameters())
            for table in TABLES:
                connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")
            rows, persons, months, sources = connection.execute(COUNTED).fetchall()[0]
        built = Built(
            rows=rows, persons=persons, months=months, sources=sources, seconds=round(time.monotonic() - started, 3),
            at=moment.isoformat(), folder=folder.name,
        )  # fmt: skip
        _put_in_place(built)
    return built


def root() -> Path:
    """Where the tables lie."""
    place = home() / "evaluation"
    place.mkdir(exist_ok=True)
    return place


def current() -> Built | None:
    """The last build, or None when there was none."""
    try:
        return Built(**json.loads((root() / CURRENT).read_text()))
    except FileNotFoundError:
        return None


def file_of(built: Built, table: str) -> Path:
    return root() / built.folder / f"{table}.parquet"


def _put_in_place(built: Built) -> None:
    """Name the new folder as the current one; what was current stays for whoever is reading it, what was before goes."""
    before = current()
    draft = root() / f"{CURRENT}.new"
    draft.write_text(json.dumps(asdict(built)))
    draft.replace(root() / CURRENT)
    keep = {built.folder} | ({before.folder} if before else set())
    for folder in root().iterdir():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder)
