"""What people here have said of the participants: confirmed, put right, no longer involved. Facts found later are not forgotten."""

from collections.abc import Iterator, Sequence
from typing import Any

from bluering.coordination.ring_participants import Face, Faces
from bluering.coordination.ring_sightings import NAMED, Sighting
from bluering.coordination.ring_values import day_of


def say_so(faces: Faces, team: Sequence[Any]) -> None:
    """Names, kinds and roles as they were put right; who was only named here comes in. The practice's own stay what they are."""
    for member in team:
        if member.gone_at is not None:
            continue
        face = faces.by_key.get(member.key)
        if face is None:
            faces.meet(Sighting(member.name, member.kind, "named by the coordinator", NAMED, member.role))
            face = faces.named(member.name)
        if face is None:
            continue
        face.confirmed, face.role, face.phone = True, member.role or face.role, member.phone or face.phone
        if face not in (faces.primary, faces.coordinator):
            face.name, face.kind = member.name, member.kind


def gone(faces: Faces, team: Sequence[Any]) -> Iterator[Face]:
    """Those who are no longer involved and of whom nothing newer is known."""
    for member in team:
        face = faces.by_key.get(member.key)
        if member.gone_at is None or face is None or face in (faces.primary, faces.coordinator):
            continue
        if face.day is None or face.day <= (day_of(member.gone_at) or face.day):
            yield face
