"""Messages come late and out of order: every order of each stay gives the same resources, and the right ones."""

import itertools

import pytest
from adt_messages import PATIENT, SENDER, VISIT, adt, read
from hypothesis import given, settings
from hypothesis import strategies as st

from bluering.intake.hl7v2.adt.events import RANKS
from bluering.intake.hl7v2.threads import connected, threads_of

INPATIENT, EMERGENCY = {2: "I", 3: "4E^1^A"}, {2: "E", 3: "ED^1"}
LEFT = {2: "I", 36: "01", 45: "202403041500"}
SURVIVOR = "PID|1||2002^^^CGMRN^MR||Vance^Mae"

STAYS = {
    "admitted, moved, discharged": (
        [
            adt("A01", "202403011000", {**INPATIENT, 44: "202403010955"}),
            adt("A02", "202403021200", {2: "I", 3: "5W^2^B", 6: "4E^1^A"}),
            adt("A08", "202403031000", {2: "I", 3: "5W^2^B"}, "DG1|1||I50.9^Heart failure^I10|||F"),
            adt("A03", "202403041505", LEFT),
            adt("A08", "202403050900", {2: "I", 36: "03"}),
        ],
        {"status": "finished", "end": "2024-03-04T15:00:00-06:00", "class": "IMP"},
    ),
    "discharge cancelled, discharged again": (
        [
            adt("A01", "202403011000", INPATIENT),
            adt("A03", "202403041505", LEFT),
            adt("A13", "202403041600", {2: "I"}, evn6="202403041500"),
            adt("A08", "202403041700", {2: "I", 45: "202403041500"}),
            adt("A03", "202403061105", {**LEFT, 45: "202403061100"}),
        ],
        {"status": "finished", "end": "2024-03-06T11:00:00-06:00", "class": "IMP"},
    ),
    "discharge cancelled": (
        [
            adt("A01", "202403011000", INPATIENT),
            adt("A03", "202403041505", LEFT),
            adt("A13", "202403041600", {2: "I"}, evn6="202403041500"),
            adt("A08", "202403041700", {2: "I", 45: "202403041500", 36: "01"}),
        ],
        {"status": "in-progress", "end": None, "class": "IMP"},
    ),
    "emergency, then inpatient": (
        [
            adt("A04", "202403010800", EMERGENCY),
            adt("A08", "202403010900", EMERGENCY),
            adt("A06", "202403011400", INPATIENT),
            adt("A03", "202403041505", LEFT),
        ],
        {"status": "finished", "end": "2024-03-04T15:00:00-06:00", "class": "IMP"},
    ),
    "admission cancelled": (
        [
            adt("A01", "202403011000", INPATIENT),
            adt("A08", "202403011100", INPATIENT),
            adt("A11", "202403011200", INPATIENT),
        ],
        {"status": "cancelled", "end": None, "class": "IMP"},
    ),
    "planned, admitted, updated after discharge": (
        [
            adt("A05", "202402201000", {2: "P"}, "PV2||||||||202403011000"),
            adt("A01", "202403011000", INPATIENT),
            adt("A03", "202403041505", LEFT),
            adt("A08", "202403050900", {2: "I", 3: "4E^1^A"}, "DG1|1||I50.9^Heart failure^I10|||F"),
        ],
        {"status": "finished", "end": "2024-03-04T15:00:00-06:00", "class": "IMP"},
    ),
    "merged in between": (
        [
            adt("A01", "202403011000", INPATIENT),
            adt("A40", "202403021000", None, "MRG|1001^^^CGMRN^MR", pid=SURVIVOR),
            adt("A08", "202403021100", INPATIENT, pid=SURVIVOR),
            adt("A03", "202403041505", LEFT, pid=SURVIVOR),
        ],
        {"status": "finished", "end": "2024-03-04T15:00:00-06:00", "class": "IMP"},
    ),
    "another visit number": (
        [
            adt("A04", "202403010800", EMERGENCY, visit="V0"),
            adt("A06", "202403011400", INPATIENT, "MRG|1001^^^CGMRN^MR||||V0"),
            adt("A03", "202403041505", LEFT),
        ],
        {"status": "finished", "end": "2024-03-04T15:00:00-06:00", "class": "IMP"},
    ),
    "all recorded at the same time": (
        [
            adt("A01", "20240301", INPATIENT, control="1"),
            adt("A02", "20240301", {2: "I", 3: "5W^2^B"}, control="2"),
            adt("A03", "20240301", {2: "I", 45: "20240301"}, control="3"),
        ],
        {"status": "finished", "end": "2024-03-01", "class": "IMP"},
    ),
}


