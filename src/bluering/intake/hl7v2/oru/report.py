"""The fold of a report: its messages in order, one DiagnosticReport, its Observations and Specimens."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluering.intake.hl7v2.attachments import attachment
from bluering.intake.hl7v2.datatypes import concept, moment, period
from bluering.intake.hl7v2.groups import Group, threads_by, told_of
from bluering.intake.hl7v2.keys import Subject, people_threads, reference, resource_id
from bluering.intake.hl7v2.mdm.keys import document_threads
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.oru.codes import REPORT, SECTIONS, accepts, category, follows
from bluering.intake.hl7v2.oru.keys import order_thread, report_thread
from bluering.intake.hl7v2.oru.observations import Seen, hear, observation
from bluering.intake.hl7v2.oru.specimens import specimens
from bluering.intake.hl7v2.parts import (
    encounter_reference,
    filled,
    first,
    identifiers,
    lines,
    named_clinician,
    subject_reference,
    written_instant,
)
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading, Resource, Trouble

IMPRESSION = frozenset(("IMP", "19005-8"))
"""What OBX-3 calls the conclusion of a report: the suffix &IMP (chapter 7.2.4) and LOINC's radiology impression."""
NOT_RESULTS = "observations of the specimen or documents of the order, which are not read as results"


@dataclass
class Reported:
    """What is known of one report."""

    thread: str
    sender: Sender
    status: str = ""
    group: Group | None = None
    subject: Subject | None = None
    message: Message | None = None
    seen: dict[str, Seen] = field(default_factory=dict)
    comments: str = ""
    passed_over: bool = False

    def hear(self, group: Group, subject: Subject, message: Message) -> None:
        """Let one message act. What does not go with the state of the report leaves its heading as it was."""
        obr = group.first("OBR")
        told = REPORT.get(obr[25].upper(), "unknown") if obr is not None else "unknown"
        if self.group is None or accepts(self.status, told):
            self.group, self.subject, self.message = group, subject, message
            self.comments = lines(group.notes_of(obr)) or self.comments
            self.status = follows(self.status, told)
        hear(self.seen, group, told if told != "unknown" else "")
        self.passed_over = self.passed_over or bool(group.passed_over)


def threads_of_results(message: Message, sender: Sender) -> list[str]:
    """The patients and visits, each report, the order that it answers, and the documents that go with them."""
    people = people_threads(message, sender)
    if not people:
        return []
    own = [*threads_by(message, sender, report_thread), *threads_by(message, sender, order_thread)]
    return [*people, *own, *document_threads(message, sender)]


def fold(thread: str, ordered: Sequence[Message], sender: Sender) -> Reading:
    """The DiagnosticReport with its Observations, Specimens, and those who did it."""
    known = Reported(thread, sender)
    for message in ordered:
        for group, subject in told_of(thread, message, sender, report_thread):
            known.hear(group, subject, message)
    if known.group is None or known.subject is None or known.message is None:
        return Reading()
    troubles = [Trouble("OBX", NOT_RESULTS)] if known.passed_over else []
    return Reading(resources=_resources(known, known.group, known.subject, known.message), not_mapped=troubles)


def _resources(known: Reported, group: Group, subject: Subject, message: Message) -> list[Resource]:
    others: list[Resource] = []
    obr = group.first("OBR")
    assert obr is not None
    report = _heading(known, group, obr, subject, message)
    found = specimens(known.thread, group, report["subject"], known.sender)
    report["specimen"] = [filled({"reference": f"Specimen/{one['id']}", "display": _kind(one)}) for one in found]
    shared = _shared(report, known.sender.standard("OBR-24", obr[24]))
    values = {key: one for key, one in known.seen.items() if not one.is_document}
    made = {key: observation(key, one, shared, known.sender, others) for key, one in values.items()}
    report |= {
        "status": known.status if known.status != "unknown" else _state(list(made.values())),
        "performer": _performers(list(made.values())),
        "result": [{"reference": f"Observation/{one['id']}"} for one in made.values()],
        "conclusion": _conclusion(known, made),
        "presentedForm": _documents(known),
    }
    return [*others, *found, *made.values(), filled(report)]


def _shared(report: Resource, section: str) -> dict:
    """What the observations take over from their report."""
    parts = {name: report.get(name) for name in ("basedOn", "subject", "encounter", "issued", "effectiveDateTime")}
    parts["effectiveDateTime"] = parts["effectiveDateTime"] or report.get("effectivePeriod", {}).get("start")
    return {**parts, "report": report["id"], "category": category(section.upper()), "specimen": report["specimen"]}


def _heading(known: Reported, group: Group, obr: Segment, subject: Subject, message: Message) -> Resource:
    """What OBR and ORC say."""
    sender, orc = known.sender, group.first("ORC")
    order = order_thread(group, subject, message, sender)
    numbers = [(first(obr, 2) or first(orc, 2), "PLAC"), (first(obr, 3) or first(orc, 3), "FILL")]
    times = period(obr[7], obr[8], sender) or {}
    whole = len(times) == 2 and times["start"] != times["end"]
    interpreter = named_clinician(first(obr, 32), sender)
    section = sender.standard("OBR-24", obr[24]).upper()
    return {
        "resourceType": "DiagnosticReport",
        "id": resource_id(known.thread),
        "identifier": identifiers(numbers, sender),
        "basedOn": [{"reference": reference(order)}] if order else [],
        "category": [{"coding": [{"system": SECTIONS, "code": section}]}] if section else [],
        "code": concept(first(obr, 4), sender, "OBR-4"),
        "subject": subject_reference(subject, message, sender),
        "encounter": encounter_reference(subject, message, sender),
        "effectivePeriod" if whole else "effectiveDateTime": times if whole else moment(obr[7], sender),
        "issued": written_instant(obr[22], sender) if obr[22] else None,
        "resultsInterpreter": [interpreter] if interpreter else [],
    }


def _kind(specimen: Resource) -> str:
    return specimen.get("type", {}).get("text", "")


def _state(observations: list[Resource]) -> str:
    """Without OBR-25: final when all results are, else as far as the least of them."""
    found = {one["status"] for one in observations} - {"cancelled", "entered-in-error"}
    if not found:
        return "entered-in-error" if any(one["status"] == "entered-in-error" for one in observations) else "unknown"
    if found <= {"final", "corrected", "amended"}:
        return "corrected" if "corrected" in found else "amended" if "amended" in found else "final"
    return "unknown" if "unknown" in found else "registered" if found == {"registered"} else "preliminary"


def _performers(observations: list[Resource]) -> list[dict]:
    """The organisations that answer for the results, each once; else the persons."""
    found = {str(who): who for one in observations for who in one.get("performer", ())}
    places = [who for who in found.values() if not who.get("reference", "").startswith("Practitioner/")]
    return places or list(found.values())


def _conclusion(known: Reported, made: dict[str, Resource]) -> str:
    """The impression, and the notes on the report as a whole, for which R4 has no other place."""
    named = [(key, one.segments[0]) for key, one in known.seen.items() if key in made]
    said = [made[key].get("valueString", "") for key, obx in named if IMPRESSION & {obx[3], obx.get(3, 1, 2)}]
    return "\n".join(one for one in [*said, known.comments] if one)


def _documents(known: Reported) -> list[dict]:
    """ED and RP content that nobody called wrong."""
    documents = [one for one in known.seen.values() if one.is_document and one.status != "entered-in-error"]
    return [made for one in documents if (made := attachment(one.segments[0]))]
