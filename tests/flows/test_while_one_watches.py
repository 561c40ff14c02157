"""While one watches the demo: what its systems send becomes facts of the persons of the practice, and their gaps open."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bluering import feeding, pipeline, practice
from bluering.demo.feed.hospital import Visit, next_event
from bluering.demo.feed.schedule import next_booking
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2.listen import source_of
from bluering.intake.hl7v2.message import Message
from bluering.intake.models import Arrival
from bluering.population.models import Gap
from bluering.record.models import PersonSummary
from bluering.record.models import Visit as Coming

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HALF_A_MINUTE = dt.timedelta(seconds=30)


@pytest.fixture
def people(home):
    """Those of a small demo practice to whom something may happen."""
    practice.load_demo(persons=60)
    return feeding.known()


def arrive(message: bytes) -> None:
    """The listener keeps it, and the worker takes it in."""
    heading = Message.parse(message).heading
    arrivals.keep([Incoming(source_of(heading.sender), "hl7v2", heading.sender, heading.control_id, message)])
    assert pipeline.process_arrivals() == 1


def person_of(number: str) -> str:
    return PersonSummary.objects.get(mrn=f"M{number}").person_id


def discharged(people, began: dt.datetime) -> Visit:
    """Let things happen until somebody who was on a ward has gone home; returns that visit."""
    visits: list[Visit] = []
    for turn in range(60):
        before = {visit.number: visit for visit in visits}
        message, visits = next_event(people, visits, began + turn * HALF_A_MINUTE)
        arrive(message)
        gone = [before[number] for number in before.keys() - {visit.number for visit in visits}]
        if gone and gone[0].kind == "I":
            return gone[0]
    raise AssertionError("nobody was admitted and discharged within half an hour")


def test_a_discharge_opens_the_gaps_of_just_this_person(people):
    assert people
    zone = ZoneInfo("America/Chicago")
    gone = discharged(people, dt.datetime.now(zone) - dt.timedelta(minutes=40))
    person = person_of(gone.person.number)
    rules = set(Gap.objects.filter(person_id=person, closed_at=None).values_list("rule", flat=True))
    assert {"discharge_without_contact", "discharge_without_visit"} <= rules
    assert set(Arrival.objects.values_list("state", flat=True)) == {"done"}


def test_a_booking_stands_among_the_coming_visits_until_it_is_called_off(people):
    now, booked = dt.datetime.now(ZoneInfo("America/Chicago")), []
    while not booked:
        message, booked = next_booking(people, booked, now)
    arrive(message)
    (mine,) = booked
    coming = Coming.objects.filter(person_id=person_of(mine.person.number), reason=mine.booking.words)
    assert coming.filter(start=dt.datetime.fromisoformat(mine.booking.start)).exists()
    turn = now
    while booked and booked[0] == mine:
        turn += HALF_A_MINUTE
        message, booked = next_booking([mine.person], booked, turn)
    arrive(message)
    assert not coming.filter(start=dt.datetime.fromisoformat(mine.booking.start)).exists()


def test_where_nobody_is_on_a_panel_nothing_happens(home):
    assert feeding.happen(1) == b""
