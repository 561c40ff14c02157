"""Procedures done, with the devices put in; devices and supplies that somebody uses."""

from typing import Any

from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.names import organization_name, words_in
from bluering.intake.ccda.observations import typed_value
from bluering.intake.ccda.people import authors, locations, performers
from bluering.intake.ccda.statements import TEMPLATE, comments, indications, instructions, words_of
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, has_template, own_statements, related
from bluering.intake.ccda.values import identifiers_of, period_of, quantity_of
from bluering.intake.reading import Resource

SUPPLY, EQUIPMENT, PRODUCT = TEMPLATE + "22.4.50", TEMPLATE + "22.4.135", TEMPLATE + "22.4.37"
PROBLEM, REACTION = TEMPLATE + "22.4.4", TEMPLATE + "22.4.9"
STATUSES = {
    "completed": "completed",
    "active": "in-progress",
    "aborted": "stopped",
    "cancelled": "not-done",
    "suspended": "on-hold",
    "held": "on-hold",
    "new": "preparation",
    "nullified": "entered-in-error",
}
FDA = "2.16.840.1.113883.3.3719"


def read_procedure(ctx: Context, element: Element) -> None:
    """A procedure that was done, or was not. One that is not named, but for its device, tells that the patient has the device."""
    code = ctx.concept(find(element, "code")) or _in_words(ctx, element)
    tools = devices(ctx, element)
    if code is None and tools:
        ctx.use(element)
        return
    if code is None:
        raise Unusable("it does not say which procedure")
    who, _ = authors(ctx, element)
    made: Resource = {
        "resourceType": "Procedure",
        "identifier": ctx.identifiers(element),
        "status": STATUSES.get(code_of(element, "statusCode"), "unknown"),
        "code": code,
        "subject": ctx.patient,
        "recorder": next((one for one in who if one.get("reference", "").startswith("Practitioner/")), None),
        "performer": [{"actor": one} for one in performers(ctx, element)],
        "location": next(iter(locations(ctx, element)), None),
        "reasonCode": indications(ctx, element),
        "bodySite": ctx.concepts(find_all(element, "targetSiteCode")),
        "outcome": _outcome(ctx, element),
        "complication": _complications(ctx, element),
        "followUp": [{"text": text} for _, text in instructions(ctx, element) if text],
        "note": comments(ctx, element),
        "focalDevice": [{"manipulated": device} for device in tools],
    }
    if attribute(element, "negationInd") == "true":
        made["status"] = "not-done"
    reference = ctx.add(made | _performed(element), element)
    ctx.later(lambda: _reasons_known(ctx, element, reference))


def _performed(element: Element) -> dict[str, Any]:
    period = period_of(find(element, "effectiveTime"))
    if not period:
        return {}
    alone = (len(period) == 1 and "start" in period) or period.get("start") == period.get("end")
    return {"performedDateTime": period["start"]} if alone else {"performedPeriod": period}


def _in_words(ctx: Context, element: Element) -> dict[str, str] | None:
    text = " ".join(words_of(ctx, element).split())
    return {"text": text} if text else None


def _outcome(ctx: Context, element: Element) -> dict[str, Any] | None:
    """The finding of a procedure that is written as an observation."""
    value = find(element, "value")
    said = {} if value is None else typed_value(ctx, value)
    text = said.get("valueString")
    return said.get("valueCodeableConcept") or ({"text": text} if text else None)


def _complications(ctx: Context, element: Element) -> list[dict[str, Any]]:
    found = []
    for one in related(element, kind="COMP"):
        said = ctx.concept(find(one, "value")) if has_template(one, PROBLEM) else None
        if said:
            ctx.use(one)
            found.append(said)
    return found


def _reasons_known(ctx: Context, element: Element, reference: Reference) -> None:
    """Reasons that are problems told elsewhere become references."""
    found = [problem for one in related(element, kind="RSON") if (problem := ctx.of(one, "Condition"))]
    ctx.use(*(one for one in related(element, kind="RSON") if ctx.of(one, "Condition")))
    if found:
        ctx.resource(reference)["reasonReference"] = found


