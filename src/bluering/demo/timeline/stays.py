"""Stays and emergency visits as the hospital tells of them: messages, and beside them its results, letters and medicines."""

from random import Random

from bluering.demo.facts.documents import document
from bluering.demo.facts.hospital import CAUSES, emergency, stay
from bluering.demo.facts.measurements import measure, pressure
from bluering.demo.facts.orders import dispense, prescribe
from bluering.demo.medicines import MEDICINES, Regimen
from bluering.demo.scribe import Scribe
from bluering.demo.systems import COUNTY
from bluering.demo.timeline.life import Emergency, Life, Stay

STILL_TAKEN = -45
DIFFERS = 0.15


def write_stays(scribe: Scribe, life: Life, regimens: list[Regimen]) -> None:
    """Everything the hospital knows."""
    rng = scribe.person.stream("stays")
    for planned in life.stays:
        _write_stay(scribe, rng, planned, regimens)
    for sudden in life.emergencies:
        _write_emergency(scribe, rng, sudden)


def _write_stay(scribe: Scribe, rng: Random, planned: Stay, regimens: list[Regimen]) -> None:
    if planned.through_emergency:
        emergency(scribe, planned.admitted, 11, planned.cause, admitted=True)
    admitter = "dr-night" if planned.through_emergency else ""
    encounter = stay(
        scribe, planned.admitted, planned.discharged, planned.cause, planned.disposition, admitter=admitter
    )
    _measured(scribe, rng, planned, encounter)
    if planned.summary:
        words = f"Admitted for {CAUSES[planned.cause][1].lower()}. Discharged in stable condition."
        document(scribe, COUNTY, planned.discharged, "discharge", "dr-stay", words, encounter)
    if planned.disposition == "home":
        _sent_home_with(scribe, rng, planned, encounter, regimens)


def _measured(scribe: Scribe, rng: Random, planned: Stay, encounter: str) -> None:
    for day in (planned.admitted, planned.discharged - 1):
        systolic = rng.randint(104, 168)
        pressure(scribe, COUNTY, day, (18, 30), systolic, round(systolic * 0.58), encounter)
        measure(scribe, COUNTY, day, (18, 40), "creatinine", round(rng.uniform(0.8, 1.9), 2), encounter)
        measure(scribe, COUNTY, day, (18, 40), "potassium", round(rng.uniform(3.4, 4.9), 1), encounter)


def _sent_home_with(scribe: Scribe, rng: Random, planned: Stay, encounter: str, regimens: list[Regimen]) -> None:
    """The list of the day of discharge; an old list is no longer what the person takes."""
    status = "active" if planned.discharged > STILL_TAKEN else "completed"
    for regimen in regimens:
        if regimen.start >= planned.discharged:
            continue
        other = [dose for dose in MEDICINES[regimen.key].products if dose != regimen.dose]
        dose = rng.choice(other) if other and rng.random() < DIFFERS else regimen.dose
        order = prescribe(scribe, COUNTY, planned.discharged, regimen, "dr-stay", status, dose, encounter, "discharge")
        if rng.random() < 0.25:
            dispense(scribe, COUNTY, planned.discharged, regimen, "county-pharmacy", order, dose, 30)


def _write_emergency(scribe: Scribe, rng: Random, planned: Emergency) -> None:
    encounter = emergency(scribe, planned.day, planned.hour, planned.cause)
    systolic = rng.randint(108, 172)
    pressure(scribe, COUNTY, planned.day, (planned.hour, 40), systolic, round(systolic * 0.58), encounter)
    if rng.random() < 0.8:
        document(scribe, COUNTY, planned.day, "emergency", "dr-night", "Seen and sent home.", encounter)
