"""The ring around one person: who works for them, what joins these, and where it is open. Computed, never drawn by hand.

Facts come from the chart, work from contacts, handoffs and gaps. Nothing here touches the database, so the ring can be
tried on plain values: a contact, handoff or gap is anything with the attributes of its model.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from bluering.coordination.ring_around import LONG_AGO, Around
from bluering.coordination.ring_links import links
from bluering.coordination.ring_participants import ROLES, Face, Faces
from bluering.coordination.ring_practice import Practice, practice_of
from bluering.coordination.ring_sightings import sightings
from bluering.coordination.ring_team import gone, say_so
from bluering.coordination.ring_values import (
    KINDS,
    Arrow,
    Link,
    Participant,
    Ring,
    Tables,
    day_of,
    initials_of,
    say_day,
)  # fmt: skip
from bluering.coordination.ring_work import (
    concerned,
    contact_sightings,
    coordinator_sightings,
    ends,
    meet_handoffs,
    open_ones,
    waited_for,
)  # fmt: skip
from bluering.record.providers import Directory

__all__ = ["Arrow", "Link", "Participant", "Ring", "build_ring"]

MOST = 25
MORE = "n-more"


class Reason(NamedTuple):
    """Why the ring is open at somebody: a gap, or a handoff when there is no `gap_id`."""

    title: str
    due: Any
    gap_id: int | None = None


def build_ring(
    *, person_name: str, tables: Tables, contacts: Sequence[Any], handoffs: Sequence[Any], gaps: Sequence[Any],
    coordinator: str | None, today: date, practice_sources: Collection[str] = (), team: Sequence[Any] = (),
    directory: Directory | None = None,
) -> Ring:  # fmt: skip
    """The ring as of `today`. `tables` is the chart's; `coordinator` the name shown; gaps that are not open are left out.

    Up to 25 participants; beyond these the least recent are folded into one, but never one at whom the ring is open.
    The person's clinician or practice is always there. Without `practice_sources` the practice is the source that
    names the person's clinician. `team` is what people here said of the participants (models.TeamMember), `directory` who the
    facts' providers are.
    """
    practice = practice_of(tables, practice_sources)
    faces = meet(
        person_name=person_name, tables=tables, contacts=contacts, handoffs=handoffs, coordinator=coordinator,
        practice=practice, today=today, team=team, directory=directory,
    )  # fmt: skip
    open_gaps = [gap for gap in gaps if getattr(gap, "state", "open") == "open"]
    around = Around(faces, tables, practice, list(contacts), list(handoffs), open_gaps, today)
    reasons = _reasons(around)
    for face in gone(faces, team):
        if face.key not in reasons:
            faces.leave(face)
    shown, folded = _fold(around, reasons)
    participants = [_participant(face, reasons.get(face.key, []), today) for face in shown]
    if folded:
        participants.append(_more(folded, today))
    ids = {participant.id for participant in participants}
    return Ring(
        participants,
        [link for link in links(around) if {link.a, link.b} <= ids],
        _arrows(around),
    )


def meet(
    *, person_name: str, tables: Tables, contacts: Sequence[Any], handoffs: Sequence[Any], coordinator: str | None,
    practice: Practice, today: date, team: Sequence[Any] = (), directory: Directory | None = None,
) -> Faces:  # fmt: skip
    """Everybody whom the chart and our work know of, with what was said of them here."""
    found = [
        *sightings(tables, practice, today, directory),
        *coordinator_sightings(coordinator or "", contacts, person_name),
        *contact_sightings(tables, contacts),
    ]
    faces = Faces(found, person_name=person_name, today=today, directory=directory)
    meet_handoffs(faces, handoffs)
    say_so(faces, team)
    return faces


def _reasons(around: Around) -> dict[str, list[Reason]]:
    """Face key -> the open gaps, most pressing first as they came, then the open handoffs that concern it."""
    reasons: dict[str, list[Reason]] = {}
    for gap in around.gaps:
        for face in concerned(around.faces, gap):
            reasons.setdefault(face.key, []).append(Reason(gap.title, gap.due_date, gap.id))
    for handoff in open_ones(around.handoffs):
        for face in waited_for(around.faces, handoff):
            reasons.setdefault(face.key, []).append(Reason(handoff.title, handoff.due_date))
    return reasons


def _fold(around: Around, reasons: dict[str, list[Reason]]) -> tuple[list[Face], list[Face]]:
    """Who is shown, in ring order, and who is folded: the least recent of those nothing open needs."""
    faces = sorted(around.faces, key=lambda face: _place(around.faces, face))
    if len(faces) <= MOST:
        return faces, []
    needed = {around.faces.primary, around.faces.coordinator}
    needed |= {face for handoff in open_ones(around.handoffs) for face in ends(around.faces, handoff)}
    needed |= {face for face in faces if face.key in reasons}
    others = [face for face in faces if face not in needed]
    others.sort(key=lambda face: (face.day or LONG_AGO, face.weight), reverse=True)
    room = max(0, MOST - 1 - (len(faces) - len(others)))
    folded = set(others[room:])
    return [face for face in faces if face not in folded], [face for face in faces if face in folded]


def _place(faces: Faces, face: Face) -> tuple:
    """The person's clinician on top, the coordinator beside, then kind by kind, by name."""
    return face is not faces.primary, face is not faces.coordinator, KINDS.index(face.kind), face.key


def _participant(face: Face, reasons: list[Reason], today: date) -> Participant:
    state = "open" if reasons else "quiet" if face.is_quiet(today) else "current"
    gap_ids = tuple(reason.gap_id for reason in reasons if reason.gap_id is not None)
    why = " ".join([*(_reason(reason, today) for reason in reasons[:1]), face.why(today)])
    return Participant(
        face.id, face.name, initials_of(face.name), face.role or ROLES[face.kind], face.kind, state, why, gap_ids, face.day,
        face.confirmed,
    )  # fmt: skip


def _reason(reason: Reason, today: date) -> str:
    """What is open, and until when."""
    due = f", due {say_day(day_of(reason.due), today)}" if reason.due else ""
    return f"Open: {reason.title}{due}."


def _more(folded: list[Face], today: date) -> Participant:
    """One participant that stands for several."""
    kinds = Counter(face.kind for face in folded)
    kind = max(KINDS, key=lambda name: kinds[name])
    days = [face.day for face in folded if face.day]
    quiet = all(face.is_quiet(today) for face in folded)
    many = len(folded)
    why = f"Not shown for space, and nothing is open with them: {', '.join(face.name for face in folded)}."
    return Participant(
        MORE, f"{many} more", f"+{many}", "others", kind, "quiet" if quiet else "current", why, (), max(days, default=None)
    )  # fmt: skip


def _arrows(around: Around) -> list[Arrow]:
    """The open handoffs, in the order they came; one within one participant has no arrow."""
    arrows = []
    for handoff in open_ones(around.handoffs):
        sender, receiver = ends(around.faces, handoff)
        if sender is not receiver:
            arrows.append(Arrow(sender.id, receiver.id, handoff.title, handoff.id))
    return arrows
