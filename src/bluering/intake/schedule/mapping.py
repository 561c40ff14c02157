"""Which column of a source's schedule is what, and how the source writes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from bluering.intake.tables.columns import PATIENT, Columns, Targets

# In the order of the page.
TARGETS: Targets = {
    "appointment_id": ("Appointment number", ("appointment id", "appt id", "appointment number", "appt number", "appointment no", "appt no", "visit id", "booking id", "appt uid", "appointment key", "csn")),
    **PATIENT,
    "start": ("Start, date and time together", ("start", "appointment date time", "appt date time", "appointment datetime", "appt datetime", "start datetime", "start date time", "scheduled start", "scheduled datetime", "date time", "datetime")),
    "start_date": ("Start date", ("appointment date", "appt date", "date", "start date", "visit date", "scheduled date", "date of service", "dos", "service date")),
    "start_time": ("Start time", ("appointment time", "appt time", "time", "start time", "visit time", "scheduled time")),
    "end": ("End, a time or date and time", ("end", "end time", "appt end time", "appointment end time", "end datetime", "stop time", "end date time")),
    "minutes": ("Length in minutes", ("duration", "length", "minutes", "appt length", "appointment length", "appt duration", "appointment duration", "duration minutes", "duration min", "slot length")),
    "status": ("Status", ("status", "appointment status", "appt status", "visit status", "appt state")),
    "visit_type": ("Kind of visit", ("visit type", "appointment type", "appt type", "type", "appointment kind", "event type")),
    "reason": ("Reason", ("reason", "reason for visit", "visit reason", "appointment reason", "appt reason", "chief complaint", "notes", "description", "comments")),
    "practitioner_id": ("Number of the practitioner", ("provider id", "npi", "provider npi", "resource id", "practitioner id", "doctor id", "rendering provider npi")),
    "practitioner_name": ("Name of the practitioner", ("provider", "provider name", "practitioner", "doctor", "physician", "rendering provider", "resource", "resource name", "clinician", "scheduled provider", "practitioner name", "seen by")),
    "location": ("Place", ("location", "facility", "department", "clinic", "site", "office", "dept", "location name", "facility name", "department name")),
}  # fmt: skip
LABELS = {target: label for target, (label, _) in TARGETS.items()}


@dataclass(frozen=True)
class Mapping(Columns):
    """How one source writes its schedule.

    statuses            the source's own words, in lower case -> an Appointment.status of FHIR
    makes_patients      False: the patient numbers are ids of Patient resources that this source sends otherwise
    usual_minutes       how long an appointment is when the file does not say
    full_window         True: each file holds all appointments of its days; one that is gone from it was cancelled
    """

    statuses: dict[str, str] = field(default_factory=dict)
    makes_patients: bool = True
    usual_minutes: int = 20
    full_window: bool = False

    KIND: ClassVar[str] = "schedule"
    TITLE: ClassVar[str] = "A schedule of appointments"
    TARGETS: ClassVar[Targets] = TARGETS

    @classmethod
    def settled(cls, columns: dict[str, str]) -> dict[str, str]:
        """A column called start beside one for the time holds the date."""
        if "start" in columns and "start_time" in columns:
            columns.setdefault("start_date", columns.pop("start"))
        return super().settled(columns)

    def faults(self, header: Iterable[str]) -> list[str]:
        """What keeps this mapping from reading a file with this header, each a sentence; empty when nothing does."""
        found, columns = super().faults(header), self.columns
        if "start" not in columns and not {"start_date", "start_time"} <= columns.keys():
            found.append("Start: choose one column with date and time, or one for the date and one for the time.")
        if not self.names_patient():
            found.append("Patient: choose the column of the patient number, or those of name and date of birth.")
        if not self.makes_patients and "patient_id" not in columns:
            found.append("Patient number: needed, when patients come from elsewhere.")
        return found
