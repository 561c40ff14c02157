"""Mr Andrews: a week in hospital for heart failure, home since yesterday; five organisations, three pharmacies.

A meals staffer found him very ill. Hospital, Dr Busy and Dr Love each have their own list of his medicines, his daughter
filled the new ones near the hospital, and nobody has yet booked the visits he was to arrange himself.
"""

from bluering.demo.clock import HORIZON
from bluering.demo.conditions import CONCEPTS
from bluering.demo.directory import organization_ref
from bluering.demo.facts.appointments import appoint
from bluering.demo.facts.documents import document
from bluering.demo.facts.encounters import visit
from bluering.demo.facts.hospital import emergency, stay
from bluering.demo.facts.measurements import measure, pressure
from bluering.demo.facts.orders import dispense, prescribe, tell
from bluering.demo.facts.referrals import refer
from bluering.demo.medicines import Regimen
from bluering.demo.scribe import Scribe
from bluering.demo.stories.tell import problems, seen, takes
from bluering.demo.systems import COUNTY, LAKESIDE
from bluering.demo.timeline.care import plan, relative, team
from bluering.demo.timeline.claims import bill, manage_case
from bluering.demo.timeline.community import tell_practice, write_meals
from bluering.demo.timeline.prevention import give
from bluering.demo.timeline.problems import problem

ADMITTED, HOME = -8, -1
LAST_WITH_BUSY, LAST_WITH_LOVE, LAST_WITH_KIDNEY = -16, -7 - 12, -62

# day: blood pressure, weight, further results
OFFICE: dict[int, tuple[tuple[int, int], float, dict[str, float]]] = {
    -1010: ((152, 86), 91.0, {"a1c": 8.4, "egfr": 51}),
    -830: ((148, 84), 91.6, {"a1c": 8.1, "egfr": 44}),
    -640: ((144, 82), 92.4, {"a1c": 7.9, "ldl": 96}),
    -455: ((142, 82), 92.0, {"a1c": 7.8, "egfr": 40}),
    -290: ((138, 80), 92.9, {"a1c": 7.6, "egfr": 38}),
    -205: ((136, 78), 93.3, {"moca": 21}),
    -104: ((136, 80), 93.8, {"a1c": 7.7, "egfr": 36, "potassium": 4.6}),
    LAST_WITH_BUSY: ((134, 78), 95.9, {"egfr": 34, "potassium": 4.8, "phq2": 1}),
}


def write(scribe: Scribe) -> None:
    """The whole story, the oldest first."""
    problems(scribe)
    _around_him(scribe)
    for day, (bp, weight, results) in OFFICE.items():
        seen(scribe, day, "heart_failure" if day > -700 else "diabetes", bp, weight, "dr-busy", "follow-up", **results)
    _dr_busys_list(scribe)
    _specialists(scribe)
    _week_in_hospital(scribe)
    manage_case(scribe)
    for day in (-60, -410, -770):
        give(scribe, "flu", day)


def _around_him(scribe: Scribe) -> None:
    daughter = relative(scribe, "Anna", "Andrews", "child", "(320) 555-0371")
    aide = relative(scribe, "Lena", "Ortiz", "aide", "(320) 555-0372")
    team(scribe, ["dr-busy", "dr-love", "dr-kidney"], daughter, aide, coordinator="Dana Ruiz, RN")
    plan(scribe, -48, "I want to be at my grandson’s graduation in June and not in that hospital again.")
    write_meals(scribe, -330, -327, -320)
    tell_practice(scribe, ADMITTED, "Found very ill", "He could hardly breathe at the door. We called an ambulance.")
    tell_practice(
        scribe, ADMITTED + 1, "Meals paused", "Meals are paused while he is in hospital. Tell us when to start again."
    )


def _dr_busys_list(scribe: Scribe) -> None:
    busy = LAST_WITH_BUSY
    takes(scribe, "furosemide", 40, -640, filled=busy - 1, days=30)
    takes(scribe, "metoprolol", 25, -640, filled=-27, days=30)
    takes(scribe, "lisinopril", 10, -1010, filled=busy - 1, days=30)
    takes(scribe, "metformin", 1000, -830, frequency=2, filled=-67)
    takes(scribe, "atorvastatin", 40, -640, filled=busy - 1)


