"""Appointments kept, missed, cancelled and to come."""

from bluering.demo.directory import doctor_ref
from bluering.demo.fhir import ref
from bluering.demo.scribe import Scribe


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
