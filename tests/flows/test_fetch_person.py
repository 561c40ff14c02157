"""From a person's timeline their servers are asked for what is new, by those who may read the person."""

import json

import pytest
from fakes.rest_server import RestServer

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.coordination.models import Panel
from bluering.identity.models import PersonLink
from bluering.pulling.actions import add_pull

pytestmark = pytest.mark.django_db
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Lind"}]}
VISIT = {
    "resourceType": "Encounter", "id": "e1", "status": "finished", "subject": {"reference": "Patient/p1"},
    "class": {"code": "AMB"}, "type": [{"text": "Kidney clinic"}], "period": {"start": "2026-11-20", "end": "2026-11-20"},
}  # fmt: skip


@pytest.fixture
def person(tmp_path, home, ana) -> str:
    """Somebody of Ana's whom one source has told."""
    file = tmp_path / "p.json"
    file.write_text(json.dumps(PATIENT))
    pipeline.load([str(file)], source="ehr")
    found = PersonLink.objects.get(subject_key="ehr/p1").person_id
    Panel.objects.create(person_id=found, coordinator=ana, since="2026-01-01")
    return found


def text(response) -> str:
    return response.content.decode()


def test_what_came_is_said_and_shown(client, ana, person):
    client.force_login(ana)
    timeline = f"/people/{person}/timeline/"
    assert "Fetch what is new" not in text(client.get(timeline)), "no server is known"
    with RestServer(PATIENT, VISIT) as server:
        add_pull(source="ehr", base_url=server.base, by=None)
        assert "Fetch what is new" in text(client.get(timeline))
        answer = client.post(f"/people/{person}/fetch/", follow=True)
        assert answer.redirect_chain[-1][0] == timeline
        assert "1 new fact, 0 changed." in text(answer) and "Kidney clinic" in text(answer)
        assert "Nothing new." in text(client.post(f"/people/{person}/fetch/", follow=True))
    assert AuditEvent.objects.filter(action="person.pull", person_id=person, user=ana).count() == 2


def test_where_no_server_has_them_it_says_what_to_try(client, ana, person):
    client.force_login(ana)
    assert "bluering pull SOURCE --add URL" in text(client.post(f"/people/{person}/fetch/", follow=True))


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_the_wrong_user_fetches_nothing(client, request, person, wrong):
    client.force_login(request.getfixturevalue(wrong))
    with RestServer(PATIENT, VISIT) as server:
        add_pull(source="ehr", base_url=server.base, by=None)
        assert client.post(f"/people/{person}/fetch/").status_code == 403
        assert not server.asked