def everything(messages: list) -> dict[str, list]:
    """All resources of all threads, as a pipeline would fold them."""
    threads = sorted({thread for one in messages for thread in threads_of(one, SENDER)})
    folded = {}
    for thread in threads:
        group = {thread, *connected(thread, messages, SENDER)}
        folded[thread] = read(thread, *(one for one in messages if group & set(threads_of(one, SENDER)))).resources
    return folded


@pytest.mark.parametrize("name", STAYS)
def test_every_order_gives_the_same(name):
    messages, _ = STAYS[name]
    told = everything(messages)
    assert told[VISIT] and told[PATIENT]
    for order in itertools.permutations(messages):
        assert everything(list(order)) == told


@pytest.mark.parametrize("name", STAYS)
def test_and_it_is_the_right_one(name):
    messages, expected = STAYS[name]
    visit = next(one for one in everything(messages)[VISIT] if one["resourceType"] == "Encounter")
    assert (visit["status"], visit["period"].get("end"), visit["class"]["code"]) == tuple(expected.values())


@pytest.mark.parametrize("name", STAYS)
def test_a_message_sent_twice_changes_nothing(name):
    messages, _ = STAYS[name]
    assert everything([*messages, *messages]) == everything(messages)


def test_the_emergency_visit_lives_on_under_the_new_number():
    folded = everything(STAYS["another visit number"][0])
    new = the_encounter(folded[VISIT])
    assert [one["class"]["code"] for one in new["classHistory"]] == ["EMER", "IMP"]
    assert new["period"]["start"] == "2024-03-01T08:00:00-06:00"
    assert the_encounter(folded["visit:CGH/V0"])["status"] == "entered-in-error"


def the_encounter(resources: list) -> dict:
    return next(one for one in resources if one["resourceType"] == "Encounter")


def test_who_was_merged_points_to_the_survivor():
    folded = everything(STAYS["merged in between"][0])
    old = next(one for one in folded[PATIENT] if one["resourceType"] == "Patient")
    new = next(one for one in folded["patient:CGMRN/2002"] if one["resourceType"] == "Patient")
    assert (old["active"], new["active"]) == (False, True)
    assert old["link"] == [{"other": {"reference": f"Patient/{new['id']}"}, "type": "replaced-by"}]
    assert new["link"] == [{"other": {"reference": f"Patient/{old['id']}"}, "type": "replaces"}]
    assert [one["value"] for one in old["identifier"]] == ["1001"]


EVENTS = st.builds(
    adt,
    st.sampled_from([*RANKS, "A99"]),
    st.sampled_from(["20240301", "202403011000", "202403011001", "202403020900-0500", "", "never"]),
    st.sampled_from([None, INPATIENT, EMERGENCY, LEFT, {3: "5W^2^B"}, {45: "202403011000"}, {2: '""', 3: '""'}]),
    st.sampled_from(["MRG|1001^^^CGMRN^MR||||V0", "DG1|1||I50.9^HF^I10|||F", "NK1|1|Vance^Sam|SPO", "IAM|1|FA|N|||D"]),
    pid=st.sampled_from([SURVIVOR, "PID|1||1001^^^CGMRN^MR||Vance^M", 'PID|1||1001^^^CGMRN^MR||""']),
    visit=st.sampled_from(["V0", "V1"]),
    kind=st.sampled_from(["ADT", "ADT", "ADT", "ORU"]),
)


@settings(max_examples=150, deadline=2_000)
@given(st.lists(EVENTS, min_size=2, max_size=7).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))
def test_any_messages_in_any_order(two):
    first, second = two
    assert everything(first) == everything(second)
