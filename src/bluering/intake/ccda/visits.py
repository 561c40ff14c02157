"""Encounters with their diagnoses, places and people."""

from typing import Any

from bluering.intake.ccda.context import Context, Reader, Reference
from bluering.intake.ccda.dispositions import disposition
from bluering.intake.ccda.people import locations, performers
from bluering.intake.ccda.problems import condition
from bluering.intake.ccda.statements import indications
from bluering.intake.ccda.systems import ACT_CODE, HL7, SYSTEMS, V3_CODES
from bluering.intake.ccda.tree import (
    STATEMENTS,
    Element,
    attribute,
    code_of,
    find,
    find_all,
    has_template,
    related,
)
from bluering.intake.ccda.values import drop_empty, period_of
from bluering.intake.reading import Resource

ENCOUNTER, DIAGNOSIS = "2.16.840.1.113883.10.20.22.4.49", "2.16.840.1.113883.10.20.22.4.80"
DIAGNOSES = {
    DIAGNOSIS: "",
    "2.16.840.1.113883.10.20.22.4.33": "DD",
    "2.16.840.1.113883.10.20.22.4.34": "AD",
    "2.16.840.1.113883.10.20.22.4.51": "post-op",
    "2.16.840.1.113883.10.20.22.4.65": "pre-op",
}
"""Acts that hold the diagnoses of a visit, with their FHIR role (diagnosis-role)."""

PROBLEM = "2.16.840.1.113883.10.20.22.4.4"
STATUSES = {"completed": "finished", "active": "in-progress", "aborted": "cancelled", "cancelled": "cancelled"}
STATUSES |= {"suspended": "onleave", "nullified": "entered-in-error", "held": "planned", "new": "planned"}
CPT = SYSTEMS[HL7 + "6.12"]
CLASSES = frozenset(["AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR"])
CPT_CLASSES = (("99202", "99215", "AMB"), ("99281", "99285", "EMER"), ("99341", "99350", "HH"))
"""Ranges of CPT visit codes by its own headings: office or other outpatient, emergency department, home."""

DISPLAYS = {"AMB": "ambulatory", "EMER": "emergency", "HH": "home health", "IMP": "inpatient encounter"}


def read_encounter(ctx: Context, element: Element) -> None:
    """An encounter that took place."""
    if attribute(element, "negationInd") == "true":
        return
    reference = ctx.add(_encounter(ctx, element), element)
    diagnoses = [
        one for act in related(element) if has_template(act, *DIAGNOSES) for one in _of_act(ctx, act, reference)
    ]
    made = ctx.resource(reference)
    made.update(drop_empty({"diagnosis": diagnoses}))
    ctx.later(lambda: _reasons_known(ctx, element, reference))


def _encounter(ctx: Context, element: Element) -> Resource:
    period = period_of(find(element, "effectiveTime"))
    reasons = indications(ctx, element)
    return {
        "resourceType": "Encounter",
        "identifier": ctx.identifiers(element),
        "status": _status(element, period),
        "class": class_of(find(element, "code")) or unknown_class(),
        "type": ctx.concepts(find_all(element, "code")),
        "priority": ctx.concept(find(element, "priorityCode")),
        "subject": ctx.patient,
        "participant": [
            {"individual": who} for who in performers(ctx, element) if who["reference"].startswith("Practitioner/")
        ],
        "period": period,
        "reasonCode": reasons,
        "hospitalization": drop_empty({"dischargeDisposition": disposition(ctx, element)}),
        "location": [{"location": place} for place in locations(ctx, element)],
    }


def _status(element: Element, period: dict[str, str] | None) -> str:
    """The status said; for a visit that took place without one: finished when its time is a point or has an end."""
    said = code_of(element, "statusCode")
    if said:
        return STATUSES.get(said, "unknown")
    point = attribute(find(element, "effectiveTime"), "value")
    return "finished" if attribute(element, "moodCode") == "EVN" and (point or "end" in (period or {})) else "unknown"


def class_of(code: Element | None) -> dict[str, str] | None:
    """Ambulatory, inpatient and so on: from HL7's act codes, else from what a CPT visit code means by its heading."""
    for one in [] if code is None else [code, *find_all(code, "translation")]:
        said = code_of(one)
        if said in CLASSES and attribute(one, "codeSystem") in (HL7 + "5.4", ""):
            return _class(said)
    for one in [] if code is None else [code, *find_all(code, "translation")]:
        if SYSTEMS.get(attribute(one, "codeSystem")) == CPT:
            said = code_of(one)
            for first, last, found in CPT_CLASSES:
                if len(said) == 5 and first <= said <= last:
                    return _class(found)
    return None


def _class(code: str) -> dict[str, str]:
    return drop_empty({"system": ACT_CODE, "code": code, "display": DISPLAYS.get(code, "")})


def unknown_class() -> dict[str, str]:
    """FHIR demands a class; HL7's own word for not knowing it."""
    return {"system": V3_CODES + "NullFlavor", "code": "UNK", "display": "unknown"}


def read_diagnoses(ctx: Context, element: Element) -> None:
    """Diagnoses of a visit that stand by themselves (discharge, admission, before and after an operation)."""
    visit = next((Reference(reference=f"Encounter/{one}") for kind, one in ctx.resources if kind == "Encounter"), None)
    found = _of_act(ctx, element, visit if ctx.section.code in STAYS else None)
    made = ctx.resource(visit) if visit and found and ctx.section.code in STAYS else None
    if made is not None:
        made["diagnosis"] = made.get("diagnosis", []) + [one for one in found if one not in made.get("diagnosis", [])]


STAYS = frozenset(["11535-2", "46241-6", "42347-5", "C-CDAV2-DDN"])
"""Sections whose diagnoses belong to the visit of the header: hospital discharge and admission diagnosis."""


def _of_act(ctx: Context, act: Element, visit: Reference | None) -> list[dict[str, Any]]:
    """The conditions in a diagnosis act, as an encounter lists them."""
    ctx.use(act)
    use = next((code for template, code in DIAGNOSES.items() if has_template(act, template)), "")
    role = (
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/diagnosis-role", "code": use}]} if use else None
    )
    found = []
    for relation in find_all(act, "entryRelationship"):
        for one in relation:
            if one.tag in STATEMENTS and has_template(one, PROBLEM):
                reference = _diagnosed(ctx, one, visit)
                found += [drop_empty({"condition": reference, "use": role})] if reference else []
    return found


def _diagnosed(ctx: Context, element: Element, visit: Reference | None) -> Reference | None:
    """The condition of a diagnosis: told here, or only named by the id it has elsewhere."""
    known = ctx.of(element, "Condition")
    if find(element, "value") is None and known:
        ctx.use(element)
        return known
    return ctx.attempt(element, lambda: condition(ctx, element, category="encounter-diagnosis", visit=visit))


def _reasons_known(ctx: Context, element: Element, reference: Reference) -> None:
    """Reasons that are problems told elsewhere become references."""
    found = []
    for one in related(element, kind="RSON"):
        problem = ctx.of(one, "Condition")
        found += [problem] if problem else []
        ctx.use(*([one] if problem else []))
    if found:
        ctx.resource(reference).setdefault("reasonReference", []).extend(found)


READERS: dict[str, Reader] = dict.fromkeys(DIAGNOSES, read_diagnoses)
READERS[ENCOUNTER] = read_encounter
