"""The fold of a document: its messages in order, one DocumentReference."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.attachments import attachment
from bluering.intake.hl7v2.datatypes import concept, moment
from bluering.intake.hl7v2.datatypes.codes import LOINC
from bluering.intake.hl7v2.keys import Subject, facility_of, reference, resource_id, subjects
from bluering.intake.hl7v2.mdm.codes import AVAILABILITY, CONFIDENTIALITY, DOC_STATUS, LABELS, TABLE_0270, TYPES
from bluering.intake.hl7v2.mdm.contents import contents, loinc_type, texts
from bluering.intake.hl7v2.mdm.keys import APPENDS, REPLACES, documents, orders_of, parent_thread
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import (
    clinicians,
    encounter_reference,
    entity,
    filled,
    subject_reference,
    written_instant,
)
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource

CANCEL = "T11"


@dataclass
class Written:
    """What is known of one document."""

    thread: str
    sender: Sender
    status: str = ""
    txa: Merged = field(default_factory=Merged)
    parent: str = ""
    relation: str = ""
    contents: list[dict] = field(default_factory=list)
    named: dict | None = None
    subject: dict | None = None
    visit: dict | None = None
    custodian: str = ""
    orders: list[str] = field(default_factory=list)

    def hear(self, message: Message, subject: Subject, txa: Segment) -> None:
        """Let a message about this document act."""
        trigger = message.heading.trigger
        self.txa.update(txa)
        self.subject = subject_reference(subject, message, self.sender) or self.subject
        self.visit = encounter_reference(subject, message, self.sender) or self.visit
        self.custodian = facility_of(message, self.sender)
        told = AVAILABILITY.get(txa[19].upper(), "")
        if trigger == CANCEL:
            self.status = "entered-in-error"
        elif self.status in ("", "current") or trigger in ("T01", "T02"):
            self.status = told or "current"
        body = contents(message, txa)
        self.contents = [made for obx in body if (made := attachment(obx))] + texts(body) or self.contents
        self.named = next((one for obx in body if (one := loinc_type(obx, self.sender))), self.named)
        self._relate(trigger, message, txa)
        self.orders = orders_of(txa, message, self.sender) or self.orders

    def _relate(self, trigger: str, message: Message, txa: Segment) -> None:
        """TXA-13, the document to which this one is an addendum or which it replaces."""
        if (parent := parent_thread(txa, message, self.sender)) and parent != self.thread:
            self.parent = parent
            if not self.relation or trigger in REPLACES | APPENDS:
                self.relation = "replaces" if trigger in REPLACES else "appends"

    def replaced(self) -> None:
        """Another document takes the place of this one."""
        if self.status != "entered-in-error":
            self.status = "superseded"


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The DocumentReference, and who wrote it."""
    known = Written(thread, sender)
    for message, subject in ((one, subjects(one)[0]) for one in ordered if subjects(one)):
        for txa, is_replaced in documents(message, sender).get(thread, []):
            if is_replaced:
                known.replaced()
            else:
                known.hear(message, subject, txa)
    return Reading(resources=_reference(known)) if known.custodian else Reading()


def _reference(known: Written) -> list[Resource]:
    txa, sender = known.txa, known.sender
    others: list[Resource] = []
    label = LABELS.get(sender.standard("TXA-18", txa[18]).upper())
    signers = clinicians(txa.reps(10) or txa.reps(22), sender, others)
    made: Resource = {
        "resourceType": "DocumentReference",
        "id": resource_id(known.thread),
        "masterIdentifier": entity(txa.rep(12), sender),
        "identifier": [one for place in (12, 16) if (one := entity(txa.rep(place), sender))],
        "status": known.status or "superseded",
        "docStatus": DOC_STATUS.get(sender.standard("TXA-17", txa[17]).upper()),
        "type": _type(known),
        "subject": known.subject,
        "date": written_instant(_date(txa), sender),
        "author": clinicians(txa.reps(9) or txa.reps(5), sender, others),
        "authenticator": next(iter(signers), None),
        "custodian": filled({"display": known.custodian}),
        "relatesTo": _relations(known),
        "description": txa[25] or _title(known),
        "securityLabel": [{"coding": [{"system": CONFIDENTIALITY, "code": label}]}] if label else [],
        "content": [{"attachment": one} for one in known.contents] or [{"attachment": {"title": _title(known)}}],
        "context": _context(known),
    }
    return [*others, filled(made)]


def _type(known: Written) -> dict | None:
    """TXA-2 with the LOINC code of the same kind; what OBX-3 says in LOINC where TXA-2 is not of table 0270."""
    rep, sender = known.txa.rep(2), known.sender
    code = sender.standard("TXA-2", rep.get(1)).upper() if rep is not None else ""
    if code not in TYPES:
        told = concept(rep, sender, "TXA-2", table="0270")
        if known.named is None:
            return told
        return {**known.named, "coding": [*known.named["coding"], *(told or {}).get("coding", ())]}
    words, loinc = TYPES[code]
    codings = [{"system": LOINC, "code": loinc}] if loinc else []
    return {"coding": [*codings, {"system": TABLE_0270, "code": code, "display": words}], "text": words}


def _title(known: Written) -> str:
    kind = _type(known) or {}
    return known.txa[25] or kind.get("text", "") or known.txa[16] or "Document"


def _date(txa: Merged) -> str:
    """When it was written: origination TXA-6, transcription TXA-7, edit TXA-8, activity TXA-4."""
    return next((txa[place] for place in (6, 7, 8, 4) if txa[place]), "")


def _relations(known: Written) -> list[dict]:
    if not known.parent:
        return []
    return [{"code": known.relation, "target": {"reference": reference(known.parent)}}]


def _context(known: Written) -> dict:
    """The visit, when it took place (TXA-4), and the orders whose outcome it is."""
    return filled(
        {
            "encounter": [known.visit] if known.visit else [],
            "period": filled({"start": moment(known.txa[4], known.sender)}),
            "related": [{"reference": one} for one in known.orders],
        }
    )
