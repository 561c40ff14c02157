"""Whom a text means: points with their reasons, and nobody where too little stands in it."""

import datetime as dt

import pytest

from bluering.identity.models import Person
from bluering.intake.documents.clues import find_clues
from bluering.record.meant import NEEDED, who_is_meant
from bluering.record.models import PersonSummary

pytestmark = pytest.mark.django_db


def somebody(key: str, family: str, given: str, born: str, mrn: str = "", phone: str = "") -> str:
    """A person as searches know them."""
    day = dt.date.fromisoformat(born)
    PersonSummary.objects.create(
        person=Person.objects.create(id=key), family=family, given=given, name=f"{family}, {given}", birth_date=day,
        mrn=mrn, phone_digits=phone, search=f"{given} {family} {born} {day:%m/%d/%Y} {phone} {mrn}".lower(),
    )  # fmt: skip
    return key


@pytest.fixture
def practice(db):
    somebody("walter", "Andrews", "Walter", "1951-03-09", "4711", "6125550100")
    somebody("wanda", "Andrews", "Wanda", "1951-03-09", "4712", "6125550100")
    somebody("nora", "Hale", "Nora", "1960-07-02", "4713")
    somebody("zoe", "O'Brien", "Zoë", "1944-01-31", "4714")


def meant(*pages: str) -> list:
    return who_is_meant(find_clues(list(pages)))


def test_name_and_birth_name_one_person_and_the_reasons_say_where(practice):
    first, *others = meant("Discharge Summary\nPatient: Walter Andrews   DOB: 03/09/1951")
    assert first.person_id == "walter" and first.reasons[:2] == ["date of birth on page 1", "family name on page 1"]
    assert [one.person_id for one in others] == ["wanda"] and others[0].score < first.score


def test_a_number_beside_its_word_with_a_name_is_enough(practice):
    (first, *_) = meant("nothing here", "RE: Hale, Nora\nMRN 4713")
    assert first.person_id == "nora" and "record number on page 2" in first.reasons


@pytest.mark.parametrize(
    "text", ["Seen on 03/09/1951.", "Patient: Nora Hale", "Call 612-555-0100", "MRN: 4713", "", "DOB: 01/31/1944"]
)
def test_one_clue_alone_names_nobody(practice, text):
    assert meant(text) == []


def test_another_date_of_birth_speaks_against_a_name(practice):
    assert meant("Patient: Nora Hale\nDOB: 07/02/1961\nPhone: 612-555-0100") == []
    (doubtful,) = meant("Patient: Nora Hale\nDOB: 07/02/1961\nMRN: 4713")
    assert "another date of birth stands there" in doubtful.reasons


def test_a_scan_that_spoils_a_letter_still_finds(practice):
    (first, *_) = meant("Patient: Nora Ha1e and Walter Andrevvs DOB 3/9/1951")
    assert first.person_id == "walter" and "almost the family name" in first.reasons


def test_accents_and_apostrophes_are_the_same_name(practice):
    (first,) = meant("Patient: ZOE OBRIEN, born 1/31/1944")
    assert first.person_id == "zoe"


def test_at_most_five_and_only_those_who_fit(practice):
    for number in range(8):
        somebody(f"twin{number}", "Andrews", "Walter", "1951-03-09")
    found = meant("Patient: Walter Andrews DOB: 3/9/1951")
    assert len(found) == 5 and all(one.score >= NEEDED for one in found)
    assert found == sorted(found, key=lambda one: (-one.score, one.person_id))
