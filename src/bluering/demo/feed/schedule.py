"""Visits to the practice that are booked and called off."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bluering.demo.feed.known import Known, pid
from bluering.demo.messages.bookings import Booking, booking_message
from bluering.demo.profile import CLINICIANS

MOST_BOOKED = 12
MINUTES = 20
OPENS, CLOSES = 8, 17
WORDS = ("Follow-up", "Sick visit", "Blood pressure", "Medicines")


@dataclass(frozen=True)
class Booked:
    """A visit that lies ahead, booked while one watched."""

    person: Known
    booking: Booking


def next_booking(known: Sequence[Known], booked: Sequence[Booked], now: dt.datetime) -> tuple[bytes, list[Booked]]:
    """(message, what is booked after it): mostly a new booking, sometimes the first one called off. `now` is in the practice's zone."""
    rng = Random(int(now.timestamp()))
    ahead = [one for one in booked if dt.datetime.fromisoformat(one.booking.start) > now]
    free = [person for person in known if all(one.person.number != person.number for one in ahead)]
    if ahead and (not free or len(ahead) >= MOST_BOOKED or rng.random() < 0.3):
        return _told("S15", ahead[0], now), ahead[1:]
    start = _next_opening(now, rng)
    end = start + dt.timedelta(minutes=MINUTES)
    booking = Booking(
        f"F{int(now.timestamp())}", rng.choice(CLINICIANS), rng.choice(WORDS), start.isoformat(), end.isoformat(), MINUTES
    )  # fmt: skip
    made = Booked(rng.choice(free), booking)
    return _told("S12", made, now), [*ahead, made]


def _told(event: str, one: Booked, now: dt.datetime) -> bytes:
    return booking_message(event, now.isoformat(timespec="seconds"), one.booking, pid(one.person, hospital=False))


def _next_opening(now: dt.datetime, rng: Random) -> dt.datetime:
    """A time of today where the practice is still open for two hours, else of the next weekday."""
    first, day = now.hour + 2, now
    if now.weekday() > 4 or first >= CLOSES:
        first, day = OPENS, now + dt.timedelta(days=1)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    hour = rng.randrange(max(first, OPENS), CLOSES)
    return day.replace(hour=hour, minute=rng.choice((0, 20, 40)), second=0, microsecond=0)
