"""National Provider Identifiers: ten digits, the last of which checks the others."""

import re
from functools import cache
from importlib.resources import files

FORM = re.compile(r"[12][0-9]{9}")
PREFIX_SUM = 24


@cache
def macro() -> str:
    """The same function for the engine."""
    return (files(__package__) / "npi.sql").read_text()


def is_npi(number: str) -> bool:
    """Whether this can be an NPI: Luhn's check over 80840 and the ten digits; the prefix alone adds 24.

    Source: CMS, Requirements for National Provider Identifier and NPI check digit (January 2004).
    """
    if not FORM.fullmatch(number):
        return False
    return (PREFIX_SUM + sum(_part(place, int(digit)) for place, digit in enumerate(number))) % 10 == 0


def _part(place: int, digit: int) -> int:
    """Every second digit, beginning with the first, is doubled; of a doubled digit the digits' sum counts."""
    doubled = 2 * digit if place % 2 == 0 else digit
    return doubled - 9 if doubled > 9 else doubled
