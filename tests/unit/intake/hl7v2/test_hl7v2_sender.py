"""A sender's habits come from a file; a broken file says which and where."""

import pytest

from bluering.errors import BadInput
from bluering.intake.hl7v2.sender import load_sender, parts_of_the_practice


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Writes a file into the practice's own folder of rules."""
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    (tmp_path / "sources").mkdir()
    return lambda name, text: (tmp_path / "sources" / f"{name}.yaml").write_text(text)


def test_a_source_without_a_file_is_as_the_standard_says(settings):
    told = load_sender("nobody")
    assert (told.zone.key, told.visit_number_field, told.ignores("ADT^A08")) == (settings.TIME_ZONE, "PV1-19", False)


def test_the_shipped_example_is_read():
    told = load_sender("county-general")
    assert told.zone.key == "America/Chicago"
    assert told.facility("CGH") == told.facility("CG-MAIN") == "County General Hospital"
    assert told.standard("PV1-2", "OBSV") == "OBS"
    assert told.ignores("DFT^P03")


def test_the_practices_own_file_wins(own):
    own("county-general", "time_zone: America/Denver\nignored_events: [ADT^A08]")
    told = load_sender("county-general")
    assert (told.zone.key, told.facility("CGH"), told.ignores("ADT^A08")) == ("America/Denver", "CGH", True)


def test_a_source_may_be_the_practices_own_and_broken_files_say_nothing(own):
    own("county-general", "practice: true")
    own("front-desk", "practice: true")
    own("broken", "practice: [")
    assert parts_of_the_practice() == ["county-general", "front-desk", "maple-schedule"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("practice: maybe", "practice"),
        ("time_zone: Mars/Base", "time_zone"),
        ("time_zone: 5", "time_zone"),
        ("timezone: America/Denver", "timezone"),
        ("facility_ids: [a]", "facility_ids"),
        ("code_tables: {PV1: {a: b}}", "code_tables"),
        ("code_tables: {PV1-2: {a: {display: b}}}", "code_tables"),
        ("ignored_events: ADT", "ignored_events"),
        ("visit_number_field: PV1-5", "visit_number_field"),
        ("a: [", "line 1"),
        ("- a", "no keys"),
    ],
)
def test_a_broken_file_names_itself_and_the_key(own, text, key):
    own("broken", text)
    with pytest.raises(BadInput, match=key) as problem:
        load_sender("broken")
    assert "broken.yaml" in str(problem.value)


def test_a_name_that_is_no_file_name_is_not_looked_for(own):
    assert load_sender("../secrets").facility_ids == {}
