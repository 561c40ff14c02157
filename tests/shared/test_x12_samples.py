"""X12 of others: accepted and rejected as pyx12's own expectations say, and the diagnoses that hccinfhir finds."""

import importlib.util
import json
import os
import re
from pathlib import Path

import pytest

from bluering.intake.claims.x12.check import check
from bluering.intake.claims.x12.read import read
from bluering.terminology import fhir_r4

DATA = Path(os.environ.get("BLUERING_SHARED", "/nowhere")) / "data"
SAMPLES, HCC = DATA / "x12/pyx12", DATA / "hccinfhir-samples/sample_files"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the files are not in {SAMPLES}")]
EXPECTED = {path.name.split(".expected-")[0]: path for path in sorted(SAMPLES.glob("*.expected-*"))}
# AK5 and IK5 answer a set, AK9 a group, TA1 an interchange; AK3, AK4, IK3 and IK4 say where. Dates and numbers of the answer are of its day.
ANSWERS = re.compile(r"^(AK[1-59]|IK[345]|TA1)\b.*", re.MULTILINE)
# What hccinfhir 0.4.0 extracts (`hccinfhir.extractor.extract_sld`, format 837).
DIAGNOSES = {
    "sample_837_0.txt": "F1020 F1120 F1220 F1520 F251", "sample_837_1.txt": "O368913 S00459S S35496D S36118D S46229A T368X6A T426X6A",
    "sample_837_2.txt": "S43396S S52263J V0009XD", "sample_837_3.txt": "H05033 M61529 S12500S S25412A S55209S S62661G",
    "sample_837_4.txt": "M25775 M70859 S32421K S42453G S82454S T1512XD V275XXD X130XXS", "sample_837_5.txt": "D434 S00451A S50349S S81052D S89219K T81505D",
    "sample_837_6.txt": "F551 S43201D S71011D S92505K T280XXS T6194XA", "sample_837_7.txt": "S00249D S32425K S52501J S72114P S99131K",
    "sample_837_8.txt": "S62511K S72342G T578X3S", "sample_837_9.txt": "B340 H1030 H68022 S35292S S52272S S82832J T4144XD V9421XS",
    "sample_837_10.txt": "S31813D T498X6A V0492XD W214XXA", "sample_837_11.txt": "I109",
    "sample_837_12.txt": "B340 H1030 H68022 I109 S31813D S35292S S52272S S82832J T4144XD T498X6A V0492XD V9421XS W214XXA",
}  # fmt: skip


def answers(text: str) -> list[str]:
    """The answering segments of an acknowledgement, a line each."""
    lines = text.replace("~\n", "\n").replace("~", "\n")
    return [one.group() for one in ANSWERS.finditer(lines) if not one.group().startswith(("AK1", "AK2"))]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_acknowledgements_agree(name):
    verdict = check((SAMPLES / f"{name}.x12").read_text())
    expected = answers(EXPECTED[name].read_text())
    assert answers(verdict.acknowledgement) == expected
    assert verdict.accepted == (not any(re.match(r"(AK5|IK5|AK9)\*[REX]|TA1\*.*\*R\*", one) for one in expected))
    assert verdict.accepted or verdict.findings


@pytest.mark.parametrize("name", sorted(DIAGNOSES))
def test_diagnoses_equal_the_packages(name):
    done = read((HCC / name).read_bytes())
    told = [one for _, group in done.groups for one in group]
    found = {
        d["diagnosisCodeableConcept"]["coding"][0]["code"].replace(".", "")
        for one in told
        for d in one.get("diagnosis", ())
    }
    assert sorted(found) == DIAGNOSES[name].split()


@pytest.mark.parametrize("path", sorted(HCC.glob("sample_834*")), ids=lambda one: one.name)
def test_enrolments_are_read(path):
    done = read(path.read_bytes())
    kinds = {one["resourceType"] for _, group in done.groups for one in group}
    assert kinds == {"Patient", "Coverage"}


@pytest.mark.parametrize("path", sorted(HCC.glob("sample_820*")), ids=lambda one: one.name)
def test_premium_payments_are_named_as_not_mapped(path):
    done = read(path.read_bytes())
    assert done.groups == [] and "820 (premium payments) is not mapped" in done.troubles[-1][1]


ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("tally_x12", ROOT / "scripts" / "tally_x12.py")
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)


@pytest.fixture(scope="module")
def rows():
    return [script.row_of(path) for path in script.samples()]


def test_the_page_says_what_is_so(rows):
    assert script.page(rows) == script.PAGE.read_text(), "run `python scripts/tally_x12.py`"
    assert [
        row.name
        for row in rows
        if row.agrees is False or (row.expected is not None and row.expected != row.done.verdict.accepted)
    ] == []


def test_every_resource_is_sound(rows):
    for one in (one for row in rows for _, group in row.done.groups for one in group):
        assert set(one) - {"resourceType"} <= set(fhir_r4.json_kinds(one["resourceType"]))
        assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", one["id"])
        assert not re.search(r": (null|\"\"|\[\]|\{\})", json.dumps(one))
