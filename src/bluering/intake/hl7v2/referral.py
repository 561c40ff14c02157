"""REF and RRI: referrals become ServiceRequests, and what became of them a Task.

Sources: HL7 v2.8 chapter 11; tables 0280 (priority), 0281 (type), 0283 (status), 0286 (role of a provider).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import concept, moment, namespace_uri, period
from bluering.intake.hl7v2.datatypes.practitioners import NPI
from bluering.intake.hl7v2.keys import Subject, people_threads, resource_id, subjects
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import (
    display_name,
    encounter_reference,
    filled,
    first,
    identifiers,
    lines,
    organization,
    subject_reference,
    thread_by,
    thread_of_patient,
)
from bluering.intake.hl7v2.registry import natural_rank, register_kind, register_types
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource, stable_id

CANCEL = "I14"
STATUS = {"A": "active", "P": "active", "E": "revoked", "R": "revoked"}
"""Accepted, pending, expired, rejected. A pending referral has been made and waits for its receiver: active."""
TASK = {"P": "requested", "A": "accepted", "R": "rejected", "E": "failed"}
PRIORITY = {"S": "stat", "A": "asap", "R": "routine", "U": "urgent"}
SNOMED = "http://snomed.info/sct"
REFERRAL = {"system": SNOMED, "code": "3457005", "display": "Patient referral"}
REFERS, RECEIVES = frozenset(("RP",)), frozenset(("RT", "PP"))


@dataclass
class Referred:
    """What is known of one referral."""

    thread: str
    sender: Sender
    cancelled: bool = False
    rf1: Merged = field(default_factory=Merged)
    providers: dict[str, Segment] = field(default_factory=dict)
    reasons: list[dict] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    notes: str = ""
    subject: dict | None = None
    visit: dict | None = None
    sent: str = ""

    def hear(self, message: Message, subject: Subject) -> None:
        """Let one message act: the last word on the status counts, a cancellation until it is referred anew."""
        self.rf1.update(message.first("RF1"))
        self.cancelled = message.heading.trigger == CANCEL
        self.subject = subject_reference(subject, message, self.sender) or self.subject
        self.visit = encounter_reference(subject, message, self.sender) or self.visit
        self.providers |= {
            role: one for one in message.all("PRD") for rep in one.reps(1) if (role := rep.get(1).upper())
        }
        self.sent = self.sent or message.msh[7]
        self._details(message)

    def _details(self, message: Message) -> None:
        codes = {"DG1": 3, "PR1": 3, "OBR": 4}
        told = {
            name: [one for s in message.all(name) if (one := concept(first(s, place), self.sender, f"{name}-{place}"))]
            for name, place in codes.items()
        }
        self.reasons = told["DG1"] or self.reasons
        self.asked = [*told["PR1"], *told["OBR"]] or self.asked
        self.authorizations = [one[6] for one in message.all("AUT") if one[6]] or self.authorizations
        before = next((one.number for one in message.segments if one.name in ("OBR", "PV1")), 0)
        of_referral = [one for one in message.all("NTE") if not before or one.number < before]
        self.notes = "\n".join(one for one in (self.rf1[24], lines(of_referral)) if one) or self.notes


def referral_thread(message: Message, sender: Sender) -> str:
    """`referral:<authority>/<number>` of RF1-6 (originating) or RF1-11 (external), else patient and RF1-7 or MSH-7."""
    rf1, subject = message.first("RF1"), next(iter(subjects(message)), None)
    if rf1 is None or subject is None:
        return ""
    if numbered := thread_by("referral", [first(rf1, 6), first(rf1, 11)], message, sender):
        return numbered
    return thread_of_patient("referral", message, sender, rf1[7] or rf1[9] or message.msh[7])


def threads_of_referrals(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, and the referral."""
    people, thread = people_threads(message, sender), referral_thread(message, sender)
    return [*people, thread] if people and thread else people


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The ServiceRequest, the Task that says how far it is, and the two sides."""
    known = Referred(thread, sender)
    for message in ordered:
        subject = next(iter(subjects(message)), None)
        if subject is not None and referral_thread(message, sender) == thread:
            known.hear(message, subject)
    return Reading(resources=_resources(known)) if known.sent else Reading()


def _resources(known: Referred) -> list[Resource]:
    others: list[Resource] = []
    request = _request(known, others)
    return [*others, request, _task(known, request)]


def _request(known: Referred, others: list[Resource]) -> Resource:
    rf1, sender = known.rf1, known.sender
    code = sender.standard("RF1-1", rf1[1]).upper()
    reason = concept(rf1.rep(10), sender, "RF1-10", table="0336")
    setting = concept(rf1.rep(5), sender, "RF1-5", table="0284")
    made = {
        "resourceType": "ServiceRequest",
        "id": resource_id(known.thread),
        "identifier": identifiers([(rf1.rep(6), ""), (rf1.rep(11), "")], sender),
        "status": "revoked" if known.cancelled else STATUS.get(code, "active"),
        "intent": "order",
        "category": [{"coding": [REFERRAL], "text": "Referral"}],
        "priority": PRIORITY.get(sender.standard("RF1-2", rf1[2]).upper()),
        "code": concept(rf1.rep(3), sender, "RF1-3", table="0281") or {"coding": [REFERRAL], "text": "Referral"},
        "orderDetail": known.asked,
        "subject": known.subject,
        "encounter": known.visit,
        "occurrencePeriod": period(rf1[7], rf1[8], sender),
        "authoredOn": moment(rf1[9], sender) or moment(rf1[7], sender) or moment(known.sent, sender),
        "requester": next(iter(_sides(known, REFERS, others)), None),
        "performer": _sides(known, RECEIVES, others),
        "locationCode": [setting] if setting else [],
        "reasonCode": [*known.reasons, *([reason] if reason else [])],
        "supportingInfo": [{"display": "Authorization", "identifier": {"value": one}} for one in known.authorizations],
        "note": [{"text": known.notes}] if known.notes else [],
    }
    return filled(made)


def _sides(known: Referred, roles: frozenset[str], others: list[Resource]) -> list[dict]:
    """Those who refer, or to whom is referred: a person; where no person is named the organisation PRD-10."""
    found = []
    for role, prd in known.providers.items():
        if role not in roles:
            continue
        name = first(prd, 2)
        person = display_name(name, known.sender) if name is not None else ""
        if person:
            found.append(_person(prd, person, known.sender, others))
        elif (one := organization(first(prd, 10), known.sender, others)) is not None:
            found.append(one)
    return found


def _person(prd: Segment, name: str, sender: Sender, others: list[Resource]) -> dict:
    """A Practitioner by the number PRD-7; without one only the name."""
    rep = first(prd, 7)
    if rep is None or not rep.get(1):
        return {"display": name}
    system = NPI if rep.get(2).upper() == "NPI" else namespace_uri([rep.get(2)], sender)
    spoken = first(prd, 2)
    family = spoken.get(1) if spoken is not None else ""
    given = [spoken.get(2)] if spoken is not None and spoken.get(2) else []
    number = filled({"system": system, "value": rep.get(1)})
    one = stable_id("practitioner", system, rep.get(1))
    named = filled({"family": family, "given": given})
    others.append({"resourceType": "Practitioner", "id": one, "identifier": [number], "name": [named]})
    return {"reference": f"Practitioner/{one}", "display": name}


def _task(known: Referred, request: Resource) -> Resource:
    """RF1-1 as the state of the work: R4 keeps what a receiver answers apart from what was asked."""
    code = known.sender.standard("RF1-1", known.rf1[1]).upper()
    owner = next(iter(request.get("performer", ())), None)
    made = {
        "resourceType": "Task",
        "id": stable_id(known.thread, "task"),
        "status": "cancelled" if known.cancelled else TASK.get(code, "requested"),
        "intent": "order",
        "focus": {"reference": f"ServiceRequest/{request['id']}"},
        "for": known.subject,
        "authoredOn": request.get("authoredOn"),
        "requester": request.get("requester"),
        "owner": owner,
        "description": "Referral",
    }
    return filled(made)


register_types(["REF", "RRI"], threads_of_referrals)
register_kind("referral", "ServiceRequest", fold)
natural_rank.update({f"{kind}^{one}": rank for kind in ("REF", "RRI") for one, rank in (("I12", 10), ("I14", 80))})
