"""The observations of a report over all its messages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bluering.intake.hl7v2.attachments import DOCUMENTS, TEXT_TYPES
from bluering.intake.hl7v2.datatypes import concept, moment
from bluering.intake.hl7v2.groups import Group
from bluering.intake.hl7v2.oru.codes import KEEPS_VALUE, NO_RESULT, OBSERVATION, accepts, follows
from bluering.intake.hl7v2.parts import annotations, clinicians, entity, filled, first, organization, written_instant
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.hl7v2.values import interpretation, reference_range, value_of
from bluering.intake.reading import Resource, stable_id


@dataclass
class Seen:
    """One observation as it stands: its state, and the segments and group that last told its value."""

    status: str
    segments: list[Segment]
    group: Group

    @property
    def is_document(self) -> bool:
        """Whether it is a document or a pointer to one rather than a value."""
        return self.segments[0][2].upper() in DOCUMENTS


def hear(seen: dict[str, Seen], group: Group, of_report: str) -> None:
    """Let the results of one message act; `of_report` is the state of its OBR, for an OBX that names none."""
    for key, segments in _told(group.results):
        code = segments[0][11].upper()
        if code in NO_RESULT:
            continue
        status = OBSERVATION.get(code) or (of_report if not code and of_report else "unknown")
        status = "preliminary" if status == "partial" else status
        before = seen.get(key)
        if before is None:
            seen[key] = Seen(status, segments, group)
        elif accepts(before.status, status):
            kept = before if code in KEEPS_VALUE else Seen(status, segments, group)
            seen[key] = Seen(follows(before.status, status), kept.segments, kept.group)


def _told(results: Iterable[Segment]) -> Iterator[tuple[str, list[Segment]]]:
    """Each observation with its OBX and a key: code, sub-id, and which of those with the same code and sub-id it is."""
    grouped: list[list[Segment]] = []
    for obx in results:
        if grouped and _goes_on(grouped[-1][-1], obx):
            grouped[-1].append(obx)
        else:
            grouped.append([obx])
    counted: dict[tuple[str, str], int] = {}
    for segments in grouped:
        code, sub = _code(segments[0]), "" if len(segments) > 1 else segments[0][4]
        nth = counted[code, sub] = counted.get((code, sub), 0) + 1
        yield f"{code}|{sub}|{nth}", segments


def _goes_on(before: Segment, obx: Segment) -> bool:
    """Whether an OBX is the next line of a text: same code, same sub-id, or one that counts the lines."""
    if _code(before) != _code(obx) or before[2] != obx[2] or obx[2].upper() not in TEXT_TYPES:
        return False
    if before[4] == obx[4]:
        return obx[2].upper() != "ST" or bool(obx[4]) or before[6] == obx[6] == ""
    counted = before[4].isdigit() and obx[4].isdigit() and int(obx[4]) == int(before[4]) + 1
    return counted and obx[2].upper() != "ST"


def _code(obx: Segment) -> str:
    return "^".join((obx.get(3) or obx.get(3, 2) or obx.get(3, 4), obx.get(3, 3)))


def observation(key: str, seen: Seen, shared: dict, sender: Sender, others: list[Resource]) -> Resource:
    """The Observation. `shared` is what it takes over from its report where OBX says nothing."""
    obx, group = seen.segments[0], seen.group
    noted = [note for one in seen.segments for note in group.notes_of(one)]
    site = concept(first(obx, 20), sender, "OBX-20", table="0163")
    made = {
        "resourceType": "Observation",
        "id": stable_id(f"{shared['report']}/observation", key),
        "identifier": [one for rep in obx.reps(21) if (one := entity(rep, sender))],
        "basedOn": shared["basedOn"],
        "status": seen.status,
        "category": shared["category"],
        "code": concept(first(obx, 3), sender, "OBX-3"),
        "subject": shared["subject"],
        "encounter": shared["encounter"],
        "effectiveDateTime": moment(obx[14], sender) or shared["effectiveDateTime"],
        "issued": written_instant(obx[19], sender) if obx[19] else shared["issued"],
        "performer": _performers(obx, sender, others),
        **value_of(seen.segments, sender),
        "interpretation": interpretation(obx, sender),
        "note": annotations(noted),
        "bodySite": site,
        "method": concept(first(obx, 17), sender, "OBX-17"),
        "specimen": next(iter(shared["specimen"]), None),
        "referenceRange": reference_range(obx),
    }
    return filled(made)


def _performers(obx: Segment, sender: Sender, others: list[Resource]) -> list[dict]:
    """The responsible observer OBX-16, and the organisation OBX-23, else the producer OBX-15."""
    people = clinicians(obx.reps(16), sender, others)
    place = organization(first(obx, 23), sender, others)
    if place is None and (producer := obx.get(15, 2) or obx[15]):
        place = {"display": producer}
    return [*people, *([place] if place else [])]
