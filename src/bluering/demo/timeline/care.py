"""Who cares for the person, with which plan and towards which goal."""

from random import Random

from bluering.demo.directory import doctor_ref
from bluering.demo.fhir import SNOMED, TERMINOLOGY, concept, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.caregivers import caregiver_of

RELATIONS = {
    "child": ("CHILD", "Child"),
    "spouse": ("SPS", "Spouse"),
    "parent": ("PRN", "Parent"),
    "aide": ("HPROV", "Home aide"),
}
CAREGIVER = concept((SNOMED, "133932002", "Caregiver"))
PRIMARY = concept((SNOMED, "446050000", "Primary care provider"))
COORDINATOR = concept((SNOMED, "768820003", "Care coordinator"))
GOALS = (
    "Walk to church and back",
    "Stay in my own home",
    "See my grandchildren without getting short of breath",
    "Sleep through the night",
    "Get back to the garden this summer",
    "Understand what each of my pills is for",
)
ASSESS = [
    concept(
        ("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assessment and Plan of Treatment")
    )
]


def write_care(scribe: Scribe) -> None:
    """Caregivers for those who have one, a team and a plan for those with much to do."""
    rng, person = scribe.person.stream("care"), scribe.person
    carer = _caregiver(scribe, rng) if person.caregiver else ""
    if person.burden >= 3 and not person.unheld:
        team(scribe, [person.clinician], carer)
        if rng.random() < 0.45:
            plan(scribe, -rng.randint(20, 400), rng.choice(GOALS))


def _caregiver(scribe: Scribe, rng: Random) -> str:
    carer = caregiver_of(scribe.person, rng)
    return relative(scribe, carer.given, carer.family, carer.kind, carer.phone)


def relative(scribe: Scribe, given: str, family: str, kind: str, phone: str = "") -> str:
    """Somebody of the family, or a helper."""
    code, words = RELATIONS[kind]
    fields = {
        "active": True,
        "relationship": [concept((TERMINOLOGY + "v3-RoleCode", code, words))],
        "name": [{"family": family, "given": [given]}],
    }
    if phone:
        fields["telecom"] = [{"system": "phone", "value": phone}]
    return scribe.put(MAPLE, "RelatedPerson", fields, about="patient")


def team(scribe: Scribe, doctors: list[str], *carers: str, coordinator: str = "") -> str:
    """The people around the person as the practice lists them."""
    members = [
        {"role": [PRIMARY if n == 0 else {"text": "Clinician"}], "member": doctor_ref(d)} for n, d in enumerate(doctors)
    ]
    members += [{"role": [CAREGIVER], "member": ref("RelatedPerson", carer)} for carer in carers if carer]
    if coordinator:
        members.append({"role": [COORDINATOR], "member": {"display": coordinator}})
    return scribe.put(MAPLE, "CareTeam", {"status": "active", "name": "Care team", "participant": members})


def plan(scribe: Scribe, day: int, goal: str, title: str = "Plan of care") -> str:
    """A plan with one goal in the person's words."""
    aim = scribe.put(
        MAPLE,
        "Goal",
        {"lifecycleStatus": "active", "description": {"text": goal}, "startDate": scribe.clock.day(day)},
    )
    fields = {
        "status": "active",
        "intent": "plan",
        "category": ASSESS,
        "title": title,
        "period": {"start": scribe.clock.day(day)},
        "goal": [ref("Goal", aim)],
    }
    return scribe.put(MAPLE, "CarePlan", fields)
