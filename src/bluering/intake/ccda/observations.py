"""Observations of every kind: results, vital signs, social history, functional and mental status, assessments."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Reference, Unusable
from bluering.intake.ccda.people import performers
from bluering.intake.ccda.statements import TEMPLATE, comments
from bluering.intake.ccda.systems import LOINC, SNOMED
from bluering.intake.ccda.tree import (
    Element,
    attribute,
    code_of,
    find,
    find_all,
    has_template,
    is_null,
    name_of,
    own_statements,
    related,
    templates,
    type_of,
)
from bluering.intake.ccda.values import (
    absent,
    drop_empty,
    identifier_of,
    instant_of,
    number_of,
    period_of,
    quantity_of,
    range_of,
    ratio_of,
    time_of,
)
from bluering.intake.reading import Resource

STATUSES = {
    "completed": "final",
    "active": "preliminary",
    "aborted": "cancelled",
    "cancelled": "cancelled",
    "held": "registered",
    "suspended": "registered",
    "nullified": "entered-in-error",
}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
NAMES = {
    "laboratory": (CATEGORY, "Laboratory"),
    "vital-signs": (CATEGORY, "Vital Signs"),
    "social-history": (CATEGORY, "Social History"),
    "survey": (CATEGORY, "Survey"),
    "exam": (CATEGORY, "Exam"),
    "procedure": (CATEGORY, "Procedure"),
    "functional-status": (US_CATEGORY, "Functional Status"),
    "cognitive-status": (US_CATEGORY, "Cognitive Status"),
    "sdoh": (US_CATEGORY, "SDOH"),
}
SECTIONS = {
    "30954-2": "laboratory",
    "11493-4": "laboratory",
    "8716-3": "vital-signs",
    "29762-2": "social-history",
    "47420-5": "functional-status",
    "10190-7": "cognitive-status",
    "29545-1": "exam",
    "10210-3": "exam",
    "8709-8": "exam",
    "47519-4": "procedure",
}
SOCIAL = ["38", "72", "78", "85", "109", "111", "501", "503", "504", "505", "506", "507"]
KINDS = {TEMPLATE + "22.4." + number: "social-history" for number in SOCIAL}
KINDS |= {TEMPLATE + "22.4.2": "laboratory", TEMPLATE + "22.4.27": "vital-signs"}
KINDS |= {TEMPLATE + "22.4." + number: "functional-status" for number in ("67", "127", "128")}
KINDS |= {TEMPLATE + "22.4.74": "cognitive-status"}
POINTS = frozenset(["laboratory", "vital-signs"])
"""Kinds that are made at one moment, so that an interval without an end is that moment."""

ASSESSMENT_PART = TEMPLATE + "22.4.86"
PREGNANCY, PREGNANT = TEMPLATE + "15.3.8", "77386006"
NEGATED = "not mapped: it is negated, which an Observation cannot say"


def read_observation(ctx: Context, element: Element) -> None:
    """An observation of its section's kind."""
    observe(ctx, element)


def observe(
    ctx: Context, element: Element, *, category: str = "", code: dict[str, Any] | None = None, denied: bool = False
) -> Reference:
    """One Observation; raises Unusable when it is denied (unless the caller says how) or does not say what was observed."""
    kind = category or _kind(ctx, element)
    if attribute(element, "negationInd") == "true" and not denied:
        raise Unusable(NEGATED)
    what = code or ctx.concept(find(element, "code"))
    if what is None:
        raise Unusable("it does not say what was observed")
    made: Resource = {
        "resourceType": "Observation",
        "identifier": ctx.identifiers(element),
        "status": STATUSES.get(code_of(element, "statusCode"), "unknown"),
        "category": [category_concept(kind)] if kind else [],
        "code": what,
        "subject": ctx.patient,
        "performer": performers(ctx, element),
        "interpretation": ctx.concepts(find_all(element, "interpretationCode")),
        "bodySite": next(iter(ctx.concepts(find_all(element, "targetSiteCode"))), None),
        "method": next(iter(ctx.concepts(find_all(element, "methodCode"))), None),
        "referenceRange": [said for one in find_all(element, "referenceRange") if (said := _range(ctx, one))],
        "note": comments(ctx, element),
        "component": _parts(ctx, element),
    }
    made |= effective(find(element, "effectiveTime"), point=kind in POINTS or has_template(element, PREGNANCY))
    return ctx.add(made | value_of(ctx, element), element)


