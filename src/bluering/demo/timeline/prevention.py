"""Vaccinations, allergies and screening."""

from random import Random

from bluering.demo.directory import doctor_ref
from bluering.demo.fhir import CVX, SNOMED, TERMINOLOGY, concept
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

VACCINES = {
    "flu": concept((CVX, "150", "Influenza, injectable, quadrivalent, preservative free")),
    "covid": concept((CVX, "213", "SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED")),
    "pneumococcal": concept((CVX, "216", "Pneumococcal conjugate PCV20")),
    "zoster": concept((CVX, "187", "Zoster recombinant")),
    "tdap": concept((CVX, "115", "Tdap")),
    "mmr": concept((CVX, "03", "MMR")),
    "dtap": concept((CVX, "20", "DTaP")),
    "hpv": concept((CVX, "165", "HPV9")),
}
ALLERGIES = [
    concept((SNOMED, *pair))
    for pair in (
        ("91936005", "Allergy to penicillin"),
        ("91939003", "Allergy to sulfonamide"),
        ("91935009", "Allergy to peanut"),
        ("300916003", "Allergy to latex"),
    )
]
NO_ALLERGY = concept((SNOMED, "716186003", "No known allergy"))
COLONOSCOPY = concept((SNOMED, "73761001", "Colonoscopy"))
MAMMOGRAPHY = concept((SNOMED, "71651007", "Mammography"))
ACTIVE = {"coding": [{"system": TERMINOLOGY + "allergyintolerance-clinical", "code": "active"}]}


def write_prevention(scribe: Scribe) -> None:
    """What was given, what must not be given, what was looked for."""
    rng = scribe.person.stream("prevention")
    _vaccines(scribe, rng)
    _allergies(scribe, rng)
    _screening(scribe, rng)


def _vaccines(scribe: Scribe, rng: Random) -> None:
    age = scribe.person.age
    share = 0.72 if age > 64 else 0.48
    days = [(kind, -365 * year - rng.randint(10, 90)) for year in range(3) for kind in ("flu",) if rng.random() < share]
    once = [("covid", share * 0.6), ("tdap", 0.3 if age > 11 else 0)]
    once += [("pneumococcal", 0.6), ("zoster", 0.4)] if age > 64 else []
    once += [("mmr", 0.9), ("dtap", 0.9)] if 1 <= age < 6 else [("hpv", 0.6)] if 11 <= age < 15 else []
    days += [(kind, -rng.randint(20, 350 if age < 4 else 1050)) for kind, chance in once if rng.random() < chance]
    for kind, day in days:
        give(scribe, kind, day)


def give(scribe: Scribe, kind: str, day: int) -> None:
    """One vaccination."""
    when = scribe.clock.day(scribe.clock.opening_day(day))
    fields = {"status": "completed", "vaccineCode": VACCINES[kind], "occurrenceDateTime": when, "primarySource": True}
    scribe.put(MAPLE, "Immunization", fields, about="patient")


def _allergies(scribe: Scribe, rng: Random) -> None:
    known = rng.random()
    if known < 0.5:
        code = rng.choice(ALLERGIES) if known < 0.18 else NO_ALLERGY
        fields = {"clinicalStatus": ACTIVE, "code": code, "recordedDate": scribe.clock.day(-rng.randint(100, 2000))}
        scribe.put(MAPLE, "AllergyIntolerance", fields, about="patient")


def _screening(scribe: Scribe, rng: Random) -> None:
    person = scribe.person
    if 45 <= person.age < 76 and rng.random() < 0.28:
        _done(scribe, COLONOSCOPY, -rng.randint(30, 1080), "dr-gut")
    if person.sex == "female" and 40 <= person.age < 75:
        for year in range(0, 3, 2):
            if rng.random() < 0.65:
                _done(scribe, MAMMOGRAPHY, -365 * year - rng.randint(10, 340), "")


def _done(scribe: Scribe, code: dict, day: int, doctor: str) -> None:
    fields = {
        "status": "completed",
        "code": code,
        "performedDateTime": scribe.clock.day(scribe.clock.opening_day(day)),
    }
    if doctor:
        fields["performer"] = [{"actor": doctor_ref(doctor)}]
    scribe.put(MAPLE, "Procedure", fields)
