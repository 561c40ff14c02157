"""Which column of a stranger's file holds what: said by a map, or told from what columns are usually called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bluering.errors import BadInput

# What may be mapped, and what its column is usually called; written without spaces, dots and underscores.
CALLED = {
    "given": "given givenname givennames firstname first fname forename forenames fnamec1 namegiven namefirst",
    "middle": "middle middlename mname middleinitial mi secondname fnamec2",
    "family": "family familyname surname lastname last lname lnamec1 namefamily namelast",
    "previous": "previous maiden maidenname previousname formername birthname previousfamily previoussurname lnamec2",
    "name": "name fullname patientname personname firstandsurname",
    "suffix": "suffix namesuffix generation",
    "birth_date": "birthdate dob dateofbirth birthday birth born patientbirthdate",
    "birth_year": "birthyear yearofbirth yob by",
    "birth_month": "birthmonth monthofbirth mob bm",
    "birth_day": "birthdayofmonth dayofbirth bd",
    "gender": "gender sex administrativegender",
    "phone": "phone telephone phonenumber homephone mobile mobilephone cell cellphone workphone tel phone1 phone2 contactnumber telephonenumber phoneno telno mobilenumber cellnumber telecom telecomphone",
    "email": "email emailaddress mail telecomemail",
    "house_number": "streetnumber housenumber houseno streetno number",
    "address_line": "addressline address street streetaddress address1 addr1 addressline1 streetname streetname1 residentialaddress line",
    "address_line2": "addressline2 address2 addr2 unit apartment apt previousaddress",
    "city": "city suburb town locality municipality addresscity",
    "state": "state stateabbreviation province addressstate",
    "postal_code": "postalcode zip zipcode postcode zip5 postcodefake pc addresspostalcode",
    "ssn": "ssn socsecid socialsecuritynumber socialsecurity socialsecurityid ssn4 last4",
    "identifier": "identifier identifiers mrn medicalrecordnumber mbi memberid medicaidid nhsnumber driverslicense",
    "source": "source system sourcesystem origin",
    "key": "key recid recordid",
}
KNOWN = {name: field for field, names in CALLED.items() for name in (field.replace("_", ""), *names.split())}
OPTIONS = ("truth", "truth_pattern", "across", "date_format", "delimiter", "encoding", "columns")


@dataclass
class Fields:
    """Columns by field; `pattern` cuts the person out of the truth column; `across`: each file holds each person once.

    `date_format`: as Python's strptime writes it, where dates of birth are written unusually. `notes`: what could not be followed.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    pattern: str = ""
    across: bool = False
    date_format: str = ""
    delimiter: str = ""
    encoding: str = ""
    truth: str = ""
    notes: list[str] = field(default_factory=list)


def read_map(path: Path) -> dict[str, Any]:
    """The map as written. Raises BadInput when it is no YAML mapping."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        where = getattr(problem, "problem_mark", None)
        place = f", line {where.line + 1}" if where else ""
        raise BadInput(
            f"{path}{place}: the map cannot be read. Write one 'field: column' a line, as YAML."
        ) from problem
    if not isinstance(told, dict):
        raise BadInput(f"{path}: the map must say 'field: column' line by line, for example 'family: last_name'.")
    return told


def fields_of(told: dict[str, Any] | None, header: Iterable[str], truth: str) -> Fields:
    """Fields of a map, or without one of the names of the columns. The truth column is never compared."""
    header = list(header)
    found = Fields(**_options(told or {}))
    said = _said(told) if told else {}
    for key, value in said.items():
        _follow(found, str(key), value, header)
    if not said:
        _guess(found, header)
    for columns in found.columns.values():
        columns[:] = [column for column in columns if column != column_in(header, truth)]
    found.columns = {name: columns for name, columns in found.columns.items() if columns}
    _check(found)
    return found


def column_in(header: Iterable[str], wanted: str) -> str | None:
    """The column of this name; spaces, dots, underscores and capitals do not matter where no column is called exactly so."""
    header = list(header)
    if wanted.strip() in header:
        return wanted.strip()
    return next((column for column in header if plain(column) == plain(wanted)), None)


def plain(name: str) -> str:
    """A name without capitals, spaces and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _options(told: dict[str, Any]) -> dict[str, Any]:
    truth = told.get("truth")
    pattern = told.get("truth_pattern") or (truth.get("pattern") if isinstance(truth, dict) else "")
    column = truth.get("column") if isinstance(truth, dict) else truth
    texts = {
        name: str(told[name]) for name in ("date_format", "delimiter", "encoding") if isinstance(told.get(name), str)
    }
    return {"pattern": str(pattern or ""), "truth": str(column or ""), "across": bool(told.get("across")), **texts}


def _said(told: dict[str, Any]) -> dict[Any, Any]:
    """What is said of columns, at the top or under `columns` (`fields`)."""
    for name in ("columns", "fields"):
        if isinstance(told.get(name), dict):
            return told[name]
    return {key: value for key, value in told.items() if key not in OPTIONS and value}


def _follow(found: Fields, key: str, value: Any, header: list[str]) -> None:
    """One line of the map, as 'field: column' or the other way round."""
    if isinstance(value, dict):
        found.date_format = str(value.get("format") or found.date_format)
        value = value.get("column") or value.get("columns") or []
    wanted = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    name = KNOWN.get(plain(key))
    columns = [column for v in wanted if (column := column_in(header, v))]
    if name and columns:
        found.columns.setdefault(name, []).extend(columns)
    elif (turned := KNOWN.get(plain(wanted[0]))) and (column := column_in(header, key)):
        found.columns.setdefault(turned, []).append(column)
    elif name:
        found.notes.append(f"the map's column for {name} is in no file; {name} is not compared")
    else:
        found.notes.append(f"the map speaks of {key}, which is nothing that is compared")


def _guess(found: Fields, header: list[str]) -> None:
    for column in header:
        if name := KNOWN.get(plain(column)):
            found.columns.setdefault(name, []).append(column)


def _check(found: Fields) -> None:
    if not {"given", "family", "name"} & set(found.columns):
        raise BadInput(
            "No column with names was found. Say in the map which they are, for example 'given: first_name' and 'family: last_name'; "
            f"fields are {', '.join(CALLED)}."
        )
