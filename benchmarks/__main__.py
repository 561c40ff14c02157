"""`python -m benchmarks [--persons N]` measures and writes docs/benchmarks.md."""

import argparse
import datetime as dt
import os
import platform
from pathlib import Path

from benchmarks import bulk, documents, feeds, interchanges, linking, messages, practice, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `PYTHONPATH=src .venv/bin/python -m benchmarks --persons {persons}` on {day}, {machine}.
Each figure is the median of its rounds, or percentiles of single requests. Beside our load stands DuckDB alone on the same file
in the same run, beside our parser of HL7 v2 the packages `hl7` and `hl7apy`, beside our reader of 837 `pyx12`. Pages are measured at the server, from request to
finished response, without a network. Sender, listener and reader of messages share the two cores.

| What | Over what | Figure |
|---|---|---|
"""


def machine() -> str:
    """What this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, Python {platform.python_version()}"


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    persons = parser.parse_args().persons
    rows = bulk.measure()
    practice.prepare(persons)
    rows += practice.rules(persons) + practice.months(persons) + practice.pages(persons)
    rows += messages.to_today(os.environ["BLUERING_HOME"], persons) + messages.measure() + documents.measure()
    rows += interchanges.measure() + linking.measure() + feeds.measure() + tables.measure()
    PAGE.write_text(HEAD.format(persons=persons, day=dt.date.today(), machine=machine()) + "\n".join(rows) + "\n")
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
