"""Who may be one person: families, errors and the zones, with the default weights."""

import pyarrow as pa
import pytest

from bluering.identity.matching import default_model, features_of, groups_of, in_words, score_all, score_pairs, zone

ANN = {
    "subject_key": "ehr/1", "source": "ehr", "family": "Weatherby", "given": "Rosalind", "birth_date": "1961-04-09", "gender": "female",
    "phone": "(312) 555-0142", "address_line": "48 Larkspur Street", "city": "Maple", "postal_code": "60601",
}  # fmt: skip
MODEL = default_model(10_000)


def pair(other: dict, one: dict = ANN) -> dict:
    """The scored pair of a record and the same from a plan with other values."""
    records = [one, {**one, "subject_key": "plan/2", "source": "plan", **other}]
    features = features_of(pa.Table.from_pylist([{**dict.fromkeys({*one, *other}), **record} for record in records]))
    asked = pa.table({"left_key": ["ehr/1"], "right_key": ["plan/2"]})
    return score_pairs(features, asked, MODEL).to_pylist()[0]


def zone_of(other: dict, one: dict = ANN) -> str:
    return zone(pair(other, one)["probability"], MODEL)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"given": "ROSALIND ", "family": "Weatherby-Stone"},
        {"birth_date": "1961-09-04"},
        {"given": "Weatherby", "family": "Rosalind"},
        {"address_line": "7 Elm Road", "postal_code": "80014", "city": "Aurora"},
        {"family": "Wetherby", "phone": None},
    ],
    ids=["alike", "married", "day and month", "names swapped", "moved", "misspelled"],
)
def test_one_person_links_by_itself(other):
    assert zone_of(other) == "link"


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Beatrice"},
        {"given": "Theodore", "gender": "male"},
        {"birth_date": "1988-11-23"},
        {"given": None},
        {"given": "Baby Girl"},
        {"given": "Gregory", "gender": "male", "birth_date": "1958-12-30"},
    ],
    ids=["twin", "twin brother", "mother of one name", "no given name", "newborn", "husband with her phone"],
)
def test_two_of_one_household_do_not_link(other):
    assert zone_of(other) != "link"


def test_a_husband_with_the_same_phone_is_left_apart():
    assert zone_of({"given": "Gregory", "gender": "male", "birth_date": "1958-12-30"}) == "apart"


def test_a_nickname_is_the_same_name():
    one = {**ANN, "given": "William", "gender": "male"}
    assert zone_of({"given": "Bill"}, one) == "link"


def test_junior_and_senior_do_not_link():
    one = {**ANN, "given": "Harold", "gender": "male", "suffix": "Sr."}
    assert zone_of({"suffix": "Jr."}, one) != "link"


def test_a_junior_without_a_date_of_birth_is_asked_about():
    one = {**ANN, "given": "Harold", "gender": "male"}
    assert zone_of({"suffix": "Jr.", "birth_date": None}, one) == "review"
    assert pair({"suffix": "Jr.", "birth_date": None}, one)["weight"] < pair({"birth_date": None}, one)["weight"] - 0.5


def test_a_default_date_says_nothing():
    one = {**ANN, "birth_date": "1900-01-01"}
    said = {e["comparison"] for e in pair({}, one)["evidence"]}
    assert "birth" not in said and "given" in said


def test_evidence_is_told_in_words_and_no_values():
    told = in_words(pair({"family": "Wetherby"})["evidence"])
    words = " ".join(e["words"] for e in told)
    assert "family name spelled almost alike" in words
    assert "etherby" not in words.lower()


def test_letters_of_other_alphabets_are_read_as_passports_write_them():
    features = features_of(
        pa.table({"subject_key": ["a/1"], "source": ["a"], "family": ["Петров"], "given": ["Žofia"]})
    )
    row = features.to_pylist()[0]
    assert (row["family"], row["given"]) == ("petrov", "zofia")


def test_test_patients_are_compared_with_nobody():
    table = pa.Table.from_pylist([{**ANN, "family": "ZZTest"}, {**ANN, "family": "ZZTest", "subject_key": "plan/2"}])
    assert len(score_all(features_of(table), MODEL)) == 0


def _three(keys: list[str], weights: list[float]) -> tuple[pa.Table, pa.Table]:
    """Records of which the first and second, and the second and third, link."""
    features = features_of(
        pa.Table.from_pylist([{**ANN, "subject_key": key, "source": key.split("/")[0]} for key in keys])
    )
    scored = pa.table({"left_key": keys[:2], "right_key": keys[1:], "probability": [0.9999, 0.9999], "weight": weights})
    return features, scored


def test_pairs_make_a_group():
    features, scored = _three(["a/1", "b/1", "c/1"], [20.0, 15.0])
    assert set(groups_of(scored, features, MODEL).members["group"].to_pylist()) == {"a/1"}


def test_two_set_apart_are_never_joined_through_a_third():
    features, scored = _three(["a/1", "b/1", "c/1"], [20.0, 15.0])
    apart = pa.table({"left_key": ["c/1"], "right_key": ["a/1"]})
    groups = groups_of(scored, features, MODEL, apart=apart)
    assert groups.members["subject_key"].to_pylist() == ["a/1", "b/1"]
    assert groups.doubtful.to_pylist() == [{"left_key": "b/1", "right_key": "c/1"}]


def test_a_source_that_keeps_people_once_never_has_two_in_a_group():
    features, scored = _three(["a/1", "b/1", "a/2"], [15.0, 20.0])
    groups = groups_of(scored, features, MODEL, distinct_sources=frozenset({"a"}))
    assert sorted(groups.members["subject_key"].to_pylist()) == ["a/2", "b/1"]
