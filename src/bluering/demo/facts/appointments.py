"""Appointments kept, missed, cancelled and to come: of the practice those to come by its schedule's messages, all others as FHIR."""

from dataclasses import replace

from bluering.demo.directory import doctor_ref
from bluering.demo.fhir import ref
from bluering.demo.messages.bookings import Booking, booking_message
from bluering.demo.messages.people import pid
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE, SCHEDULE

CALLED_OFF, MOVED = 0.1, 0.2


def appoint(
    scribe: Scribe, source: str, day: int, at: tuple[int, int], status: str, doctor: str, words: str,
    based_on: str = "", minutes: int = 20,
) -> str:  # fmt: skip
    """`based_on` is the referral it answers, where the same system knows it."""
    end = at[0] * 60 + at[1] + minutes
    fields = {
        "status": status,
        "serviceType": [{"text": words}],
        "description": words,
        "start": scribe.clock.at(day, *at),
        "end": scribe.clock.at(day, end // 60, end % 60),
        "minutesDuration": minutes,
        "participant": [
            {"actor": scribe.subject(source), "status": "accepted"},
            {"actor": doctor_ref(doctor), "status": "accepted"},
        ],
    }
    if based_on:
        fields["basedOn"] = [ref("ServiceRequest", based_on)]
    return scribe.put(source, "Appointment", fields, about="")


def book(scribe: Scribe, day: int, at: tuple[int, int], doctor: str, words: str, minutes: int = 20) -> None:
    """An appointment with the practice that lies ahead; one in five was moved, one in ten stands for one that was called off."""
    rng, clock = scribe.person.stream(f"booking {scribe.number()}"), scribe.clock
    told = min(-2, day - rng.randint(5, 40))
    earlier, here = clock.next_opening_day(day + 3), pid(scribe.person, MAPLE, clock)
    wanted = _booking(scribe, day, at, doctor, words, minutes)
    chance = rng.random()
    if chance < CALLED_OFF and not scribe.person.key:
        other = _booking(scribe, earlier, (15, 0), doctor, words, minutes)
        scribe.say(SCHEDULE, [booking_message("S12", clock.at(told - 1, 10), other, here)])
        scribe.say(SCHEDULE, [booking_message("S15", clock.at(told, 9), other, here)])
    moved = CALLED_OFF <= chance < CALLED_OFF + MOVED
    if moved:
        first = replace(wanted, start=clock.at(earlier, 11), end=clock.at(earlier, 11, minutes))
        scribe.say(SCHEDULE, [booking_message("S12", clock.at(told - 1, 10), first, here)])
    scribe.say(SCHEDULE, [booking_message("S13" if moved else "S12", clock.at(told, 9, 5), wanted, here)])


def _booking(scribe: Scribe, day: int, at: tuple[int, int], doctor: str, words: str, minutes: int) -> Booking:
    end = at[0] * 60 + at[1] + minutes
    clock = scribe.clock
    return Booking(scribe.number(), doctor, words, clock.at(day, *at), clock.at(day, end // 60, end % 60), minutes)
