"""What stands in a text: dates of birth, numbers, names, and of what kind the document is."""

import datetime as dt

import pytest

from bluering.intake.documents.clues import find_clues, plain_words
from bluering.intake.documents.kinds import kinds, suggest_kind

WALTER = dt.date(1951, 3, 9)


@pytest.mark.parametrize(
    "text",
    [
        "DOB: 03/09/1951",
        "D.O.B. 3-9-51",
        "Date of Birth: March 9, 1951",
        "born on 1951-03-09",
        "Birthdate 09 Mar 1951",
        "dob # 3/9/1951",
    ],
)
def test_a_date_beside_a_word_for_birth(text):
    clues = find_clues(["first page", text])
    assert clues.births == {WALTER: [2]} and not clues.dates


def test_another_date_is_just_a_date():
    clues = find_clues(["Seen on 03/19/2026. DOB: 03/09/1951 Discharged 3/20/2026, 13/45/2026"])
    assert list(clues.births) == [WALTER]
    assert list(clues.dates) == [dt.date(2026, 3, 19), dt.date(2026, 3, 20)]


def test_numbers_and_phones():
    clues = find_clues(
        ["MRN: A-4711 Account # 99812, Medical record number 123456. Call (612) 555-0100 or 612.555.0199"]
    )
    assert set(clues.numbers) == {"a-4711", "99812", "123456"}
    assert set(clues.phones) == {"6125550100", "6125550199"}


@pytest.mark.parametrize(
    "line", ["Patient: Walter Andrews  DOB: 3/9/1951", "RE: ANDREWS, WALTER J", "Patient Name: Andrews, Walter"]
)
def test_a_name_behind_its_word(line):
    (words,) = [set(name) for name in find_clues([line]).names]
    assert {"walter", "andrews"} <= words


def test_words_lose_accents_and_apostrophes():
    assert plain_words("Zoë O'Brien-Hale, ÅSE") == ["zoe", "obrien", "hale", "ase"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("DISCHARGE SUMMARY\nHospital course: he did well", "discharge_summary"),
        ("Lakeside Cardiology\nThank you for referring this man. Assessment and plan", "consult_note"),
        ("LABORATORY REPORT\nHemoglobin 13.1 reference range 12-16", "lab_result"),
        ("Radiology\nCT scan of the chest. Findings: none. Impression: normal", "imaging"),
        ("Request for medical records\nPlease send the last two years", "record_request"),
        ("NOTICE\nYour prior   authorization has been approved", "prior_authorization"),
        ("Dear colleague, see you at the picnic", "other"),
        ("", "other"),
    ],
)
def test_the_kind_by_its_words(text, kind):
    key, reason = suggest_kind([text])
    assert key == kind and reason
    assert ("“" in reason) == (kind != "other")


def test_a_title_weighs_more_than_a_mention():
    mention = "Consultation report\n" + "seen in clinic " * 40 + "after the discharge summary came"
    assert suggest_kind([mention])[0] == "consult_note"


def test_each_kind_has_an_owner_and_a_title():
    assert all(kind.title and kind.owner in ("coordinator", "clinician") for kind in kinds().values())
    assert list(kinds())[-1] == "other"
