"""The care team of a person as one list: who was found in which facts, what people here said of them, who coordinates, who leads.

Facts find somebody; a coordinator confirms, puts right or says that they are no longer involved. One of them leads.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bluering.coordination.models import Behalf, Lead, TeamEvent, TeamMember
from bluering.coordination.ring_participants import ROLES, Face, Faces
from bluering.coordination.ring_team import gone
from bluering.coordination.ring_values import KINDS, initials_of

YEAR = timedelta(days=365)
COORDINATES = re.compile(
    r"\b(case|care)[ -](manage|coordinat)|\bnavigator\b|\bcommunity health worker\b", re.IGNORECASE
)
BEHALF_OF = {
    "clinic": Behalf.PRACTICE, "payer": Behalf.PAYER, "hospital": Behalf.HOSPITAL, "community": Behalf.AGENCY,
}  # fmt: skip


@dataclass(frozen=True)
class Mate:
    """Somebody on or once on the team. `slug` stands for them in addresses; `key` is their name as the ring compares it.

    `state`: confirmed, found or gone. `times` counts the days of the last year on which something passed. `behalf` is for whom they
    coordinate (models.Behalf), empty when they do not; `ours` marks the person's clinician and the coordinator here.
    """

    key: str
    slug: str
    name: str
    initials: str
    role: str
    kind: str
    state: str
    why: str
    last: date | None
    times: int
    sources: tuple[str, ...]
    phone: str
    organization: str
    channel: str
    behalf: str
    note: str
    ours: bool
    leads: bool
    said_by: str
    said_at: Any


def said_of(person_id: str) -> list[TeamMember]:
    """What people here said last of each one around this person; one query."""
    rows = TeamMember.objects.filter(person_id=person_id).select_related("by").order_by("at", "id")
    return list({row.key: row for row in rows}.values())


def lead_of(person_id: str) -> Lead | None:
    """Who was agreed to lead, newest agreement; None when nothing was ever agreed, and the panel's coordinator leads."""
    return Lead.objects.filter(person_id=person_id).order_by("-at", "-id").first()


def history_of(person_id: str) -> list[TeamEvent]:
    """What was said about this team, newest first."""
    return list(TeamEvent.objects.filter(person_id=person_id).select_related("by").order_by("-at", "-id"))


def team_of(person_id: str, faces: Faces, said: Sequence[TeamMember], lead: Lead | None, today: date) -> list[Mate]:
    """Everybody, those who are involved first: found in `faces` (ring.meet, with `said` taken in) or only said to be gone."""
    by_key = {row.key: row for row in said}
    left = {face.key for face in gone(faces, said)}
    mates = [
        _mate(person_id, face, by_key.get(face.key), face.key in left, _leads(faces, face, lead), faces, today)
        for face in faces
    ]
    mates += [_absent(person_id, row) for row in said if row.gone_at and row.key not in faces.by_key]
    return sorted(mates, key=_order)


def slug_of(person_id: str, key: str) -> str:
    """What stands for somebody of a person's team in an address."""
    return hashlib.sha256(f"{person_id}|{key}".encode()).hexdigest()[:12]


def _order(mate: Mate) -> tuple:
    days_ago = -(mate.last.toordinal() if mate.last else 0)
    return mate.state == "gone", not mate.ours, KINDS.index(mate.kind), days_ago, mate.key


def _leads(faces: Faces, face: Face, lead: Lead | None) -> bool:
    return face is faces.coordinator if lead is None or not lead.key else face.key == lead.key


def _mate(
    person_id: str, face: Face, row: TeamMember | None, left: bool, leads: bool, faces: Faces, today: date
) -> Mate:
    said = row if row and (left or not row.gone_at) else None
    role = face.role or ROLES[face.kind]
    return Mate(
        face.key, slug_of(person_id, face.key), face.name, initials_of(face.name), role, face.kind,
        "gone" if left else "confirmed" if face.confirmed else "found", face.why(today), face.day,
        sum(today - YEAR < day <= today for day in face.days), tuple(sorted(face.sources)), face.phone,
        said.organization if said else "", said.channel if said else "", _behalf(face, role, said), said.note if said else "",
        face in (faces.primary, faces.coordinator), leads and not left, said.by.name if said else "", said.at if said else None,
    )  # fmt: skip


def _behalf(face: Face, role: str, said: TeamMember | None) -> str:
    """For whom they coordinate: as it was said here, else by their role and their house."""
    if said and face.confirmed:
        return said.behalf
    return str(BEHALF_OF.get(face.kind, Behalf.OTHER)) if COORDINATES.search(role) else ""


def _absent(person_id: str, row: TeamMember) -> Mate:
    """Somebody who is gone and of whom no fact tells."""
    return Mate(
        row.key, slug_of(person_id, row.key), row.name, initials_of(row.name), row.role or ROLES[row.kind], row.kind, "gone", "",
        None, 0, (), row.phone, row.organization, row.channel, row.behalf, row.note, False, False, row.by.name, row.at,
    )  # fmt: skip