def _kind(ctx: Context, element: Element) -> str:
    """The category of an observation: by its template, else by its section."""
    told = next((KINDS[root] for root in templates(element) if root in KINDS), "")
    return told or SECTIONS.get(ctx.section.code, "")


def category_concept(kind: str) -> dict[str, Any]:
    """An Observation's category."""
    system, display = NAMES[kind]
    return coded(system, kind, display)


def effective(times: Element | None, *, point: bool) -> dict[str, Any]:
    """When it was observed: a moment, or a period where both ends differ or (unless `point`) where it goes on."""
    single = time_of(times) or time_of(find(times, "center"))
    if single:
        return {"effectiveDateTime": single}
    period = period_of(times)
    if not period:
        return {}
    start, end = period.get("start"), period.get("end")
    if start == end or (point and not (start and end)):
        return {"effectiveDateTime": start or end}
    return {"effectivePeriod": period}


def value_of(ctx: Context, element: Element) -> dict[str, Any]:
    """The value of an observation as `value[x]`, or why there is none."""
    value = find(element, "value")
    if value is None:
        return {}
    made = typed_value(ctx, value)
    if made:
        return made
    return {"dataAbsentReason": absent(value)} if is_null(value) else {}


def typed_value(ctx: Context, value: Element) -> dict[str, Any]:
    """A value of any CDA type as FHIR's choice of the same meaning; empty when it says nothing."""
    kind = type_of(value) or _guessed(value)
    made: Any = None
    if kind in CODED:
        made = {"valueCodeableConcept": ctx.concept(value)}
    elif kind in ("PQ", "REAL", "MO"):
        made = _measured(ctx, value)
    elif kind.startswith("IVL_PQ") or kind in ("IVL_REAL", "IVL_INT"):
        made = _interval(value)
    elif kind.startswith("RTO"):
        made = {"valueRatio": ratio_of(value)}
    elif kind == "INT":
        number = number_of(attribute(value, "value"))
        made = {"valueInteger": number if isinstance(number, int) and abs(number) < 2**31 else None}
    elif kind == "BL":
        made = {"valueBoolean": {"true": True, "false": False}.get(attribute(value, "value"))}
    elif kind == "TS":
        made = {"valueDateTime": time_of(value)}
    elif kind == "IVL_TS":
        made = {"valuePeriod": period_of(value)}
    elif kind in ("II",):
        made = {"valueString": (identifier_of(value) or {}).get("value")}
    else:
        made = {"valueString": ctx.words(value)}
    return drop_empty(made)


CODED = frozenset(["CD", "CE", "CV", "CO", "CS", "SC"])


def _guessed(value: Element) -> str:
    """The type of a value that does not name it, by what it holds."""
    if value.get("code") or value.get("nullFlavor"):
        return "CD"
    if value.get("value"):
        return "PQ" if number_of(attribute(value, "value")) is not None else "TS"
    return "IVL_PQ" if find(value, "low") is not None or find(value, "high") is not None else "ST"


def _measured(ctx: Context, value: Element) -> dict[str, Any]:
    """A quantity; where the number stands only in a translation (a unit outside UCUM), that one; else its words."""
    options = [value, *find_all(value, "translation")]
    quantity = next((said for one in options if (said := quantity_of(one))), None)
    if quantity:
        unit = ctx.words(find(options[1], "originalText")) if len(options) > 1 and not quantity.get("unit") else ""
        return {"valueQuantity": drop_empty(quantity | ({"unit": unit} if unit else {}))}
    return {"valueString": ctx.words(find(value, "originalText")) or attribute(value, "value")}


