"""Who arrives after the index was made is told at once; nobody who may be two is joined, and an index that misses somebody is not used."""

import pytest

from bluering import pipeline
from bluering.coordination.models import Contact
from bluering.identity.matching import index
from bluering.identity.models import MatchPair, PairState
from bluering.pipeline import newcomers, who_is_who
from bluering.record import charts
from tests.flows.test_load import a1c
from tests.flows.test_who_is_who import MAYBE, call, load, one_person, patient, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
OTHER = {"name": [{"family": "Osei", "given": ["Kwame"]}], "gender": "male", "birthDate": "1963-11-30", "telecom": [], "address": []}  # fmt: skip


@pytest.fixture
def indexed(tmp_path):
    """Two patients whom a look has put into the index."""
    load(
        tmp_path,
        "ehr",
        patient(
            "p1",
        ),
        patient("p2", **OTHER),
    )
    who_is_who.look()
    assert index.current(index.index_file())


def test_who_is_surely_known_is_joined_as_they_arrive(indexed, tmp_path, ana):
    contact = call(person_of("ehr/p1"), ana, "2026-03-01T10:00:00Z")
    load(tmp_path, "hospital", patient("h1"), a1c("o1", person="h1"))
    assert one_person("ehr/p1", "hospital/h1")
    assert len(charts.facts_of(person_of("ehr/p1"))["observation"]) == 1
    assert Contact.objects.get().person_id == person_of("ehr/p1") == contact.person_id
    assert MatchPair.objects.get().state == PairState.JOINED


def test_who_may_be_known_is_asked_about_as_they_arrive(indexed, tmp_path):
    load(tmp_path, "hospital", patient("h1", **MAYBE))
    assert not one_person("ehr/p1", "hospital/h1")
    assert MatchPair.objects.get().state == PairState.WAITING


def test_a_stranger_is_nobodys_pair_and_is_found_by_the_next(indexed, tmp_path):
    stranger = OTHER | {"name": [{"family": "Lindqvist", "given": ["Astrid"]}], "birthDate": "1944-02-17", "gender": "female",
                        "telecom": [{"system": "phone", "value": "217-555-0143"}]}  # fmt: skip
    load(tmp_path, "hospital", patient("h1", **stranger))
    assert not MatchPair.objects.exists()
    load(tmp_path, "plan", patient("m1", **stranger))
    assert one_person("hospital/h1", "plan/m1")


def test_the_next_look_changes_nothing(indexed, tmp_path):
    load(tmp_path, "hospital", patient("h1"), patient("h2", **OTHER))
    before = sorted(MatchPair.objects.values_list("left_key", "right_key", "state", "weight"))
    person = person_of("ehr/p1")
    who_is_who.look()
    assert sorted(MatchPair.objects.values_list("left_key", "right_key", "state", "weight")) == before
    assert person_of("hospital/h1") == person


def test_who_may_be_two_waits_for_the_look_at_everybody(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "lab", patient("l1"))
    who_is_who.look()
    (pair,) = MatchPair.objects.all()
    who_is_who.decide(pair.pk, "different", by="ana")
    load(tmp_path, "hospital", patient("h1"))
    assert len({person_of(key) for key in ("ehr/p1", "lab/l1", "hospital/h1")}) == 3
    assert MatchPair.objects.filter(state=PairState.WAITING).count() == 2


def test_without_an_index_they_wait_for_the_look(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "hospital", patient("h1"))
    assert not one_person("ehr/p1", "hospital/h1") and not MatchPair.objects.exists()


def test_many_at_once_go_into_the_index_and_wait_for_the_look(indexed, tmp_path, monkeypatch):
    monkeypatch.setattr(newcomers, "MOST_GREETED", 1)
    load(tmp_path, "hospital", patient("h1"), patient("h2", **OTHER))
    assert not MatchPair.objects.exists() and index.size(index.index_file()) == 4
    monkeypatch.setattr(newcomers, "MOST_KEPT", 1)
    load(tmp_path, "plan", patient("m1"), patient("m2", **OTHER))
    assert not index.current(index.index_file()), "it would miss somebody"
    who_is_who.look()
    assert index.current(index.index_file()) and one_person("ehr/p1", "hospital/h1", "plan/m1")


def test_who_changed_their_name_is_found_by_the_new_one(indexed, tmp_path):
    load(tmp_path, "ehr", patient("p1", **MAYBE))
    load(tmp_path, "hospital", patient("h1", **MAYBE, birthDate="1951-03-07"))
    assert MatchPair.objects.get().state in (PairState.JOINED, PairState.WAITING)
    evidence = {one["comparison"]: one["bits"] for one in MatchPair.objects.get().evidence}
    assert evidence["family"] > 0


def test_who_was_deleted_is_in_no_index(indexed, tmp_path):
    from django.utils import timezone

    pipeline.remove([("Patient", "p1")], source="ehr", at=timezone.now())
    assert not index.current(index.index_file())
