"""Work done while two persons were taken for one is found when they are told apart, and goes to whom it is about."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.coordination.models import Contact, Handoff, Lead, Panel, Repair, RepairState
from bluering.coordination.repairs import count_waiting
from bluering.identity.models import MatchPair, PersonLink
from bluering.pipeline import who_is_who
from bluering.population.models import Gap, GapEvent
from tests.flows.test_load import write
from tests.flows.test_who_is_who import call, doubtful, load, patient, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def now() -> str:
    return timezone.now().isoformat()


@pytest.fixture
def parted(tmp_path, ana) -> tuple[MatchPair, Contact, Contact]:
    """A call before, a call while the two were one; then they are two."""
    pair = doubtful(tmp_path)
    before = call(person_of("ehr/p1"), ana, "2026-03-01T10:00:00Z")
    who_is_who.decide(pair.pk, "same", by="ana")
    meanwhile = call(person_of("ehr/p1"), ana, now())
    who_is_who.decide(pair.pk, "different", by="ana")
    return pair, before, meanwhile


def client_of(user) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def test_what_was_done_meanwhile_is_listed_and_what_was_before_is_not(parted):
    _, _, meanwhile = parted
    row = Repair.objects.get()
    assert (row.kind, row.row) == ("contact", meanwhile.pk)
    assert (row.person_id, row.other_id) == (person_of("ehr/p1"), person_of("plan/m1"))


def test_given_to_the_other_it_stays_there_whatever_is_decided_later(parted, ana):
    pair, _, meanwhile = parted
    answer = client_of(ana).post(f"/who/repairs/{Repair.objects.get().pk}/", {"belongs": person_of("plan/m1")})
    assert answer.status_code == 302
    meanwhile.refresh_from_db()
    assert meanwhile.person_id == person_of("plan/m1")
    who_is_who.decide(pair.pk, "same", by="ana")
    who_is_who.take_back(pair.pk, by="ana")
    meanwhile.refresh_from_db()
    assert meanwhile.person_id == person_of("plan/m1")
    assert AuditEvent.objects.filter(action="work.repair").values("person_id").distinct().count() == 2


def test_said_to_be_right_it_stays_and_is_asked_no_more(parted, ana):
    _, _, meanwhile = parted
    row = Repair.objects.get()
    client_of(ana).post(f"/who/repairs/{row.pk}/", {"belongs": row.person_id})
    row.refresh_from_db()
    meanwhile.refresh_from_db()
    assert (row.state, row.settled_by, meanwhile.person_id) == (RepairState.STAYS, ana, row.person_id)
    assert count_waiting() == 0


def test_when_they_are_one_again_nothing_is_to_be_put_right(parted):
    pair, _, _ = parted
    who_is_who.decide(pair.pk, "same", by="ana")
    assert Repair.objects.get().state == RepairState.GONE and count_waiting() == 0
    who_is_who.take_back(pair.pk, by="ana")
    assert count_waiting() == 1, "and told apart again it is listed again"


def test_handoffs_leads_and_gaps_set_aside_are_found_too(tmp_path, ana):
    pair = doubtful(tmp_path)
    who_is_who.decide(pair.pk, "same", by="ana")
    person = person_of("ehr/p1")
    handoff = Handoff.objects.create(person_id=person, kind="referral", title="Cardiology", sender="a", receiver="b", opened_by=ana, owner=ana)  # fmt: skip
    Lead.objects.create(person_id=person, by=ana)
    gap = Gap.objects.create(person_id=person, rule="x", key="1", title="No visit", state="set_aside", opened_at=timezone.now(), set_aside_by=ana)  # fmt: skip
    GapEvent.objects.create(gap=gap, at=timezone.now(), what="set_aside", by=ana)
    who_is_who.take_back(pair.pk, by="ana")
    assert sorted(Repair.objects.values_list("kind", flat=True)) == ["gap", "handoff", "lead"]
    said = client_of(ana).get("/who/repairs/").content.decode()
    assert "Referral to b: Cardiology" in said and "Gap set aside: No visit" in said and "Open the gap" in said
    wrong = client_of(ana).post(f"/who/repairs/{Repair.objects.get(kind='gap').pk}/", {"belongs": person_of("plan/m1")}, follow=True)  # fmt: skip
    assert "put right on its own page" in wrong.content.decode()
    assert Handoff.objects.get().pk == handoff.pk


def test_a_merge_that_its_system_takes_back_lists_them_too(tmp_path, ana):
    load(tmp_path, "ehr", patient("p1"), patient("p2", link=[{"other": {"reference": "Patient/p1"}, "type": "replaces"}]))  # fmt: skip
    person = person_of("ehr/p1")
    assert person_of("ehr/p2") == person
    contact = call(person, ana, now())
    pipeline.load([write(tmp_path, "later.ndjson", patient("p1"), patient("p2"))], source="ehr")
    assert person_of("ehr/p2") != person_of("ehr/p1")
    assert list(Repair.objects.values_list("kind", "row")) == [("contact", contact.pk)]


def test_only_who_may_read_the_person_sees_the_work(parted, ana, ben, cleo, wen):
    row = Repair.objects.get()
    Panel.objects.create(person_id=row.person_id, coordinator=ana, since=dt.date(2026, 1, 5))
    said = client_of(ben).get("/who/repairs/").content.decode()
    assert "check in" not in said and "1 more waits for" in said
    assert "check in" in client_of(ana).get("/who/repairs/").content.decode()
    assert client_of(ben).post(f"/who/repairs/{row.pk}/", {"belongs": row.other_id}).status_code == 403
    for user in (cleo, wen):
        assert client_of(user).get("/who/repairs/").status_code == 403
        assert client_of(user).post(f"/who/repairs/{row.pk}/", {"belongs": row.other_id}).status_code == 403
    assert Repair.objects.get().state == RepairState.OPEN


@pytest.mark.parametrize("belongs", ["", "somebody"])
def test_a_wrong_answer_gets_a_sentence(parted, ana, belongs):
    said = client_of(ana).post(f"/who/repairs/{Repair.objects.get().pk}/", {"belongs": belongs}, follow=True)
    assert "Choose one of them" in said.content.decode()


def test_the_queue_says_how_much_waits(parted, ana):
    assert "Work to put right" in client_of(ana).get("/who/").content.decode()


def test_a_rename_of_a_person_is_no_parting(tmp_path, ana):
    pair = doubtful(tmp_path)
    who_is_who.decide(pair.pk, "same", by="ana")
    assert Repair.objects.count() == 0
    assert PersonLink.objects.filter(undone_at=None).values("person_id").distinct().count() == 1
