"""From a message to a page: kept once, folded with what came before, linked, judged; in any order the same record."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone
from messages import adt, arrive, incoming, rows

from bluering import pipeline
from bluering.coordination.models import Contact, Panel
from bluering.identity.models import PersonLink
from bluering.intake import arrivals
from bluering.intake.models import Arrival, Load
from bluering.population.models import Gap
from bluering.record import queries
from bluering.record.counts import count_resources
from bluering.record.models import PersonSummary

pytestmark = pytest.mark.django_db

ADMIT = adt("A01", "1", "202611200800")
MOVE = adt("A02", "2", "202611201200", pv1_3="5E^2^B")
LEAVE = adt("A03", "3", "202611211500", pv1_45="202611211445", pv1_36="01")
BACK = adt("A13", "4", "202611211600")
LEAVE_AGAIN = adt("A03", "5", "202611221000", pv1_45="202611221000", pv1_36="01")


def stays() -> list[tuple]:
    return rows("encounter", "id, status, class_code, epoch_us(start_datetime), epoch_us(end_datetime)")


def test_a_message_becomes_facts_of_a_person():
    arrive(ADMIT)
    assert [(status, kind) for _, status, kind, *_ in stays()] == [("in-progress", "IMP")]
    assert PersonSummary.objects.get().name == "Lind, Ada"
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.event, arrival.load.finished_at is not None) == ("done", "ADT^A01", True)
    assert count_resources()["Provenance"] == 1


def test_a_message_sent_again_does_nothing_twice():
    arrive(ADMIT)
    loads = Load.objects.count()
    arrive(ADMIT)
    assert (Arrival.objects.count(), Load.objects.count(), len(stays())) == (1, loads, 1)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_every_order_of_arrival_gives_the_same_record(order):
    told = [ADMIT, LEAVE, BACK, LEAVE_AGAIN]
    arrive(*(told[n] for n in order), one_by_one=True)
    ((_, status, kind, _, end),) = stays()
    left = dt.datetime(2026, 11, 22, 10, tzinfo=timezone.get_default_timezone())
    assert (status, kind, end) == ("finished", "IMP", int(left.timestamp() * 1e6))


def test_a_chart_takes_the_news_without_being_made_again(django_assert_max_num_queries):
    arrive(ADMIT, MOVE)
    person = PersonLink.objects.get().person_id
    assert [row["status"] for row in queries.chart(person).tables["encounter"]] == ["in-progress"]
    arrive(LEAVE)
    assert [row["status"] for row in queries.chart(person).tables["encounter"]] == ["finished"]
    assert len(queries.chart(person).tables["encounter"]) == 1


def test_a_discharge_opens_the_gap_and_its_cancellation_closes_it():
    now = timezone.localtime()
    at = (now - dt.timedelta(hours=3)).strftime("%Y%m%d%H%M")
    arrive(ADMIT, adt("A03", "3", at, pv1_45=at, pv1_36="01"))
    gap = Gap.objects.get(rule="discharge_without_contact")
    assert gap.state == "open"
    arrive(adt("A13", "4", (now - dt.timedelta(hours=2)).strftime("%Y%m%d%H%M")))
    gap.refresh_from_db()
    assert gap.state == "closed"


def test_what_says_nothing_to_us_is_counted_with_the_reason():
    arrive(ADMIT.replace(b"ADT^A01", b"DFT^P03"))
    arrival = Arrival.objects.get()
    assert (arrival.state, bool(arrival.reason)) == ("ignored", True)


def test_a_fault_of_ours_sets_the_message_apart_and_holds_nobody_up(monkeypatch):
    from bluering.intake.hl7v2 import fold

    real = fold.fold
    monkeypatch.setattr(fold, "fold", lambda thread, *rest: 1 / 0 if "BAD" in thread else real(thread, *rest))
    arrive(adt("A01", "1", "202611200800", mrn="BAD", visit="VBAD"), adt("A01", "2", "202611200800"))
    bad, good = Arrival.objects.order_by("id")
    assert (bad.state, good.state) == ("quarantined", "done")
    assert "Lind" not in bad.reason and "BAD" not in bad.reason
    monkeypatch.setattr(fold, "fold", real)
    assert pipeline.replay_arrivals([bad.pk]) == 1
    assert len(stays()) == 2


def test_messages_in_a_file_load_like_those_on_the_wire(tmp_path):
    file = tmp_path / "feed.txt"
    file.write_bytes(b"\n".join([ADMIT.replace(b"\r", b"\n"), b"MSH|broken\n", LEAVE.replace(b"\r", b"\n")]))
    summary = pipeline.load([str(tmp_path)], source="hospital")
    assert summary.loaded["Encounter"] == summary.loaded["Patient"] == 1
    assert [(one["file"], one["line"]) for one in summary.quarantined] == [(str(file), 6)]
    assert [status for _, status, *_ in stays()] == ["finished"]
    again = pipeline.load([str(file)], source="hospital")
    assert (again.loaded, again.replaced, again.unchanged["Encounter"]) == ({}, {}, 1)
    assert set(Arrival.objects.values_list("state", flat=True)) == {"done"}


def test_a_kill_between_record_and_database_is_made_good(monkeypatch):
    monkeypatch.setattr(arrivals, "settle", lambda *_: 1 / 0)
    arrivals.keep([incoming(ADMIT)])
    with pytest.raises(ZeroDivisionError):
        pipeline.process_arrivals()
    monkeypatch.undo()
    pipeline.process_arrivals()
    assert (len(stays()), Arrival.objects.get().state) == (1, "done")
    assert not Load.objects.filter(finished_at=None).exists()


OTHER = "PID|2||4712^^^GENERAL^MR||Lind^Ada||19500203|F"


@pytest.fixture
def two(ben):
    """Two patients of one hospital, each with a contact and a place on a panel."""
    arrive(ADMIT)
    one = PersonLink.objects.get().person
    arrive(adt("A01", "2", "202611200900", mrn="4712", visit="V2"))
    other = PersonLink.objects.exclude(person=one).get().person
    for person in (one, other):
        told = {"at": timezone.now(), "mode": "phone", "reached": True, "whom": "person", "purpose": "x", "minutes": 3}
        Contact.objects.create(person_id=person.pk, by=ben, **told)
        Panel.objects.create(person_id=person.pk, coordinator=ben, since=timezone.localdate())
    return one.pk, other.pk


def standing() -> list[str]:
    return sorted(PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True))


@pytest.mark.parametrize(
    "message",
    [
        adt("A40", "3", "202611201000", visit="", more="MRG|4712^^^GENERAL^MR"),
        adt("A24", "3", "202611201000", visit="", more=OTHER),
    ],
)
def test_merged_patients_are_one_person_and_their_work_comes_along(two, message):
    arrive(message)
    (person,) = set(standing())
    assert set(Contact.objects.values_list("person_id", flat=True)) == {person}
    assert Panel.objects.filter(until=None).count() == 1
    assert len(queries.chart(person).tables["encounter"]) == 2


def test_unlinked_patients_are_two_persons_again_each_with_their_work(two):
    arrive(adt("A24", "3", "202611201000", visit="", more=OTHER))
    arrive(adt("A37", "4", "202611201100", visit="", more=OTHER))
    assert standing() == sorted(two)
    assert sorted(Contact.objects.values_list("person_id", flat=True)) == sorted(two)
    assert sorted(Panel.objects.filter(until=None).values_list("person_id", flat=True)) == sorted(two)
    assert [len(queries.chart(person).tables["encounter"]) for person in two] == [1, 1]


def test_a_visit_that_goes_on_under_another_number_is_one_visit_in_any_order():
    told = [
        adt("A04", "1", "202611200800", visit="E1", kind="E"),
        adt("A06", "2", "202611201000", visit="I1", kind="I", more="MRG|4711^^^GENERAL^MR||||E1"),
        adt("A03", "3", "202611211500", visit="I1", pv1_45="202611211445", pv1_36="01"),
    ]
    arrive(*told, one_by_one=True)
    first = rows("encounter", "id, status, class_code")
    Arrival.objects.all().delete()
    arrive(*reversed(told), one_by_one=True)
    assert rows("encounter", "id, status, class_code") == first
    assert [kind for _, status, kind in first if status == "finished"] == ["IMP"]


def test_a_message_that_lacks_its_person_waits_to_be_looked_at():
    arrive(ADMIT.replace(b"4711^^^GENERAL^MR", b""))
    arrival = Arrival.objects.get()
    assert (arrival.state, "PID-3" in arrival.reason) == ("quarantined", True)
