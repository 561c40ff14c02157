"""What the demo's hospital and front desk do while one watches: believable, without contradiction, and never too much."""

import datetime as dt
from collections import Counter

import pytest

from bluering import feeding, pipeline
from bluering.demo.feed.hospital import MOST_OPEN, next_event
from bluering.demo.feed.known import Known
from bluering.demo.feed.schedule import MOST_BOOKED, next_booking
from bluering.feeding import remember, remembered
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2.listen import source_of
from bluering.intake.hl7v2.message import Message
from bluering.record import engine

PEOPLE = [Known(f"1{n:05}", f"Fam{n}", "Ada", "19500203", "F") for n in range(30)]
BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


def events(count: int) -> list[tuple[bytes, list]]:
    """So many events, half a minute apart."""
    found, visits = [], []
    for n in range(count):
        message, visits = next_event(PEOPLE, visits, BEGAN + dt.timedelta(seconds=30 * n))
        found.append((message, visits))
    return found


def test_every_visit_begins_once_and_ends_once():
    told: dict[str, list[str]] = {}
    for message, _ in events(300):
        parsed = Message.parse(message)
        told.setdefault(parsed.first("PV1")[19], []).append(parsed.heading.trigger)
    assert set(map(tuple, told.values())) <= {("A04",), ("A04", "A03"), ("A04", "A06"), ("A04", "A06", "A03")}
    assert Counter(event for one in told.values() for event in one)["A06"] > 20


def test_nobody_is_in_the_hospital_twice_and_there_are_never_many():
    for _, visits in events(300):
        numbers = [visit.person.number for visit in visits]
        assert len(numbers) == len(set(numbers)) <= MOST_OPEN


def test_the_same_moment_gives_the_same_event():
    assert events(20) == events(20)


def bookings(count: int, *, every: dt.timedelta = dt.timedelta(minutes=7)) -> list[tuple[bytes, list]]:
    """So many messages of the front desk."""
    found, booked = [], []
    for n in range(count):
        message, booked = next_booking(PEOPLE, booked, BEGAN + every * n)
        found.append((message, booked))
    return found


def test_what_is_called_off_was_booked_and_nobody_is_booked_twice():
    told: dict[str, list[str]] = {}
    for message, booked in bookings(400):
        parsed = Message.parse(message)
        told.setdefault(parsed.first("SCH")[2], []).append(parsed.heading.trigger)
        numbers = [one.person.number for one in booked]
        assert len(numbers) == len(set(numbers)) <= MOST_BOOKED
    assert set(map(tuple, told.values())) == {("S12",), ("S12", "S15")}


def test_bookings_lie_ahead_in_opening_hours():
    for number, (_, booked) in enumerate(bookings(200)):
        now = BEGAN + dt.timedelta(minutes=7) * number
        for one in booked:
            start = dt.datetime.fromisoformat(one.booking.start)
            assert start > now and start.weekday() < 5 and 8 <= start.hour < 17


def test_what_is_open_is_remembered(tmp_path):
    visits, booked = events(30)[-1][1], bookings(30)[-1][1]
    assert visits and booked
    remember(tmp_path / "live.json", visits, booked)
    assert remembered(tmp_path / "live.json") == (visits, booked)
    assert remembered(tmp_path / "none.json") == ([], [])


def test_a_listener_knows_them_by_their_facilities():
    senders = {Message.parse(message).heading.sender for message, _ in (*events(20), *bookings(20))}
    assert {source_of(sender) for sender in senders} == {"county-general", "maple-schedule"}


@pytest.mark.django_db
def test_its_messages_become_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    (tmp_path / "record").mkdir()
    raw = [message for message, _ in events(40)]
    arrivals.keep([Incoming("county-general", "hl7v2", "PAS|COUNTY GENERAL", str(n), one) for n, one in enumerate(raw)])
    pipeline.process_arrivals()
    ask = "SELECT DISTINCT class_code FROM encounter WHERE status = 'finished' ORDER BY 1"
    assert engine.connect().execute(ask).fetchall() == [("EMER",), ("IMP",)]
    named = "SELECT list_contains(identifiers, 'urn:oid:2.16.840.1.113883.3.9999.1|M' || right(mrn, 6)) FROM patient"
    assert {found for (found,) in engine.connect().execute(named).fetchall()} == {True}


@pytest.mark.django_db
def test_where_nobody_is_on_a_panel_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    assert feeding.happen(port=1) == b""
