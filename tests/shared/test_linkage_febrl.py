"""How well records of FEBRL are linked; the floors stand a little below what docs/reference/linkage.md measured."""

import os
from pathlib import Path

import pytest

from bluering.identity.evaluating import measure

SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SETS = SHARED / "data/linkage-febrl"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not SETS.exists(), reason=f"FEBRL is not in {SETS}"),
]


@pytest.mark.parametrize(
    ("files", "auto_f1", "review_f1"),
    [
        (["dataset1.csv"], 0.990, 0.997),
        (["dataset2.csv"], 0.996, 0.997),
        (["dataset3.csv"], 0.996, 0.998),
        (["dataset4a.csv", "dataset4b.csv"], 0.996, 0.998),
    ],
    ids=["1", "2", "3", "4"],
)
def test_febrl_is_linked_as_well_as_before(files, auto_f1, review_f1):
    found = measure([SETS / file for file in files], truth="rec_id", across=len(files) > 1)
    assert found.auto["precision"] >= 0.999
    assert found.auto["f1"] >= auto_f1
    assert found.with_review["f1"] >= review_f1
