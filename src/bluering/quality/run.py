"""What the clock does: every few minutes the sources' hours and silence, every hour the record itself."""

from dataclasses import dataclass

from bluering.quality import gates, hours, silent, tables, unmapped


@dataclass(frozen=True)
class Looked:
    """What a look over the record found."""

    gates: int
    failing: int
    unmapped: int


def mind_sources() -> int:
    """Count hours, bring the sources' rows up to date, open and close gaps of silence; returns how many sources there are."""
    found = hours.refresh()
    silent.look()
    return found


def check_record() -> Looked:
    """Every gate, the unmapped codes, and how far the facts reach."""
    with tables.connect() as connection:
        results = gates.look(connection)
        codes = unmapped.refresh(connection)
        unmapped.refresh_newest(connection)
    return Looked(len(results), sum(not result.passed for result in results), codes)
