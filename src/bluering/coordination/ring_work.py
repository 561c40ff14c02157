"""What our own work says about the ring: who coordinates, who was talked with, what is handed over, what a gap is about."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bluering.coordination.ring_participants import Face, Faces
from bluering.coordination.ring_sightings import COORDINATES, NAMED, Sighting, kind_by_words
from bluering.coordination.ring_values import Tables, day_of, key_of, rows_of, text_of

FINISHED = ("closed", "cancelled")
RECEIVER_KINDS = {"referral": "specialist", "community": "community", "records": "specialist"}
SENDER_KINDS = {"discharge": "hospital"}
OUR_RECORD = "logged here"


def coordinator_sightings(coordinator: str, contacts: Sequence[Any], person_name: str) -> Iterator[Sighting]:
    """The coordinator, with every contact that reached somebody."""
    if not coordinator:
        return
    role = "care coordinator"
    yield Sighting(coordinator, "clinic", "holds the panel", COORDINATES, role)
    for contact in contacts:
        if contact.reached and (day := day_of(contact.at)):
            whom = {"person": person_name, "caregiver": "a caregiver"}.get(contact.whom, "somebody else")
            what = f"contact with {whom}"
            yield Sighting(coordinator, "clinic", what, COORDINATES, role, day=day, source=OUR_RECORD)


def contact_sightings(tables: Tables, contacts: Sequence[Any]) -> Iterator[Sighting]:
    """Family members, whenever a caregiver was reached and it is clear which one."""
    for contact in contacts:
        if contact.reached and contact.whom == "caregiver" and (name := caregiver_of(tables, contact)):
            yield Sighting(name, "family", "contact", NAMED - 1, day=day_of(contact.at), source=OUR_RECORD)


def caregiver_of(tables: Tables, contact: Any) -> str:
    """The family member whose given name the contact tells, else the only one there is; empty when it is not clear."""
    family = [row for row in rows_of(tables, "related_person") if row.get("active") is not False]
    told = key_of(f"{contact.purpose or ''} {contact.note or ''}").split()
    meant = [row for row in family if text_of(row, "given") and key_of(text_of(row, "given")).split()[0] in told]
    names = {" ".join(filter(None, (text_of(row, "given"), text_of(row, "family")))) for row in meant or family}
    return names.pop() if len(names) == 1 else ""


def open_ones(handoffs: Sequence[Any]) -> list[Any]:
    return [handoff for handoff in handoffs if str(handoff.state) not in FINISHED]


def meet_handoffs(faces: Faces, handoffs: Sequence[Any]) -> None:
    """Bring in those whom only an open handoff names: every receiver, and the senders of discharges."""
    for handoff in open_ones(handoffs):
        kind = str(handoff.kind)
        if faces.named(handoff.receiver) is None:
            faces.meet(_end(handoff, handoff.receiver, RECEIVER_KINDS.get(kind, "clinic")))
        if kind in SENDER_KINDS and faces.named(handoff.sender) is None:
            faces.meet(_end(handoff, handoff.sender, SENDER_KINDS[kind]))


def _end(handoff: Any, name: str, kind: str) -> Sighting:
    day = day_of(handoff.information_confirmed_at)
    kind = kind_by_words(name) or kind
    return Sighting(name, kind, f"named in the handoff {handoff.title}", NAMED, day=day, source=OUR_RECORD)


def ends(faces: Faces, handoff: Any) -> tuple[Face, Face]:
    """Sender and receiver. Whoever is not on the ring is one of us: the coordinator, or the person's clinician."""
    us = faces.coordinator or faces.primary
    return faces.named(handoff.sender) or us, faces.named(handoff.receiver) or us


def waited_for(faces: Faces, handoff: Any) -> list[Face]:
    """At whom the ring stands open while the handoff is: the ends outside the practice's own two, else the receiver."""
    sender, receiver = ends(faces, handoff)
    ours = (faces.coordinator, faces.primary)
    return [face for face in dict.fromkeys((sender, receiver)) if face not in ours] or [receiver]


def concerned(faces: Faces, gap: Any) -> list[Face]:
    """Whom a gap is about: those it names and its fact, else its evidence, else the one who answers for it."""
    found = [*named_in(faces, gap.with_whom), *faces.of_fact(gap.fact_key or "")]
    if not found:
        found = [face for line in _evidence(gap) for face in faces.of_fact(_fact_of(line))]
    if not found and gap.owner != "clinician":
        found = [face for line in _evidence(gap) for face in _only_one_of(faces, line.get("source"))]
    return list(dict.fromkeys(found)) or [answers_for(faces, gap)]


def answers_for(faces: Faces, gap: Any) -> Face:
    if gap.owner == "coordinator" and faces.coordinator:
        return faces.coordinator
    if gap.owner in ("", "clinician", "coordinator", None):
        return faces.primary
    return faces.named(gap.owner) or faces.primary


def named_in(faces: Faces, names: str | None) -> list[Face]:
    """The participants of a text that names one, or several with commas or `and` between them."""
    if not names:
        return []
    if face := faces.named(names):
        return [face]
    return [face for part in re.split(r",|;|/|→|&|\band\b", names) if (face := faces.named(part.strip()))]


def _evidence(gap: Any) -> list[dict]:
    return [line for line in gap.evidence or () if isinstance(line, dict)]


def _fact_of(line: dict) -> str:
    resource = "".join(word.capitalize() for word in str(line.get("table") or "").split("_"))
    return f"{line.get('source') or ''}/{resource}/{line.get('id') or ''}"


def _only_one_of(faces: Faces, source: str | None) -> list[Face]:
    """The one outside organisation or clinician that a source speaks for, when it is only one."""
    if not source or source == faces.primary.first.source:
        return []
    found = [face for face in faces if face.first.source == source and face.kind not in ("clinic", "family")]
    return found if len(found) == 1 else []
