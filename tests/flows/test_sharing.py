"""A person of two practices: what one of them keeps to itself, the other's staff see nowhere, until the person says otherwise."""

import datetime as dt

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.access.models import AuditEvent, User
from bluering.coordination.models import Contact, Handoff, Panel, Sharing
from bluering.coordination.sharing import NOTHING, hidden_from, say_sharing
from bluering.errors import BadInput, Refusal
from bluering.population.models import Gap
from tests.flows.test_practices import client, load, patient, person_of, pressure, text, three

pytestmark = [pytest.mark.django_db, pytest.mark.long]
assert three  # the fixture
CARD = [{"system": "urn:card", "value": "1"}]
TABS = ("", "timeline/", "contacts/", "gaps/", "team/")


@pytest.fixture
def eva(db) -> User:
    return User.objects.create(username="eva", role="coordinator", display_name="Eva Three")


@pytest.fixture
def both(three, tmp_path, ana, ben) -> str:
    """Somebody of Maple and Aspen; Aspen knows of a blood pressure, and Ben has called and handed over. Ana holds them."""
    load(tmp_path, "maple", patient("m2", "Both") | {"identifier": CARD})
    load(tmp_path, "aspen", patient("a2", "Both") | {"identifier": CARD}, *pressure("9", "a2", "2026-11-02", 171),
         {"resourceType": "Condition", "id": "secret", "subject": {"reference": "Patient/a2"}, "code": {"text": "Alcohol dependence"},
          "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}})  # fmt: skip
    person = person_of("maple/m2")
    Panel.objects.create(person_id=person, coordinator=ana, since=dt.date(2026, 1, 5))
    Contact.objects.create(
        person_id=person,
        by=ben,
        mode="phone",
        whom="person",
        reached=True,
        purpose="Talked about drinking",
        minutes=5,
        at=timezone.now(),
    )
    Handoff.objects.create(
        person_id=person,
        kind="referral",
        title="To the addiction clinic",
        sender="a",
        receiver="Addiction clinic",
        opened_by=ben,
        owner=ben,
    )
    pipeline.run(person_id=person)
    assert Gap.objects.filter(person_id=person, rule="bp_above_target").exists()
    return person


SECRETS = ("171", "Alcohol", "drinking", "ddiction", "bp_above_target", "Blood pressure above")


def seen(user, person: str) -> str:
    page = client(user)
    return (
        "".join(text(page.get(f"/people/{person}/{tab}")) for tab in TABS)
        + text(page.get("/patients/"))
        + text(page.get("/"))
    )


def told(user, person: str) -> list[str]:
    said = seen(user, person)
    return [word for word in SECRETS if word in said]


def test_a_practice_that_shares_shows_what_it_knows(both, ana):
    assert {"171", "Alcohol", "drinking", "ddiction"} <= set(told(ana, both))


def test_what_a_practice_keeps_to_itself_the_other_sees_nowhere(both, three, ana, ben):
    three["Aspen"].shares = False
    three["Aspen"].save()
    Panel.objects.filter(person_id=both).update(coordinator=ana)
    assert told(ana, both) == []
    Panel.objects.filter(person_id=both).update(coordinator=ben)
    assert {"171", "Alcohol", "drinking"} <= set(told(ben, both)), "its own staff see it"


def test_the_person_says_no_and_later_yes(both, three, ana, ben):
    maple = {"person_id": both, "practice": three["Aspen"], "said_by": "person", "how": "phone"}
    Panel.objects.filter(person_id=both).update(coordinator=ben)
    say_sharing(**maple, permits=False, by=ben)
    Panel.objects.filter(person_id=both).update(coordinator=ana)
    assert told(ana, both) == []
    Panel.objects.filter(person_id=both).update(coordinator=ben)
    say_sharing(**maple, permits=True, by=ben)
    Panel.objects.filter(person_id=both).update(coordinator=ana)
    assert "Alcohol" in told(ana, both)
    assert Sharing.objects.count() == 2 and AuditEvent.objects.filter(action="sharing.say", person_id=both).count() == 2


def test_it_is_noted_on_the_team_page_by_who_serves_the_practice(both, three, ana, ben):
    Panel.objects.filter(person_id=both).update(coordinator=ben)
    page, address = client(ben), f"/people/{both}/sharing/{three['Aspen'].pk}/"
    assert address in text(page.get(f"/people/{both}/team/"))
    assert "May Aspen show the other practices" in text(page.get(address))
    assert page.post(address, {"permits": "no"}).status_code == 422
    assert page.post(address, {"permits": "no", "said_by": "person", "how": "in_person"}).status_code == 302
    assert "keeps what it knows to itself" in text(page.get(f"/people/{both}/team/"))
    Panel.objects.filter(person_id=both).update(coordinator=ana)
    assert client(ana).get(address).status_code == 404, "Ana does not serve Aspen"
    assert client(ana).post(address, {"permits": "yes", "said_by": "person", "how": "phone"}).status_code == 404
    with pytest.raises(Refusal, match="Only who serves Aspen"):
        say_sharing(person_id=both, practice=three["Aspen"], permits=True, said_by="person", how="phone", by=ana)


@pytest.mark.parametrize(("wrong", "says"), [({"said_by": "a friend"}, "say who said it"), ({"how": "dream"}, "say who said it"), ({"note": "x" * 401}, "at most 400"), ({"practice": "Birch"}, "not a patient there")])  # fmt: skip
def test_what_cannot_be_is_said(both, three, eva, wrong, says):
    Panel.objects.filter(person_id=both).update(coordinator=eva)
    given = {"practice": "Aspen", "said_by": "person", "how": "phone", "note": ""} | wrong
    with pytest.raises(BadInput, match=says):
        say_sharing(person_id=both, permits=False, by=eva, **{**given, "practice": three[given["practice"]]})
    assert not Sharing.objects.exists()


def test_who_serves_both_and_who_serves_all_see_everything(both, three, eva):
    three["Aspen"].shares = False
    three["Aspen"].save()
    everywhere = User.objects.create(username="gus", role="coordinator")
    for user in (eva, everywhere):
        assert hidden_from(user, [both]).get(both, NOTHING) == NOTHING


def test_a_hidden_gap_cannot_be_set_aside_by_its_number(both, three, ana):
    three["Aspen"].shares = False
    three["Aspen"].save()
    gap = Gap.objects.get(person_id=both, rule="bp_above_target")
    assert client(ana).get(f"/gaps/{gap.pk}/set-aside/").status_code == 404
    handoff = Handoff.objects.get(person_id=both)
    assert client(ana).get(f"/handoffs/{handoff.pk}/").status_code == 404
    assert "ddiction" not in text(client(ana).get("/handoffs/"))
    assert client(ana).get(f"/handoffs/{handoff.pk}/cover/").status_code == 404


def test_many_persons_take_as_many_queries_as_one(both, three, ana, django_assert_max_num_queries):
    three["Aspen"].shares = False
    three["Aspen"].save()
    with django_assert_max_num_queries(6):
        hidden_from(User.objects.get(pk=ana.pk), [both, *(f"p{number}" for number in range(200))])
