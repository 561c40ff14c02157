"""Rows of a labelled file as patients, in the columns that features are made of, and who each of them truly is."""

import re

import duckdb
import pyarrow as pa

from bluering.errors import BadInput
from bluering.identity.evaluating.fields import Fields, column_in
from bluering.identity.evaluating.files import quoted

# Ids as FEBRL's generator writes them: rec-223-org is the person's record, rec-223-dup-0 a copy with errors.
GENERATED = r"^(rec-\d+)-(?:org|dup(?:-\d+)?)$"
CENTURY = 30


def patients_of(rows: pa.Table, fields: Fields, truth: str) -> pa.Table:
    """One row a record: subject_key, source, what is compared, and `truth`, who it is (empty where nobody said)."""
    engine = duckdb.connect()
    engine.register("told", rows)
    column = column_in(rows.column_names, truth)
    if column is None:
        raise BadInput(
            f"The column {truth!r}, which should say who is who, is in no file. Columns are: {', '.join(rows.column_names[:-1])}."
        )
    told = {**_names(fields), **_places(fields), **_contacts(fields), "birth_date": _birth(engine, fields)}
    told["truth"] = _truth(engine, column, fields.pattern)
    told["source"] = f"coalesce({_one(fields, 'source')}, 'file ' || (\"file number\" + 1))"
    made = ", ".join(f"{sql} AS {name}" for name, sql in told.items())
    numbered = f"SELECT row_number() OVER () AS number, {made} FROM told"
    return engine.sql(
        f"SELECT source || '/' || number AS subject_key, * EXCLUDE (number) FROM ({numbered})"
    ).to_arrow_table()


def _one(fields: Fields, name: str) -> str:
    """The first of a field's columns that says something."""
    columns = [quoted(column) for column in fields.columns.get(name, [])]
    return f"coalesce({', '.join(columns)}, NULL)" if columns else "NULL::VARCHAR"


def _joined(fields: Fields, *names: str) -> str:
    """Columns one after the other with a space between."""
    columns = [_number(column) for name in names for column in fields.columns.get(name, [])]
    return f"nullif(concat_ws(' ', {', '.join(columns)}), '')" if columns else "NULL::VARCHAR"


def _all(fields: Fields, name: str) -> str:
    columns = [_number(column) for column in fields.columns.get(name, [])]
    return f"list_filter([{', '.join(columns)}]::VARCHAR[], lambda x: x IS NOT NULL)"


def _number(column: str) -> str:
    """Numbers that a spreadsheet wrote as 4011.0 without their decimals."""
    return f"regexp_replace({quoted(column)}, '^([0-9]+)\\.0+$', '\\1')"


def _names(fields: Fields) -> dict[str, str]:
    """Names; a whole name is 'family, given' or has the family name last."""
    whole = _one(fields, "name")
    comma = f"contains({whole}, ',')"
    family = f"CASE WHEN {comma} THEN split_part({whole}, ',', 1) ELSE regexp_extract({whole}, '(\\S+)\\s*$', 1) END"
    given = f"CASE WHEN {comma} THEN trim(split_part({whole}, ',', 2)) ELSE regexp_extract({whole}, '^(.*\\S)\\s+\\S+\\s*$', 1) END"
    return {
        "given": f"coalesce({_joined(fields, 'given', 'middle')}, nullif({given}, ''))",
        "family": f"coalesce({_one(fields, 'family')}, nullif({family}, ''))",
        "families": _all(fields, "previous"),
        "suffix": _one(fields, "suffix"),
        "gender": _one(fields, "gender"),
    }


def _places(fields: Fields) -> dict[str, str]:
    return {
        "address_line": _joined(fields, "house_number", "address_line"),
        "address_lines": _all(fields, "address_line2"),
        "city": _one(fields, "city"),
        "state": _one(fields, "state"),
        "postal_code": _joined(fields, "postal_code"),
    }


def _contacts(fields: Fields) -> dict[str, str]:
    identifiers = [
        f"'{column.replace(chr(39), chr(39) * 2)}|' || {_number(column)}"
        for column in fields.columns.get("identifier", [])
    ]
    return {
        "phones": _all(fields, "phone"),
        "emails": _all(fields, "email"),
        "ssn": _joined(fields, "ssn"),
        "identifiers": f"list_filter([{', '.join(identifiers)}]::VARCHAR[], lambda x: x IS NOT NULL)",
    }


