"""The example messages of the Da Vinci Alerts guide: each opens the right encounter of the right patient."""

import json
import os
from pathlib import Path

import pytest

from bluering.intake.fhir.message import read_heading, read_message

SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FOLDER = SHARED / "data/ig-davinci-alerts/input/examples"
VISIT, PATIENT = "5fe62cd5-bfcf-4d3b-a1e9-80d6f75d6f82", "06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b"
EXPECTED = {
    "admit-notification-message-bundle-01": ("admit", "in-progress", "EMER", "2018-10-21T22:22:15-07:00"),
    "admit-notification-message-bundle-02": ("admit", "in-progress", "EMER", "2018-10-21T22:22:15-07:00"),
    "admit-notification-intermediate-translate-bundle": ("admit", "in-progress", "EMER", "2018-10-21T22:22:15-07:00"),
    "admit-notification-intermediate-transmit-bundle": ("admit", "in-progress", "EMER", "2018-10-21T22:22:15-07:00"),
    "transfer-notification-message-bundle-01": ("transfer", "in-progress", "IMP", "2018-10-21T22:22:15-07:00"),
    "discharge-notification-message-bundle-01": ("discharge", "finished", "IMP", "2018-10-23T22:22:15-07:00"),
}
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the examples are not in {FOLDER}"),
]


def test_all_six_examples_are_known():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_example_opens_the_right_encounter(name):
    raw = (FOLDER / f"{name}.json").read_bytes()
    event, status, class_code, end = EXPECTED[name]
    reading = read_message(raw, source="general")
    assert (reading.unreadable, reading.not_mapped) == ([], [])
    assert read_heading(raw).event == event
    found = {(one["resourceType"], one["id"]): one for one in reading.resources}
    visit = found["Encounter", VISIT]
    assert (visit["status"], visit["class"]["code"], visit["period"]["end"]) == (status, class_code, end)
    assert visit["subject"]["reference"] == f"Patient/{PATIENT}"
    assert ("Patient", PATIENT) in found
    focus = found["MessageHeader", read_heading(raw).control_id]["focus"]
    assert [one["reference"] for one in focus] == [f"Encounter/{VISIT}"]
    assert "urn:uuid:" not in json.dumps(reading.resources).replace("fullUrl", "")


def test_nothing_of_an_example_is_left_out():
    for name in EXPECTED:
        given = json.loads((FOLDER / f"{name}.json").read_text())["entry"]
        made = read_message((FOLDER / f"{name}.json").read_bytes(), source="general").resources
        assert len(made) == len(given) + 1
