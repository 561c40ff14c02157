"""SPM as Specimens; of versions before 2.5 the source in OBR-15."""

from bluering.intake.hl7v2.datatypes import concept, moment, period
from bluering.intake.hl7v2.groups import Group
from bluering.intake.hl7v2.message import Repetition, Segment
from bluering.intake.hl7v2.parts import IDENTIFIER_TYPES, filled, first
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Resource, stable_id


def specimens(thread: str, group: Group, subject: dict | None, sender: Sender) -> list[Resource]:
    """The Specimens of a result."""
    told = [_of_spm(segment, sender) for segment in group.specimens] or _of_obr(group.first("OBR"), sender)
    return [
        filled({"resourceType": "Specimen", "id": stable_id(thread, "specimen", str(n)), **one, "subject": subject})
        for n, one in enumerate(told, start=1)
    ]


def _of_spm(spm: Segment, sender: Sender) -> dict:
    times = period(spm.get(17), spm.get(17, 2), sender) or {}
    collected = {
        "collectedPeriod": times if len(times) == 2 else None,
        "collectedDateTime": times.get("start") if len(times) == 1 else None,
        "method": concept(first(spm, 7), sender, "SPM-7", table="0488"),
        "bodySite": concept(first(spm, 8), sender, "SPM-8"),
    }
    return {
        "identifier": _numbers(first(spm, 2)),
        "type": concept(first(spm, 4), sender, "SPM-4", table="0487"),
        "receivedTime": moment(spm[18], sender),
        "collection": filled(collected),
    }


def _numbers(rep: Repetition | None) -> list[dict]:
    """SPM-2, a pair of EI: the placer's number and the filler's."""
    pairs = ((1, "PLAC"), (2, "FILL")) if rep is not None else ()
    return [
        {"type": {"coding": [{"system": IDENTIFIER_TYPES, "code": kind}]}, "value": rep.get(n)}
        for n, kind in pairs
        if rep is not None and rep.get(n)
    ]


def _of_obr(obr: Segment | None, sender: Sender) -> list[dict]:
    """OBR-15: source and site are coded in subcomponents."""
    if obr is None or not (code := obr.get(15, 1, 1) or obr.get(15, 1, 2)):
        return []
    text = obr.get(15, 1, 2) or code
    return [
        {
            "type": filled({"coding": [{"code": code}] if obr.get(15, 1, 1) else [], "text": text}),
            "receivedTime": moment(obr[14], sender),
            "collection": filled({"collectedDateTime": moment(obr[7], sender)}),
        }
    ]
