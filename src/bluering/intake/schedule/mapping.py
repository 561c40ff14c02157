"""Which column of a source's file is what, how its dates are written, and a first guess from the columns' names."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bluering.errors import BadInput

DATE_FORMATS = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year-month-day only"}
NAME_ORDERS = {"family_first": "Family, Given", "given_first": "Given Family"}

# What a column can be, in the order of the page; beside each, names that systems give it, reduced to lower-case words.
TARGETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "appointment_id": ("Appointment number", ("appointment id", "appt id", "appointment number", "appt number", "appointment no", "appt no", "visit id", "booking id", "appt uid", "appointment key", "csn")),
    "patient_id": ("Patient number (MRN)", ("mrn", "patient id", "patient number", "patient no", "pt id", "medical record number", "chart number", "chart no", "chart id", "patient mrn", "pat id", "account number", "patient account", "patientid")),
    "patient_name": ("Patient's whole name", ("patient name", "patient", "name", "pt name", "patient full name", "full name")),
    "patient_family": ("Patient's family name", ("last name", "patient last name", "family name", "surname", "pt last name", "lastname", "last")),
    "patient_given": ("Patient's given name", ("first name", "patient first name", "given name", "pt first name", "firstname", "first")),
    "birth_date": ("Date of birth", ("dob", "date of birth", "birth date", "birthdate", "patient dob", "pt dob", "patient date of birth")),
    "phone": ("Phone", ("phone", "phone number", "home phone", "mobile phone", "cell phone", "patient phone", "mobile", "cell", "telephone", "contact number")),
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
class Mapping:
    """How one source writes its schedule.

    columns             what a column is -> its name in the header
    date_format         a key of DATE_FORMATS; settles 3/4/2026. Dates that can mean only one day are read in any case
    statuses            the source's own words, in lower case -> an Appointment.status of FHIR
    identifier_system   URI of the patient numbers, as the practice's other systems write it, so that both are one person
    makes_patients      False: the patient numbers are ids of Patient resources that this source sends otherwise
    usual_minutes       how long an appointment is when the file does not say
    full_window         True: each file holds all appointments of its days; one that is gone from it was cancelled
    """

    columns: dict[str, str] = field(default_factory=dict)
    date_format: str = "mdy"
    name_order: str = "family_first"
    statuses: dict[str, str] = field(default_factory=dict)
    identifier_system: str = ""
    makes_patients: bool = True
    usual_minutes: int = 20
    full_window: bool = False


def as_data(mapping: Mapping) -> dict[str, Any]:
    """For keeping as JSON."""
    return asdict(mapping)


def from_data(data: dict[str, Any]) -> Mapping:
    """What `as_data` gave; keys that are not known any more are passed over."""
    known = {entry.name for entry in fields(Mapping)}
    return Mapping(**{key: value for key, value in data.items() if key in known})


def suggest_mapping(header: Iterable[str], samples: Iterable[str] = ()) -> Mapping:
    """A first guess: columns by their names, the order of dates by what the sample's dates allow."""
    by_words = {_words(name): name for name in header if name}
    columns: dict[str, str] = {}
    for target, (_, names) in TARGETS.items():
        found = next((by_words[name] for name in names if name in by_words), None)
        if found and found not in columns.values():
            columns[target] = found
    if "start" in columns and "start_time" in columns:
        columns.setdefault("start_date", columns.pop("start"))
    if "patient_family" in columns and "patient_given" in columns:
        columns.pop("patient_name", None)
    return Mapping(columns=columns, date_format=suggest_date_format(samples)[0])


def suggest_date_format(samples: Iterable[str]) -> tuple[str, bool]:
    """(format, whether the samples settle it). Where no date of the sample tells month from day, the US order is taken."""
    pairs = [
        (int(m[1]), int(m[2])) for text in samples if (m := re.match(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d", text))
    ]
    if any(first > 12 for first, _ in pairs):
        return "dmy", True
    return "mdy", not pairs or any(second > 12 for _, second in pairs)


def faults(mapping: Mapping, header: Iterable[str]) -> list[str]:
    """What keeps this mapping from reading a file with this header, each a sentence; empty when nothing does."""
    known, columns = set(header), mapping.columns
    found = [
        f"{LABELS[t]}: the file has no column of the mapped name." for t, name in columns.items() if name not in known
    ]
    if "start" not in columns and not {"start_date", "start_time"} <= columns.keys():
        found.append("Start: choose one column with date and time, or one for the date and one for the time.")
    if "patient_id" not in columns and not (
        "birth_date" in columns and columns.keys() & {"patient_name", "patient_family"}
    ):
        found.append("Patient: choose the column of the patient number, or those of name and date of birth.")
    if not mapping.makes_patients and "patient_id" not in columns:
        found.append("Patient number: needed, when patients come from elsewhere.")
    return found


def check(mapping: Mapping, header: Iterable[str]) -> None:
    """Nothing when the mapping can read such a file. Raises BadInput with every fault."""
    if unknown := mapping.columns.keys() - TARGETS.keys():
        raise BadInput(f"columns: {min(unknown)} is nothing that a column can be; use {', '.join(TARGETS)}.")
    if mapping.date_format not in DATE_FORMATS or mapping.name_order not in NAME_ORDERS:
        raise BadInput(f"date_format is one of {', '.join(DATE_FORMATS)}, name_order of {', '.join(NAME_ORDERS)}.")
    if found := faults(mapping, header):
        raise BadInput(" ".join(found))


def _words(name: str) -> str:
    """AppointmentDate_Time -> "appointment date time"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", parted.lower()))
