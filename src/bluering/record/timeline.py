"""A person's facts in the order they happened, each as one line that a nurse can read."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

Row = dict


@dataclass(frozen=True)
class TimelineEntry:
    """One fact. `moment` is None when only the day was told. `key` is source/Type/id."""

    when: dt.date
    moment: dt.datetime | None
    kind: str
    title: str
    detail: str
    source: str
    key: str


@dataclass(frozen=True)
class Shown:
    """How a table's rows stand in the timeline: under which word, when, and with which words."""

    kind: str
    resource: str
    when: tuple[str, ...]
    title: tuple[str, ...]
    detail: tuple[str, ...] = ()


SHOWN = {
    "encounter": Shown("Visit", "Encounter", ("start_datetime",), ("type_text", "class_code"), ("service_provider_display", "participant_display", "reason_text", "status")),
    "condition": Shown("Condition", "Condition", ("onset_datetime", "recorded_datetime"), ("code_text", "code"), ("clinical_status", "recorder_display")),
    "observation": Shown("Result", "Observation", ("effective_datetime", "issued_datetime"), ("code_text", "code"), ("value", "performer_display")),
    "diagnostic_report": Shown("Report", "DiagnosticReport", ("effective_datetime", "issued_datetime"), ("code_text", "code"), ("conclusion", "performer_display")),
    "document_reference": Shown("Document", "DocumentReference", ("date_datetime",), ("type_text", "description"), ("author_display", "custodian_display", "description")),
    "medication_request": Shown("Prescribed", "MedicationRequest", ("authored_on_datetime",), ("medication_text", "medication_code"), ("dosage_text", "requester_display", "status")),
    "medication_statement": Shown("Medicine told", "MedicationStatement", ("effective_start_datetime", "date_asserted_datetime"), ("medication_text", "medication_code"), ("dosage_text", "information_source_display", "status")),
    "medication_dispense": Shown("Filled", "MedicationDispense", ("when_handed_over_datetime",), ("medication_text", "medication_code"), ("dosage_text", "performer_display")),
    "medication_administration": Shown("Given", "MedicationAdministration", ("effective_datetime",), ("medication_text", "medication_code"), ("dosage_text",)),
    "allergy_intolerance": Shown("Allergy", "AllergyIntolerance", ("recorded_datetime",), ("code_text", "code"), ("reaction_text", "criticality")),
    "immunization": Shown("Vaccine", "Immunization", ("occurrence_datetime",), ("vaccine_text", "vaccine_code"), ("status",)),
    "procedure": Shown("Procedure", "Procedure", ("performed_datetime",), ("code_text", "code"), ("performer_display", "status")),
    "service_request": Shown("Referral or order", "ServiceRequest", ("authored_on_datetime", "occurrence_datetime"), ("code_text", "code"), ("performer_display", "reason_text", "requester_display", "status")),
    "appointment": Shown("Appointment", "Appointment", ("start_datetime",), ("description", "service_type_text"), ("practitioner_display", "status")),
    "explanation_of_benefit": Shown("Claim", "ExplanationOfBenefit", ("billable_start_datetime", "created_datetime"), ("type_code",), ("provider_display", "insurer_display")),
    "care_plan": Shown("Care plan", "CarePlan", ("start_datetime",), ("title", "category_text"), ("status",)),
    "goal": Shown("Goal", "Goal", ("start_date",), ("description_text",), ("lifecycle_status",)),
    "episode_of_care": Shown("Episode", "EpisodeOfCare", ("start_datetime",), ("type_text",), ("status", "care_manager_display")),
    "task": Shown("Task elsewhere", "Task", ("authored_on_datetime", "last_modified_datetime"), ("description", "code_text"), ("status", "owner_display")),
    "communication": Shown("Message", "Communication", ("sent_datetime",), ("topic_text", "category_text"), ("payload_text", "sender_display")),
    "questionnaire_response": Shown("Questionnaire", "QuestionnaireResponse", ("authored_datetime",), ("questionnaire",), ("author_display",)),
    "consent": Shown("Consent", "Consent", ("date_time_datetime",), ("scope_code", "category_code"), ("provision_type",)),
}  # fmt: skip

