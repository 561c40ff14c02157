"""A visit to the hospital as its ADT messages: registered or admitted, moved, updated, discharged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bluering.demo.messages.clinicians import clinician
from bluering.demo.messages.segments import joined, message, segment, stamp

FACILITIES = {"county-general": "COUNTY GENERAL", "st-luke": "SLH", "millbrook-rehab": "MRC"}
# HL7 table 0112: UB-04 patient discharge status.
STATUSES = {"home": "01", "snf": "03", "rehab": "62", "admitted": "09"}
# PV1-2: the hospital's own code for observation stands in its sender file.
CLASSES = {"IMP": "I", "OBSENC": "OBSV", "EMER": "E"}
STRUCTURES = {
    "A01": "ADT_A01",
    "A02": "ADT_A02",
    "A03": "ADT_A03",
    "A04": "ADT_A01",
    "A06": "ADT_A06",
    "A08": "ADT_A01",
}


@dataclass(frozen=True)
class HospitalVisit:
    """One visit. `number` is unique at its place; moments are v2 times; `reason` is (ICD-10-CM code, words)."""

    number: str
    place: str
    code: str
    doctor: str
    reason: tuple[str, str]
    began: str
    bed: str
    admitter: str = ""
    ended: str = ""
    left: str = ""

    @property
    def facility(self) -> str:
        """What the place signs with."""
        return FACILITIES[self.place]


def emergency_messages(visit: HospitalVisit, person: Sequence[str]) -> Iterator[bytes]:
    """Registered, and gone."""
    yield adt("A04", 1, visit.began, replace(visit, ended=""), person, "A")
    yield adt("A03", 2, visit.ended, visit, person, "F")


def stay_messages(
    visit: HospitalVisit, person: Sequence[str], *, moved: tuple[str, str] | None, updated: str
) -> Iterator[bytes]:
    """Admitted, perhaps moved (when, to which bed), perhaps updated (when, else ''), discharged from the bed of then."""
    here = replace(visit, ended="")
    yield adt("A01", 1, visit.began, here, person, "A")
    if moved:
        before, here = here.bed, replace(here, bed=moved[1])
        yield adt("A02", 2, moved[0], here, person, "", before)
    if updated:
        yield adt("A08", 3, updated, here, person, "W")
    yield adt("A03", 4, visit.ended, replace(visit, bed=here.bed), person, "F")


def adt(
    event: str, nth: int, at: str, visit: HospitalVisit, person: Sequence[str], diagnosis: str, before: str = ""
) -> bytes:
    """One message: the `nth` of its visit, `at` a FHIR moment; `person` is PID and what follows it, `diagnosis` of table 0052 or ''."""
    when = stamp(at)
    pid, *others = person
    kin = [one for one in others if one.startswith("NK1")]
    insurance = [one for one in others if one.startswith("IN1")]
    segments = [segment("EVN", {1: event, 2: when}), pid, *kin, _pv1(visit, before), _pv2(visit)]
    segments += [_dg1(visit, when, diagnosis)] if diagnosis else []
    kind = f"ADT^{event}^{STRUCTURES[event]}"
    return message(kind, f"PAS|{visit.facility}", when, f"{visit.number}-{nth}", [*segments, *insurance])


def _pv1(visit: HospitalVisit, before: str) -> str:
    fields = {1: "1", 2: CLASSES[visit.code], 3: _bed(visit, visit.bed), 7: clinician(visit.doctor)}
    if before:
        fields[6] = _bed(visit, before)
    if visit.admitter:
        fields[17] = clinician(visit.admitter)
    fields |= {19: visit.number, 44: stamp(visit.began)}
    if visit.ended:
        fields |= {36: STATUSES[visit.left], 45: stamp(visit.ended)}
    return segment("PV1", fields)


def _bed(visit: HospitalVisit, bed: str) -> str:
    """Ward, room, bed, facility; `bed` is `4W-12-A` or only a ward."""
    ward, room, letter = [*bed.split("-"), "", ""][:3]
    return joined(ward, room, letter, visit.facility)


def _pv2(visit: HospitalVisit) -> str:
    return segment("PV2", {3: joined(*visit.reason, "I10")})


def _dg1(visit: HospitalVisit, when: str, kind: str) -> str:
    """`kind` is of table 0052: admitting, working, final."""
    told = {1: "1", 3: joined(*visit.reason, "I10"), 5: when, 6: kind, 15: "1", 16: clinician(visit.doctor)}
    return segment("DG1", told)
