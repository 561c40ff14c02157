"""Medicare's feed of the demo: a delivery that its own summary agrees with, of persons whom the plan does not cover."""

import datetime as dt
import re

import pytest

from bluering.demo import write_practice
from bluering.demo.cards import known_to_practice, mbi_of, on_medicare
from bluering.demo.generate import people
from bluering.demo.medicare import MEDICARE
from bluering.intake.claims.cclf.recognise import number_of
from bluering.intake.claims.cclf.summary import read_summary

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_practice(folder, persons=400, today=dt.date(2026, 11, 24))
    return folder / MEDICARE


def test_every_file_is_known_and_holds_what_is_announced(delivery):
    files = {number_of(file.read_bytes(), file.name): file for file in delivery.iterdir()}
    summary = read_summary(files.pop("0").read_bytes())
    assert not summary.troubles and set(files) == {"1", "2", "4", "5", "8"}
    for number, file in files.items():
        assert summary.counts[number] == len(file.read_bytes().splitlines()) > 0


def test_whom_the_plan_covers_is_not_in_it(delivery):
    covered = {mbi_of(one) for one in people(400) if one.insured}
    (file,) = delivery.glob("*ZC8*")
    told = {line[:11].decode() for line in file.read_bytes().splitlines()}
    assert told == {mbi_of(one) for one in people(400) if on_medicare(one)} and not told & covered
    assert all(re.fullmatch(r"1S[0-9A-Z]{9}", one) for one in told)


def test_the_practice_lacks_the_number_of_some():
    of_medicare = [one for one in people(4_000) if on_medicare(one)]
    known = [one for one in of_medicare if known_to_practice(one)]
    assert 0.7 < len(known) / len(of_medicare) < 1