def _interval(value: Element) -> dict[str, Any]:
    """Both ends are a Range; one end alone is a quantity with a comparator."""
    both = range_of(value)
    if both and len(both) == 2:
        return {"valueRange": both}
    low, high = find(value, "low"), find(value, "high")
    if both and "low" in both:
        return {"valueQuantity": quantity_of(low, _compared(low, ">"))}
    return {"valueQuantity": quantity_of(high, _compared(high, "<")) or quantity_of(find(value, "center"))}


def _compared(bound: Element | None, sign: str) -> str:
    return sign if attribute(bound, "inclusive") == "false" else sign + "="


def _range(ctx: Context, element: Element) -> dict[str, Any] | None:
    """A reference range: numbers where there are any, the words otherwise."""
    inner = find(element, "observationRange")
    value = find(inner, "value")
    bounds = range_of(value) or {}
    text = ctx.words(find(inner, "text"))
    if value is not None and not bounds:
        said = typed_value(ctx, value)
        concept = said.get("valueCodeableConcept", {})
        text = text or said.get("valueString") or concept.get("text", "")
    kind = ctx.concept(find(inner, "interpretationCode"))
    return drop_empty(bounds | {"text": text, "type": kind}) if bounds or text else None


def _parts(ctx: Context, element: Element) -> list[dict[str, Any]]:
    """Answers of an assessment, and what is told of a pregnancy (due date, gestational age), as components."""
    found = []
    inner = related(element) if has_template(element, PREGNANCY) else related(element, template=ASSESSMENT_PART)
    for one in inner:
        code = ctx.concept(find(one, "code"))
        if code and name_of(one) == "observation":
            ctx.use(one)
            found.append({"code": code} | value_of(ctx, one))
    return found


def read_pregnancy(ctx: Context, element: Element) -> None:
    """Pregnancy status, which CDA writes as an assertion, or denies. Source: C-CDA on FHIR."""
    code = coded(LOINC, "82810-3", "Pregnancy status") if code_of(element, "code") in ("ASSERTION", "") else None
    if attribute(element, "negationInd") != "true":
        observe(ctx, element, category="social-history", code=code)
    elif code_of(element, "value") == PREGNANT:
        denied = ctx.resource(observe(ctx, element, category="social-history", code=code, denied=True))
        denied["valueCodeableConcept"] = coded(SNOMED, "60001007", "Not pregnant") | {"text": "Not pregnant"}
    else:
        raise Unusable(NEGATED)


def read_tobacco(ctx: Context, element: Element) -> None:
    """Smoking status and tobacco use; R1.1 writes them as assertions. Source: C-CDA on FHIR, C-CDA R2.1."""
    said = TOBACCO[SMOKING if has_template(element, SMOKING) else TOBACCO_USE]
    observe(ctx, element, code=coded(LOINC, *said) if code_of(element, "code") == "ASSERTION" else None)


SMOKING, TOBACCO_USE = TEMPLATE + "22.4.78", TEMPLATE + "22.4.85"
TOBACCO = {SMOKING: ("72166-2", "Tobacco smoking status"), TOBACCO_USE: ("11367-0", "History of Tobacco use")}


def read_assessment(ctx: Context, element: Element) -> None:
    """An assessment scale with its answers."""
    observe(ctx, element, category="survey")


def read_organizer(ctx: Context, organizer: Element) -> None:
    """Results, vital signs or findings that belong together."""
    kind = SECTIONS.get(ctx.section.code, "laboratory" if has_template(organizer, RESULTS) else "")
    if has_template(organizer, VITALS):
        kind = "vital-signs"
    members = _members(ctx, organizer, kind)
    if has_template(organizer, RESULTS):
        ctx.add(_report(ctx, organizer, kind, members), organizer)
    elif has_template(organizer, VITALS):
        ctx.add(_panel(ctx, organizer, members), organizer)
    elif members and ctx.concept(find(organizer, "code")):
        ctx.add(_group(ctx, organizer, kind, members), organizer)
    elif members:
        ctx.use(organizer)


