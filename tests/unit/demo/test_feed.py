"""What the demo's hospital does while one watches: believable, without contradiction, and never too much."""

import datetime as dt
from collections import Counter

import pytest

from bluering import feeding, pipeline
from bluering.demo.feed import MOST_OPEN, Known, next_event
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2.message import Message
from bluering.record import engine

PEOPLE = [Known(f"1{n:05}", f"Fam{n}", "Ada", "19500203", "F") for n in range(30)]
BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


def events(count: int) -> list[tuple[str, list]]:
    """So many events, half a minute apart."""
    found, visits = [], []
    for n in range(count):
        message, visits = next_event(PEOPLE, visits, BEGAN + dt.timedelta(seconds=30 * n))
        found.append((message, visits))
    return found


def test_every_visit_begins_once_and_ends_once():
    told: dict[str, list[str]] = {}
    for message, _ in events(300):
        parsed = Message.parse(message.encode())
        told.setdefault(parsed.first("PV1")[19], []).append(parsed.heading.trigger)
    assert set(map(tuple, told.values())) <= {("A04",), ("A04", "A03"), ("A04", "A06"), ("A04", "A06", "A03")}
    assert Counter(event for one in told.values() for event in one)["A06"] > 20


def test_nobody_is_in_the_hospital_twice_and_there_are_never_many():
    for _, visits in events(300):
        numbers = [visit.person.number for visit in visits]
        assert len(numbers) == len(set(numbers)) <= MOST_OPEN


def test_the_same_moment_gives_the_same_event():
    assert events(20) == events(20)


@pytest.mark.django_db
def test_its_messages_become_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    (tmp_path / "record").mkdir()
    raw = [message.encode() for message, _ in events(40)]
    arrivals.keep([Incoming("county-adt", "hl7v2", "PAS|CGH", str(n), one) for n, one in enumerate(raw)])
    pipeline.process_arrivals()
    ask = "SELECT DISTINCT class_code FROM encounter WHERE status = 'finished' ORDER BY 1"
    assert engine.connect().execute(ask).fetchall() == [("EMER",), ("IMP",)]
    named = "SELECT list_contains(identifiers, 'urn:oid:2.16.840.1.113883.3.9999.1|M' || right(mrn, 6)) FROM patient"
    assert {found for (found,) in engine.connect().execute(named).fetchall()} == {True}


@pytest.mark.django_db
def test_where_nobody_is_on_a_panel_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    assert feeding.happen(port=1) == ""
