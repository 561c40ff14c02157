"""Files of CMS's Beneficiary Claims Data API: good ones are read with the right counts, broken ones refused with place and reason."""

import os
from pathlib import Path

import pytest

from bluering import pipeline

BCDA = Path(os.environ.get("BLUERING_SHARED", "/nowhere")) / "data/cms-bcda"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not BCDA.is_dir(), reason=f"the files are not in {BCDA}"),
]
A, S, ONE = "cclf/archives", "cclf/files/synthetic", "T_hash_EFT.ON.ACO.NGD1800.DPRF"
PERSONS = {"Patient": 6, "Coverage": 12}

GOOD = [
    (f"{A}/valid/T.BCD.A0001.ZCY18.D181120.T1000000", PERSONS),
    (f"{A}/valid/T.BCD.A9988.ZCY18.D181120.T1000000", PERSONS),
    (f"{A}/valid/T.BCD.A9989.ZCY18.D181120.T1000000", PERSONS),
    (f"{A}/valid/T.BCD.ACOB.ZC0Y18.D181120.T0001000", {}),
    (f"{A}/8/valid/T.BCD.A0001.ZCY18.D181121.T1000000", PERSONS),
    (f"{S}/test/paca", {"Patient": 40}),
    (f"{S}/test-partially-adjudicated/dev", {"Patient": 200}),
    (f"synthetic1800MedicareFiles/test/{ONE}.D181120.T1000009", {"Consent": 6}),
    (f"synthetic1800MedicareFiles/test2/{ONE}.D181120.T1000010", {"Consent": 1}),
    ("synthetic_beneficiary_data/Coverage", {"Coverage": 3}),
]
# What these hold in one field is no day; they are read without it, and it is said once.
POOR = [
    (f"{S}/test/dev", 40), (f"{S}/test/small", 2_490), (f"{S}/test/large", 19_990), (f"{S}/improved/dev", 35), (f"{S}/improved/large", 9_980),
]  # fmt: skip
BROKEN = [
    (f"{A}/0/invalid/T.A0001.ACO.ZC0Y18.D181120.Z1000000", 2, "Total Records Count is not a number"),
    (f"{A}/0/invalid/T.BCD.ACOB.ZC0Y18.D181120.E0001000", 2, "Record Length is not a number"),
    (f"{A}/0/missing_data/T.BCD.A0001.ZCY18.D181120.T1000000", 10, "does not name CCLF8, CCLF9"),
    (f"{A}/0/missing_data/T.BCD.A0001.ZCY18.D181122.T1000000", 10, "CCLF8 is named twice"),
    (f"{A}/0/missing_data/T.BCD.ACO.ZC0Y18.D181121.T0001000", 11, "does not name CCLF9"),
    (f"{A}/corrupted/T.BCD.A0001.ZCY18.D181120.T1000000", 1, "it is broken"),
    (f"suppressionfile_BadHeader/{ONE}.D181120.T1000009", 1, "the heading is not"),
    (f"suppressionfile_MissingData/{ONE}.D181120.T1000009", 6, "the trailer is not"),
    (f"suppressionfile_MissingData/{ONE}.D181120.T1000010", 6, "announces 5 records, here are 4"),
]


@pytest.mark.parametrize(("path", "loaded"), GOOD, ids=lambda one: str(one)[-30:])
def test_good_files_are_read(path, loaded):
    done = pipeline.load([str(BCDA / path)], source="cms")
    assert {name: done.loaded.get(name, 0) for name in loaded} == loaded and bool(done.loaded) == bool(loaded)
    assert done.quarantined == []


@pytest.mark.parametrize(("path", "persons"), POOR, ids=lambda one: str(one)[-30:])
def test_records_with_a_bad_field_are_read_without_it(path, persons):
    done = pipeline.load([str(BCDA / path)], source="cms")
    assert done.loaded["Patient"] == persons
    assert [q["reason"].startswith("BENE_DOB (positions 33-42) is not a day") for q in done.quarantined] == [True]


@pytest.mark.parametrize(("path", "line", "said"), BROKEN, ids=lambda one: str(one)[-30:])
def test_broken_files_are_refused_with_place_and_reason(path, line, said):
    done = pipeline.load([str(BCDA / path)], source="cms")
    assert done.loaded == {}
    assert done.quarantined[0]["line"] == line and said in done.quarantined[0]["reason"]


def test_a_record_shorter_than_the_others_is_refused_alone():
    done = pipeline.load([str(BCDA / A / "invalid_bcd/P.BCD.A0001.ZCY18.D181121.T2000000")], source="cms")
    assert done.loaded["Patient"] == 5 and [q["line"] for q in done.quarantined] == [1]


def test_a_preference_with_a_broken_field_is_refused_alone():
    done = pipeline.load([str(BCDA / f"suppressionfile_MissingData/{ONE}.D181120.T1000013")], source="cms")
    assert done.loaded == {"Consent": 4} and [q["line"] for q in done.quarantined] == [2]
