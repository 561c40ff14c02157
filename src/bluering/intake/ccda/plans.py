"""What is to be done: planned visits, procedures and tests, referrals, recommendations, handoffs; the plan that holds them."""

from typing import Any

from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.people import authors, performers
from bluering.intake.ccda.statements import TEMPLATE, comments, indications, instructions, words_of
from bluering.intake.ccda.systems import SNOMED
from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, related
from bluering.intake.ccda.values import drop_empty, instant_of, period_of, time_of
from bluering.intake.reading import Resource

ENCOUNTER, REFERRAL, HANDOFF = TEMPLATE + "22.4.40", TEMPLATE + "22.4.140", TEMPLATE + "22.4.141"
INSTRUCTION, NUTRITION = TEMPLATE + "22.4.20", TEMPLATE + "22.4.130"
PLANNED = [TEMPLATE + "22.4." + number for number in ("39", "41", "44")]
INTENTS = {"INT": "plan", "RQO": "order", "PRP": "proposal", "ARQ": "proposal", "PRMS": "plan", "APT": "plan"}
STATUSES = {
    "active": "active",
    "completed": "completed",
    "aborted": "revoked",
    "cancelled": "revoked",
    "held": "on-hold",
    "suspended": "on-hold",
    "new": "draft",
    "nullified": "entered-in-error",
}
PRIORITIES = {"R": "routine", "UR": "urgent", "A": "asap", "S": "stat", "EM": "stat"}
"""HL7 act priorities that have an equal among FHIR's."""

APPOINTED = {"APT": "booked"}


def read_request(ctx: Context, element: Element) -> None:
    """A planned act, procedure or test, a nutrition recommendation, a referral: a ServiceRequest."""
    mood = attribute(element, "moodCode")
    if mood not in INTENTS:
        raise Unusable("it is in a plan, but neither planned nor ordered")
    code = ctx.concept(find(element, "code")) or _in_words(ctx, element)
    if code is None:
        raise Unusable("it does not say what is planned")
    who, when = authors(ctx, element)
    told = [text for _, text in instructions(ctx, element) if text]
    made: Resource = {
        "resourceType": "ServiceRequest",
        "identifier": ctx.identifiers(element),
        "status": STATUSES.get(code_of(element, "statusCode"), "unknown"),
        "intent": INTENTS[mood],
        "category": [REFERRALS] if _is_referral(element) else [],
        "priority": PRIORITIES.get(code_of(element, "priorityCode"), ""),
        "code": code,
        "subject": ctx.patient,
        "authoredOn": when,
        "requester": next((one for one in who if "reference" in one), None),
        "performer": performers(ctx, element),
        "reasonCode": indications(ctx, element),
        "bodySite": ctx.concepts(find_all(element, "targetSiteCode")),
        "patientInstruction": "\n".join(told),
        "note": comments(ctx, element),
    }
    if attribute(element, "negationInd") == "true":
        made["doNotPerform"] = True
    ctx.add(made | _occurrence(element), element)


REFERRALS = {"coding": [{"system": SNOMED, "code": "3457005", "display": "Patient referral"}]}


def _is_referral(element: Element) -> bool:
    return any(attribute(one, "root") == REFERRAL for one in find_all(element, "templateId"))


def _in_words(ctx: Context, element: Element) -> dict[str, str] | None:
    text = " ".join(words_of(ctx, element).split())
    return {"text": text} if text else None


def _occurrence(element: Element) -> dict[str, Any]:
    period = period_of(find(element, "effectiveTime"))
    if not period:
        return {}
    return {"occurrenceDateTime": period["start"]} if list(period) == ["start"] else {"occurrencePeriod": period}


def read_visit(ctx: Context, element: Element) -> None:
    """A planned encounter: an order or proposal of one is a ServiceRequest, else an Appointment, booked or proposed."""
    if attribute(element, "moodCode") in ("RQO", "PRP"):
        read_request(ctx, element)
        return
    period = period_of(find(element, "effectiveTime"))
    low, high = (instant_of(find(element, f"effectiveTime/{end}")) for end in ("low", "high"))
    is_booked = attribute(element, "moodCode") in APPOINTED and low and high
    what = ctx.concept(find(element, "code"))
    people = [{"actor": who, "status": "needs-action"} for who in performers(ctx, element)]
    made: Resource = {
        "resourceType": "Appointment",
        "identifier": ctx.identifiers(element),
        "status": _appointment_status(element, bool(is_booked)),
        "serviceType": [what] if what else [],
        "reasonCode": indications(ctx, element),
        "start": low if is_booked else None,
        "end": high if is_booked else None,
        "requestedPeriod": [] if is_booked or not period else [period],
        "comment": "\n".join(note["text"] for note in comments(ctx, element)),
        "patientInstruction": "\n".join(text for _, text in instructions(ctx, element) if text),
        "participant": [
            drop_empty({"actor": ctx.patient, "status": "accepted" if is_booked else "needs-action"}),
            *people,
        ],
    }
    ctx.add(made, element)


def _appointment_status(element: Element, is_booked: bool) -> str:
    said = code_of(element, "statusCode")
    if said in ("cancelled", "aborted"):
        return "cancelled"
    return "booked" if is_booked else "proposed"


def read_instruction(ctx: Context, element: Element) -> None:
    """An instruction in a plan: an activity of the section's CarePlan, made with it."""
    code, text = ctx.concept(find(element, "code")), words_of(ctx, element)
    if code is None and not text:
        raise Unusable("an instruction without words")
    ctx.activities.append(drop_empty({"detail": drop_empty({"code": code, "status": "unknown", "description": text})}))
    ctx.use(element)


def read_handoff(ctx: Context, element: Element) -> None:
    """A handoff that took place: a Communication between the author and the receivers that are told."""
    who, when = authors(ctx, element)
    roles = [find(one, "participantRole") for one in find_all(element, "participant") if one.get("typeCode") == "IRCP"]
    receivers = [
        known for role in roles if role is not None and (known := ctx.of(role, "Practitioner", "Organization"))
    ]
    said = {"completed": "completed", "active": "in-progress", "aborted": "stopped"}
    ctx.add(
        {
            "resourceType": "Communication",
            "identifier": ctx.identifiers(element),
            "status": said.get(code_of(element, "statusCode"), "unknown"),
            "category": ctx.concepts(find_all(element, "code")),
            "subject": ctx.patient,
            "sent": time_of(find(element, "effectiveTime")) or when,
            "sender": next((one for one in who if "reference" in one), None),
            "recipient": receivers,
        },
        element,
    )


def read_intervention(ctx: Context, element: Element) -> None:
    """An intervention only holds what is done; its parts are read by themselves."""
    if list(related(element)):
        ctx.use(element)


READERS: dict[str, Reader] = dict.fromkeys([*PLANNED, REFERRAL, NUTRITION], read_request)
READERS |= {ENCOUNTER: read_visit, INSTRUCTION: read_instruction, HANDOFF: read_handoff}
READERS |= {TEMPLATE + "22.4.131": read_intervention, TEMPLATE + "22.4.146": read_intervention}
