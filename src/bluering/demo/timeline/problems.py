"""The problem list of the practice, and what others have on theirs."""

from bluering.demo.conditions import CONCEPTS, NEED_CONCEPTS
from bluering.demo.directory import doctor_ref
from bluering.demo.fhir import TERMINOLOGY, category, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

ACTIVE = {"coding": [{"system": TERMINOLOGY + "condition-clinical", "code": "active"}]}
RESOLVED = {"coding": [{"system": TERMINOLOGY + "condition-clinical", "code": "resolved"}]}
CONFIRMED = {"coding": [{"system": TERMINOLOGY + "condition-ver-status", "code": "confirmed"}]}
PROBLEM = category("condition-category", "problem-list-item", "Problem List Item")
DIAGNOSIS = category("condition-category", "encounter-diagnosis", "Encounter Diagnosis")
HEALTH_CONCERN = [
    {
        "coding": [
            {
                "system": "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
                "code": "health-concern",
                "display": "Health Concern",
            }
        ],
        "text": "Health Concern",
    }
]


def write_problems(scribe: Scribe) -> None:
    """What the practice has on its list; one in twenty-five stands there without a clinician's name."""
    rng, person = scribe.person.stream("problems"), scribe.person
    for key, onset in person.conditions.items():
        named = "" if rng.random() < 0.04 or person.unheld else person.clinician
        problem(scribe, MAPLE, CONCEPTS[key, rng.choice((0, 0, 0, 1, 1, 2))], onset, named)
    if rng.random() < 0.12 and not person.is_child:
        day = -rng.randint(60, 1000)
        key = rng.choice(("migraine", "back_pain", "reflux"))
        if key not in person.conditions:
            problem(scribe, MAPLE, CONCEPTS[key, 1], day, person.clinician, ended=day + rng.randint(14, 50))
    for key in person.needs:
        need(scribe, key, -rng.randint(20, 500))


def problem(
    scribe: Scribe, source: str, code: dict, onset: int, doctor: str, ended: int | None = None, encounter: str = "",
) -> str:  # fmt: skip
    """A condition, with who put it there and, when it is over, since when."""
    day = scribe.clock.day
    fields = {
        "clinicalStatus": ACTIVE if ended is None else RESOLVED,
        "verificationStatus": CONFIRMED,
        "category": DIAGNOSIS if encounter else PROBLEM,
        "code": code,
        "onsetDateTime": day(onset),
        "recordedDate": day(onset),
    }
    if doctor:
        fields |= {"recorder": doctor_ref(doctor), "asserter": doctor_ref(doctor)}
    if ended is not None:
        fields["abatementDateTime"] = day(ended)
    if encounter:
        fields["encounter"] = ref("Encounter", encounter)
    return scribe.put(source, "Condition", fields)


def need(scribe: Scribe, key: str, day: int) -> str:
    """A social need somebody asked about."""
    fields = {
        "clinicalStatus": ACTIVE,
        "verificationStatus": CONFIRMED,
        "category": HEALTH_CONCERN,
        "code": NEED_CONCEPTS[key],
        "onsetDateTime": scribe.clock.day(day),
        "recordedDate": scribe.clock.day(day),
    }
    return scribe.put(MAPLE, "Condition", fields)