def _members(ctx: Context, organizer: Element, kind: str) -> list[Reference]:
    found: list[Reference] = []
    for one in own_statements(organizer):
        if name_of(one) != "observation":
            continue
        member = ctx.attempt(one, lambda one=one: observe(ctx, one, category=kind))
        found += [member] if member else []
    return found


def _report(ctx: Context, organizer: Element, kind: str, members: list[Reference]) -> Resource:
    service = ("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB", "Laboratory")
    return {
        "resourceType": "DiagnosticReport",
        "identifier": ctx.identifiers(organizer),
        "status": REPORT_STATUSES.get(code_of(organizer, "statusCode"), "unknown"),
        "category": [coded(*service)] if kind == "laboratory" else [],
        "code": ctx.concept(find(organizer, "code")) or _unknown_code(organizer),
        "subject": ctx.patient,
        "issued": instant_of(find(organizer, "author/time")),
        "performer": performers(ctx, organizer),
        "result": members,
        "conclusion": "\n".join(note["text"] for note in comments(ctx, organizer)),
    } | effective(find(organizer, "effectiveTime"), point=True)


REPORT_STATUSES = STATUSES | {"active": "partial"}


def _panel(ctx: Context, organizer: Element, members: list[Reference]) -> Resource:
    """Vital signs taken together. Source: FHIR's vital signs panel (85353-1)."""
    panel = coded(LOINC, "85353-1", PANEL)
    own = ctx.concept(find(organizer, "code"))
    return _group(ctx, organizer, "vital-signs", members) | {
        "code": panel | {"text": (own or {}).get("text") or "Vital signs"}
    }


def _group(ctx: Context, organizer: Element, kind: str, members: list[Reference]) -> Resource:
    return {
        "resourceType": "Observation",
        "identifier": ctx.identifiers(organizer),
        "status": STATUSES.get(code_of(organizer, "statusCode"), "unknown"),
        "category": [category_concept(kind)] if kind else [],
        "code": ctx.concept(find(organizer, "code")) or _unknown_code(organizer),
        "subject": ctx.patient,
        "performer": performers(ctx, organizer),
        "note": comments(ctx, organizer),
        "hasMember": members,
    } | effective(find(organizer, "effectiveTime"), point=True)


PANEL = "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel"


def _unknown_code(organizer: Element) -> dict[str, Any]:
    """FHIR demands a code; the sender gave none."""
    return absent(find(organizer, "code"))


RESULTS, VITALS = TEMPLATE + "22.4.1", TEMPLATE + "22.4.26"
GROUPS = [RESULTS, VITALS, TEMPLATE + "22.4.66", TEMPLATE + "22.4.75"]
PLAIN = [
    "2",
    "27",
    "38",
    "67",
    "68",
    "73",
    "74",
    "78",
    "85",
    "109",
    "111",
    "114",
    "124",
    "127",
    "128",
    "138",
    "5",
    "72",
]
PLAIN += ["113", "144", "281", "501", "503", "504", "505", "506", "507", "133", "134", "76", "77", "48"]
READERS: dict[str, Reader] = {TEMPLATE + "22.4." + number: read_observation for number in PLAIN}
READERS |= dict.fromkeys(GROUPS, read_organizer)
READERS |= {
    TEMPLATE + "34.3.45": read_observation,
    TEMPLATE + "6.2.12": read_observation,
    TEMPLATE + "6.2.13": read_observation,
}
READERS |= {
    PREGNANCY: read_pregnancy,
    TEMPLATE + "22.4.69": read_assessment,
    SMOKING: read_tobacco,
    TOBACCO_USE: read_tobacco,
}
