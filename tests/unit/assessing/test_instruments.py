"""Instruments: what ships adds up as its source says, and nothing ships whose rights do not allow it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bluering.assessing.instruments import MAY_SHIP, all_instruments, instruments, read_instrument
from bluering.assessing.scoring import score
from bluering.errors import BadInput
from bluering.population.rules import SHIPPED

FOLDER = SHIPPED / "instruments"


def vectors():
    for name, instrument in instruments().items():
        for line in (FOLDER / name / "vectors.txt").read_text().splitlines():
            if line.strip() and not line.startswith(("#", "case ")):
                yield pytest.param(instrument, *re.split(r"\s{2,}", line.strip()), id=f"{name}: {line[:27].strip()}")


def chosen(instrument, digits: str) -> dict[str, str]:
    """Each digit is the position of the option chosen, in the order of what is added up."""
    form = instrument.questionnaire
    links = instrument.scoring.of if instrument.scoring else [one.link_id for one in form.questions if one.is_asked]
    return {
        link: form.question(link).options[int(digit)].code
        for link, digit in zip(links, digits, strict=False)
        if digit != "-"
    }


@pytest.mark.parametrize(("instrument", "case", "digits", "sex", "value", "level", "positive"), vectors())
def test_what_ships_adds_up_as_its_source_says(instrument, case, digits, sex, value, level, positive):
    found = score(instrument, chosen(instrument, digits), "" if sex == "unknown" else sex)
    assert (str(found.value) if found.is_complete else "-") == value
    if found.is_complete:
        assert (found.level, {True: "yes", False: "no"}[found.positive]) == (level, positive)


def test_every_instrument_that_ships_has_vectors_rights_and_a_reading_of_its_source():
    shipped = {file.parent.name for file in FOLDER.glob("*/questionnaire.json")}
    assert {"phq2", "phq9", "gad7", "audit_c", "hunger_vital_sign", "missed_care"} == shipped == set(instruments())
    for name in shipped:
        assert all_instruments()[name].rights.redistribution in MAY_SHIP
        assert (FOLDER / name / "README.md").is_file() and "case" in (FOLDER / name / "vectors.txt").read_text()


def test_slots_bring_no_words():
    slots = {name for name, one in all_instruments().items() if one.questionnaire is None}
    assert {"prapare", "zarit", "pam", "mini_cog", "edmonton_frail_scale"} <= slots
    for name in slots:
        assert [file.name for file in (FOLDER / name).iterdir()] == ["instrument.yaml"]
        assert all_instruments()[name].rights.redistribution not in MAY_SHIP


def test_the_safety_item_is_the_ninth_and_speaks_whatever_the_total():
    phq9 = instruments()["phq9"]
    form = phq9.questionnaire
    low = {link: form.question(link).options[0].code for link in phq9.scoring.of}
    assert not score(phq9, low).safety
    assert score(phq9, low | {"/44260-8": "LA6569-3"}).safety
    assert score(phq9, {"/44260-8": "LA6571-9"}).safety, "at once, before the rest is answered"


def test_the_difficulty_is_asked_when_something_is_there():
    form = instruments()["phq9"].questionnaire
    assert "/69722-7" not in [one.link_id for one in form.asked({"/44261-6": 0})]
    assert "/69722-7" in [one.link_id for one in form.asked({"/44261-6": 1})]


def test_spanish_where_it_is_published():
    assert {name: one.languages for name, one in instruments().items()} == {
        "phq2": ("en", "es"), "phq9": ("en", "es"), "gad7": ("en", "es"), "missed_care": ("en", "es"),
        "audit_c": ("en",), "hunger_vital_sign": ("en",),
    }  # fmt: skip


def test_a_site_fills_a_slot_with_the_form_it_has_the_right_to(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    folder = tmp_path / "instruments" / "prapare"
    folder.mkdir(parents=True)
    form = {
        "resourceType": "Questionnaire", "url": "http://example.org/q", "title": "PRAPARE",
        "item": [{"linkId": "/1", "type": "boolean", "text": "A question of theirs"}],
    }  # fmt: skip
    (folder / "questionnaire.json").write_text(json.dumps(form))
    assert instruments()["prapare"].questionnaire.title == "PRAPARE"
    assert instruments()["prapare"].rights.redistribution == "no"


@pytest.mark.parametrize(
    ("file", "change", "complaint"),
    [
        ("instrument.yaml", ("item: /44261-6", "item: /99999-9"), "/99999-9"),
        ("instrument.yaml", ("unattended: monitored", 'unattended: "yes"'), "monitored"),
        ("instrument.yaml", ("kind: sum", "kind: guess"), "kind"),
        ("instrument.yaml", ("id: phq9", "id: phq"), "id"),
        ("questionnaire.json", ('"operator": ">"', '"operator": "about"'), "enableWhen"),
        ("questionnaire.json", ('"question": "/44261-6"', '"question": "/nowhere"'), "/nowhere"),
        ("questionnaire.json", ('"linkId": "/44255-8"', '"linkId": "/44250-9"'), "twice"),
        (
            "questionnaire.json",
            ('"resourceType": "Questionnaire"', '"resourceType": "Basic"'),
            "not a FHIR Questionnaire",
        ),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, file, change, complaint):
    folder = shutil.copytree(FOLDER / "phq9", tmp_path / "phq9")
    said = (folder / file).read_text()
    assert change[0] in said
    (folder / file).write_text(said.replace(*change))
    with pytest.raises(BadInput, match=complaint):
        read_instrument("phq9", [Path(folder)])
