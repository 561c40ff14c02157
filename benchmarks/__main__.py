"""`python -m benchmarks [--persons N]` measures and writes docs/benchmarks.md; with `--crowd` only the section on a crowded practice."""

import argparse
import datetime as dt
import os
import platform
from pathlib import Path

from benchmarks import bulk, crowd, documents, feeds, interchanges, linking, messages, practice, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `PYTHONPATH=src .venv/bin/python -m benchmarks --persons {persons}` on {day}, {machine}.
Each figure is the median of its rounds, or percentiles of single requests. Beside our load stands DuckDB alone on the same file
in the same run, beside our parser of HL7 v2 the packages `hl7` and `hl7apy`, beside our reader of 837 `pyx12`. Pages are measured at the server, from request to
finished response, without a network. Sender, listener and reader of messages share the two cores.

| What | Over what | Figure |
|---|---|---|
"""

CROWD = """
## A crowded practice

Written by `PYTHONPATH=src .venv/bin/python -m benchmarks --crowd --persons {persons}` on {day}, {machine}: 300 coordinators, five million
contacts, every second person on a panel in a program. With `DATABASE_URL` it runs on PostgreSQL.

| What | Over what | Figure |
|---|---|---|
"""
SECTION = "\n## A crowded practice"


def machine() -> str:
    """What this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, Python {platform.python_version()}"


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--crowd", action="store_true", help="only the pages of a crowded practice")
    asked = parser.parse_args()
    persons = asked.persons
    if asked.crowd:
        told = crowd.measure(persons)
        head = CROWD.format(persons=persons, day=dt.date.today(), machine=machine())
        PAGE.write_text(PAGE.read_text().partition(SECTION)[0].rstrip() + "\n" + head + "\n".join(told) + "\n")
        print(PAGE.read_text().partition(SECTION)[2])
        return
    rows = bulk.measure()
    practice.prepare(persons)
    rows += practice.rules(persons) + practice.months(persons) + practice.pages(persons)
    rows += messages.to_today(os.environ["BLUERING_HOME"], persons) + messages.measure() + documents.measure()
    rows += interchanges.measure() + linking.measure() + feeds.measure() + tables.measure()
    crowded = "".join(PAGE.read_text().partition(SECTION)[1:]) if PAGE.exists() else ""
    PAGE.write_text(
        HEAD.format(persons=persons, day=dt.date.today(), machine=machine()) + "\n".join(rows) + "\n" + crowded
    )
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
