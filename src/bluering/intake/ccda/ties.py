"""Ties between entries that only name each other by id, once every id is known: the visit that an entry belongs to."""

from bluering.intake.ccda.context import Context, Reference
from bluering.intake.ccda.tree import STATEMENTS, V3, Element, find, templates
from bluering.intake.reading import Resource

ENCOUNTER = f"{{{V3}}}encounter"
WITH_ENCOUNTER = frozenset(
    [
        "AllergyIntolerance",
        "Condition",
        "DiagnosticReport",
        "Immunization",
        "MedicationRequest",
        "Observation",
        "Procedure",
        "ServiceRequest",
    ]
)
WITH_CONTEXT = frozenset(["MedicationAdministration", "MedicationDispense", "MedicationStatement"])


def tie_visits(ctx: Context, root: Element) -> None:
    """An encounter inside a statement that holds an id and nothing else is the visit that the statement belongs to."""
    for element in root.iter(ENCOUNTER):
        if element in ctx.used or templates(element) or find(element, "code") is not None:
            continue
        visit = ctx.of(element, "Encounter")
        above = next((one for one in element.iterancestors() if one.tag in STATEMENTS), None)
        resources = [ctx.resources[key] for key in ctx.made.get(above, ())]
        tied = [_tie(resource, visit) for resource in resources] if visit else []
        if any(tied):
            ctx.use(element)


def _tie(resource: Resource, visit: Reference) -> bool:
    """Write the visit where a resource of this type has it; False when it has no such place."""
    kind = resource["resourceType"]
    if kind in WITH_ENCOUNTER:
        resource.setdefault("encounter", visit)
    elif kind in WITH_CONTEXT:
        resource.setdefault("context", visit)
    elif kind == "DocumentReference":
        visits = resource.setdefault("context", {}).setdefault("encounter", [])
        visits += [] if visit in visits else [visit]
    else:
        return False
    return True
