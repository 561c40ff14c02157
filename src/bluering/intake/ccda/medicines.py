"""Medicines taken, ordered, given and dispensed."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.people import authors, organization, performers, practitioner
from bluering.intake.ccda.statements import TEMPLATE, comments, indications, instructions, words_of
from bluering.intake.ccda.systems import LOINC
from bluering.intake.ccda.timing import ends, single, taken, timing
from bluering.intake.ccda.tree import STATEMENTS, Element, attribute, code_of, find, find_all, related
from bluering.intake.ccda.values import (
    absent_extension,
    drop_empty,
    number_of,
    period_of,
    quantity_of,
    range_of,
    ratio_of,
)
from bluering.intake.reading import Resource

ACTIVITY, PLANNED, SIG = TEMPLATE + "22.4.16", TEMPLATE + "22.4.42", TEMPLATE + "22.4.147"
ORDER, DISPENSE = TEMPLATE + "22.4.17", TEMPLATE + "22.4.18"
LISTS = [TEMPLATE + "22.4.35", TEMPLATE + "22.4.36"]
OLD_STATUS = TEMPLATE + "1.47"
"""Medication status of the oldest documents; 55561003 is SNOMED CT's active."""

GIVEN = "29549-3"
CATEGORIES = {
    "10183-2": ("10183-2", "Hospital discharge medications"),
    "75311-1": ("10183-2", "Hospital discharge medications"),
    "42346-7": ("42346-7", "Medications on admission"),
}
STATEMENT = {
    "active": "active",
    "completed": "completed",
    "aborted": "stopped",
    "suspended": "on-hold",
    "held": "on-hold",
}
STATEMENT |= {"nullified": "entered-in-error", "new": "intended", "cancelled": "not-taken"}
REQUEST = STATEMENT | {"cancelled": "cancelled", "new": "draft"}
ADMINISTRATION = {"completed": "completed", "active": "in-progress", "aborted": "stopped", "suspended": "on-hold"}
INTENTS = {"INT": "plan", "RQO": "order", "PRP": "proposal", "PRMS": "plan"}


def read_medicine(ctx: Context, element: Element) -> None:
    """A substanceAdministration: what was given, what is taken, or what is ordered, by section and mood."""
    product = product_of(ctx, element)
    if product is None:
        raise Unusable("it does not say which medicine")
    if attribute(element, "moodCode") in INTENTS:
        reference = ctx.add(_request(ctx, element, product), element)
    elif ctx.section.code == GIVEN:
        reference = ctx.add(_administration(ctx, element, product), element)
    else:
        reference = ctx.add(_statement(ctx, element, product), element)
    _supplies(ctx, element, product, reference)


def read_list(ctx: Context, act: Element) -> None:
    """Admission and discharge medicines are wrapped in an act each."""
    found = list(related(act, template=ACTIVITY))
    if not found:
        raise Unusable("a list of medicines without one")
    ctx.use(act)
    for one in found:
        ctx.attempt(one, lambda one=one: read_medicine(ctx, one))


def product_of(ctx: Context, element: Element) -> dict[str, Any] | None:
    """The medicine by code, else by its name, else by the words of the statement."""
    for path in ("consumable/manufacturedProduct", "product/manufacturedProduct"):
        material = find(element, path + "/manufacturedMaterial")
        said = ctx.concept(find(material, "code"))
        name = ctx.words(find(material, "name"))
        if said or name:
            return said or {"text": name}
    text = words_of(ctx, element) if find(element, "consumable") is not None else ""
    return {"text": " ".join(text.split())} if text else None


def _statement(ctx: Context, element: Element, product: dict[str, Any]) -> Resource:
    who, when = authors(ctx, element)
    moment, period = single(element), taken(element)
    made: Resource = {
        "resourceType": "MedicationStatement",
        "identifier": ctx.identifiers(element),
        "status": status_of(ctx, element, STATEMENT),
        "category": next(iter(_categories(ctx)), None),
        "medicationCodeableConcept": product,
        "subject": ctx.patient,
        "dateAsserted": when,
        "informationSource": next((one for one in who if "reference" in one), None),
        "reasonCode": indications(ctx, element),
        "note": comments(ctx, element),
        "dosage": dosages(ctx, element, bounds=None),
    }
    if attribute(element, "negationInd") == "true":
        made["status"] = "not-taken"
    return made | ({"effectiveDateTime": moment} if moment else {"effectivePeriod": period})


