"""How a view's FHIR values become the engine's types: dates that never shift, moments with their zone, numbers.

A partial date (`2020`, `2020-05`) stands for its first day. A date without a zone is midnight in the practice's time zone, which is the
engine's session time zone, so that `x_datetime::DATE` gives back the day that was written.
"""

from bluering.record.viewdefinition.catalog import Table

DATES = {"date"}
MOMENTS = {"dateTime", "instant"}
NUMBERS = {
    "decimal": "DOUBLE",
    "integer": "BIGINT",
    "positiveInt": "BIGINT",
    "unsignedInt": "BIGINT",
    "boolean": "BOOLEAN",
}

MONEY = "DECIMAL(18, 2)"

PADDED = "CASE length({x}) WHEN 4 THEN {x} || '-01-01' WHEN 7 THEN {x} || '-01' ELSE {x} END"


def engine_type(name: str, fhir_type: str, collection: bool = False) -> str:
    """The engine's type of a column: money is exact to the cent, other decimals are measured."""
    if collection:
        return "TEXT[]"
    if fhir_type in DATES or name.endswith("_date"):
        return "DATE"
    if fhir_type in MOMENTS:
        return "TIMESTAMPTZ"
    if fhir_type == "decimal" and name.endswith("_amount"):
        return MONEY
    return NUMBERS.get(fhir_type, "TEXT")


def cast_columns(table: Table, source: str) -> str:
    """The select list that turns the view's text into typed columns, with `subject_key` first."""
    quoted = source.replace("'", "''")
    parts = [
        f"'{quoted}/' || subject_ref_id AS subject_key"
        if "subject_ref_id" in table.columns
        else "NULL::TEXT AS subject_key"
    ]
    for name, column in table.columns.items():
        if name in {"subject_ref_id", "id"}:
            continue
        parts.append(f"{_cast(name, column.type, column.collection)} AS {name}")
    return ", ".join(parts)


def complaint_columns(table: Table) -> str:
    """SQL that names the first date that does not exist in the calendar, or is NULL. Empty when the table has no dates."""
    tests = [
        f"WHEN {name} IS NOT NULL AND {_cast(name, column.type, False)} IS NULL THEN '{name}: not a date that exists; correct it at the source and load it again'"
        for name, column in table.columns.items()
        if column.type in DATES | MOMENTS and not column.collection
    ]
    return f"CASE {' '.join(tests)} END" if tests else ""


def _cast(name: str, fhir_type: str, collection: bool) -> str:
    kind = engine_type(name, fhir_type, collection)
    if kind.startswith("TEXT"):
        return name
    return f"TRY_CAST({PADDED.format(x=name) if kind in ('DATE', 'TIMESTAMPTZ') else name} AS {kind})"
