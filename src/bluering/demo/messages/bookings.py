"""An appointment as its SIU messages: booked, booked again for another time, called off."""

from dataclasses import dataclass

from bluering.demo.messages.clinicians import clinician
from bluering.demo.messages.segments import joined, message, segment, stamp

STATUSES = {"S12": "Booked", "S13": "Booked", "S15": "Cancelled"}
REASONS = {"S12": "New booking", "S13": "Moved", "S15": "Called off"}
SENDER = "SCHED|MAPLE SCHEDULE"


@dataclass(frozen=True)
class Booking:
    """What is booked. `number` is the schedule's own; moments are FHIR's; `words` say what it is for."""

    number: str
    doctor: str
    words: str
    start: str
    end: str
    minutes: int


def booking_message(event: str, told_at: str, booking: Booking, pid: str) -> bytes:
    """S12 books, S13 moves, S15 cancels; each tells the whole of it."""
    at = stamp(told_at)
    segments = [_sch(event, booking), pid, segment("RGS", {1: "1", 2: "A"}), _ais(booking), _aip(booking)]
    return message(f"SIU^{event}^SIU_S12", SENDER, at, f"{booking.number}-{event}-{at}", segments)


def _sch(event: str, booking: Booking) -> str:
    time = joined("", "", str(booking.minutes), stamp(booking.start), stamp(booking.end))
    fields = {2: joined(booking.number, "SCHED"), 6: joined("", REASONS[event]), 9: str(booking.minutes), 10: "MIN"}
    return segment("SCH", fields | {11: time, 16: joined("", "Front desk"), 25: STATUSES[event]})


def _ais(booking: Booking) -> str:
    service = joined(booking.words.upper().replace(" ", "-"), booking.words, "99MAPLE")
    return segment("AIS", {1: "1", 2: "A", 3: service, 4: stamp(booking.start), 7: str(booking.minutes), 8: "MIN"})


def _aip(booking: Booking) -> str:
    who = clinician(booking.doctor)
    return segment("AIP", {1: "1", 2: "A", 3: who, 6: stamp(booking.start), 9: str(booking.minutes), 10: "MIN"})