def _request(ctx: Context, element: Element, product: dict[str, Any]) -> Resource:
    who, when = authors(ctx, element)
    repeats = _repeats(element)
    made: Resource = {
        "resourceType": "MedicationRequest",
        "identifier": ctx.identifiers(element),
        "status": status_of(ctx, element, REQUEST),
        "intent": INTENTS[attribute(element, "moodCode")],
        "category": _categories(ctx),
        "medicationCodeableConcept": product,
        "subject": ctx.patient,
        "authoredOn": when,
        "requester": next((one for one in who if "reference" in one), None),
        "reasonCode": indications(ctx, element),
        "note": comments(ctx, element),
        "dosageInstruction": dosages(ctx, element, bounds=taken(element)),
        "dispenseRequest": drop_empty({"numberOfRepeatsAllowed": repeats}),
    }
    return made | ({"doNotPerform": True} if attribute(element, "negationInd") == "true" else {})


def _administration(ctx: Context, element: Element, product: dict[str, Any]) -> Resource:
    moment, period = single(element), taken(element)
    dose = next(iter(dosages(ctx, element, bounds=None)), {})
    amount: dict[str, Any] = next(iter(dose.get("doseAndRate", ())), {})
    made: Resource = {
        "resourceType": "MedicationAdministration",
        "identifier": ctx.identifiers(element),
        "status": ADMINISTRATION.get(code_of(element, "statusCode"), "unknown"),
        "medicationCodeableConcept": product,
        "subject": ctx.patient,
        "performer": [
            {"actor": who} for who in performers(ctx, element) if who["reference"].startswith("Practitioner/")
        ],
        "reasonCode": indications(ctx, element),
        "note": comments(ctx, element),
        "dosage": drop_empty(
            {name: dose.get(name) for name in ("text", "site", "route")} | {"dose": amount.get("doseQuantity")}
        ),
    }
    if attribute(element, "negationInd") == "true":
        made["status"] = "not-done"
    made |= {"effectiveDateTime": moment} if moment else {"effectivePeriod": period}
    return made if moment or period else made | {"_effectiveDateTime": absent_extension(find(element, "effectiveTime"))}


def _categories(ctx: Context) -> list[dict[str, Any]]:
    """Whether the section lists what the patient came with or left with."""
    said = CATEGORIES.get(ctx.section.code)
    return [coded(LOINC, *said)] if said else []


def status_of(ctx: Context, element: Element, statuses: dict[str, str]) -> str:
    """The status said.

    Many senders write `completed` for every medicine, meaning that the entry is. So it counts only where the medicine has
    an end that the document has seen; with an end still to come it is active, without any end it is unknown.
    """
    said = statuses.get(code_of(element, "statusCode"), "unknown")
    for one in related(element, template=OLD_STATUS):
        if code_of(one, "value") == "55561003":
            ctx.use(one)
            return "active"
    if said != "completed" or single(element):
        return said
    end = ends(element)
    if not end:
        return "unknown"
    return "active" if ctx.written and end[:10] > ctx.written[:10] else said


def dosages(ctx: Context, element: Element, *, bounds: dict[str, Any] | None) -> list[dict[str, Any]]:
    """How to take it, as words and as far as codes say it."""
    told = instructions(ctx, element)
    needed, reason = _as_needed(ctx, element)
    made = {
        "text": _sig(ctx, element),
        "additionalInstruction": [code for code, _ in told if code],
        "patientInstruction": "\n".join(text for _, text in told if text),
        "timing": timing(element, bounds=bounds),
        "asNeededBoolean": True if needed and not reason else None,
        "asNeededCodeableConcept": reason,
        "site": ctx.concept(find(element, "approachSiteCode")),
        "route": ctx.concept(find(element, "routeCode")),
        "doseAndRate": [amount] if (amount := _amount(ctx, element)) else [],
        "maxDosePerPeriod": ratio_of(find(element, "maxDoseQuantity")),
    }
    cleaned = drop_empty(made)
    return [cleaned] if cleaned else []


def _sig(ctx: Context, element: Element) -> str:
    """The directions in free text."""
    for one in related(element, template=SIG):
        text = " ".join(words_of(ctx, one).split())
        if text:
            ctx.use(one)
            return text
    return ""


def _as_needed(ctx: Context, element: Element) -> tuple[bool, dict[str, Any] | None]:
    """Whether it is taken as needed, and for what."""
    criteria = find_all(element, "precondition/criterion")
    reasons = [said for one in criteria if (said := ctx.concept(find(one, "value")))]
    return bool(criteria), next(iter(reasons), None)


