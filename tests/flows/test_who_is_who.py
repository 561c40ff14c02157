"""Two systems that share no number: the same woman is found, twins stay two, decisions hold, and everything can be taken back."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluering import pipeline
from bluering.coordination.models import Contact, Panel
from bluering.errors import Refusal
from bluering.identity.models import MatchPair, PairState, PersonLink
from bluering.identity.pairs import joined_by_itself
from bluering.pipeline import who_is_who
from bluering.pipeline.pairs_found import OWN_RECORD_BITS
from bluering.record import charts, engine
from bluering.record.models import PersonSummary
from tests.flows.test_load import a1c, write

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ADA = {
    "name": [{"family": "Kowalczyk", "given": ["Adela", "M"]}], "gender": "female", "birthDate": "1951-03-07",
    "telecom": [{"system": "phone", "value": "217-555-0188"}],
    "address": [{"line": ["418 Juniper Lane"], "city": "Springfield", "state": "IL", "postalCode": "62704"}],
}  # fmt: skip


def patient(key: str, **told) -> dict:
    return {"resourceType": "Patient", "id": key} | ADA | told


def load(tmp_path, source: str, *resources: dict) -> None:
    pipeline.load([write(tmp_path, f"{source}.ndjson", *resources)], source=source)


def person_of(key: str) -> str:
    return PersonLink.objects.get(subject_key=key, undone_at=None).person_id


def one_person(*keys: str) -> bool:
    return len({person_of(key) for key in keys}) == 1


def test_the_same_woman_in_two_systems_is_joined_by_itself(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "plan", patient("m1"))
    looked = who_is_who.look()
    assert (looked.joined, looked.waiting) == (1, 0) and one_person("ehr/p1", "plan/m1")
    pair = MatchPair.objects.get()
    assert pair.state == PairState.JOINED and pair.model_version == looked.model
    assert PersonLink.objects.get(subject_key="plan/m1", undone_at=None).pair == pair
    assert who_is_who.look().joined == 0, "a second look finds nothing more"


def test_facts_of_both_are_then_on_one_chart(tmp_path):
    load(tmp_path, "ehr", patient("p1"), a1c("o1", person="p1"))
    load(tmp_path, "plan", patient("m1"), a1c("o2", person="m1"))
    who_is_who.look()
    assert len(charts.facts_of(person_of("ehr/p1"))["observation"]) == 2
    assert PersonSummary.objects.count() == 1


def test_twins_are_not_joined(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "plan", patient("m1", name=[{"family": "Kowalczyk", "given": ["Beatrice"]}]))
    who_is_who.look()
    assert not one_person("ehr/p1", "plan/m1")


MAYBE = {"name": [{"family": "Nowak", "given": ["Adela"]}], "address": [], "telecom": []}


def call(person: str, by, at: str) -> Contact:
    return Contact.objects.create(
        person_id=person, by=by, mode="phone", whom="person", reached=True, purpose="check in", minutes=5, at=at
    )


def doubtful(tmp_path) -> MatchPair:
    """A married name at another address: likely, but not surely, the same."""
    load(tmp_path, "ehr", patient("p1"), a1c("o1", person="p1"))
    load(tmp_path, "plan", patient("m1", **MAYBE), a1c("o2", person="m1"))
    who_is_who.look()
    pair = MatchPair.objects.get()
    assert pair.state == PairState.WAITING and not one_person("ehr/p1", "plan/m1")
    return pair


def test_what_is_doubtful_waits_with_its_evidence(tmp_path):
    pair = doubtful(tmp_path)
    assert {"given", "family", "birth"} <= {one["comparison"] for one in pair.evidence}
    assert "Nowak" not in str(pair.evidence) and "1951" not in str(pair.evidence)


def test_same_joins_and_different_keeps_apart_for_good(tmp_path):
    pair = doubtful(tmp_path)
    who_is_who.decide(pair.pk, "same", by="ana")
    assert one_person("ehr/p1", "plan/m1") and PersonSummary.objects.count() == 1
    who_is_who.decide(pair.pk, "different", by="ana", note="Two cousins.")
    assert not one_person("ehr/p1", "plan/m1") and PersonSummary.objects.count() == 2
    load(tmp_path, "plan", patient("m1", **MAYBE, maritalStatus={"text": "married"}))
    who_is_who.look()
    assert MatchPair.objects.get().state == PairState.DIFFERENT and not one_person("ehr/p1", "plan/m1")


def test_one_joined_by_itself_can_be_told_apart(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "plan", patient("m1"))
    who_is_who.look()
    who_is_who.decide(MatchPair.objects.get().pk, "different", by="ana")
    who_is_who.look()
    assert not one_person("ehr/p1", "plan/m1")


def test_two_who_are_one_by_other_decisions_are_not_told_apart_over_them(tmp_path, ana):
    first, second, third = three_persons(tmp_path, ana)
    for pair in (first, second):
        who_is_who.decide(pair.pk, "same", by="ana")
    with pytest.raises(Refusal, match=f"pair {first.pk}, {second.pk}. Take one of these back"):
        who_is_who.decide(third.pk, "different", by="ana")
    third.refresh_from_db()
    assert third.state == PairState.WAITING and one_person(*KEYS)


def test_two_whom_the_weights_joined_over_a_third_are_told_apart_and_the_others_asked_anew(tmp_path, ana):
    pairs = three_persons(tmp_path, ana)
    joined_by_itself(pairs[:2])
    assert one_person(*KEYS)
    who_is_who.decide(pairs[2].pk, "different", by="ana")
    assert not one_person(KEYS[0], KEYS[2])
    assert set(MatchPair.objects.values_list("id", "state")) == {
        (pairs[0].pk, "waiting"), (pairs[1].pk, "waiting"), (pairs[2].pk, "different"),
    }  # fmt: skip


def test_two_of_one_number_told_apart_are_one_again_when_that_is_taken_back(tmp_path):
    card = [{"system": "urn:card", "value": "1"}]
    load(tmp_path, "ehr", patient("p1", identifier=card))
    load(tmp_path, "plan", patient("m1", identifier=card, **MAYBE))
    assert one_person("ehr/p1", "plan/m1")
    before = everything()
    blank = {"probability": 0.5, "weight": 0.0, "evidence": [], "model_version": "test"}
    pair = MatchPair.objects.create(left_key="ehr/p1", right_key="plan/m1", **blank)
    who_is_who.decide(pair.pk, "different", by="ana")
    assert not one_person("ehr/p1", "plan/m1")
    load(tmp_path, "plan", patient("m1", identifier=card, **MAYBE, maritalStatus={"text": "married"}))
    assert not one_person("ehr/p1", "plan/m1"), "the number no longer joins them"
    who_is_who.take_back(pair.pk, by="ana")
    assert everything() == before


def test_two_records_of_one_system_are_asked_about(tmp_path):
    load(tmp_path, "ehr", patient("p1"), patient("p2"))
    looked = who_is_who.look()
    assert (looked.joined, looked.waiting) == (0, 1)


def test_a_person_set_apart_by_hand_is_left_alone(tmp_path, ana):
    from bluering.identity import actions

    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "plan", patient("m1"))
    who_is_who.look()
    actions.unlink(subject_key="plan/m1", by="ana")
    who_is_who.look()
    assert not one_person("ehr/p1", "plan/m1")


def test_history_is_kept(tmp_path):
    pair = doubtful(tmp_path)
    for verdict in ("unsure", "same", "different"):
        who_is_who.decide(pair.pk, verdict, by="ana")
    who_is_who.take_back(pair.pk, by="ben")
    assert list(pair.events.order_by("id").values_list("state", "by")) == [
        ("unsure", "ana"), ("same", "ana"), ("different", "ana"), ("waiting", "ben"),
    ]  # fmt: skip


def test_work_goes_along_and_comes_back(tmp_path, ana):
    pair = doubtful(tmp_path)
    here, there = person_of("ehr/p1"), person_of("plan/m1")
    Panel.objects.create(person_id=here, coordinator=ana, since="2026-01-05")
    contact = call(there, ana, "2026-03-01T10:00:00Z")
    who_is_who.decide(pair.pk, "same", by="ana")
    contact.refresh_from_db()
    assert contact.person_id == here
    who_is_who.take_back(pair.pk, by="ana")
    contact.refresh_from_db()
    assert contact.person_id == there and Panel.objects.get(person_id=here).until is None


def everything() -> tuple:
    """Who is who, whose work it is, and what the record says of whom."""
    links = sorted(PersonLink.objects.filter(undone_at=None).values_list("subject_key", "person_id"))
    facts = sorted(engine.connect().execute("SELECT person_id, id FROM observation").fetchall())
    shown = sorted(PersonSummary.objects.values_list("person_id", "name"))
    work = sorted(Contact.objects.values_list("id", "person_id"))
    panels = sorted(Panel.objects.filter(until=None).values_list("person_id", "coordinator__username"))
    return links, facts, shown, work, panels


KEYS = ("ehr/p0", "lab/p2", "plan/p1")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["same", "different", "unsure", "back"])), min_size=1, max_size=6
    )
)
def test_whatever_is_decided_and_taken_back_leaves_all_as_it_was(tmp_path_factory, ana, acts):
    home = tmp_path_factory.mktemp("h")
    (home / "record").mkdir()
    with pytest.MonkeyPatch.context() as patched, transaction.atomic():
        patched.setenv("BLUERING_HOME", str(home))
        pairs = three_persons(home, ana)
        before = everything()
        for which, act in acts:
            if act == "back":
                who_is_who.take_back(pairs[which].pk, by="ana")
            else:
                with suppress(Refusal):
                    who_is_who.decide(pairs[which].pk, act, by="ana")
        for which in [which for which, act in reversed(acts)]:
            who_is_who.take_back(pairs[which].pk, by="ana")
        assert everything() == before
        transaction.set_rollback(True)


def three_persons(home, by) -> list[MatchPair]:
    """Three records of three systems, each with a fact and a call, one on a panel; the pairs between them."""
    for number, source in enumerate(("ehr", "plan", "lab")):
        load(
            home,
            source,
            patient(f"p{number}", **({} if number == 0 else MAYBE)),
            a1c(f"o{number}", person=f"p{number}"),
        )
    for number, key in enumerate(KEYS, 1):
        call(person_of(key), by, f"2026-03-0{number}T10:00:00Z")
    Panel.objects.create(person_id=person_of(KEYS[0]), coordinator=by, since="2026-01-05")
    blank = {"probability": 0.5, "weight": 0.0, "evidence": [], "model_version": "test"}
    ends = ((KEYS[0], KEYS[1]), (KEYS[1], KEYS[2]), (KEYS[0], KEYS[2]))
    return [MatchPair.objects.create(left_key=left, right_key=right, **blank) for left, right in ends]


def test_two_persons_are_asked_about_once_however_many_records_they_have(tmp_path):
    number = {"system": "urn:oid:1.2.3", "value": "77"}
    other = {"system": "urn:oid:1.2.3", "value": "88"}
    load(tmp_path, "ehr", patient("p1", identifier=[number]))
    load(tmp_path, "lab", patient("l1", identifier=[number]))
    load(tmp_path, "plan", patient("m1", **MAYBE, identifier=[other]))
    load(tmp_path, "hospital", patient("h1", **MAYBE, identifier=[other]))
    assert who_is_who.look().waiting == 1
    pair = MatchPair.objects.get(state=PairState.WAITING)
    who_is_who.decide(pair.pk, "different", by="ana")
    assert who_is_who.look().waiting == 0


def test_two_whom_several_systems_know_apart_are_not_asked_about(tmp_path):
    """A pair that would wait is not asked about when each of three systems has a record of either: all keep them as two."""
    card = [{"system": "urn:card", "value": "1"}]
    other = [{"system": "urn:card", "value": "2"}]
    load(tmp_path, "ehr", patient("p1", identifier=card), patient("p2", identifier=other, **MAYBE))
    who_is_who.look()
    (pair,) = MatchPair.objects.all()
    assert pair.state == PairState.WAITING
    assert ("one system has a record of each", OWN_RECORD_BITS) in [(e["words"], e["bits"]) for e in pair.evidence]  # fmt: skip
    for source in ("plan", "lab"):
        load(tmp_path, source, patient("m1", identifier=card), patient("m2", identifier=other, **MAYBE))
    assert one_person("ehr/p1", "plan/m1", "lab/m1") and one_person("ehr/p2", "plan/m2", "lab/m2")
    assert who_is_who.look().waiting == 0
    pair.refresh_from_db()
    assert pair.state == PairState.GONE


def test_a_link_that_people_part_raises_the_threshold_and_taking_that_back_lowers_it(tmp_path):
    load(tmp_path, "ehr", patient("p1"))
    load(tmp_path, "plan", patient("m1"))
    who_is_who.look()
    before = who_is_who.model_here(2).link
    pair = MatchPair.objects.get()
    who_is_who.decide(pair.pk, "different", by="ana")
    assert who_is_who.model_here(2).link > pair.probability > before
    load(tmp_path, "lab", patient("l1"))
    assert who_is_who.look().joined == 0, "what is no likelier than that is asked about"
    who_is_who.take_back(pair.pk, by="ana")
    assert who_is_who.model_here(2).link == before
