"""What the readers of appointments, orders, results and documents share: identifiers, clinicians, notes, subjects."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from bluering.intake.hl7v2.datatypes import human_name, instant, namespace_uri
from bluering.intake.hl7v2.datatypes.practitioners import practitioner, practitioner_reference
from bluering.intake.hl7v2.keys import Subject, bounded, facility_of, patient_thread, reference, subjects, visit_thread
from bluering.intake.hl7v2.message import Message, Repetition, Segment
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Resource, stable_id

IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"


class Fields(Protocol):
    """A Segment, or what several of them say together (`adt.merged.Merged`)."""

    def __getitem__(self, field: int) -> str: ...
    def get(self, field: int, component: int = 1, sub: int = 1, rep: int = 0) -> str: ...
    def reps(self, field: int) -> list[Repetition]: ...


def filled(parts: dict[str, Any]) -> dict[str, Any]:
    """Without what is None or empty; 0 and False stay."""
    return {name: value for name, value in parts.items() if value or value is False or value == 0}


def first(segment: Fields | None, field: int) -> Repetition | None:
    """The first repetition of a field that holds something."""
    return next(iter(segment.reps(field)), None) if segment is not None else None


def entity(rep: Repetition | None, sender: Sender, kind: str = "") -> dict | None:
    """An Identifier of an EI (number, namespace, universal id, its type); `kind` is its type in table 0203."""
    if rep is None or not rep.get(1):
        return None
    system = namespace_uri([rep.get(2), rep.get(3), rep.get(4)], sender)
    coded = {"coding": [{"system": IDENTIFIER_TYPES, "code": kind}]} if kind else None
    return filled({"type": coded, "system": system, "value": rep.get(1)})


def entity_key(rep: Repetition | None, facility: str) -> str:
    """`authority/number` of an EI: what it says of itself, else the facility; '' without a number."""
    if rep is None or not rep.get(1):
        return ""
    authority = rep.get(2) or rep.get(3) or facility
    return f"{bounded(authority)}/{bounded(rep.get(1))}"


def thread_by(kind: str, reps: Sequence[Repetition | None], message: Message, sender: Sender) -> str:
    """`kind:authority/number` of the first of these numbers that is given; '' for none."""
    facility = facility_of(message, sender)
    keys = (entity_key(rep, facility) for rep in reps)
    return next((f"{kind}:{key}" for key in keys if key), "")


def thread_of_patient(
    kind: str, message: Message, sender: Sender, at: str, *parts: str, subject: Subject | None = None
) -> str:
    """`kind:patient@time/parts`, for what bears no number; '' without a patient or a time."""
    subject = subject or next(iter(subjects(message)), None)
    patient = patient_thread(subject.pid, message, sender) if subject is not None else ""
    if not patient or not at:
        return ""
    return "/".join([f"{kind}:{bounded(patient)}@{bounded(at)}", *(bounded(one) for one in parts if one)])


def subject_reference(subject: Subject, message: Message, sender: Sender) -> dict | None:
    """The patient; None when PID numbers nobody."""
    thread = patient_thread(subject.pid, message, sender)
    return {"reference": reference(thread)} if thread else None


def encounter_reference(subject: Subject, message: Message, sender: Sender) -> dict | None:
    """The visit that PV1 numbers."""
    thread = visit_thread(subject, message, sender)
    return {"reference": reference(thread)} if thread else None


def clinician(rep: Repetition | None, sender: Sender, others: list[Resource]) -> dict | None:
    """A reference to the clinician of an XCN, who is added to `others`; only a name where the message gives no number."""
    if rep is None or (who := practitioner_reference(rep, sender)) is None:
        return None
    if (one := practitioner(rep, sender)) is not None:
        others.append(one)
    elif "reference" in who:
        return {"display": who["display"]}
    return who


def clinicians(reps: Iterable[Repetition], sender: Sender, others: list[Resource]) -> list[dict]:
    """All of a repeating XCN."""
    return [who for rep in reps if (who := clinician(rep, sender, others))]


def named_clinician(rep: Repetition | None, sender: Sender) -> dict | None:
    """A mere name as display, of an NDL (name and place: OBR-32), whose first component is number & family & given."""
    if rep is None:
        return None
    parts = [*rep.subs(1), "", "", ""]
    if not (parts[1] or parts[2]):
        who = practitioner_reference(rep, sender)
        return {"display": who["display"]} if who else None
    return {"display": " ".join(one for one in (parts[2], parts[3], parts[1]) if one)}


def organization(rep: Repetition | None, sender: Sender, others: list[Resource]) -> dict | None:
    """An organisation of an XON as a reference; an Organization is added to `others`."""
    if rep is None or not rep.get(1):
        return None
    name = rep.get(1)
    number = rep.get(10) or rep.get(3)
    number = "" if number.isdigit() and number == rep.get(4) else number
    made: Resource = {"resourceType": "Organization", "id": stable_id("organization", sender.source, name)}
    if number:
        system = namespace_uri(rep.subs(6), sender)
        made["identifier"] = [filled({"system": system, "value": number})]
    others.append({**made, "active": True, "name": name})
    return {"reference": f"Organization/{made['id']}", "display": name}


def display_name(rep: Repetition, sender: Sender) -> str:
    """A person's name (XPN) in the order in which it is spoken."""
    name = human_name(rep, sender) or {}
    parts = [*name.get("prefix", []), *name.get("given", []), name.get("family", ""), *name.get("suffix", [])]
    return " ".join(one for one in parts if one)


def lines(segments: Iterable[Segment], field: int = 3) -> str:
    """The text of notes (NTE-3), one line for each repetition."""
    found = [rep.text.strip() for segment in segments for rep in segment.reps(field)]
    return "\n".join(one for one in found if one)


def annotations(segments: Iterable[Segment]) -> list[dict]:
    """The notes of one segment as one Annotation: senders cut a text into one NTE a line."""
    text = lines(segments)
    return [{"text": text}] if text else []


def written_instant(text: str, sender: Sender) -> str | None:
    """A FHIR instant; a day counts from its first second."""
    told = instant(text, sender)
    return told.isoformat(timespec="seconds") if told else None


def identifiers(pairs: Iterable[tuple[Repetition | None, str]], sender: Sender) -> list[dict]:
    """Identifiers of EI fields with their types, each once."""
    made = [one for rep, kind in pairs if (one := entity(rep, sender, kind))]
    return list({(one.get("system"), one["value"], str(one.get("type"))): one for one in made}.values())
