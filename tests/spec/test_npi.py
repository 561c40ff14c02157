"""NPI check digits: the function, the same in the engine, and the standard's own example."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluering.population.engine import macros
from bluering.terminology.npi import is_npi

# 1234567893 is the example of the standard; the others differ from numbers that hold in length, form or one digit.
VECTORS = [
    ("1234567893", True), ("1234567890", False), ("1234567839", False),
    ("0234567893", False), ("3234567893", False), ("123456789", False), ("12345678930", False), ("12345678９3", False),
    ("123456789X", False), ("", False), ("1000000004", True), ("1999999992", True), ("1999999993", False),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute(macros())
        yield connection


@pytest.mark.parametrize(("number", "right"), VECTORS)
def test_vectors(engine, number, right):
    assert is_npi(number) is right
    assert engine.execute("SELECT is_npi(?)", [number]).fetchall() == [(right,)]


@given(st.from_regex(r"[12][0-9]{8}", fullmatch=True))
def test_exactly_one_last_digit_is_right(engine, start):
    right = [str(digit) for digit in range(10) if is_npi(f"{start}{digit}")]
    assert len(right) == 1
    assert engine.execute("SELECT is_npi(?)", [start + right[0]]).fetchall() == [(True,)]


def test_no_number_is_none(engine):
    assert engine.execute("SELECT is_npi(NULL)").fetchall() == [(False,)]
