"""Rows of a schedule as FHIR resources; a row that cannot be used is refused with its number and every reason."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bluering.intake.reading import Resource, stable_id
from bluering.intake.schedule import people, statuses
from bluering.intake.schedule.cells import Cells
from bluering.intake.schedule.mapping import Mapping
from bluering.intake.schedule.times import start_and_end
from bluering.intake.tables.table import Row


@dataclass(frozen=True)
class Refused:
    """A row that was not used. `appointment` is the appointment's id when at least that could be read, else empty."""

    row: int
    reason: str
    appointment: str = ""


@dataclass
class Understood:
    """What a file says: resources by id (appointments) or type/id, rows refused, and rows that were used with a remark."""

    appointments: dict[str, Resource] = field(default_factory=dict)
    others: dict[str, Resource] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)

    @property
    def resources(self) -> list[Resource]:
        """Patients, practitioners and places before the appointments that name them."""
        return [*self.others.values(), *self.appointments.values()]


def understand(
    rows: Iterable[Row], mapping: Mapping, zone: ZoneInfo, *, source: str = "schedule", today: dt.date | None = None
) -> Understood:
    """Every row as an Appointment with the Patient, Practitioner and Location it names.

    Of two rows about one appointment the later stands. `source` is part of the system of patient numbers when the mapping names none.
    """
    found, day = Understood(), today or dt.datetime.now(zone).date()
    for row in rows:
        _read_into(found, Cells(row, mapping), zone, source, day)
    return found


def _read_into(found: Understood, cells: Cells, zone: ZoneInfo, source: str, today: dt.date) -> None:
    number = cells.row.number
    patient, times, status = (
        people.patient(cells, source=source, today=today),
        start_and_end(cells, zone),
        _status(cells),
    )
    if cells.faults or patient is None or times is None:
        key = _key(cells, patient, times[0] if times else None)
        found.refused.append(Refused(number, "; ".join(cells.faults), key))
        return
    others = [*people.practitioner(cells), *people.location(cells)]
    key = _key(cells, patient, times[0])
    if found.appointments.pop(key, None):
        cells.remarks.append("an earlier row has the same appointment; this one stands")
    found.appointments[key] = _appointment(cells, key, times, status, [patient, *others], zone)
    found.row_of[key] = number
    kept = [patient, *others] if cells.mapping.makes_patients else others
    found.others |= {f"{one['resourceType']}/{one['id']}": one for one in kept}
    found.remarks += [(number, remark) for remark in cells.remarks]


def _key(cells: Cells, patient: Resource | None, start: dt.datetime | None) -> str:
    """The appointment's id: its number in the source, else the patient and the start; empty when neither is there."""
    if number := cells.text("appointment_id"):
        return stable_id(number)
    if patient is None or start is None:
        return ""
    return stable_id("appointment", patient["id"], start.strftime("%Y%m%dT%H%M"))


def _status(cells: Cells) -> str:
    found = statuses.status_of(cells.text("status"), cells.mapping.statuses)
    if found is None:
        cells.faults.append("Status: this word is not known; say what it means where the columns are mapped")
    return found or "booked"


def _appointment(
    cells: Cells, key: str, times: tuple[dt.datetime, dt.datetime], status: str, others: list[Resource], zone: ZoneInfo
) -> Resource:
    start, end = times
    made: Resource = {
        "resourceType": "Appointment",
        "id": key,
        "status": status,
        "start": start.astimezone(zone).isoformat(timespec="seconds"),
        "end": end.astimezone(zone).isoformat(timespec="seconds"),
        "participant": [_takes_part(cells, one, status) for one in others],
    }
    if cells.text("minutes"):
        made["minutesDuration"] = int((end - start).total_seconds() // 60)
    if kind := cells.text("visit_type"):
        made["appointmentType"] = {"text": kind}
    if reason := cells.text("reason"):
        made |= {"description": reason, "reasonCode": [{"text": reason}]}
    return made


def _takes_part(cells: Cells, other: Resource, status: str) -> Resource:
    names = {"Practitioner": cells.text("practitioner_name"), "Location": cells.text("location")}
    actor = {"reference": f"{other['resourceType']}/{other['id']}"}
    if display := names.get(other["resourceType"], ""):
        actor["display"] = display
    return {"actor": actor, "status": "declined" if status == "cancelled" else "accepted"}