DATES = """
CASE WHEN regexp_full_match({d}, '(17|18|19|20)[0-9]{{6}}') THEN {d}
  WHEN regexp_matches({d}, '^[0-9]{{4}}[^0-9][0-9]{{1,2}}[^0-9][0-9]{{1,2}}')
    THEN {d}[:4] || lpad(regexp_extract({d}, '^.{{5}}([0-9]+)', 1), 2, '0') || lpad(regexp_extract({d}, '^.{{5}}[0-9]+[^0-9]([0-9]{{1,2}})', 1), 2, '0')
  WHEN regexp_matches({d}, '{SPARSE}')
    THEN {year} || lpad(regexp_extract({d}, '{SPARSE}', {month}), 2, '0') || lpad(regexp_extract({d}, '{SPARSE}', {day}), 2, '0')
  WHEN regexp_full_match({d}, '[0-9]{{8}}') AND right({d}, 4)::INT BETWEEN 1850 AND 2100 THEN {packed}
  WHEN regexp_full_match({d}, '[0-9]{{8}}') THEN {d}
  ELSE strftime(coalesce(try_strptime({d}, ['%d %b %Y', '%d-%b-%Y', '%d %B %Y', '%B %d, %Y', '%b %d, %Y', '%d-%b-%y'])), '%Y%m%d') END
"""
SPARSE = "^([0-9]{1,2})[^0-9]([0-9]{1,2})[^0-9]([0-9]{4}|[0-9]{2})(?:[^0-9].*)?$"


def _birth(engine: duckdb.DuckDBPyConnection, fields: Fields) -> str:
    """Dates of birth as eight digits; month first unless that cannot be."""
    parts = [_joined(fields, name) for name in ("birth_year", "birth_month", "birth_day")]
    split = f"{parts[0]} || lpad({parts[1]}, 2, '0') || lpad({parts[2]}, 2, '0')"
    if not fields.columns.get("birth_date"):
        return split
    column = _number(fields.columns["birth_date"][0])
    if fields.date_format:
        written = fields.date_format.replace("'", "''")
        return f"coalesce(strftime(try_strptime({column}, '{written}'), '%Y%m%d'), {split})"
    day_first = _day_first(engine, column)
    year = f"regexp_extract({column}, '{SPARSE}', 3)"
    whole = f"CASE WHEN length({year}) = 4 THEN {year} WHEN {year}::INT < {CENTURY} THEN '20' || {year} ELSE '19' || {year} END"
    packed = f"right({column}, 4) || " + (
        f"{column}[3:4] || {column}[1:2]" if day_first else f"{column}[1:2] || {column}[3:4]"
    )
    dates = DATES.format(
        d=column, SPARSE=SPARSE, year=whole, month=2 if day_first else 1, day=1 if day_first else 2, packed=packed
    )
    return f"coalesce({dates}, {split})"


def _day_first(engine: duckdb.DuckDBPyConnection, column: str) -> bool:
    counted = f"""
    SELECT count(*) FILTER (regexp_extract({column}, '{SPARSE}', 1)::INT > 12) > count(*) FILTER (regexp_extract({column}, '{SPARSE}', 2)::INT > 12)
    FROM told WHERE regexp_matches({column}, '{SPARSE}')"""
    return bool(engine.sql(counted).fetchall()[0][0])


def _truth(engine: duckdb.DuckDBPyConnection, column: str, pattern: str) -> str:
    """Who it is; cut out by the pattern's first group, or as the generator of FEBRL writes it."""
    if pattern:
        _compiles(pattern)
        group = 1 if re.compile(pattern).groups else 0
        return f"nullif(regexp_extract({quoted(column)}, '{pattern.replace(chr(39), chr(39) * 2)}', {group}), '')"
    others = f"SELECT count(*) FROM told WHERE {quoted(column)} IS NOT NULL AND NOT regexp_matches({quoted(column)}, '{GENERATED}')"
    if not engine.sql(others).fetchall()[0][0]:
        return f"regexp_extract({quoted(column)}, '{GENERATED}', 1)"
    return _number(column)


def _compiles(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error:
        raise BadInput(f"truth_pattern {pattern!r}: not a pattern. Write one as 'rec-([0-9]+)-'.") from None
