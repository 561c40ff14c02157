"""Build the table of person-months and put it in place."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from bluering.evaluation.person_month.compute import compute
from bluering.population.parameters import parameters
from bluering.record import built as shelves
from bluering.record import engine

TABLES = ("person_month", "claim_month", "practice_month")
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
    with shelves.one_builder(root()):
        with engine.connect() as connection:
            connection.execute("SET preserve_insertion_order = false")
            compute(connection, as_of=moment, parameters=parameters("evaluation", "person_month"))
            folder = shelves.write(root(), connection, TABLES, moment)
            rows, persons, months, sources = connection.execute(COUNTED).fetchall()[0]
        built = Built(
            rows=rows, persons=persons, months=months, sources=sources, seconds=round(time.monotonic() - started, 3),
            at=moment.isoformat(), folder=folder,
        )  # fmt: skip
        shelves.put_in_place(root(), asdict(built))
    return built


def root() -> Path:
    """Where the tables lie."""
    return shelves.shelf("evaluation")


def current() -> Built | None:
    """The last build, or None when there was none."""
    said = shelves.current(root())
    return Built(**said) if said else None
