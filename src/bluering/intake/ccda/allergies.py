"""Allergies and intolerances, with reactions; and that there are none."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.people import authors
from bluering.intake.ccda.statements import TEMPLATE, comments, severity_of, words_of
from bluering.intake.ccda.systems import SNOMED
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, related
from bluering.intake.ccda.values import drop_empty, start_of, time_of
from bluering.intake.reading import Resource

CONCERN, ALLERGY = TEMPLATE + "22.4.30", TEMPLATE + "22.4.7"
REACTION, STATUS, CRITICALITY = TEMPLATE + "22.4.9", TEMPLATE + "22.4.28", TEMPLATE + "22.4.145"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
KINDS = {
    "419511003": ("", "medication"),
    "416098002": ("allergy", "medication"),
    "59037007": ("intolerance", "medication"),
    "418471000": ("", "food"),
    "414285001": ("allergy", "food"),
    "235719002": ("intolerance", "food"),
    "426232007": ("allergy", "environment"),
    "232347008": ("allergy", "environment"),
    "419199007": ("allergy", ""),
}
"""SNOMED CT allergy types of C-CDA as FHIR's (type, category). Source: C-CDA on FHIR, concept map CF-AllergyIntoleranceType."""

NONE_KNOWN = {
    "416098002": ("409137002", "No known drug allergy"),
    "419511003": ("409137002", "No known drug allergy"),
    "59037007": ("409137002", "No known drug allergy"),
    "414285001": ("429625007", "No known food allergy"),
    "418471000": ("429625007", "No known food allergy"),
    "235719002": ("429625007", "No known food allergy"),
    "426232007": ("428607008", "No known environmental allergy"),
    "232347008": ("428607008", "No known environmental allergy"),
}
NO_ALLERGY = ("716186003", "No known allergy")
STATUSES = {"55561003": "active", "73425007": "inactive", "413322009": "resolved"}
CONCERNS = {"active": "active", "completed": "resolved", "suspended": "inactive", "aborted": "inactive"}
SEVERITIES = {
    "255604002": "mild",
    "371923003": "moderate",
    "6736007": "moderate",
    "371924009": "severe",
    "24484000": "severe",
    "399166001": "severe",
}
"""SNOMED CT severities as FHIR's three; what lies between two counts as the graver one."""

CRITICALITIES = {"CRITL": "low", "CRITH": "high", "CRITU": "unable-to-assess"}


def read_concern(ctx: Context, act: Element) -> None:
    """An allergy concern act: each allergy in it."""
    found = list(related(act, template=ALLERGY))
    if not found:
        raise Unusable("a concern without an allergy")
    ctx.use(act)
    for one in found:
        ctx.attempt(one, lambda one=one: _allergy(ctx, one, act))


def read_allergy(ctx: Context, element: Element) -> None:
    """An allergy observation that stands by itself."""
    _allergy(ctx, element, None)


def _allergy(ctx: Context, element: Element, concern: Element | None) -> None:
    kind, category = KINDS.get(code_of(element, "value"), ("", ""))
    code, denied = _what(ctx, element)
    who, when = (
        authors(ctx, element)
        if find(element, "author") is not None
        else authors(ctx, element if concern is None else concern)
    )
    made: Resource = {
        "resourceType": "AllergyIntolerance",
        "identifier": ctx.identifiers(element),
        "clinicalStatus": None if denied else _status(ctx, element, concern),
        "verificationStatus": coded(VERIFICATION, "refuted") if denied else None,
        "type": kind,
        "category": [category] if category else [],
        "criticality": _criticality(ctx, element),
        "code": code,
        "patient": ctx.patient,
        "onsetDateTime": start_of(find(element, "effectiveTime")),
        "recordedDate": when,
        "recorder": next((one for one in who if "reference" in one), None),
        "note": comments(ctx, element),
        "reaction": _reactions(ctx, element),
    }
    ctx.add(made, element)


def _what(ctx: Context, element: Element) -> tuple[dict[str, Any], bool]:
    """What the patient reacts to, and whether it is denied. Without a substance the denial is of a whole kind of allergies."""
    substance = next((said for one in find_all(element, "participant") if (said := _substance(ctx, one))), None)
    kind, negated = code_of(element, "value"), attribute(element, "negationInd") == "true"
    if substance:
        return substance, negated
    if negated:
        code, display = NONE_KNOWN.get(kind, NO_ALLERGY)
        return coded(SNOMED, code, display) | {"text": display}, False
    value = ctx.concept(find(element, "value")) if kind not in KINDS and kind not in PROPENSITIES else None
    text = (ctx.words(find(element, "value/originalText")) or words_of(ctx, element)).strip()
    if value is None and not text:
        raise Unusable("it does not say to what")
    return value or {"text": text}, False


PROPENSITIES = frozenset(["420134006", "418038007"])


def _substance(ctx: Context, participant: Element) -> dict[str, Any] | None:
    entity = find(participant, "participantRole/playingEntity")
    if attribute(participant, "typeCode") != "CSM" or entity is None:
        return None
    name = ctx.words(find(entity, "name"))
    return ctx.concept(find(entity, "code")) or ({"text": name} if name else None)


def _status(ctx: Context, element: Element, concern: Element | None) -> dict[str, Any] | None:
    """The allergy's own status, else resolved when it has an end, else what became of the concern."""
    for one in related(element, template=STATUS):
        ctx.use(one)
        said = STATUSES.get(code_of(one, "value"))
        if said:
            return coded(CLINICAL, said)
    if time_of(find(element, "effectiveTime/high")):
        return coded(CLINICAL, "resolved")
    said = CONCERNS.get(code_of(concern, "statusCode")) if concern is not None else None
    return coded(CLINICAL, said) if said else None


def _criticality(ctx: Context, element: Element) -> str:
    for one in related(element, template=CRITICALITY):
        ctx.use(one)
        return CRITICALITIES.get(code_of(one, "value"), "")
    return ""


def _reactions(ctx: Context, element: Element) -> list[dict[str, Any]]:
    """Each reaction with its severity; the allergy's own severity holds where a reaction has none."""
    found = []
    reactions = list(related(element, template=REACTION))
    general = severity_of(ctx, element) if reactions else None
    for one in reactions:
        manifestation = ctx.concept(find(one, "value")) or _in_words(ctx, one)
        if manifestation is None:
            continue
        ctx.use(one)
        own = severity_of(ctx, one)
        graded = own if own is not None else general
        made = {
            "manifestation": [manifestation],
            "onset": start_of(find(one, "effectiveTime")),
            "severity": SEVERITIES.get(code_of(graded), "") if graded is not None else "",
        }
        found.append(drop_empty(made))
    return found


def _in_words(ctx: Context, element: Element) -> dict[str, str] | None:
    text = words_of(ctx, element)
    return {"text": text} if text else None


READERS: dict[str, Reader] = {CONCERN: read_concern, ALLERGY: read_allergy}
