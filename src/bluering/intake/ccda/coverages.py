"""Insurance: each policy of a payers section as a Coverage."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.names import words_in
from bluering.intake.ccda.people import organization, practitioner
from bluering.intake.ccda.statements import TEMPLATE
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, has_template, related
from bluering.intake.ccda.values import identifier_of, identifiers_of, number_of, period_of
from bluering.intake.reading import Resource

ACTIVITY, POLICY, PAYER = TEMPLATE + "22.4.60", TEMPLATE + "22.4.61", TEMPLATE + "22.4.87"
AUTHORIZATION = TEMPLATE + "1.19"


def read_activity(ctx: Context, act: Element) -> None:
    """A coverage activity: its policies, in the order of who pays first."""
    policies = [one for link in find_all(act, "entryRelationship") for one in link if has_template(one, POLICY)]
    if not policies:
        raise Unusable("a coverage without a policy")
    ctx.use(act)
    for link in find_all(act, "entryRelationship"):
        order = number_of(attribute(find(link, "sequenceNumber"), "value"))
        for one in link:
            if one in policies:
                place = order if isinstance(order, int) and order > 0 else None
                ctx.attempt(one, lambda one=one, place=place: _coverage(ctx, one, place))


def read_policy(ctx: Context, act: Element) -> None:
    """A policy that stands by itself."""
    _coverage(ctx, act, None)


def _coverage(ctx: Context, act: Element, order: int | None) -> None:
    payer = _payer(ctx, act)
    if payer is None:
        raise Unusable("it does not say who pays")
    member = _participant(act, "COV")
    made: Resource = {
        "resourceType": "Coverage",
        "identifier": ctx.identifiers(act),
        "status": "active" if code_of(act, "statusCode") in ("active", "completed") else "cancelled",
        "type": ctx.concept(find(act, "code")),
        "subscriberId": _subscriber(act, member),
        "beneficiary": ctx.patient,
        "relationship": _relationship(ctx, member),
        "period": period_of(find(member, "time")),
        "payor": [payer],
        "order": order,
        "class": [{"type": coded(CLASSES, "plan"), "value": plan} for plan in _plans(ctx, act)],
    }
    ctx.add(made, act)


CLASSES = "http://terminology.hl7.org/CodeSystem/coverage-class"


def _payer(ctx: Context, act: Element) -> Reference | None:
    """The insurer: an organisation, else (in some older documents) a name alone."""
    roles = [
        find(one, "assignedEntity") for one in find_all(act, "performer") if has_template(one, PAYER) or _is_payer(one)
    ]
    for role in roles:
        who = organization(ctx, find(role, "representedOrganization")) or practitioner(ctx, role)
        if who is not None or role is None:
            return who
        identifier = next(iter(identifiers_of(find_all(role, "id"))), None)
        if identifier:
            return {"identifier": identifier}  # type: ignore[dict-item]
    return None


def _is_payer(performer: Element) -> bool:
    return code_of(performer, "assignedEntity/code") == "PAYOR"


def _participant(act: Element, kind: str) -> Element | None:
    return next((one for one in find_all(act, "participant") if attribute(one, "typeCode") == kind), None)


def _subscriber(act: Element, member: Element | None) -> str:
    """The subscriber's number with the plan: the holder's, else the covered person's own."""
    for participant in (_participant(act, "HLD"), member):
        for one in find_all(find(participant, "participantRole"), "id"):
            said = identifier_of(one)
            if said and one.get("extension"):
                return str(said["value"])
    return ""


def _relationship(ctx: Context, member: Element | None) -> dict[str, Any] | None:
    """What the covered person is to the subscriber, where HL7 and FHIR use one word for it."""
    code = code_of(member, "participantRole/code")
    if code == "SELF":
        return coded("http://terminology.hl7.org/CodeSystem/subscriber-relationship", "self", "Self")
    return ctx.concept(find(member, "participantRole/code"))


def _plans(ctx: Context, act: Element) -> list[str]:
    """The names of plans that a policy refers to."""
    names = []
    for one in related(act, kind="REFR"):
        if has_template(one, AUTHORIZATION):
            continue
        said = ctx.concept(find(one, "code")) or {}
        text = words_in(find(one, "text")) or said.get("text", "")
        if text:
            names.append(text)
            ctx.use(one)
    return names


READERS: dict[str, Reader] = {ACTIVITY: read_activity, POLICY: read_policy}
