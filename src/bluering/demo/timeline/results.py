"""Vital signs and laboratory results that move: towards the target for most, stuck above it for some."""

import math
from random import Random

from bluering.demo.clock import HORIZON
from bluering.demo.facts.measurements import measure, pressure
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

STUCK = 0.09

# what: (conditions that call for it, days between)
LABORATORY = {
    "a1c": ({"diabetes"}, 85),
    "ldl": ({"hyperlipidaemia", "coronary", "diabetes"}, 300),
    "egfr": ({"kidney", "heart_failure", "diabetes", "hypertension"}, 170),
    "creatinine": ({"kidney", "heart_failure", "diabetes", "hypertension"}, 170),
    "potassium": ({"kidney", "heart_failure"}, 80),
    "tsh": ({"thyroid"}, 330),
}


class Course:
    """A value that goes from where it was to where treatment brings it, with some unrest."""

    def __init__(self, start: float, end: float, unrest: float, months: float = 9):
        self.start, self.end, self.unrest, self.months = start, end, unrest, months

    def on(self, day: int, rng: Random) -> float:
        passed = (day - HORIZON) / 30
        value = self.end + (self.start - self.end) * math.exp(-passed / self.months)
        return value + rng.uniform(-self.unrest, self.unrest)


class Results:
    """Knows the courses of one person and when each was last taken."""

    def __init__(self, scribe: Scribe, rng: Random):
        self.scribe, self.rng = scribe, rng
        self.has = scribe.person.conditions.keys()
        self.taken: dict[str, int] = {}
        self.courses = self._courses(scribe.person.stream("results"))
        self.wanted = [(what, days) for what, (calls, days) in LABORATORY.items() if calls & self.has]

    def _courses(self, rng: Random) -> dict[str, Course]:
        stuck_pressure, stuck_sugar = rng.random() < STUCK, rng.random() < STUCK
        tense = "hypertension" in self.has
        start = rng.randint(138, 160) if tense else rng.randint(112, 130)
        end = rng.randint(147, 164) if tense and stuck_pressure else rng.randint(116, 131)
        kidney = (58, rng.randint(36, 52)) if "kidney" in self.has else (92, rng.randint(72, 95))
        return {
            "systolic": Course(start, end if tense else start, 5),
            "a1c": Course(rng.uniform(7.4, 9.6), rng.uniform(9.6, 11.2) if stuck_sugar else rng.uniform(6.4, 7.8), 0.3),
            "ldl": Course(rng.randint(128, 180), rng.randint(64, 105), 9, 6),
            "egfr": Course(*kidney, 3, 20),
            "potassium": Course(4.3, rng.uniform(3.9, 4.8), 0.3),
            "tsh": Course(rng.uniform(4, 7), rng.uniform(1.2, 3.5), 0.4, 5),
            "weight": Course(*(rng.uniform(95, 128) if "obesity" in self.has else rng.uniform(54, 92),) * 2, 1.4),
        }

    def write(self, day: int, at: tuple[int, int], encounter: str) -> None:
        """What is taken on this visit."""
        if self.scribe.person.age >= 12:
            systolic = round(self.courses["systolic"].on(day, self.rng))
            diastolic = round(systolic * 0.55 + self.rng.randint(2, 8))
            pressure(self.scribe, MAPLE, day, at, systolic, diastolic, encounter)
            self._take("weight", day, at, encounter, 150)
            if "depression" not in self.has:
                self._take("phq2", day, at, encounter, 360)
        for what, days in self.wanted:
            self._take(what, day, at, encounter, days)

    def _take(self, what: str, day: int, at: tuple[int, int], encounter: str, days: int) -> None:
        if day - self.taken.get(what, HORIZON - 999) < days:
            return
        self.taken[what] = day
        measure(self.scribe, MAPLE, day, at, what, self._value(what, day), encounter)

    def _value(self, what: str, day: int) -> float:
        if what == "creatinine":
            return round(82 / max(20, self.courses["egfr"].on(day, self.rng)), 2)
        if what == "phq2":
            return self.rng.choice((0, 0, 0, 0, 1, 1, 2))
        value = self.courses[what].on(day, self.rng)
        return round(value, 1) if what in ("a1c", "potassium", "tsh", "weight") else round(value)
