"""What relatives had: family history."""

from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.names import human_name, plain_name
from bluering.intake.ccda.patient import GENDERS
from bluering.intake.ccda.statements import TEMPLATE, comments, words_of
from bluering.intake.ccda.tree import Element, attribute, code_of, find, own_statements, related
from bluering.intake.ccda.values import drop_empty, quantity_of, start_of, time_of
from bluering.intake.reading import Resource

MEMBER, AGE, DEATH = TEMPLATE + "22.4.45", TEMPLATE + "22.4.31", TEMPLATE + "22.4.47"
GENDER = "http://hl7.org/fhir/administrative-gender"


def read_member(ctx: Context, organizer: Element) -> None:
    """One relative with their conditions. What a relative did not have cannot be said in FHIR; it is listed."""
    subject = find(organizer, "subject/relatedSubject")
    relationship = ctx.concept(find(subject, "code"))
    if relationship is None:
        raise Unusable("it does not say which relative")
    person = find(subject, "subject")
    gender = GENDERS.get(code_of(person, "administrativeGenderCode"))
    made: Resource = {
        "resourceType": "FamilyMemberHistory",
        "identifier": ctx.identifiers(organizer),
        "status": "completed" if code_of(organizer, "statusCode") == "completed" else "partial",
        "patient": ctx.patient,
        "name": plain_name(human_name(find(person, "name"))),
        "relationship": relationship,
        "sex": coded(GENDER, gender) if gender else None,
        "bornDate": _born(person),
        "condition": [said for one in own_statements(organizer) if (said := _condition(ctx, one))],
    }
    ctx.add(made | _death(person), organizer)


def _born(person: Element | None) -> str | None:
    return time_of(find(person, "birthTime"))


def _death(person: Element | None) -> dict[str, Any]:
    died = time_of(find(person, "sdtc:deceasedTime"))
    said = attribute(find(person, "sdtc:deceasedInd"), "value")
    if died:
        return {"deceasedDate": died}
    return {"deceasedBoolean": said == "true"} if said in ("true", "false") else {}


def _condition(ctx: Context, element: Element) -> dict[str, Any] | None:
    words = words_of(ctx, element)
    code = ctx.concept(find(element, "value")) or ({"text": words} if words else None)
    if attribute(element, "negationInd") == "true" or code is None:
        return None
    ctx.use(element)
    onset: dict[str, Any] = {}
    for one in related(element, template=AGE):
        age = quantity_of(find(one, "value"))
        if age:
            ctx.use(one)
            onset = {"onsetAge": age}
    deaths = list(related(element, template=DEATH))
    ctx.use(*deaths)
    when = start_of(find(element, "effectiveTime"))
    onset = onset or ({"onsetString": when} if when else {})
    made = {"code": code, "contributedToDeath": True if deaths else None, "note": comments(ctx, element)}
    return drop_empty(made | onset)


READERS: dict[str, Reader] = {MEMBER: read_member}
