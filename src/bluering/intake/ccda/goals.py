"""Goals, the patient's own and those of the team."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.observations import typed_value
from bluering.intake.ccda.people import authors
from bluering.intake.ccda.statements import TEMPLATE, comments, referred, words_of
from bluering.intake.ccda.tree import Element, attribute, code_of, find, related
from bluering.intake.ccda.values import day_of, drop_empty, start_of
from bluering.intake.reading import Resource

GOAL, PRIORITY = TEMPLATE + "22.4.121", TEMPLATE + "22.4.143"
PROGRESS = TEMPLATE + "22.4.110"
STATUSES = {
    "active": "active",
    "completed": "completed",
    "aborted": "cancelled",
    "cancelled": "cancelled",
    "suspended": "on-hold",
    "held": "on-hold",
    "new": "proposed",
    "nullified": "entered-in-error",
}
PRIORITIES = {"394849002": "high-priority", "394848005": "medium-priority", "441808003": "low-priority"}
"""SNOMED CT high, normal and delayed priority as FHIR's goal priorities."""

GOAL_PRIORITY = "http://terminology.hl7.org/CodeSystem/goal-priority"


def read_goal(ctx: Context, element: Element) -> None:
    """A goal with its due date, and the concerns it addresses."""
    description = _description(ctx, element)
    if description is None:
        raise Unusable("it does not say what the goal is")
    who, _ = authors(ctx, element)
    times = find(element, "effectiveTime")
    made: Resource = {
        "resourceType": "Goal",
        "identifier": ctx.identifiers(element),
        "lifecycleStatus": STATUSES.get(
            code_of(element, "statusCode"), "proposed" if _is_proposed(element) else "active"
        ),
        "priority": _priority(ctx, element),
        "description": description,
        "subject": ctx.patient,
        "startDate": (start_of(times) or "")[:10],
        "target": _target(ctx, element, times),
        "expressedBy": next((one for one in who if "reference" in one), None),
        "note": comments(ctx, element),
    }
    if len(made["startDate"]) != 10:
        del made["startDate"]
    reference = ctx.add(made, element)
    ctx.later(lambda: _addresses(ctx, element, reference))


def _is_proposed(element: Element) -> bool:
    return attribute(element, "moodCode") == "PRP"


def _description(ctx: Context, element: Element) -> dict[str, Any] | None:
    """The narrative's words, else a coded value (the state to reach), else the code."""
    text = " ".join(words_of(ctx, element).split())
    value = find(element, "value")
    said = {} if value is None else typed_value(ctx, value)
    concept = said.get("valueCodeableConcept") or ctx.concept(find(element, "code"))
    words = text or said.get("valueString", "")
    return drop_empty((concept or {}) | ({"text": words} if words else {})) or None


def _target(ctx: Context, element: Element, times: Element | None) -> list[dict[str, Any]]:
    """What to measure, the value to reach and by when. FHIR wants the measure with the value."""
    due = day_of(find(times, "high"))
    value, measure = find(element, "value"), ctx.concept(find(element, "code"))
    said = {} if value is None else typed_value(ctx, value)
    names = {
        "valueQuantity",
        "valueRange",
        "valueCodeableConcept",
        "valueString",
        "valueInteger",
        "valueRatio",
        "valueBoolean",
    }
    detail = {name.replace("value", "detail"): one for name, one in said.items() if name in names} if measure else {}
    target = drop_empty(
        {"measure": measure if detail else None, "dueDate": due if due and len(due) == 10 else None} | detail
    )
    return [target] if target else []


def _priority(ctx: Context, element: Element) -> dict[str, Any] | None:
    for one in related(element, template=PRIORITY):
        said = PRIORITIES.get(code_of(one, "value"))
        if said:
            ctx.use(one)
            return coded(GOAL_PRIORITY, said)
    return None


def _addresses(ctx: Context, element: Element, reference: Reference) -> None:
    found = referred(ctx, element, "Condition", "Observation", "MedicationStatement", "ServiceRequest")
    if found:
        ctx.resource(reference)["addresses"] = found


READERS: dict[str, Reader] = {GOAL: read_goal}
