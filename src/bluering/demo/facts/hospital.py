"""Stays and emergency visits, as the hospital's messages tell of them."""

from random import Random

from bluering.demo.messages.people import registration
from bluering.demo.messages.references import visit_id
from bluering.demo.messages.visits import HospitalVisit, emergency_messages, stay_messages
from bluering.demo.scribe import Scribe
from bluering.demo.systems import COUNTY

# ICD-10-CM
CAUSES = {
    "heart_failure": ("I50.9", "Heart failure, unspecified"),
    "copd": ("J44.1", "Chronic obstructive pulmonary disease with (acute) exacerbation"),
    "diabetes": ("E11.65", "Type 2 diabetes mellitus with hyperglycemia"),
    "pneumonia": ("J18.9", "Pneumonia, unspecified organism"),
    "urine": ("N39.0", "Urinary tract infection, site not specified"),
    "chest_pain": ("R07.9", "Chest pain, unspecified"),
    "fall": ("W19.XXXA", "Unspecified fall, initial encounter"),
    "hip": ("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"),
    "fibrillation": ("I48.91", "Unspecified atrial fibrillation"),
    "asthma": ("J45.901", "Unspecified asthma with (acute) exacerbation"),
    "cut": ("S61.419A", "Laceration without foreign body of unspecified hand, initial encounter"),
    "belly": ("R10.9", "Unspecified abdominal pain"),
    "mood": ("F33.2", "Major depressive disorder, recurrent severe without psychotic features"),
}
BEDS = {"county-general": ("4W", "5E", "CCU"), "st-luke": ("OBS",), "millbrook-rehab": ("R2",)}
LONG = 3


def stay(
    scribe: Scribe, admitted: int, discharged: int, cause: str, disposition: str = "home",
    place: str = "county-general", code: str = "IMP", hours: tuple[int, int] = (15, 11), admitter: str = "",
) -> str:  # fmt: skip
    """A stay that has ended, from the afternoon of one day to the morning of another; returns its Encounter's id."""
    clock, number = scribe.clock, scribe.number()
    rng = scribe.person.stream(f"bed {number}")
    began, ended = clock.at(admitted, hours[0], 20), clock.at(discharged, hours[1], 10)
    visit = HospitalVisit(
        number, place, code, "dr-stay", CAUSES[cause], began, _bed(rng, place), admitter, ended, disposition
    )
    long = discharged - admitted >= LONG
    moved = (clock.at(admitted + 1, 14), _bed(rng, place)) if long and rng.random() < 0.5 else None
    updated = clock.at(admitted + 2, 9, 30) if long and rng.random() < 0.3 else ""
    return _tell(scribe, list(stay_messages(visit, registration(scribe.person, clock), moved=moved, updated=updated)))


def emergency(
    scribe: Scribe, day: int, hour: int, cause: str, place: str = "county-general", admitted: bool = False
) -> str:
    """An emergency visit of three hours that ended at home or, when `admitted`, on a ward; returns its Encounter's id."""
    clock, left = scribe.clock, "admitted" if admitted else "home"
    began, ended = clock.at(day, hour, 5), clock.at(day, hour + 3, 15)
    visit = HospitalVisit(
        scribe.number(), place, "EMER", "dr-night", CAUSES[cause], began, "ED", ended=ended, left=left
    )
    return _tell(scribe, list(emergency_messages(visit, registration(scribe.person, clock))))


def _bed(rng: Random, place: str) -> str:
    return f"{rng.choice(BEDS[place])}-{rng.randint(1, 24):02d}-{rng.choice('AB')}"


def _tell(scribe: Scribe, messages: list[bytes]) -> str:
    scribe.say(COUNTY, messages)
    return visit_id(messages[0])
