"""Lays two views over the record for gates and for the list of unmapped codes: every coded fact, and every dated one."""

import duckdb

from bluering.record import engine

# table → the column with its codes ('system|code') and the one with its words.
CODED = {
    "allergy_intolerance": "code",
    "condition": "code",
    "immunization": "vaccine",
    "medication_dispense": "medication",
    "medication_request": "medication",
    "medication_statement": "medication",
    "observation": "code",
    "observation_component": "code",
    "procedure": "code",
}
# table → when it happened. What lies ahead by its nature (appointments, plans, goals, coverage) is left out.
DATED = {
    "claim": "billable_start_datetime",
    "condition": "recorded_datetime",
    "diagnostic_report": "effective_datetime",
    "document_reference": "date_datetime",
    "encounter": "start_datetime",
    "explanation_of_benefit": "billable_start_datetime",
    "immunization": "occurrence_datetime",
    "medication_dispense": "when_handed_over_datetime",
    "medication_request": "authored_on_datetime",
    "observation": "effective_datetime",
    "procedure": "performed_datetime",
}
# Code systems that rules and people here can read. Source: HL7 FHIR R4, "Using Code Systems" (terminologies-systems.html),
# with the object identifiers that HL7 lists for the same systems.
KNOWN_SYSTEMS = (
    "http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96",
    "http://loinc.org", "urn:oid:2.16.840.1.113883.6.1",
    "http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88",
    "http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90",
    "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-9-cm",
    "http://www.cms.gov/Medicare/Coding/ICD10", "urn:oid:2.16.840.1.113883.6.4",
    "http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292",
    "http://hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69",
    "http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)  # fmt: skip


def connect() -> duckdb.DuckDBPyConnection:
    """The record's views with `coded`, `dated` and the variable `known_systems`."""
    connection = engine.connect()
    lay(connection)
    return connection


def lay(connection: duckdb.DuckDBPyConnection) -> None:
    """`coded`: source, in_table, id, codes, code_text. `dated`: source, in_table, id, person_id, happened."""
    systems = ", ".join(f"'{one}'" for one in KNOWN_SYSTEMS)
    connection.execute(f"SET VARIABLE known_systems = [{systems}]")
    coded = (
        f"SELECT source, '{table}' AS in_table, id, {name}_codes AS codes, {name}_text AS code_text FROM {table}"
        for table, name in CODED.items()
    )
    dated = (
        f"SELECT source, '{table}' AS in_table, id, person_id, {name} AS happened FROM {table} WHERE {name} IS NOT NULL"
        for table, name in DATED.items()
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW coded AS {' UNION ALL '.join(coded)}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW dated AS {' UNION ALL '.join(dated)}")
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO is_known(codes) AS "
        "len(list_filter(codes, lambda c: list_contains(getvariable('known_systems'), split_part(c, '|', 1)))) > 0"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO opaque(source, in_table, id) AS left(md5(concat_ws('/', source, in_table, id)), 12)"
    )
