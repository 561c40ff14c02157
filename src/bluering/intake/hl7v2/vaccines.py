"""VXU: vaccinations become Immunizations. Sources: HL7 v2.5.1 immunization guide (CDC); tables 0322, 0323, NIP001."""

from collections.abc import Sequence

from bluering.intake.hl7v2.datatypes import concept, day, location, moment, number
from bluering.intake.hl7v2.groups import Group, threads_by, told_of
from bluering.intake.hl7v2.keys import Subject, people_threads, resource_id
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import (
    annotations,
    clinicians,
    encounter_reference,
    filled,
    first,
    identifiers,
    subject_reference,
    thread_by,
    thread_of_patient,
)
from bluering.intake.hl7v2.registry import register_kind, register_types
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.hl7v2.values import value_of
from bluering.intake.reading import Reading, Resource

NOT_DONE = frozenset(("RE", "NA"))
"""Refused, not administered. Complete and partially administered are done."""
NOTHING = "998"
"""CVX: no vaccine administered; the segment only carries a forecast."""
UNKNOWN_AMOUNT = "999"
FUNCTIONS = "http://terminology.hl7.org/CodeSystem/v2-0443"
DOSE_NUMBER, FUNDING, ELIGIBILITY = "30973-2", "30963-3", "64994-7"


def vaccine_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`vaccine:<authority>/<number>` of ORC-3, else ORC-2; 9999 is nobody's number: then patient, vaccine and day."""
    rxa, orc = group.first("RXA"), group.first("ORC")
    if rxa is None or rxa[5] == NOTHING:
        return ""
    numbers = [rep for place in (3, 2) if (rep := first(orc, place)) and rep.get(1) != "9999"]
    if numbered := thread_by("vaccine", numbers, message, sender):
        return numbered
    return thread_of_patient("vaccine", message, sender, rxa[3][:8] or message.msh[7], rxa[5], subject=subject)


def threads_of_vaccines(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, and each vaccination."""
    people = people_threads(message, sender)
    return [*people, *threads_by(message, sender, vaccine_thread)] if people else []


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The Immunization as last told; deleted (RXA-21 D) it is an error."""
    made: list[Resource] = []
    for message in ordered:
        for group, subject in told_of(thread, message, sender, vaccine_thread):
            made = _immunization(thread, group, subject, message, sender)
    return Reading(resources=made)


def _immunization(thread: str, group: Group, subject: Subject, message: Message, sender: Sender) -> list[Resource]:
    rxa, orc, rxr = group.first("RXA"), group.first("ORC"), group.first("RXR")
    assert rxa is not None
    others: list[Resource] = []
    told = _told(group, sender)
    made: Resource = {
        "resourceType": "Immunization",
        "id": resource_id(thread),
        "identifier": identifiers([(first(orc, 2), "PLAC"), (first(orc, 3), "FILL")], sender),
        "status": _status(rxa),
        "statusReason": concept(first(rxa, 18), sender, "RXA-18"),
        "vaccineCode": concept(first(rxa, 5), sender, "RXA-5"),
        "patient": subject_reference(subject, message, sender),
        "encounter": encounter_reference(subject, message, sender),
        "occurrenceDateTime": moment(rxa[3], sender),
        **_origin(rxa, sender),
        "manufacturer": filled({"display": rxa.get(17, 2) or rxa[17]}),
        "lotNumber": rxa[15],
        "expirationDate": day(rxa[16]),
        "site": concept(first(rxr, 2), sender, "RXR-2", table="0163"),
        "route": concept(first(rxr, 1), sender, "RXR-1", table="0162"),
        "doseQuantity": _dose(rxa),
        "location": _place(rxa, sender, others),
        "performer": _performers(rxa, orc, sender, others),
        "note": annotations(group.notes_of(rxa)),
        **told,
    }
    return [*others, filled(made)]


def _status(rxa: Segment) -> str:
    if rxa[21].upper() == "D":
        return "entered-in-error"
    return "not-done" if rxa[20].upper() in NOT_DONE else "completed"


def _origin(rxa: Segment, sender: Sender) -> dict:
    """RXA-9 (NIP001): 00 is a record of what was given here, the others tell of the past."""
    codes = [rep for rep in rxa.reps(9) if rep.get(1)]
    if not codes:
        return {}
    first_hand = codes[0].get(1) == "00"
    origin = None if first_hand else concept(codes[0], sender, "RXA-9")
    return filled({"primarySource": first_hand, "reportOrigin": origin})


def _dose(rxa: Segment) -> dict:
    amount = number(rxa[6]) if rxa[6] != UNKNOWN_AMOUNT else None
    return filled({"value": amount, "unit": rxa.get(7, 2) or rxa[7]}) if amount is not None else {}


def _place(rxa: Segment, sender: Sender, others: list[Resource]) -> dict | None:
    """RXA-11, from version 2.7 RXA-27."""
    rep = first(rxa, 27) or first(rxa, 11)
    if rep is None or (one := location(rep, sender)) is None:
        return None
    others.append(one)
    return {"reference": f"Location/{one['id']}", "display": one["name"]}


def _performers(rxa: Segment, orc: Segment | None, sender: Sender, others: list[Resource]) -> list[dict]:
    """Who gave it (RXA-10), and who ordered it (ORC-12)."""
    roles = {"AP": rxa.reps(10), "OP": orc.reps(12) if orc is not None else []}
    return [
        {"function": {"coding": [{"system": FUNCTIONS, "code": role}]}, "actor": who}
        for role, reps in roles.items()
        for who in clinicians(reps, sender, others)
    ]


def _told(group: Group, sender: Sender) -> dict:
    """What OBX tells beside RXA: eligibility, funding, the dose's number in its series."""
    found: dict = {}
    for obx in group.results:
        value = value_of([obx], sender)
        coded = value.get("valueCodeableConcept")
        if obx[3] == ELIGIBILITY and coded:
            found["programEligibility"] = [coded]
        elif obx[3] == FUNDING and coded:
            found["fundingSource"] = coded
        elif obx[3] == DOSE_NUMBER and (count := number(obx[5])) is not None and count >= 1:
            found["protocolApplied"] = [{"doseNumberPositiveInt": int(count)}]
    return found


register_types(["VXU"], threads_of_vaccines)
register_kind("vaccine", "Immunization", fold)
