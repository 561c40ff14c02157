"""Referrals and what became of them: answered, seen without a word back, booked, missed, cancelled, or nothing."""

from random import Random

from bluering.demo.conditions import CONCEPTS
from bluering.demo.directory import BY_ID
from bluering.demo.facts.appointments import appoint
from bluering.demo.facts.documents import document
from bluering.demo.facts.encounters import visit
from bluering.demo.facts.measurements import measure, pressure
from bluering.demo.facts.referrals import refer
from bluering.demo.scribe import Scribe
from bluering.demo.systems import LAKESIDE, MAPLE
from bluering.demo.timeline.claims import KNOWN_AFTER, bill
from bluering.demo.timeline.problems import problem

# condition: who is asked, and the chance in a year
ASKED = {
    "heart_failure": ("dr-love", 0.35),
    "fibrillation": ("dr-love", 0.25),
    "coronary": ("dr-love", 0.15),
    "kidney": ("dr-kidney", 0.25),
    "copd": ("dr-breath", 0.2),
    "asthma": ("dr-breath", 0.06),
    "diabetes": ("od-view", 0.3),
    "reflux": ("dr-gut", 0.12),
    "arthritis": ("dr-bone", 0.1),
    "back_pain": ("pt-hands", 0.25),
    "depression": ("lp-north", 0.15),
    "thyroid": ("dr-sugar", 0.05),
}
SEEN_REGULARLY = {"heart_failure": "dr-love", "fibrillation": "dr-love", "kidney": "dr-kidney", "copd": "dr-breath"}
ENDINGS = ("answered", "unanswered", "nothing", "noshow", "cancelled")
LATE = (88, 4, 4, 2, 2)
OLD = (975, 7, 8, 5, 5)
AT = ((8, 30), (9, 15), (10, 45), (13, 30), (14, 15), (15, 30))


def write_referrals(scribe: Scribe) -> None:
    """Referrals of three years and the specialists' own follow-ups."""
    rng, person = scribe.person.stream("referrals"), scribe.person
    if person.is_child or not person.conditions:
        return
    known: set[str] = set()
    for key, onset in person.conditions.items():
        if key not in ASKED:
            continue
        doctor, chance = ASKED[key]
        for year in range(3):
            day = scribe.clock.opening_day(-365 * year - rng.randint(1, 360))
            if rng.random() < chance and day > onset:
                _write_referral(scribe, rng, day, doctor, key, known)
        if key in SEEN_REGULARLY and rng.random() < 0.75:
            _follow(scribe, rng, doctor, key, known)


def _write_referral(scribe: Scribe, rng: Random, day: int, doctor: str, key: str, known: set[str]) -> None:
    urgent = rng.random() < 0.06
    met = scribe.clock.next_opening_day(day + rng.randint(3, 6 if urgent else 32))
    ending = rng.choices(ENDINGS, LATE if day > -120 else OLD)[0]
    done = "completed" if ending == "answered" and met < -5 else "active"
    request = refer(scribe, day, scribe.person.clinician, doctor, CONCEPTS[key, 0], done, urgent)
    if met >= 0:
        if ending != "nothing":
            _appointment(scribe, rng, met, "booked", doctor, request)
    elif ending in ("noshow", "cancelled"):
        _appointment(scribe, rng, met, ending, doctor, request)
    elif ending != "nothing":
        _seen(scribe, rng, met, doctor, key, request, known, answered=ending == "answered")


def _appointment(scribe: Scribe, rng: Random, day: int, status: str, doctor: str, request: str) -> str:
    """In the group's own calendar, or for the others in the practice's list of outside visits."""
    inside = BY_ID[doctor].organization == "lakeside-group"
    source, based_on = (LAKESIDE, "") if inside else (MAPLE, request)
    return appoint(scribe, source, day, rng.choice(AT), status, doctor, BY_ID[doctor].specialty, based_on, minutes=30)


def _seen(
    scribe: Scribe, rng: Random, day: int, doctor: str, key: str, request: str, known: set[str], answered: bool
) -> None:
    _appointment(scribe, rng, day, "fulfilled", doctor, request)
    if BY_ID[doctor].organization == "lakeside-group":
        encounter = _specialist_visit(scribe, rng, day, doctor, key, known)
        if answered:
            document(scribe, LAKESIDE, day, "consult", doctor, _words(key), encounter)
    if answered:
        back = min(-1, day + rng.randint(1, 9))
        document(scribe, MAPLE, back, "consult", doctor, _words(key), related=request)


def _words(key: str) -> str:
    return f"Thank you for sending this person. {CONCEPTS[key, 0]['text']}: see the plan below."


def _specialist_visit(scribe: Scribe, rng: Random, day: int, doctor: str, key: str, known: set[str]) -> str:
    at = rng.choice(AT)
    if key not in known:
        known.add(key)
        problem(scribe, LAKESIDE, CONCEPTS[key, rng.choice((1, 2))], day, doctor)
    encounter = visit(scribe, LAKESIDE, day, at, doctor, "specialist", CONCEPTS[key, 1])
    systolic = rng.randint(112, 136)
    pressure(scribe, LAKESIDE, day, at, systolic, round(systolic * 0.57), encounter)
    if key in ("kidney", "heart_failure"):
        measure(scribe, LAKESIDE, day, at, "creatinine", round(rng.uniform(0.9, 2.0), 2), encounter)
        measure(scribe, LAKESIDE, day, at, "potassium", round(rng.uniform(3.8, 5.1), 1), encounter)
    if scribe.person.insured and day < -KNOWN_AFTER:
        bill(scribe, day, day, "visit", "lakeside-group")
    return encounter


def _follow(scribe: Scribe, rng: Random, doctor: str, key: str, known: set[str]) -> None:
    """Twice a year with the specialist, by their own booking; the next one is ahead."""
    day = rng.randint(10, 170)
    ahead = scribe.clock.next_opening_day(day)
    appoint(scribe, LAKESIDE, ahead, rng.choice(AT), "booked", doctor, BY_ID[doctor].specialty, minutes=30)
    for _ in range(5):
        day -= rng.randint(160, 210)
        past = scribe.clock.opening_day(day)
        if past < 0:
            encounter = _specialist_visit(scribe, rng, past, doctor, key, known)
            document(scribe, LAKESIDE, past, "consult", doctor, _words(key), encounter)
