"""Visits to the practice, with the appointment they were booked as and what was measured."""

from bluering.demo.clock import HORIZON
from bluering.demo.conditions import CONCEPTS
from bluering.demo.facts.appointments import appoint
from bluering.demo.facts.encounters import visit
from bluering.demo.fhir import ICD10, concept
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.life import Life, Visit
from bluering.demo.timeline.results import Results

CHECK_UP = concept((ICD10, "Z00.00", "Encounter for general adult medical examination without abnormal findings"))
CHILD_CHECK_UP = concept((ICD10, "Z00.129", "Encounter for routine child health examination without abnormal findings"))
MINOR = [
    concept((ICD10, *pair))
    for pair in (
        ("J06.9", "Acute upper respiratory infection, unspecified"),
        ("M25.569", "Pain in unspecified knee"),
        ("R53.83", "Other fatigue"),
        ("L30.9", "Dermatitis, unspecified"),
        ("H66.90", "Otitis media, unspecified, unspecified ear"),
        ("R51.9", "Headache, unspecified"),
    )
]
WORDS = {"check-up": "Annual physical", "follow-up": "Follow-up", "office": "Office visit"}
APPOINTMENTS_KEPT_FOR = -400


def write_visits(scribe: Scribe, life: Life) -> None:
    """Every visit, its reason in turn from the person's conditions, and its measurements."""
    rng, person = scribe.person.stream("visits"), scribe.person
    results = Results(scribe, rng)
    for turn, planned in enumerate(life.visits):
        booked = ""
        if planned.day > APPOINTMENTS_KEPT_FOR:
            booked = appoint(
                scribe, MAPLE, planned.day, planned.at, "fulfilled", planned.clinician, WORDS[planned.kind]
            )
        reason = _reason(scribe, planned, turn, rng)
        encounter = visit(
            scribe, MAPLE, planned.day, planned.at, planned.clinician, planned.kind, reason, planned.code, booked
        )
        if planned.code == "AMB":
            results.write(planned.day, planned.at, encounter)
        if rng.random() < 0.05 and person.age > 15 and planned.day > HORIZON + 30:
            _missed(scribe, planned)


def _reason(scribe: Scribe, planned: Visit, turn: int, rng) -> dict:
    person = scribe.person
    if planned.kind == "check-up":
        return CHILD_CHECK_UP if person.is_child else CHECK_UP
    known = [key for key, onset in person.conditions.items() if onset <= planned.day]
    if known and rng.random() < 0.85:
        return CONCEPTS[known[turn % len(known)], 0]
    return rng.choice(MINOR)


def _missed(scribe: Scribe, planned: Visit) -> None:
    """An appointment some days before that was not kept, and then booked again."""
    day = scribe.clock.opening_day(planned.day - 9)
    if day > APPOINTMENTS_KEPT_FOR:
        appoint(scribe, MAPLE, day, planned.at, "noshow", planned.clinician, WORDS[planned.kind])