def _amount(ctx: Context, element: Element) -> dict[str, Any]:
    dose, rate = find(element, "doseQuantity"), find(element, "rateQuantity")
    quantity = quantity_of(dose)
    unit = (ctx.concept(find(element, "administrationUnitCode")) or {}).get("text")
    if quantity and unit and quantity.get("unit", "1") == "1":
        quantity["unit"] = unit
    made = {
        "doseQuantity": quantity,
        "doseRange": None if quantity else range_of(dose),
        "rateQuantity": quantity_of(rate),
        "rateRange": None if quantity_of(rate) else range_of(rate),
    }
    return drop_empty(made)


def _repeats(element: Element) -> int | None:
    """How many more times than once (CDA counts the first)."""
    number = number_of(attribute(find(element, "repeatNumber"), "value"))
    return number - 1 if isinstance(number, int) and number >= 1 else None


def _supplies(ctx: Context, element: Element, product: dict[str, Any], reference: Reference) -> None:
    """Prescriptions and dispensings told inside a medicine."""
    for one in related(element):
        if one.tag in STATEMENTS and one.tag.endswith("}supply"):
            _supply(ctx, one, product_of(ctx, one) or product, reference)


def read_supply(ctx: Context, element: Element) -> None:
    """A prescription or dispensing that stands by itself."""
    product = product_of(ctx, element)
    if product is None:
        raise Unusable("it does not say which medicine")
    _supply(ctx, element, product, None)


def _supply(ctx: Context, element: Element, product: dict[str, Any], medicine: Reference | None) -> None:
    statement = medicine if medicine and medicine["reference"].startswith("MedicationStatement/") else None
    request = medicine if medicine and medicine["reference"].startswith("MedicationRequest/") else None
    if attribute(element, "moodCode") == "EVN":
        ctx.add(_dispensing(ctx, element, product, request), element)
    elif request:
        own = ctx.resource(request)
        own |= drop_empty({"dispenseRequest": own.get("dispenseRequest", {}) | _dispense_request(element)})
        ctx.use(element)
    else:
        ordered = ctx.add(_prescription(ctx, element, product), element)
        if statement:
            ctx.resource(statement).setdefault("basedOn", []).append(ordered)


def _prescription(ctx: Context, element: Element, product: dict[str, Any]) -> Resource:
    who, when = authors(ctx, element)
    told = instructions(ctx, element)
    return {
        "resourceType": "MedicationRequest",
        "identifier": ctx.identifiers(element),
        "status": REQUEST.get(code_of(element, "statusCode"), "unknown"),
        "intent": "order",
        "medicationCodeableConcept": product,
        "subject": ctx.patient,
        "authoredOn": when,
        "requester": next((one for one in who if "reference" in one), None),
        "dosageInstruction": [{"patientInstruction": text} for _, text in told if text],
        "dispenseRequest": _dispense_request(element),
    }


def _dispense_request(element: Element) -> dict[str, Any]:
    made = {
        "validityPeriod": period_of(find(element, "effectiveTime")),
        "numberOfRepeatsAllowed": _repeats(element),
        "quantity": quantity_of(find(element, "quantity")),
    }
    return drop_empty(made)


def _dispensing(ctx: Context, element: Element, product: dict[str, Any], request: Reference | None) -> Resource:
    handed = taken(element) or {}
    actors = [who for one in find_all(element, "performer/assignedEntity") if (who := practitioner(ctx, one))]
    pharmacy = organization(ctx, find(element, "performer/assignedEntity/representedOrganization"))
    return {
        "resourceType": "MedicationDispense",
        "identifier": ctx.identifiers(element),
        "status": DISPENSED.get(code_of(element, "statusCode"), "unknown"),
        "medicationCodeableConcept": product,
        "subject": ctx.patient,
        "performer": [{"actor": who} for who in actors or ([pharmacy] if pharmacy else [])],
        "authorizingPrescription": [request] if request else [],
        "quantity": quantity_of(find(element, "quantity")),
        "whenHandedOver": handed.get("start"),
        "note": comments(ctx, element),
    }


DISPENSED = {"completed": "completed", "active": "in-progress", "aborted": "stopped", "cancelled": "cancelled"}

READERS: dict[str, Reader] = {
    ACTIVITY: read_medicine,
    PLANNED: read_medicine,
    ORDER: read_supply,
    DISPENSE: read_supply,
}
READERS |= dict.fromkeys(LISTS, read_list)
