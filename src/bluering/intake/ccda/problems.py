"""Problems, diagnoses and health concerns as Conditions."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.people import authors
from bluering.intake.ccda.statements import TEMPLATE, asserted_on, comments, referred, severity_of, words_of
from bluering.intake.ccda.systems import SNOMED
from bluering.intake.ccda.tree import (
    Element,
    attribute,
    code_of,
    find,
    find_all,
    own_statements,
    related,
)
from bluering.intake.ccda.values import absent_extension, drop_empty, quantity_of, time_of
from bluering.intake.reading import Resource

CONCERN, PROBLEM = TEMPLATE + "22.4.3", TEMPLATE + "22.4.4"
HEALTH_CONCERN, RISK_CONCERN = TEMPLATE + "22.4.132", TEMPLATE + "22.4.136"
STATUS, OLD_STATUS, AGE_AT_ONSET = TEMPLATE + "22.4.6", TEMPLATE + "1.50", TEMPLATE + "22.4.31"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
CATEGORIES = {
    "problem-list-item": (CATEGORY, "Problem List Item"),
    "encounter-diagnosis": (CATEGORY, "Encounter Diagnosis"),
    "health-concern": (US_CATEGORY, "Health Concern"),
}
PROBLEM_STATUS = {
    "55561003": "active",
    "73425007": "inactive",
    "413322009": "resolved",
    "246455001": "recurrence",
    "263855007": "relapse",
    "277022003": "remission",
}
CONCERN_STATUS = {"active": "active", "completed": "resolved", "suspended": "inactive", "aborted": "inactive"}
NO_PROBLEM = coded(SNOMED, "160245001", "No current problems or disability")
ANY_PROBLEM = frozenset(["55607006", "404684003", "64572001", "282291009", "418799008", "248536006", "409586006"])
"""A problem, finding, disease, diagnosis, symptom, functional finding or complaint as such: negated, it is no problem at all."""


def read_concern(ctx: Context, act: Element) -> None:
    """A problem concern act: each problem in it."""
    problems = list(related(act, template=PROBLEM)) or [one for one in related(act) if find(one, "value") is not None]
    if not problems:
        raise Unusable("a concern without a problem")
    ctx.use(act)
    for one in problems:
        ctx.attempt(one, lambda one=one: condition(ctx, one, category=category_of(ctx), concern=act))


def read_problem(ctx: Context, element: Element) -> None:
    """A problem observation that stands by itself."""
    condition(ctx, element, category=category_of(ctx))


def read_health_concern(ctx: Context, act: Element) -> None:
    """A health concern: the problems in it, those it refers to, or its own words where it holds neither."""
    problems = list(related(act, template=PROBLEM))
    for one in problems:
        ctx.attempt(one, lambda one=one: condition(ctx, one, category="health-concern", concern=act))
    ctx.use(act)
    ctx.later(lambda: _mark_concerns(ctx, act, bool(problems)))


def _mark_concerns(ctx: Context, act: Element, has_problems: bool) -> None:
    """Conditions told elsewhere become health concerns; a concern of words alone becomes a Condition."""
    found = referred(ctx, act, "Condition")
    for reference in found:
        add_category(ctx.resource(reference), "health-concern")
    inner = [there for one in own_statements(act) if (there := ctx.of(one, *ANYTHING))]
    text = words_of(ctx, act)
    if text and not found and not has_problems and not inner:
        status = CONCERN_STATUS.get(code_of(act, "statusCode"), "")
        who, when = authors(ctx, act)
        made = _base(ctx, act, "health-concern", who, when) | {"code": {"text": text}}
        ctx.add(made | ({"clinicalStatus": coded(CLINICAL, status)} if status else {}), act)


ANYTHING = ("AllergyIntolerance", "Observation", "Encounter", "MedicationStatement", "Procedure")


def category_of(ctx: Context) -> str:
    """What kind of list the section is; nothing where it is no list of problems."""
    return SECTIONS.get(ctx.section.code, "")


SECTIONS = {
    "": "problem-list-item",
    "11450-4": "problem-list-item",
    "11348-0": "problem-list-item",
    "75310-3": "health-concern",
    "46240-8": "encounter-diagnosis",
    "11535-2": "encounter-diagnosis",
    "C-CDAV2-DDN": "encounter-diagnosis",
    "46241-6": "encounter-diagnosis",
    "42347-5": "encounter-diagnosis",
    "10219-4": "encounter-diagnosis",
    "10218-6": "encounter-diagnosis",
    "59769-0": "encounter-diagnosis",
    "55109-3": "encounter-diagnosis",
}


def condition(
    ctx: Context, element: Element, *, category: str, concern: Element | None = None, visit: Reference | None = None
) -> Reference:
    """One problem observation as a Condition; raises Unusable when it does not say which problem."""
    who, when = (
        authors(ctx, element)
        if find(element, "author") is not None
        else authors(ctx, element if concern is None else concern)
    )
    code, denied = _what(ctx, element)
    made = _base(ctx, element, category, who, when) | {
        "code": code,
        "verificationStatus": coded(VERIFICATION, "refuted") if denied else None,
        "clinicalStatus": None if denied else _clinical_status(ctx, element, concern),
        "severity": ctx.concept(severity_of(ctx, element)),
        "bodySite": ctx.concepts(find_all(element, "targetSiteCode")),
        "encounter": visit,
        "note": comments(ctx, element),
    }
    made |= _time(ctx, element)
    diagnosed = asserted_on(ctx, element)
    if diagnosed:
        made["extension"] = [{"url": ASSERTED_DATE, "valueDateTime": diagnosed}]
    return ctx.add(made, element)


ASSERTED_DATE = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def _base(ctx: Context, element: Element, category: str, who: list[Reference], when: str | None) -> Resource:
    made: Resource = {
        "resourceType": "Condition",
        "identifier": ctx.identifiers(element),
        "category": [_category(category)] if category else [],
        "subject": ctx.patient,
        "recordedDate": when,
        "recorder": next((one for one in who if "reference" in one), None),
    }
    return made


def _category(name: str) -> dict[str, Any]:
    system, display = CATEGORIES[name]
    return coded(system, name, display)


def add_category(resource: Resource, name: str) -> None:
    """One more category for a Condition, once."""
    if _category(name) not in resource.setdefault("category", []):
        resource["category"].append(_category(name))


def _what(ctx: Context, element: Element) -> tuple[dict[str, Any], bool]:
    """The problem, and whether it is denied. Denying any problem at all is a finding of its own, and not denied."""
    value, negated = find(element, "value"), attribute(element, "negationInd") == "true"
    if negated and code_of(value) in ANY_PROBLEM | {""}:
        return NO_PROBLEM, False
    code = ctx.concept(value) or ({"text": words_of(ctx, element)} if words_of(ctx, element) else None)
    if code is None:
        raise Unusable("it does not say which problem")
    return code, negated


def _clinical_status(ctx: Context, element: Element, concern: Element | None) -> dict[str, Any] | None:
    """The problem's own status, else resolved when it has an end, else what became of the concern.

    An end that the sender marks as unknown means resolved by the book, but many write it for problems that go on; so it
    counts only where the concern is not active.
    """
    for one in [*related(element, template=STATUS), *related(element, template=OLD_STATUS)]:
        said = PROBLEM_STATUS.get(code_of(one, "value"))
        if said:
            ctx.use(one)
            return coded(CLINICAL, said)
    concerned = code_of(concern, "statusCode") if concern is not None else ""
    high = find(element, "effectiveTime/high")
    if time_of(high) or (attribute(high, "nullFlavor") == "UNK" and concerned != "active"):
        return coded(CLINICAL, "resolved")
    said = CONCERN_STATUS.get(concerned) if concern is not None else None
    return coded(CLINICAL, said) if said else None


def _time(ctx: Context, element: Element) -> dict[str, Any]:
    """Onset and abatement; an age at onset where there is no date."""
    times = find(element, "effectiveTime")
    onset = time_of(find(times, "low")) or time_of(times)
    high = find(times, "high")
    ended = time_of(high)
    made: dict[str, Any] = drop_empty({"onsetDateTime": onset, "abatementDateTime": ended})
    for one in related(element, template=AGE_AT_ONSET):
        age = quantity_of(find(one, "value"))
        if age and not onset:
            ctx.use(one)
            made["onsetAge"] = age
    if high is not None and not ended and attribute(high, "nullFlavor") == "UNK":
        made["_abatementDateTime"] = absent_extension(high)
    return made


READERS: dict[str, Reader] = {
    CONCERN: read_concern,
    PROBLEM: read_problem,
    HEALTH_CONCERN: read_health_concern,
    RISK_CONCERN: read_health_concern,
}
