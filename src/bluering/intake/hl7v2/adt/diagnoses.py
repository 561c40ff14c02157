"""DG1: the diagnoses of a visit, as Conditions and in Encounter.diagnosis."""

from bluering.intake.hl7v2.adt.stay import Stay
from bluering.intake.hl7v2.datatypes import coding, concept, moment, practitioner_reference
from bluering.intake.hl7v2.keys import reference
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Resource, stable_id

CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ROLE = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
# Table 0052: admitting, working, final.
STATUS = {"A": "provisional", "W": "provisional", "F": "confirmed"}
USES = {"A": ("AD", "Admission diagnosis"), "F": ("DD", "Discharge diagnosis")}
RANKED = frozenset(str(n) for n in range(1, 100))


def diagnoses(thread: str, stay: Stay) -> tuple[list[Resource], list[dict]]:
    """The Conditions, and the entries of Encounter.diagnosis. One code may stand there twice, at admission and discharge."""
    conditions: dict[str, Resource] = {}
    entries = []
    for key, segment in sorted(stay.diagnoses.items()):
        made = _condition(thread, stay, key.rpartition("/")[0], segment)
        if "code" not in made or "subject" not in made:
            continue
        before = conditions.get(made["id"])
        if before is None or segment[6] == "F" or _is_error(before):
            conditions[made["id"]] = made
        if not _is_error(made):
            entries.append(_entry(made, segment))
    return list(conditions.values()), entries


def _is_error(condition: Resource) -> bool:
    return condition.get("verificationStatus", {}).get("coding", [{}])[0].get("code") == "entered-in-error"


def _condition(thread: str, stay: Stay, key: str, segment: Segment) -> Resource:
    deleted = segment[21] == "D" or stay.status == "entered-in-error"
    status = "entered-in-error" if deleted else STATUS.get(segment[6], "")
    made: Resource = {"resourceType": "Condition", "id": stable_id(f"{thread}/condition", key)}
    if status:
        made["verificationStatus"] = {"coding": [{"system": VERIFICATION, "code": status}]}
    made["category"] = [{"coding": [{"system": CATEGORY, "code": "encounter-diagnosis"}]}]
    if code := _code(segment, stay.sender):
        made["code"] = code
    if stay.patient:
        made["subject"] = {"reference": reference(stay.patient)}
    made["encounter"] = {"reference": reference(thread)}
    if at := moment(segment[5], stay.sender):
        made["recordedDate"] = at
    who = next((one for rep in segment.reps(16) if (one := practitioner_reference(rep, stay.sender))), None)
    return {**made, "asserter": {"display": who["display"]}} if who else made


def _code(segment: Segment, sender: Sender) -> dict | None:
    """DG1-3; in old versions its system stands in DG1-2 and its words in DG1-4."""
    made = concept(next(iter(segment.reps(3)), None), sender, "DG1-3") or {}
    first = next(iter(made.get("coding", ())), None)
    if first is not None and not segment.get(3, 3) and segment[2]:
        first.update(coding("", "", segment[2], sender))
    if words := segment[4]:
        made["text"] = words
    return made or None


def _entry(condition: Resource, segment: Segment) -> dict:
    made: dict = {"condition": {"reference": f"Condition/{condition['id']}"}}
    if use := USES.get(segment[6]):
        made["use"] = {"coding": [{"system": ROLE, "code": use[0], "display": use[1]}]}
    return {**made, "rank": int(segment[15])} if segment[15] in RANKED else made
