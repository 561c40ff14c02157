"""Care teams told in a section of their own (R2.1 companion guide)."""

from typing import Any

from bluering.intake.ccda.context import Context, Reader, Reference
from bluering.intake.ccda.people import practitioner, related_person, since
from bluering.intake.ccda.statements import TEMPLATE, of_template
from bluering.intake.ccda.tree import Element, code_of, find, find_all
from bluering.intake.ccda.values import drop_empty, period_of
from bluering.intake.reading import Resource

TEAM, MEMBER, KIND = TEMPLATE + "22.4.500", TEMPLATE + "22.4.500.1", TEMPLATE + "22.4.500.2"
STATUSES = {
    "active": "active",
    "completed": "inactive",
    "suspended": "suspended",
    "aborted": "inactive",
    "new": "proposed",
}


def read_team(ctx: Context, organizer: Element) -> None:
    """A care team with its members, each with function and time."""
    members = [said for one in of_template(organizer, MEMBER) for said in _member(ctx, one)]
    name = ctx.words(find(organizer, "code/originalText"))
    made: Resource = {
        "resourceType": "CareTeam",
        "identifier": ctx.identifiers(organizer),
        "status": STATUSES.get(code_of(organizer, "statusCode"), ""),
        "category": _kinds(ctx, organizer),
        "name": " ".join(name.split()),
        "subject": ctx.patient,
        "period": period_of(find(organizer, "effectiveTime")),
        "participant": members,
    }
    ctx.add(made, organizer)


def _kinds(ctx: Context, organizer: Element) -> list[dict[str, Any]]:
    found = []
    for one in of_template(organizer, KIND):
        ctx.use(one)
        found += ctx.concepts(find_all(one, "value"))
    return found


def _member(ctx: Context, act: Element) -> list[dict[str, Any]]:
    """The people of one member act: staff as performers, family as participants."""
    ctx.use(act)
    period = period_of(find(act, "effectiveTime"))
    found: list[dict[str, Any]] = []
    for performer in find_all(act, "performer"):
        who = _who(ctx, performer)
        roles = next((said for path in FUNCTIONS if (said := ctx.concepts(find_all(performer, path)))), [])
        if who:
            start = since(performer)
            found.append(drop_empty({"role": roles, "member": who, "period": period or drop_empty({"start": start})}))
    return found


FUNCTIONS = ("sdtc:functionCode", "functionCode", "assignedEntity/code")


def _who(ctx: Context, performer: Element) -> Reference | None:
    role = find(performer, "assignedEntity")
    if role is None:
        return None
    if any(
        own in ctx.patient_ids
        for own in ((one.get("root"), one.get("extension") or "") for one in find_all(role, "id"))
    ):
        return ctx.patient
    family = find(role, "sdtc:patient") is not None or code_of(role) in FAMILY
    return related_person(ctx, role) if family else practitioner(ctx, role)


FAMILY = frozenset(
    ["ONESELF", "FAMMEMB", "SPS", "CHILD", "PRN", "SIB", "FRND", "NBOR", "MTH", "FTH", "DAU", "SON", "WIFE", "HUSB"]
)
"""Codes of HL7's RoleCode for relatives and friends."""

READERS: dict[str, Reader] = {TEAM: read_team}