CLASS_WORDS = {"AMB": "Office visit", "EMER": "Emergency visit", "IMP": "Hospital stay", "ACUTE": "Hospital stay", "NONAC": "Nursing facility stay", "OBSENC": "Observation stay", "VR": "Video or phone visit", "HH": "Home visit", "institutional": "Hospital or facility", "professional": "Clinician or supplier", "pharmacy": "Pharmacy"}  # fmt: skip

STAYS = {"IMP", "ACUTE", "NONAC", "OBSENC", "EMER"}


def timeline(tables: dict[str, list[Row]]) -> list[TimelineEntry]:
    """Every dated fact of a chart, newest first."""
    parts = _pressures(tables)
    tables = _told_once(tables)
    entries = [
        entry
        for name, shown in SHOWN.items()
        for row in tables.get(name, ())
        if (entry := _entry(shown, row, parts)) is not None
    ]
    return sorted(entries, key=lambda e: (e.when, e.moment.timestamp() if e.moment else 0), reverse=True)


def _told_once(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Without what claims tell beside others: diagnoses and services stand in the claim, and a visit that another system tells is that one.

    Stays that several tell are one by a rule of their own (`bluering.population.stays`).
    """
    seen = {(_day(row), row.get("class_code")) for row in tables.get("encounter", ()) if not _of_claim(row)}
    visits = [
        r
        for r in tables.get("encounter", ())
        if not _of_claim(r) or r.get("class_code") in STAYS or (_day(r), r.get("class_code")) not in seen
    ]
    plain = {name: [r for r in tables.get(name, ()) if not _of_claim(r)] for name in ("condition", "procedure")}
    return {**tables, **plain, "encounter": visits}


def _of_claim(row: Row) -> bool:
    return "claim-derived" in (row.get("tag_codes") or ())


def _day(row: Row) -> dt.date | None:
    text = row.get("start_datetime")
    return when_of(text)[1] if text else None


def _entry(shown: Shown, row: Row, parts: dict[tuple[str, str], str]) -> TimelineEntry | None:
    text = next((row[c] for c in shown.when if row.get(c)), None)
    if text is None:
        return None
    moment, when = when_of(text)
    values = row | {"value": value_of(row) or parts.get((row["source"], row["id"]), "")}
    title = next((str(values[c]) for c in shown.title if values.get(c)), shown.kind)
    detail = [str(values[c]) for c in shown.detail if values.get(c) and str(values[c]) != title]
    return TimelineEntry(
        when, moment, shown.kind, CLASS_WORDS.get(title, title), " · ".join(detail), row["source"],
        f"{row['source']}/{shown.resource}/{row['id']}",
    )  # fmt: skip


def when_of(text: str) -> tuple[dt.datetime | None, dt.date]:
    """A stored date or moment as (moment, day), by the clock of who asks. Midnight by the installation's means that only the day was told."""
    if len(text) == 10:
        return None, dt.date.fromisoformat(text)
    moment = dt.datetime.fromisoformat(text).astimezone(ZoneInfo(settings.TIME_ZONE))
    if moment.time() == dt.time():
        return None, moment.date()
    local = moment.astimezone(timezone.get_current_timezone())
    return local, local.date()


def value_of(row: Row) -> str:
    """An observation's value in words."""
    if (number := row.get("value_quantity")) is not None:
        return f"{number:g} {row.get('value_unit') or ''}".strip()
    if row.get("value_boolean") is not None:
        return "yes" if row["value_boolean"] else "no"
    return str(row.get("value_text") or row.get("value_string") or row.get("value_code") or "")


def _pressures(tables: dict[str, list[Row]]) -> dict[tuple[str, str], str]:
    """What the components of an observation say together, such as 142/88 mmHg."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in tables.get("observation_component", ()):
        found.setdefault((row["source"], row["id"]), []).append(row)
    return {key: _together(rows) for key, rows in found.items()}


def _together(rows: list[Row]) -> str:
    by_code = {row.get("code"): row.get("value_quantity") for row in rows}
    if by_code.get("8480-6") is not None and by_code.get("8462-4") is not None:
        return f"{by_code['8480-6']:g}/{by_code['8462-4']:g} mmHg"
    return ", ".join(f"{row.get('code_text') or row.get('code')}: {value_of(row)}" for row in rows if value_of(row))
