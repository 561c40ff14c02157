"""What a rule may read: the tables, their columns and types. A column without a type is VARCHAR.

Record tables come from `record.engine.connect`, work tables from the caller of `run_rules`, `need` and `program_finding` from the
scores and programs of the same run.
"""

CODED = "{0}_code, {0}_system, {0}_text, {0}_codes VARCHAR[]"
CODE = "code, code_system, code_text, code_codes VARCHAR[]"
MEDICINE = CODED.format("medication")

RECORD = {
    "patient": "birth_date DATE, gender, language, phone, deceased_datetime TIMESTAMPTZ, deceased_boolean BOOLEAN, "
    "general_practitioner_id, general_practitioner_display",
    "related_person": "relationship_text, relationship_code, phone, active BOOLEAN",
    "encounter": "status, class_code, type_code, type_codes VARCHAR[], start_datetime TIMESTAMPTZ, "
    "end_datetime TIMESTAMPTZ, service_provider_id, service_provider_display, participant_id, participant_display, "
    "reason_text, reason_codes VARCHAR[], discharge_disposition_code, service_provider_number, "
    "status_history_end_datetime TIMESTAMPTZ, tag_codes VARCHAR[]",
    "condition": f"clinical_status, verification_status, category_code, {CODE}, onset_datetime TIMESTAMPTZ, "
    "abatement_datetime TIMESTAMPTZ, recorded_datetime TIMESTAMPTZ, recorder_id, recorder_display, asserter_id, "
    "asserter_display, tag_codes VARCHAR[]",
    "observation": f"status, {CODE}, effective_datetime TIMESTAMPTZ, value_quantity DOUBLE, value_unit, value_string, value_code",
    "observation_component": f"status, {CODE}, effective_datetime TIMESTAMPTZ, value_quantity DOUBLE",
    "diagnostic_report": "status, effective_datetime TIMESTAMPTZ, issued_datetime TIMESTAMPTZ, based_on_id, code_text",
    "document_reference": "status, type_code, type_text, type_codes VARCHAR[], date_datetime TIMESTAMPTZ, "
    "author_display, custodian_display, context_encounter_id, context_related_id",
    "medication_request": f"status, intent, {MEDICINE}, authored_on_datetime TIMESTAMPTZ, requester_display, "
    "dosage_text, dose_quantity DOUBLE, dose_unit, frequency DOUBLE",
    "medication_statement": f"status, {MEDICINE}, effective_start_datetime TIMESTAMPTZ, "
    "date_asserted_datetime TIMESTAMPTZ, information_source_display, dosage_text, dose_quantity DOUBLE, dose_unit, "
    "frequency DOUBLE",
    "medication_dispense": f"status, {MEDICINE}, when_handed_over_datetime TIMESTAMPTZ, days_supply DOUBLE, "
    "performer_display, dosage_text, dose_quantity DOUBLE",
    "service_request": f"status, intent, category_code, {CODE}, authored_on_datetime TIMESTAMPTZ, priority, "
    "requester_display, performer_id, performer_display, performer_type_text, reason_text",
    "appointment": "status, start_datetime TIMESTAMPTZ, end_datetime TIMESTAMPTZ, description, based_on_id, "
    "practitioner_id, practitioner_display",
}

WORK = {
    "contact": "person_id, at_datetime TIMESTAMPTZ, mode, reached BOOLEAN, purpose, by_user, minutes INTEGER",
    "handoff": "person_id, id, kind, state, sender, receiver, title, opened_datetime TIMESTAMPTZ, "
    "due_datetime TIMESTAMPTZ, information_confirmed BOOLEAN, responsibility_confirmed BOOLEAN, fact_key",
    "panel": "person_id, coordinator, since_date DATE",
    "need": "person_id, level, computed_date DATE, since_date DATE",
    "episode": "person_id, id, program, title, state, level, since_date DATE, resumed_date DATE, contact_days INTEGER, decide_by_date DATE, "
    "left_date DATE, watch_until_date DATE",
    "program_finding": "person_id, program, finding, key, title, sentence, due_date DATE, met BOOLEAN, evidence JSON",
}


def columns(table: str) -> dict[str, str]:
    """Column names of a table with their DuckDB types, in order."""
    listing = WORK.get(table) or "person_id, source, id, " + RECORD[table]
    words = (column.strip().partition(" ") for column in listing.split(","))
    return {name: kind or "VARCHAR" for name, _, kind in words}


def definition(table: str) -> str:
    """The column list of a CREATE TABLE."""
    return ", ".join(f"{name} {kind}" for name, kind in columns(table).items())