def devices(ctx: Context, element: Element) -> list[Reference]:
    """The devices that take part in a procedure or supply."""
    roles = [
        find(one, "participantRole")
        for one in find_all(element, "participant")
        if one.get("typeCode") in ("DEV", "PRD")
    ]
    return [device for role in roles if role is not None and (device := _device(ctx, role))]


def _device(ctx: Context, role: Element) -> Reference | None:
    playing = find(role, "playingDevice")
    kind = ctx.concept(find(playing, "code"))
    model = words_in(find(playing, "manufacturerModelName"))
    if not kind and not model:
        return None
    identifiers = identifiers_of(find_all(role, "id"))
    carrier = next((attribute(one, "extension") for one in find_all(role, "id") if attribute(one, "root") == FDA), "")
    made: Resource = {
        "resourceType": "Device",
        "identifier": identifiers,
        "udiCarrier": [{"carrierHRF": carrier}] if carrier else [],
        "manufacturer": organization_name(find(role, "scopingEntity")) or words_in(find(role, "scopingEntity/desc")),
        "deviceName": [{"name": model, "type": "model-name"}] if model else [],
        "type": kind,
        "patient": ctx.patient,
    }
    shown = (kind or {}).get("text") or model
    reference = ctx.add(made, role)
    return reference | ({"display": shown} if shown else {})


def read_supply(ctx: Context, element: Element) -> None:
    """A device or aid that the patient uses, or is to get."""
    found = devices(ctx, element) or [device for one in _products(element) if (device := _material(ctx, one))]
    if not found:
        raise Unusable("it does not say which device or supply")
    for device in found:
        made = (
            _use(ctx, element, device)
            if attribute(element, "moodCode") == "EVN"
            else _device_request(ctx, element, device)
        )
        ctx.add(made, element, key="" if device is found[0] else device["reference"])


def _products(element: Element) -> list[Element]:
    return find_all(element, "product/manufacturedProduct")


def _material(ctx: Context, product: Element) -> Reference | None:
    """A supply that is written as a product."""
    kind = ctx.concept(find(product, "manufacturedMaterial/code"))
    if not kind:
        return None
    made = {
        "resourceType": "Device",
        "identifier": identifiers_of(find_all(product, "id")),
        "type": kind,
        "patient": ctx.patient,
    }
    return ctx.add(made, product)


def _use(ctx: Context, element: Element, device: Reference) -> Resource:
    said = code_of(element, "statusCode")
    period = period_of(find(element, "effectiveTime"))
    status = {"active": "active", "completed": "completed", "aborted": "stopped"}.get(said)
    timing = {"timingPeriod": period} if period else {}
    if status is None:
        raise Unusable("it does not say whether the device is used")
    return {
        "resourceType": "DeviceUseStatement",
        "identifier": ctx.identifiers(element),
        "status": status,
        "subject": ctx.patient,
        "device": device,
        "note": comments(ctx, element),
    } | timing


def _device_request(ctx: Context, element: Element, device: Reference) -> Resource:
    who, when = authors(ctx, element)
    amount = quantity_of(find(element, "quantity"))
    return {
        "resourceType": "DeviceRequest",
        "identifier": ctx.identifiers(element),
        "status": "active" if code_of(element, "statusCode") == "active" else "unknown",
        "intent": "order" if attribute(element, "moodCode") == "RQO" else "plan",
        "codeReference": device,
        "subject": ctx.patient,
        "authoredOn": when,
        "requester": next((one for one in who if "reference" in one), None),
        "occurrencePeriod": period_of(find(element, "effectiveTime")),
        "parameter": [{"code": {"text": "quantity"}, "valueQuantity": amount}] if amount else [],
    }


def read_equipment(ctx: Context, organizer: Element) -> None:
    """Several devices at once."""
    for one in own_statements(organizer):
        reader = read_supply if has_template(one, SUPPLY) else read_procedure
        ctx.attempt(one, lambda one=one, reader=reader: reader(ctx, one))
        ctx.use(organizer)


READERS: dict[str, Reader] = {TEMPLATE + "22.4." + number: read_procedure for number in ("12", "13", "14")}
READERS |= {SUPPLY: read_supply, TEMPLATE + "22.4.43": read_supply, EQUIPMENT: read_equipment}
