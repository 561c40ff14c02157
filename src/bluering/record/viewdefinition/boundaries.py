"""The least and the greatest value that an imprecise one may stand for (FHIRPath: lowBoundary, highBoundary), as SQL.

A date-time without a zone may be anywhere on earth: its low boundary is in +14:00, its high boundary in -12:00.
"""


def boundary(text: str, fhir_type: str, *, high: bool) -> str | None:
    """SQL for a boundary of the value whose JSON text is `text`; None when the type has none."""
    if fhir_type in ("decimal", "integer", "positiveInt", "unsignedInt"):
        return _decimal(text, high=high)
    if fhir_type == "date":
        return _date(text, high=high)
    if fhir_type in ("dateTime", "instant"):
        return _moment(text, high=high)
    return _time(text, high=high) if fhir_type == "time" else None


def _decimal(text: str, *, high: bool) -> str:
    """Half a unit of the last written place up or down."""
    places = f"length(split_part(CAST({text} AS VARCHAR), '.', 2))"
    half = f"CAST('0.' || repeat('0', CAST({places} AS INTEGER)) || '5' AS DOUBLE)"
    whole = f"CAST({text} AS DOUBLE) {'+' if high else '-'} {half}"
    return f"round({whole}, CAST({places} AS INTEGER) + 1)"


def _date(text: str, *, high: bool) -> str:
    if not high:
        return f"CASE length({text}) WHEN 4 THEN {text} || '-01-01' WHEN 7 THEN {text} || '-01' ELSE {text} END"
    last = f"CAST(last_day(CAST({text} || '-01' AS DATE)) AS VARCHAR)"
    return f"CASE length({text}) WHEN 4 THEN {text} || '-12-31' WHEN 7 THEN {last} ELSE {text} END"


def _moment(text: str, *, high: bool) -> str:
    zone = "-12:00" if high else "+14:00"
    rest = "T23:59:59.999" if high else "T00:00:00.000"
    day = _date(f"left({text}, 10)", high=high)
    clock = _time(f"regexp_extract({text}, 'T([0-9:.]+)', 1)", high=high)
    written = f"coalesce(nullif(regexp_extract({text}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$', 1), ''), '{zone}')"
    return (
        f"CASE WHEN contains({text}, 'T') THEN left({text}, 10) || 'T' || {clock} || {written} "
        f"ELSE {day} || '{rest}{zone}' END"
    )


def _time(text: str, *, high: bool) -> str:
    seconds, part = ("59", "999") if high else ("00", "000")
    return (
        f"CASE WHEN length({text}) = 5 THEN {text} || ':{seconds}.{part}' "
        f"WHEN length({text}) = 8 THEN {text} || '.{part}' ELSE {text} END"
    )
