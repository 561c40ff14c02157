"""A visit as a FHIR Encounter, with the places and clinicians that it names."""

from bluering.intake.hl7v2.adt.codes import ROLES, class_coding, disposition
from bluering.intake.hl7v2.adt.parts import distinct
from bluering.intake.hl7v2.adt.stay import OPEN, Spell, Stay
from bluering.intake.hl7v2.datatypes import concept, facility_name, identifier, location, location_name, moment
from bluering.intake.hl7v2.datatypes.practitioners import practitioner, practitioner_reference
from bluering.intake.hl7v2.keys import reference, resource_id
from bluering.intake.reading import Resource

PARTICIPANTS = {7: ("ATND", "attender"), 8: ("REF", "referrer"), 9: ("CON", "consultant"), 17: ("ADM", "admitter")}


def encounter(thread: str, stay: Stay, facility: str) -> list[Resource]:
    """The Encounter and what it refers to; its diagnoses are added by `diagnoses.py`."""
    made: Resource = {"resourceType": "Encounter", "id": resource_id(thread)}
    others: list[Resource] = []
    made |= _filled({"identifier": _identifiers(stay)})
    made["status"] = stay.status
    classes = stay.classes or [Spell("")]
    made["class"] = class_coding(classes[-1].what, stay.sender)
    made |= _filled({"classHistory": _class_history(classes, stay)})
    made |= _codes(stay)
    if stay.patient:
        made["subject"] = {"reference": reference(stay.patient)}
    made |= _filled({"participant": _participants(stay, others), "period": _period(stay)})
    made |= _filled({"hospitalization": _hospitalization(stay), "location": _places(stay, others)})
    made["serviceProvider"] = {"display": _provider(stay) or facility}
    return [*others, made]


def _filled(parts: dict) -> dict:
    return {name: value for name, value in parts.items() if value}


def _identifiers(stay: Stay) -> list[dict]:
    """Visit number, alternate visit id, and account."""
    places = [(stay.pv1, 19, "VN"), (stay.pv1, 50, ""), (stay.pid, 18, "AN")]
    reps = [(rep, kind) for segment, place, kind in places for rep in segment.reps(place)[:5]]
    made = [one for rep, kind in reps if (one := identifier(rep, stay.sender, kind))]
    return distinct(made)


def _class_history(classes: list[Spell], stay: Stay) -> list[dict]:
    if len(classes) == 1:
        return []
    first = classes[0].start or _start(stay)
    return [
        {"class": class_coding(one.what, stay.sender), "period": _filled({"start": one.start or first, "end": one.end})}
        for one in classes
    ]


def _codes(stay: Stay) -> dict:
    """Priority PV1-4, service PV1-10, reason PV2-3."""
    pv1, sender = stay.pv1, stay.sender
    made = {
        "serviceType": concept(pv1.rep(10), sender, "PV1-10", table="0069"),
        "priority": concept(pv1.rep(4), sender, "PV1-4", table="0007"),
    }
    reason = concept(stay.pv2.rep(3), sender, "PV2-3")
    return _filled({**made, "reasonCode": [reason] if reason else None})


def _participants(stay: Stay, others: list[Resource]) -> list[dict]:
    """PV1-7, 8, 9 and 17; those with a number become Practitioners too."""
    made = []
    for place, (code, words) in PARTICIPANTS.items():
        for rep in stay.pv1.reps(place):
            if (who := practitioner_reference(rep, stay.sender)) is None:
                continue
            if (one := practitioner(rep, stay.sender)) is not None:
                others.append(one)
            elif "reference" in who:
                who = {"display": who["display"]}
            made.append({"type": [{"coding": [{"system": ROLES, "code": code, "display": words}]}], "individual": who})
    return made


def _start(stay: Stay) -> str:
    """PV1-44, else when the admission was told; of a planned visit PV2-8."""
    told = moment(stay.pv1[44], stay.sender) or stay.admitted
    if not told and stay.status in ("planned", "cancelled"):
        told = moment(stay.pv2[8], stay.sender) or ""
    return told


def _period(stay: Stay) -> dict:
    """An end only for what has ended; PV1-45 of the last message that tells it."""
    end = (moment(stay.pv1[45], stay.sender) or stay.discharged) if stay.status == "finished" else ""
    return _filled({"start": _start(stay), "end": end})


def _hospitalization(stay: Stay) -> dict:
    pv1, sender = stay.pv1, stay.sender
    number = pv1.rep(5)
    made = {
        "preAdmissionIdentifier": identifier(number, sender) if number else None,
        "admitSource": concept(pv1.rep(14), sender, "PV1-14", table="0023"),
        "reAdmission": concept(pv1.rep(13), sender, "PV1-13", table="0092"),
    }
    if stay.status == "finished":
        made["destination"] = {"display": where} if (where := pv1.get(37, 2) or pv1[37]) else None
        made["dischargeDisposition"] = disposition(pv1.rep(36), sender)
    return _filled(made)


def _places(stay: Stay, others: list[Resource]) -> list[dict]:
    """PV1-3 over time: each place with its period; the last one is current as long as the visit goes on."""
    period, made = _period(stay), []
    for number, one in enumerate(stay.places):
        if one.rep is None or (place := location(one.rep, stay.sender)) is None:
            continue
        others.append(place)
        last = number == len(stay.places) - 1
        current = last and stay.status in OPEN
        status = "active" if current else "planned" if stay.status == "planned" else "completed"
        end = one.end or (period.get("end", "") if last else "")
        start = one.start or (period.get("start", "") if number == 0 else "")
        who = {"reference": f"Location/{place['id']}", "display": location_name(one.rep, stay.sender)}
        made.append({"location": who, "status": status, **_filled({"period": _filled({"start": start, "end": end})})})
    return made


def _provider(stay: Stay) -> str:
    """The facility of PV1-3, else of PV1-39."""
    place = stay.pv1.rep(3)
    return (facility_name(place.subs(4), stay.sender) if place else "") or stay.sender.facility(stay.pv1[39])
