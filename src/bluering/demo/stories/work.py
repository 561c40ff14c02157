"""What has been said and handed over about the story persons."""

from datetime import date, datetime, time, timedelta

from bluering.demo.clock import ZONE, Clock


def story_work(today: date) -> list[dict]:
    """Contacts, handoffs, episodes and tasks, the oldest first within each kind."""
    clock = Clock(today)
    told = [_contact(today, clock, *row) for row in CONTACTS] + [_handoff(today, clock, *row) for row in HANDOFFS]
    return told + [_episode(today, *row) for row in EPISODES] + [_task(today, *row) for row in TASKS]


# person, days from today, hour, mode, reached, whom, purpose, minutes, note
CONTACTS = (
    ("andrews-walter", -48, 9, "phone", True, "person", "First talk after joining the program", 25,
     "Wants to be at his grandson's graduation in June and not in that hospital again."),
    ("andrews-walter", -34, 9, "phone", True, "caregiver", "Pill box", 12, "Anna sets out the pill box on Sundays."),
    ("andrews-walter", -20, 10, "phone", True, "person", "Weight and breathing", 11, "Weighs himself most mornings."),
    ("andrews-walter", -13, 9, "phone", False, "person", "Weight and breathing", 3, "No answer, left a message."),
    ("lindqvist-per", -1, 10, "phone", True, "caregiver", "Home from rehab", 18,
     "Walks with the frame, pain bearable. Daughter wants the plan by mail."),
    ("abara-ngozi", -21, 14, "phone", True, "person", "Food at home", 15, "Agreed to share her address with Meals Together."),
    ("hale-robert", -12, 16, "phone", True, "person", "How the medicine is going", 14,
     "The pills make him foggy at the shop, so he skips them on work days."),
    ("moreno-luis", -22, 11, "video", True, "person", "Safety and mood", 22, "Item 9 was 1; no plan, has his sister's number."),
    ("moreno-luis", -6, 11, "phone", True, "person", "Mood", 12, "Sleeping better, back at work."),
    ("stone-ada", -26, 15, "phone", True, "person", "Eight weeks well", 10, "Would like to do with fewer calls."),
    ("tran-minh", -31, 10, "phone", True, "person", "Interpreter and pain", 20, "Spoke with a Vietnamese interpreter."),
    ("sato-keiko", -30, 13, "phone", True, "caregiver", "Kidney visit", 8, "Son drove her; nothing in writing yet."),
    ("whitfield-june", -40, 9, "message", True, "person", "Home readings", 5, "Sends her readings every Sunday."),
    ("pell-tomas", -5, 15, "phone", False, "person", "Lung specialist", 4, "No answer, no voicemail."),
)  # fmt: skip

# person, kind, title, receiver, state, opened, due (days from today)
HANDOFFS = (
    ("andrews-walter", "records", "Discharge summary of the stay", "County General records", "sent", -1, 1),
    ("andrews-walter", "community", "Restart weekday meals, low salt", "Meals Together", "sent", -1, 2),
    ("abara-ngozi", "community", "Food at home: outcome of the intake", "Meals Together", "accepted", -21, 0),
    ("sato-keiko", "records", "Consult note of the kidney visit", "Dr Kidney", "sent", -12, 1),
    ("okafor-grace", "records", "Record of the emergency visit", "St Luke Hospital records", "sent", -1, 1),
    ("hale-robert", "case_review", "Move the dose to the evening; switch if foggy in 2 weeks", "Dr Busy", "sent", -4, 3),
    ("abara-ngozi", "case_review", "Start treatment: PHQ-9 12 in week 4", "Dr Busy", "sent", -4, 3),
    ("andrews-walter", "question", "Furosemide 40 mg or 80 mg?", "Dr Love", "draft", -1, 0),
    ("moreno-luis", "case_review", "Stay on this dose, PHQ-9 in 4 weeks", "NP Ortiz", "result_back", -9, 5),
    ("pell-tomas", "referral", "Lung nodule: first visit with Dr Lund", "Dr Lund", "sent", -9, -2),
)  # fmt: skip

# person, program, state, level, considered, followed since, decide by (days from today), what the criteria said
EPISODES = (
    ("andrews-walter", "chronic_care_management", "active", "steady", -52, -48, 20, "Heart failure, diabetes and kidney disease; two stays this year."),
    ("hale-robert", "compass", "active", "intensive", -66, -63, -1, "PHQ-9 of 17 with diabetes and a blood pressure of 144/90."),
    ("abara-ngozi", "compass", "active", "intensive", -35, -32, 12, "PHQ-9 of 14 with diabetes above target."),
    ("moreno-luis", "collaborative_care", "active", "steady", -98, -96, 30, "PHQ-9 of 21; the last item was 1."),
    ("stone-ada", "collaborative_care", "stepping_down", "watch", -154, -150, 3, "PHQ-9 of 16."),
    ("tran-minh", "chronic_care_management", "active", "steady", -84, -80, 20, "Diabetes and kidney disease."),
)  # fmt: skip

# person, who does it, title, opened, due (days from today), the act of scope it needs
TASKS = (
    ("andrews-walter", "dana", "Ask Anna which furosemide is in the pill box", -1, 0, ""),
    ("andrews-walter", "", "Go through the hospital's medicines against ours", -1, 0, "reconcile_medicines"),
    ("lindqvist-per", "dana", "Mail the plan to his daughter", -1, 1, ""),
    ("hale-robert", "dana", "Ask the pharmacy for an evening blister pack", -4, 3, ""),
    ("pell-tomas", "", "Find out when the lung clinic has a free visit", -2, 0, ""),
)  # fmt: skip


def _task(today: date, person: str, username: str, title: str, opened: int, due: int, act: str) -> dict:
    return {
        "person": person, "username": username or "dana", "task": title, "owner": username, "act": act,
        "opened": today + timedelta(days=opened), "due": today + timedelta(days=due),
    }  # fmt: skip


def _episode(today: date, person: str, program: str, state: str, level: str, considered: int, since: int | None,
             decide: int, found: str) -> dict:  # fmt: skip
    return {
        "person": person, "username": "dana", "program": program, "state": state, "level": level, "found": found,
        "considered": today + timedelta(days=considered), "decide_by": today + timedelta(days=decide),
        "since": None if since is None else today + timedelta(days=since),
    }  # fmt: skip


def _contact(today: date, clock: Clock, person: str, day: int, hour: int, mode: str, reached: bool, whom: str,
             purpose: str, minutes: int, note: str) -> dict:  # fmt: skip
    at = datetime.combine(today + timedelta(days=day if day == -1 else clock.opening_day(day)), time(hour, 15), ZONE)
    return {
        "person": person, "username": "dana", "at": at, "mode": mode, "reached": reached, "whom": whom,
        "purpose": purpose, "minutes": minutes, "note": note,
    }  # fmt: skip


def _handoff(today: date, clock: Clock, person: str, kind: str, title: str, receiver: str, state: str, opened: int,
             due: int) -> dict:  # fmt: skip
    return {
        "person": person, "username": "dana", "kind": kind, "title": title, "sender": "Dana Ruiz, RN",
        "receiver": receiver, "state": state, "opened": today + timedelta(days=opened),
        "due": today + timedelta(days=due), "fact_key": "",
    }  # fmt: skip
