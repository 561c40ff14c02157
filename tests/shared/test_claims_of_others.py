"""Claims of Blue Button and BCDA, of STU3 and of R4: all are read, and their diagnoses are those that hccinfhir finds."""

import os
from pathlib import Path

import pytest

from bluering import pipeline
from bluering.record import engine

DATA = Path(os.environ.get("BLUERING_SHARED", "/nowhere")) / "data"
HCC, BCDA = DATA / "hccinfhir-samples/sample_files", DATA / "cms-bcda"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not HCC.is_dir(), reason=f"the files are not in {HCC}"),
]
# What hccinfhir 0.4.0 extracts (`hccinfhir.extractor.extract_sld_list`, format fhir).
DIAGNOSES = {
    "sample_eob_1.json": "F411",
    "sample_eob_200.ndjson": "B002 B085 B349 B9789 C188 C20 C50919 C50929 D649 E669 E785 H1189 I10 J0190 J020 J029 J0300 J189 J208 J209 J22 J329 "
    "K621 K635 P292 P819 R05 R0600 R0603 R062 R0902 R0981 R438 R5081 R509 R54",
}


def asked(sql: str) -> list[tuple]:
    return engine.connect().execute(sql).fetchall()


@pytest.mark.parametrize("name", sorted(DIAGNOSES))
def test_diagnoses_equal_the_packages(name):
    source = name.partition(".")[0].replace("_", "-")
    done = pipeline.load([str(HCC / name)], source=source)
    assert done.quarantined == []
    told = asked(
        f"SELECT DISTINCT code FROM condition WHERE list_contains(tag_codes, 'claim-derived') AND source = '{source}'"
    )
    assert sorted(code.replace(".", "") for (code,) in told) == DIAGNOSES[name].split()


def test_a_claim_of_nobody_is_kept_and_says_nothing_of_anyone():
    done = pipeline.load([str(HCC / "sample_eob_3.json")], source="nobody")
    assert done.quarantined == []
    assert asked("SELECT count(*) FROM condition WHERE source = 'nobody'") == [(0,)]
    assert asked("SELECT count(*) FROM explanation_of_benefit WHERE source = 'nobody'") == [(1,)]


@pytest.mark.parametrize(
    ("name", "claims"), [("synthetic_beneficiary_data/ExplanationOfBenefit", 33), ("test.ndjson", 10)]
)
def test_claims_of_bcda_are_read(name, claims):
    source = f"bcda-{claims}"
    done = pipeline.load([str(BCDA / name)], source=source)
    assert done.quarantined == []
    assert asked(
        f"SELECT count(*), count(*) FILTER (paid_amount > 0) > 0 FROM explanation_of_benefit WHERE source = '{source}'"
    ) == [(claims, True)]


def test_blue_buttons_claims_are_stays_visits_and_medicines_handed_over():
    pipeline.load([str(HCC / "sample_eob_200.ndjson")], source="bb")
    classes = dict(asked("SELECT class_code, count(*) FROM encounter WHERE source = 'bb' GROUP BY ALL"))
    assert classes["IMP"] == 11 and classes["AMB"] > 100 and not classes.keys() - {"IMP", "AMB", "EMER", "OBSENC"}
    assert asked("SELECT count(*) FROM medication_dispense WHERE source = 'bb' AND days_supply IS NOT NULL") == [(35,)]
