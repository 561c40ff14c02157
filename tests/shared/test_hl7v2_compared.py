"""Our FHIR of HL7 v2 samples agrees with another converter's at least as far as docs/reference/hl7v2.md says."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BLUERING_SHARED") or ROOT.parent / "shared")
SAMPLES = SHARED / "data/fhir-converter/hl7v2"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.exists(), reason=f"the samples are not in {SAMPLES}"),
]


def script(name: str):
    """A module of `scripts`."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def words():
    return script("hl7v2_page")


@pytest.fixture(scope="module")
def found(words) -> list[tuple[str, tuple[int, int, int, int]]]:
    compare = script("compare_hl7v2")
    return compare.rows(compare.measure())


def test_agreement_does_not_fall_below_what_is_written(found, words):
    page = (ROOT / "docs/reference/hl7v2.md").read_text("utf-8")
    written = words.written(page)
    assert written.keys() == {name for name, _ in found}
    assert {name: counts[0] for name, counts in found if counts[0] < written[name]} == {}


def test_every_difference_has_its_sentence(found, words):
    assert words.unexplained(found) == []


def test_most_of_what_both_say_is_the_same(found):
    matched, differ = (sum(counts[n] for _, counts in found) for n in (0, 1))
    assert matched > 700
    assert matched / (matched + differ) > 0.8