def _specialists(scribe: Scribe) -> None:
    """Dr Love doubled the water pill at the last visit; the group's own pharmacy filled it, Dr Busy was not told."""
    clock = scribe.clock
    problem(scribe, LAKESIDE, CONCEPTS["heart_failure", 2], -1300, "dr-love")
    problem(scribe, LAKESIDE, CONCEPTS["kidney_3b", 1], -700, "dr-kidney")
    kidney = refer(scribe, clock.opening_day(-720), "dr-busy", "dr-kidney", CONCEPTS["kidney_3b", 0], "completed")
    document(
        scribe, "maple-ehr", clock.opening_day(-688), "consult", "dr-kidney", "Stage 3b. Avoid NSAIDs.", related=kidney
    )
    for day in (-700, -480, -250, LAST_WITH_KIDNEY):
        _specialist(scribe, day, "dr-kidney", "kidney_3b", 36 + (-day) // 60)
    for day in (HORIZON + 60, -760, -520, -300, -150, LAST_WITH_LOVE):
        _specialist(scribe, day, "dr-love", "heart_failure", 0)
    _dr_loves_list(scribe)


def _specialist(scribe: Scribe, day: int, doctor: str, reason: str, egfr: int) -> None:
    day = scribe.clock.opening_day(day)
    appoint(scribe, LAKESIDE, day, (14, 15), "fulfilled", doctor, "Follow-up", minutes=30)
    encounter = visit(scribe, LAKESIDE, day, (14, 15), doctor, "specialist", CONCEPTS[reason, 1])
    pressure(scribe, LAKESIDE, day, (14, 20), 134, 78, encounter)
    if egfr:
        measure(scribe, LAKESIDE, day, (14, 30), "egfr", egfr, encounter)
    document(scribe, LAKESIDE, day, "progress", doctor, "Seen in follow-up. Medicines as listed here.", encounter)
    bill(scribe, day, day, "visit", "lakeside-group")


def _dr_loves_list(scribe: Scribe) -> None:
    day = scribe.clock.opening_day(LAST_WITH_LOVE)
    water = Regimen("furosemide", 80, 1, day)
    prescribe(scribe, LAKESIDE, -520, Regimen("furosemide", 40, 1, -520), "dr-love", "stopped")
    order = prescribe(scribe, LAKESIDE, day, water, "dr-love")
    dispense(scribe, LAKESIDE, day, water, "lakeside-pharmacy", order, days=30)
    heart = Regimen("metoprolol", 25, 1, -520)
    dispense(scribe, LAKESIDE, -110, heart, "lakeside-pharmacy", prescribe(scribe, LAKESIDE, -520, heart, "dr-love"))
    for key, dose in (("lisinopril", 10), ("atorvastatin", 40)):
        tell(scribe, LAKESIDE, day, Regimen(key, dose, 1, -640), organization_ref("lakeside-group"))


def _week_in_hospital(scribe: Scribe) -> None:
    emergency(scribe, ADMITTED, 11, "heart_failure", admitted=True)
    encounter = stay(scribe, ADMITTED, HOME, "heart_failure")
    for day, bp, weight, creatinine, potassium in (
        (ADMITTED, (158, 92), 99.4, 2.05, 4.9), (-5, (138, 82), 96.2, 2.11, 4.4), (-2, (126, 74), 92.8, 2.02, 4.2),
    ):  # fmt: skip
        pressure(scribe, COUNTY, day, (18, 30), *bp, encounter)
        measure(scribe, COUNTY, day, (7, 0) if day > ADMITTED else (16, 0), "weight", weight, encounter)
        measure(scribe, COUNTY, day, (18, 40), "creatinine", creatinine, encounter)
        measure(scribe, COUNTY, day, (18, 40), "potassium", potassium, encounter)
    refer(scribe, HOME, "dr-stay", "dr-love", CONCEPTS["heart_failure", 0], source=COUNTY)
    _sent_home_with(scribe, encounter)


def _sent_home_with(scribe: Scribe, encounter: str) -> None:
    """Furosemide 40 although Dr Love said 80, more metoprolol, less metformin, no lisinopril; filled near the hospital."""
    for key, dose, frequency in (
        ("furosemide", 40, 1),
        ("metoprolol", 50, 1),
        ("metformin", 500, 2),
        ("atorvastatin", 40, 1),
    ):
        regimen = Regimen(key, dose, frequency, HOME)
        order = prescribe(scribe, COUNTY, HOME, regimen, "dr-stay", encounter=encounter, kind="discharge")
        if key in ("furosemide", "metoprolol"):
            dispense(scribe, COUNTY, HOME, regimen, "county-pharmacy", order, days=30)
