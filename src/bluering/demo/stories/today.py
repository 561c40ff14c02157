"""Others of today: Mrs Abara's sugar and food, Mr Tran's pain, Mrs Whitfield's pressure, Mr Pell's nodule, Mrs Sato's kidneys."""

from bluering.demo.conditions import CONCEPTS
from bluering.demo.directory import organization_ref
from bluering.demo.facts.appointments import appoint
from bluering.demo.facts.documents import document, imaging_report
from bluering.demo.facts.encounters import visit
from bluering.demo.facts.hospital import emergency
from bluering.demo.facts.measurements import pressure
from bluering.demo.facts.orders import dispense, prescribe, tell
from bluering.demo.facts.referrals import refer
from bluering.demo.fhir import ICD10, LOINC, concept
from bluering.demo.medicines import Regimen
from bluering.demo.scribe import Scribe
from bluering.demo.stories.mood import series
from bluering.demo.stories.tell import comes_in, problems, seen, takes
from bluering.demo.systems import COUNTY, LAKESIDE, MAPLE
from bluering.demo.timeline.care import plan, relative
from bluering.demo.timeline.community import write_meals
from bluering.demo.timeline.problems import problem

NODULE = concept((ICD10, "R91.1", "Solitary pulmonary nodule"))
CHEST_CT = concept((LOINC, "24627-2", "CT Chest"), text="CT of the chest")


def abara(scribe: Scribe) -> None:
    """A1c 10.1; asked for food three weeks ago, the agency said yes, nothing has come back."""
    problems(scribe)
    for day, bp, a1c in (
        (-960, (146, 90), 8.2), (-700, (138, 86), 8.6), (-430, (136, 84), 9.0), (-250, (134, 84), 9.4), (-28, (132, 82), 10.1),
    ):  # fmt: skip
        seen(scribe, day, "diabetes", bp, 88.0, a1c=a1c, egfr=92)
    series(scribe, ((-28, 15, 0), (-14, 13, 0), (-1, 12, 0)))
    takes(scribe, "metformin", 1000, -960, frequency=2, filled=-51)
    takes(scribe, "lisinopril", 10, -700, filled=-51)
    for day in (-310, -120):
        day = scribe.clock.opening_day(day)
        visit(scribe, LAKESIDE, day, (10, 45), "dr-sugar", "specialist", CONCEPTS["diabetes", 1])
    document(
        scribe, COUNTY, -205, "emergency", "dr-night", "Sugar 340. Sent home.", emergency(scribe, -205, 16, "diabetes")
    )
    write_meals(scribe, scribe.clock.opening_day(-22), -21)
    plan(scribe, -28, "Not to have to choose between food and insulin.")
    comes_in(scribe, 0, (8, 40), "Diabetes follow-up")


def tran(scribe: Scribe) -> None:
    """New here: seen for pain by four clinicians in three systems, and none of them answers for it."""
    for key, onset in scribe.person.conditions.items():
        problem(scribe, MAPLE, CONCEPTS[key, 1], onset, "")
    for day, doctor, words in (
        (-344, "dr-pain", "Injection, some relief."), (-296, "dr-pain", "No further injections."),
        (-251, "dr-love", "Chest pain not from the heart."),
    ):  # fmt: skip
        day = scribe.clock.opening_day(day)
        encounter = visit(scribe, LAKESIDE, day, (10, 45), doctor, "specialist", CONCEPTS["chronic_pain", 1])
        pressure(scribe, LAKESIDE, day, (10, 45), 136, 84, encounter)
        document(scribe, LAKESIDE, day, "consult", doctor, words, encounter)
    problem(scribe, LAKESIDE, CONCEPTS["chronic_pain", 2], -344, "dr-pain")
    gabapentin = Regimen("gabapentin", 300, 3, -296)
    order = prescribe(scribe, LAKESIDE, -296, gabapentin, "dr-pain")
    dispense(scribe, LAKESIDE, -71, gabapentin, "lakeside-pharmacy", order)
    for day in (-310, -96):
        encounter = emergency(scribe, day, 13, "belly" if day > -100 else "chest_pain")
        document(scribe, COUNTY, day, "emergency", "dr-night", "Pain, sent home.", encounter)
    tell(scribe, MAPLE, -12, Regimen("gabapentin", 300, 2, -296), organization_ref("maple-street"))
    comes_in(scribe, 0, (10, 30), "New patient")


def whitfield(scribe: Scribe) -> None:
    """She shares her home readings, and they are good."""
    problems(scribe)
    for day, bp in ((-1020, (158, 92)), (-790, (148, 88)), (-560, (140, 84)), (-300, (134, 80)), (-110, (130, 78))):
        seen(scribe, day, "hypertension", bp, 74.0, egfr=78, tsh=2.1)
    for week in range(1, 9):
        pressure(scribe, MAPLE, -7 * week, (7, 30), 124 + week % 4, 76 + week % 3)
    takes(scribe, "losartan", 50, -790, filled=-36)
    takes(scribe, "levothyroxine", 50, -1020, filled=-36)
    comes_in(scribe, 0, (13, 10), "Blood pressure")


def pell(scribe: Scribe) -> None:
    """The imaging centre's letter about a nodule in his lung; an urgent referral that went nowhere."""
    problems(scribe)
    for day, bp in ((-870, (140, 82)), (-500, (134, 80)), (-210, (132, 80)), (-24, (130, 78))):
        seen(scribe, day, "copd", bp, 69.0)
    takes(scribe, "tiotropium", 18, -870, filled=-28)
    takes(scribe, "amlodipine", 5, -500, filled=-28)
    found = scribe.clock.opening_day(-9)
    imaging_report(
        scribe,
        MAPLE,
        found,
        CHEST_CT,
        "fairhaven-imaging",
        "Solid nodule of 14 mm in the right upper lobe. Urgent work-up advised.",
    )
    refer(scribe, found, "pa-johansson", "dr-breath", NODULE, urgent=True)


def sato(scribe: Scribe) -> None:
    """The nephrologist saw her five weeks ago; no report has come."""
    problems(scribe)
    relative(scribe, "Ken", "Sato", "child", "(320) 555-0391")
    for day, bp, egfr in ((-940, (142, 80), 52), (-660, (138, 78), 49), (-380, (134, 76), 46), (-75, (132, 74), 41)):
        seen(scribe, day, "kidney", bp, 54.0, egfr=egfr)
    takes(scribe, "losartan", 50, -940, filled=-30)
    refer(scribe, scribe.clock.opening_day(-73), "dr-i-care", "dr-kidney", CONCEPTS["kidney", 0])
    met = scribe.clock.opening_day(-35)
    appoint(scribe, LAKESIDE, met, (9, 15), "fulfilled", "dr-kidney", "Nephrology", minutes=30)
    encounter = visit(scribe, LAKESIDE, met, (9, 15), "dr-kidney", "specialist", CONCEPTS["kidney", 1])
    pressure(scribe, LAKESIDE, met, (9, 20), 130, 74, encounter)
    problem(scribe, LAKESIDE, CONCEPTS["kidney", 2], met, "dr-kidney")
