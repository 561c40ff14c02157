"""What every state looks like and how it is said: the one place where status becomes a colour and words."""

from typing import NamedTuple


class Look(NamedTuple):
    """`variant` is the suffix of a component's class (pill-gap, dot-gap, say-gap)."""

    words: str
    variant: str


SEVERITY = {
    "critical": Look("critical", "critical"),
    "gap": Look("gap", "gap"),
    "due": Look("due", "due"),
}

SEVERITY_ORDER = tuple(SEVERITY)

GAP_STATE = {
    "open": Look("open", "gap"),
    "closed": Look("closed", "ok"),
    "set_aside": Look("set aside", "flat"),
}

GAP_EVENT = {
    "opened": Look("opened", "gap"),
    "changed": Look("changed", "info"),
    "closed": Look("closed", "ok"),
    "reopened": Look("opened again", "gap"),
    "set_aside": Look("set aside", "flat"),
    "resumed": Look("taken up again", "info"),
}

HANDOFF_STATE = {
    "draft": Look("draft", "flat"),
    "sent": Look("sent, not received", "due"),
    "received": Look("received", "info"),
    "accepted": Look("accepted", "info"),
    "in_progress": Look("in progress", "info"),
    "result_back": Look("result is back", "due"),
    "acted_on": Look("acted on", "info"),
    "closed": Look("closed", "ok"),
    "declined": Look("declined", "critical"),
    "cancelled": Look("cancelled", "flat"),
}

HANDOFF_MOVE = {
    "send": "Send",
    "confirm_information": "They have the information",
    "accept": "They accept",
    "decline": "They decline",
    "start": "It has begun",
    "result_back": "The result is back",
    "act": "We acted on it",
    "tell_person": "The person was told",
    "close": "Close the loop",
    "cancel": "Cancel",
}

HANDOFF_KIND = {
    "referral": "Referral to a specialist",
    "community": "Referral to the community",
    "discharge": "Discharge",
    "records": "Request for records",
    "question": "Question to a clinician",
    "cover": "Cover by a colleague",
    "case_review": "Case-review recommendation",
}

PARTICIPANT_STATE = {
    "current": Look("current", "ok"),
    "open": Look("open", "gap"),
    "quiet": Look("quiet", "flat"),
}

KIND = {
    "clinic": "clinic",
    "hospital": "hospital",
    "specialist": "specialist",
    "community": "community",
    "family": "family",
    "pharmacy": "pharmacy",
    "payer": "payer",
}

TEAM_STATE = {
    "confirmed": Look("confirmed", "ok"),
    "found": Look("found, not confirmed", "due"),
    "gone": Look("no longer involved", "flat"),
}

TEAM_EVENT = {"confirm": "belongs to the team", "no_longer": "is no longer involved", "lead": "leads"}

CHANNEL = {"phone": "Phone", "fax": "Fax", "secure": "Secure message", "portal": "Portal", "mail": "Mail"}

BEHALF = {
    "practice": "the practice",
    "payer": "the health plan",
    "aco": "the accountable care organization",
    "hospital": "the hospital",
    "agency": "an agency",
    "other": "somebody else",
}

NEED = {0: "not computed", 1: "minimal", 2: "moderate", 3: "extensive"}

URGENCY = {"today": "Today", "soon": "In the next days", "sometime": "When there is time"}
FLAG_ANSWER = {
    "taken": "I take it on", "known": "Known, and looked after", "passed": "Passed on", "nothing": "Nothing to do",
}  # fmt: skip
STAGE = {
    "considered": Look("considered", "info"),
    "outreach": Look("being asked", "info"),
    "active": Look("active", "ok"),
    "paused": Look("paused", "flat"),
    "stepping_down": Look("stepping down", "ok"),
    "graduated": Look("graduated, watched", "ok"),
    "finished": Look("graduated", "flat"),
    "declined": Look("declined", "flat"),
    "unsuitable": Look("not suitable", "flat"),
    "lost": Look("lost from sight", "due"),
    "moved": Look("moved away", "flat"),
    "died": Look("died", "flat"),
}
TOPIC = {
    "medicines": "Medicines", "symptoms": "How it goes", "mood": "Mood", "visit": "Visits and results",
    "self": "Managing by oneself", "food": "Food, home, money", "ride": "Rides", "family": "Family and helpers",
    "forms": "Forms and insurance",
}  # fmt: skip
FILL_WAY = {"phone": "By phone", "in_person": "In person", "paper": "From paper", "link": "By link"}
CONCERN_OUTCOME = {
    "safe": "Assessed, a safety plan stands", "crisis": "With a crisis service",
    "emergency": "With emergency services or in hospital", "mistake": "A mistake: no concern",
}  # fmt: skip
BECAUSE = {
    "cost": "The cost", "time": "No time for it", "no_need": "Feels no need", "not_wanted": "Does not want it",
    "elsewhere": "Looked after elsewhere", "too_ill": "Too ill for it", "unsaid": "Not said",
}  # fmt: skip
SAID_BY = {"person": "The person", "representative": "Whoever speaks for the person"}
SAID_HOW = {"in_person": "In person", "phone": "By telephone", "writing": "In writing"}
CONTACT_MODE = {
    "phone": "Phone",
    "in_person": "In person",
    "visit": "Home visit",
    "video": "Video",
    "message": "Message",
    "mail": "Mail",
}

CONTACT_WHOM = {"person": "The person", "caregiver": "A caregiver", "other": "Somebody else"}

QUARANTINE_STATE = {
    "waiting": Look("waiting", "gap"),
    "replayed": Look("read in", "ok"),
    "dismissed": Look("dismissed", "flat"),
}

APPOINTMENT_STATE = {
    "proposed": Look("proposed", "flat"),
    "pending": Look("pending", "flat"),
    "booked": Look("booked", "info"),
    "arrived": Look("arrived", "ok"),
    "checked-in": Look("checked in", "ok"),
    "fulfilled": Look("kept", "ok"),
    "cancelled": Look("cancelled", "flat"),
    "noshow": Look("missed", "gap"),
    "waitlist": Look("waiting list", "flat"),
    "entered-in-error": Look("entered in error", "flat"),
}

ROLE = {
    "coordinator": "care coordinator",
    "clinician": "clinician",
    "administrator": "administrator",
    "data_steward": "data steward",
}


def look(table: dict[str, Look], value: str) -> Look:
    """The look of `value`; a state nobody has named yet is shown in its own words."""
    return table.get(value) or Look(str(value).replace("_", " "), "flat")


def due_look(days: int | None, severity: str = "due") -> Look:
    """Days until something is due (negative: late) as a pill."""
    if days is None:
        return look(SEVERITY, severity)
    if days < 0:
        return Look(f"{long_words(-days)} late", "critical")
    if days == 0:
        return Look("today", "critical" if severity == "critical" else "gap")
    if days == 1:
        return Look("tomorrow", "due")
    return Look(f"in {days} d", "due" if days <= 7 else "flat")


def long_words(days: int) -> str:
    """A span as a pill says it: 9 d, 5 w, 7 mo, 3 y."""
    if days <= 21:
        return f"{days} d"
    if days <= 90:
        return f"{days // 7} w"
    return f"{days // 30} mo" if days < 730 else f"{days // 365} y"


def rank(severity: str) -> int:
    """0 for the gravest severity; what is no severity comes after all."""
    return SEVERITY_ORDER.index(severity) if severity in SEVERITY_ORDER else len(SEVERITY_ORDER)
