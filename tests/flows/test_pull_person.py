"""One person's data fetched now: every type by patient or everything at once, page after page, and only by who may read them."""

import json

import pytest
from fakes.rest_server import RestServer

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.errors import BadInput, Refusal
from bluering.identity.models import PersonLink
from bluering.pulling.actions import add_pull
from bluering.pulling.person import can_pull, pull_person
from bluering.pulling.places import folder_of
from bluering.record.counts import count_resources

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Lind"}]}


def about(kind: str, number: int, **more) -> dict:
    return {"resourceType": kind, "id": f"{kind.lower()}-{number}", "subject": {"reference": "Patient/p1"}} | more


RESULTS = [about("Observation", n, status="final") for n in range(5)]
HELD = [PATIENT, *RESULTS, about("Condition", 1), about("Encounter", 1, status="finished")]
WHOLE = {"Condition": 1, "Encounter": 1, "Observation": 5, "Patient": 1}


@pytest.fixture
def server():
    with RestServer(*HELD) as running:
        yield running


@pytest.fixture
def person(server, tmp_path, db):
    """Somebody known from this source, and nothing more; nobody holds them, so every coordinator may."""
    file = tmp_path / "p.json"
    file.write_text(json.dumps(PATIENT))
    pipeline.load([str(file)], source="ehr")
    add_pull(source="ehr", base_url=server.base, by=None)
    return PersonLink.objects.get(subject_key="ehr/p1").person_id


@pytest.mark.parametrize("everything", [False, True])
def test_all_types_and_all_pages_come_into_the_record(server, person, ben, everything):
    server.everything = everything
    pulled = pull_person(person, by=ben)
    assert count_resources() == WHOLE
    assert (pulled.notes, pulled.quarantined, sum(pulled.loaded.values())) == ([], 0, 7)
    assert any("everything" in path for path in server.asked) is everything
    again = pull_person(person, by=ben)
    assert (again.loaded, again.replaced) == ({}, {})
    assert count_resources() == WHOLE


def test_what_is_fetched_does_not_stay_lying_about(server, person, ben):
    from bluering.intake.models import Pull

    pull_person(person, by=ben)
    assert list(folder_of(Pull.objects.get()).iterdir()) == []


def test_a_search_that_needs_more_than_the_patient_gets_it(server, person, ben):
    server.needs["Observation"] = "category"
    assert pull_person(person, by=ben).notes == []
    assert count_resources() == WHOLE
    assert sum("Observation?patient=p1" in path and "category=" in path for path in server.asked) == 3


def test_a_type_that_is_refused_is_noted_and_the_others_come(server, person, ben):
    server.refuses.add("Condition")
    (note,) = pull_person(person, by=ben).notes
    assert note.startswith("Condition: 127.0.0.1 does not give what we asked for (400, required)")
    assert "p1" not in note
    assert count_resources() == {name: n for name, n in WHOLE.items() if name != "Condition"}


def test_a_busy_server_is_waited_for_but_not_for_ever(server, person, ben):
    waits: list[float] = []
    server.busy.extend([(429, "3"), (503, "")])
    pull_person(person, by=ben, wait=waits.append)
    assert waits == [3.0, 2.0]
    server.busy.append((429, "600"))
    with pytest.raises(Refusal, match="Try again in a few minutes"):
        pull_person(person, by=ben, wait=waits.append)


def test_a_next_page_on_another_server_is_not_followed(server, person, ben):
    server.next_host = "https://elsewhere.example"
    (note,) = pull_person(person, by=ben).notes
    assert note == "Observation: 127.0.0.1: the next page lies on another server. Ask the server's operator."


def test_a_patient_who_is_not_there_is_said_without_the_id(server, person, ben):
    server.resources = HELD[1:]
    with pytest.raises(BadInput) as told:
        pull_person(person, by=ben)
    assert "(404)" in str(told.value) and "p1" not in str(told.value)


def test_only_who_may_read_the_person_may_fetch_and_it_is_audited(server, person, cleo, ben):
    with pytest.raises(Refusal, match="You may not read"):
        pull_person(person, by=cleo)
    assert server.asked == []
    pull_person(person, by=ben)
    (event,) = AuditEvent.objects.filter(action="person.pull")
    assert (event.user, event.person_id) == (ben, person)


def test_a_person_of_no_server_is_said(person, ben):
    from bluering.intake.models import Pull

    assert can_pull(person)
    Pull.objects.all().delete()
    assert not can_pull(person)
    with pytest.raises(BadInput, match="bluering pull SOURCE"):
        pull_person(person, by=ben)
