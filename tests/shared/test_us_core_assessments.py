"""Answers become the Observations of US Core's own examples: same codes, same values, same panels."""

import json
import os
from pathlib import Path

import pytest

from bluering.assessing.extract import answers_of, observations, response
from bluering.assessing.questionnaire import read_questionnaire

pytestmark = pytest.mark.shared
EXAMPLES = Path(os.environ.get("BLUERING_SHARED", "/nowhere")) / "data" / "ig-us-core" / "input" / "examples"
# Questionnaire, its response, how the ids of its Observations begin.
FORMS = {
    "phq-9-example": ("phq-9-example", "PHQ9-"),
    "AUDIT-C": ("AUDIT-C", "AUDIT-C-"),
    "hunger-vital-sign-example": ("hunger-vital-sign-example", "HVS-"),
    "exercise-vital-sign": ("exercise-vital-sign", "EVS-"),
    "prapare-example": ("PRAPARE-example", "PRAPARE-"),
    "TAPS": ("TAPS", "TAPS-"),
}


def read(name: str) -> dict:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def value(said: dict) -> object:
    """What is said, however it is written: the examples give numbers as text and as quantities."""
    if "valueQuantity" in said:
        return float(said["valueQuantity"]["value"])
    if "valueCodeableConcept" in said:
        return said["valueCodeableConcept"]["coding"][0]["code"]
    text = said.get("valueString")
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def facts(made: list[dict]) -> list[tuple]:
    by_id = {one["id"]: one["code"]["coding"][0]["code"] for one in made}
    rows = []
    for one in made:
        inside = sorted(by_id[member["reference"].split("/")[1]] for member in one.get("hasMember", []))
        rows.append((one["code"]["coding"][0]["code"], str(None if inside else value(one)), tuple(inside)))
    return sorted(rows)


@pytest.mark.parametrize("name", FORMS)
def test_the_observations_equal_the_examples(name):
    said, prefix = FORMS[name]
    form = read_questionnaire(read(f"Questionnaire-{name}"), name)
    given = read(f"QuestionnaireResponse-{said}")
    expected = [json.loads(file.read_text()) for file in EXAMPLES.glob(f"Observation-{prefix}*.json")]
    made = observations(
        form, answers_of(form, given), id="r", subject=given["subject"], effectiveDateTime=given["authored"]
    )
    assert len(expected) > 2 and facts(made) == facts(expected)
    assert all(
        one["category"][0]["coding"][0]["code"] == "survey" and one["subject"] == given["subject"] for one in made
    )


@pytest.mark.parametrize("name", FORMS)
def test_a_response_read_and_written_again_says_the_same(name):
    said, _ = FORMS[name]
    form, given = read_questionnaire(read(f"Questionnaire-{name}"), name), read(f"QuestionnaireResponse-{said}")
    again = response(form, answers_of(form, given), id="again", status="completed")
    assert answers_of(form, again) == answers_of(form, given)


def test_our_own_phq9_adds_up_as_the_example_does():
    from bluering.assessing.instruments import instruments
    from bluering.assessing.scoring import score

    form, given = instruments()["phq9"], read("QuestionnaireResponse-phq-9-example")
    answers = answers_of(form.questionnaire, given)
    assert score(form, answers).value == 12 and not score(form, answers).safety
