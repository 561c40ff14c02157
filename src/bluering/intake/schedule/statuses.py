"""What practice systems call the state of an appointment, as FHIR R4's AppointmentStatus calls it."""

import re

FHIR = ("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "checked-in", "waitlist", "entered-in-error")  # fmt: skip
WORDS = {
    "booked": ("booked", "scheduled", "confirmed", "unconfirmed", "open", "active", "sch", "not confirmed", "reminded", "left message", "new", "pending arrival", "upcoming", "future"),
    "arrived": ("arrived", "arr", "here", "in lobby", "in waiting room"),
    "checked-in": ("checked in", "check in", "checkedin", "in room", "roomed", "with provider", "in progress", "in session"),
    "fulfilled": ("fulfilled", "completed", "complete", "comp", "checked out", "check out", "checkedout", "seen", "done", "kept", "closed", "departed"),
    "cancelled": ("cancelled", "canceled", "cancel", "can", "cancelled by patient", "canceled by patient", "cancelled by provider", "canceled by provider", "cancelled by office", "canceled by office", "late cancel", "late cancelled", "late canceled", "rescheduled", "resched", "deleted", "bumped", "void"),
    "noshow": ("noshow", "no show", "no showed", "missed", "dna", "did not attend", "did not show"),
    "pending": ("pending", "requested", "tentative"),
    "waitlist": ("waitlist", "wait list", "waitlisted"),
    "proposed": ("proposed",),
    "entered-in-error": ("entered in error", "error"),
}  # fmt: skip
BY_WORD = {word: status for status, words in WORDS.items() for word in words}


def plain(text: str) -> str:
    """A status as it is compared: "Canceled - by Patient" and "canceled by patient" are the same."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def status_of(text: str, own: dict[str, str]) -> str | None:
    """FHIR's status for a source's word, by the source's own table first; None when nobody knows it. Nothing said means booked."""
    word = plain(text)
    if not word:
        return "booked"
    return own.get(word) or BY_WORD.get(word)
