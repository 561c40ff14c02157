"""Vaccines given, refused and planned."""

from typing import Any

from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.medicines import INTENTS, product_of, read_medicine
from bluering.intake.ccda.names import organization_name, words_in
from bluering.intake.ccda.people import authors, performers
from bluering.intake.ccda.statements import TEMPLATE, comments, indications
from bluering.intake.ccda.timing import single, taken
from bluering.intake.ccda.tree import Element, attribute, code_of, find, related
from bluering.intake.ccda.values import absent_extension, number_of, quantity_of
from bluering.intake.reading import Resource

IMMUNIZATION, PLANNED, REFUSAL = TEMPLATE + "22.4.52", TEMPLATE + "22.4.120", TEMPLATE + "22.4.53"
SERIES = TEMPLATE + "1.46"
STATUSES = {"completed": "completed", "active": "completed", "nullified": "entered-in-error"}
PRODUCT = "consumable/manufacturedProduct/"


def read_immunization(ctx: Context, element: Element) -> None:
    """A vaccine: given or not, by negation; one that is planned is a request for a medicine."""
    if attribute(element, "moodCode") in INTENTS:
        read_medicine(ctx, element)
        return
    vaccine = product_of(ctx, element)
    if vaccine is None:
        raise Unusable("it does not say which vaccine")
    ctx.add(_immunization(ctx, element, vaccine), element)


def _immunization(ctx: Context, element: Element, vaccine: dict[str, Any]) -> Resource:
    who, when = authors(ctx, element)
    dose = _dose_number(ctx, element)
    maker = organization_name(find(element, PRODUCT + "manufacturerOrganization"))
    return {
        "resourceType": "Immunization",
        "identifier": ctx.identifiers(element),
        "vaccineCode": vaccine,
        "patient": ctx.patient,
        "recorded": when,
        "manufacturer": {"display": maker} if maker else None,
        "lotNumber": words_in(find(element, PRODUCT + "manufacturedMaterial/lotNumberText")),
        "site": ctx.concept(find(element, "approachSiteCode")),
        "route": ctx.concept(find(element, "routeCode")),
        "doseQuantity": quantity_of(find(element, "doseQuantity")),
        "performer": [{"actor": one} for one in performers(ctx, element)],
        "reasonCode": indications(ctx, element),
        "note": comments(ctx, element),
        "protocolApplied": [{"doseNumberPositiveInt": dose}] if isinstance(dose, int) and dose > 0 else [],
    } | _given(ctx, element)


def _dose_number(ctx: Context, element: Element) -> int | float | None:
    """Which dose of its series it was; older documents say it in an observation."""
    for one in related(element, template=SERIES):
        said = number_of(attribute(find(one, "value"), "value"))
        if said:
            ctx.use(one)
            return said
    return number_of(attribute(find(element, "repeatNumber"), "value"))


def _given(ctx: Context, element: Element) -> dict[str, Any]:
    """Whether and when, and why not."""
    refused = attribute(element, "negationInd") == "true"
    status = "not-done" if refused else STATUSES.get(code_of(element, "statusCode"), "not-done")
    made: dict[str, Any] = {"status": status}
    for one in related(element, template=REFUSAL):
        said = ctx.concept(find(one, "code"))
        if said and status == "not-done":
            made["statusReason"] = said
            ctx.use(one)
    moment = single(element) or (taken(element) or {}).get("start")
    unknown = {"_occurrenceDateTime": absent_extension(find(element, "effectiveTime"))}
    return made | ({"occurrenceDateTime": moment} if moment else unknown)


READERS: dict[str, Reader] = {IMMUNIZATION: read_immunization, PLANNED: read_immunization}
