"""The ViewDefinition files: well formed, inside the FHIRPath subset, and with every column that rules read."""

import json
import re
from pathlib import Path

import pytest

import bluering
from bluering.population.tables import RECORD, columns

VIEWS = Path(bluering.__file__).parent / "record" / "views"
FILES = sorted(VIEWS.glob("*.json"))
TABLES = [path.stem for path in FILES]

RESOURCES = {
    "AllergyIntolerance", "Appointment", "CarePlan", "CareTeam", "Claim", "Communication", "Condition", "Consent",
    "Coverage", "Device", "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare", "ExplanationOfBenefit",
    "Goal", "Group", "Immunization", "List", "Location", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole", "Procedure",
    "QuestionnaireResponse", "RelatedPerson", "RiskAssessment", "ServiceRequest", "Task",
}  # fmt: skip
CHILDREN = {
    "group_member": "Group",
    "list_entry": "List",
    "care_team_participant": "CareTeam",
    "explanation_of_benefit_item": "ExplanationOfBenefit",
    "explanation_of_benefit_care_team": "ExplanationOfBenefit",
    "observation_component": "Observation",
    "questionnaire_response_item": "QuestionnaireResponse",
}
# These name many persons: each of their rows says whose it is.
LISTS = {"group_member": "Group", "list_entry": "List"}
ABOUT_NOBODY = {"location", "organization", "practitioner", "practitioner_role"}
FUNCTIONS = {"exists", "first", "getReferenceKey", "getResourceKey", "ofType", "where"}
ENGINE_TYPES = {
    "VARCHAR": {"code", "string", "uri"},
    "DATE": {"date"},
    "TIMESTAMPTZ": {"dateTime", "instant"},
    "DOUBLE": {"decimal", "integer"},
    "BOOLEAN": {"boolean"},
}


def view(table: str) -> dict:
    return json.loads((VIEWS / f"{table}.json").read_text())


def all_columns(selects: list[dict]) -> list[dict]:
    found = []
    for select in selects:
        found += select.get("column", [])
        found += all_columns(select.get("select", []))
    return found


def tags(column: dict, name: str) -> list[str]:
    return [tag["value"] for tag in column.get("tag", []) if tag["name"] == name]


def snake(resource: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", resource).lower()


def test_each_resource_has_its_table():
    assert set(TABLES) == {snake(resource) for resource in RESOURCES - set(LISTS.values())} | set(CHILDREN)


@pytest.mark.parametrize("table", TABLES)
def test_the_heading(table):
    definition = view(table)
    assert definition["resourceType"] == "ViewDefinition"
    assert definition["name"] == table
    assert definition["status"] == "active"
    assert definition["resource"] in RESOURCES
    assert snake(definition["resource"]) == table or CHILDREN[table] == definition["resource"]


@pytest.mark.parametrize("table", TABLES)
def test_the_first_columns_say_which_resource_and_whose(table):
    first = view(table)["select"][0]["column"]
    assert first[0] == {"name": "id", "path": "getResourceKey()", "type": "string"}
    names = [column["name"] for column in first]
    assert ("subject_ref_id" in names) == (table not in {*ABOUT_NOBODY, *LISTS})
    assert "subject_ref_id" not in names or names[1] == "subject_ref_id"


@pytest.mark.parametrize("table", TABLES)
def test_column_names_are_snake_case_and_unique(table):
    names = [column["name"] for column in all_columns(view(table)["select"])]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert not {"person_id", "source", "row_id", "stale", "replaces", "resource"} & set(names)


UNPAIRED = {"linked_ids", "tag_codes", "families", "phones", "emails", "address_lines", "postal_codes"}
PLAIN_LISTS = {"identifiers", *UNPAIRED}


@pytest.mark.parametrize("table", TABLES)
def test_names_tell_the_type(table):
    for column in all_columns(view(table)["select"]):
        name, kind = column["name"], column["type"]
        assert kind in set().union(*ENGINE_TYPES.values()), name
        assert (kind in {"dateTime", "instant"}) == name.endswith("_datetime") or name.endswith("_date"), name
        assert (kind == "date") <= name.endswith("_date"), name
        assert column.get("collection", False) == (name.endswith("_codes") or name in PLAIN_LISTS), name


@pytest.mark.parametrize("table", TABLES)
def test_tags_are_those_the_compiler_knows(table):
    for column in all_columns(view(table)["select"]):
        known = {"bluering/else", "bluering/pair", "bluering/reference-type"}
        assert {tag["name"] for tag in column.get("tag", [])} <= known
        wanted = ["system|value"] if column["name"] == "identifiers" else ["system|code"]
        paired = column.get("collection") and column["name"] not in UNPAIRED
        assert tags(column, "bluering/pair") == (wanted if paired else [])
        wanted = ["true"] if column["path"].endswith("getReferenceKey()") and column["name"].endswith("_type") else []
        assert tags(column, "bluering/reference-type") == wanted


@pytest.mark.parametrize("table", TABLES)
def test_paths_stay_inside_the_subset(table):
    for column in all_columns(view(table)["select"]):
        for path in [column["path"], *tags(column, "bluering/else")]:
            bare = re.sub(r"'[^']*'", "''", path)
            assert "|" not in bare, path
            assert set(re.findall(r"(\w+)\(", bare)) <= FUNCTIONS, path
            assert bare.count("(") == bare.count(")"), path


@pytest.mark.parametrize("table", sorted(CHILDREN))
def test_child_tables_walk_the_elements_of_their_parent(table):
    parent, *children = view(table)["select"]
    assert not {"forEach", "repeat"} & set(parent)
    assert [("forEach" in child, "repeat" in child) for child in children] in ([(True, False)], [(False, True)])


def test_answers_are_found_under_items_and_under_other_answers():
    items = view("questionnaire_response_item")["select"][1]
    assert items["repeat"] == ["item", "answer.item"]
    assert items["select"][0]["forEachOrNull"] == "answer"


@pytest.mark.parametrize("table", sorted(RECORD))
def test_rules_find_every_column_they_read_with_its_type(table):
    have = {column["name"]: column for column in all_columns(view(table)["select"])}
    for name, kind in columns(table).items():
        if name in {"person_id", "source", "id"}:
            continue
        assert name in have, f"{table}.{name}"
        assert have[name].get("collection", False) == kind.endswith("[]"), f"{table}.{name}"
        assert have[name]["type"] in ENGINE_TYPES[kind.removesuffix("[]")], f"{table}.{name}"
