"""Data sharing preferences of 1-800-MEDICARE: who wants their claims shared with the ACO, and who does not, as FHIR Consent.

Layout: fixed width between a heading (HDR_BENEDATASHR and a day) and a trailer (TRL_BENEDATASHR, the day, the number of records), as
CMS's Beneficiary Claims Data API reads it (https://github.com/CMSgov/bcda-app, bcda/optout). What breaks a heading or a trailer, or does
not add up, refuses the file whole.
"""

import datetime as dt
import re
from collections.abc import Iterator

from bluering.intake.claims.cclf.people import person_id_of
from bluering.intake.reading import Reading, Resource, Trouble, stable_id

HEADING = re.compile(r"HDR_BENEDATASHR(\d{8})\s*$")
TRAILER = re.compile(r"TRL_BENEDATASHR(\d{8})([\d ]{1,10})\s*$")
BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?HDR_[A-Z]{4,12}DATASHR\d{8}|(?:\xef\xbb\xbf)?HDR_BENEDATASHR")
WIDTH = 389
REFUSED = "nothing of this file was read; ask CMS for it again"
CUT = "the trailer is missing; what is here was read, but the file may be cut off: compare it with what CMS has"
# What is asked: name, where the day, the source and the answer stand (from 0), and what it is called.
QUESTIONS = (
    ("data-sharing", "Preference Indicator", (354, 362), 368, "Sharing of Medicare claims with the ACO"),
    ("substance-use", "SAMHSA Preference Indicator", (369, 377), 383, "Sharing of Medicare claims about substance use with the ACO"),
)  # fmt: skip


def looks_like(head: bytes) -> bool:
    """Whether a file begins as these do."""
    return bool(BEGINS.match(head))


def read(data: bytes) -> Reading:
    """Every preference as a Consent; what is wrong with its line and its field."""
    lines = [line.rstrip("\r") for line in data.decode("latin-1").removeprefix("\xef\xbb\xbf").split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if trouble := _frame(lines):
        return Reading(unreadable=[trouble])
    reading = Reading()
    records = lines[1:-1]
    if not lines[-1].startswith("TRL"):
        records = lines[1:]
        reading.unreadable.append(Trouble(f"line {len(lines) + 1}", CUT))
    for number, line in enumerate(records, 2):
        try:
            reading.resources += _consents(line)
        except ValueError as problem:
            reading.unreadable.append(Trouble(f"line {number}", str(problem)))
    return reading


def _frame(lines: list[str]) -> Trouble | None:
    """What is wrong with heading, trailer or count."""
    if not lines or not HEADING.match(lines[0]):
        return Trouble("line 1", f"the heading is not HDR_BENEDATASHR and a day written YYYYMMDD; {REFUSED}")
    if not lines[-1].startswith("TRL"):
        return None
    end = TRAILER.match(lines[-1])
    if not end or not end[2].strip().isdigit():
        return Trouble(
            f"line {len(lines)}", f"the trailer is not TRL_BENEDATASHR, a day and the number of records; {REFUSED}"
        )
    if int(end[2]) != len(lines) - 2:
        said = f"the trailer announces {int(end[2]):,} records, here are {len(lines) - 2:,}"
        return Trouble(f"line {len(lines)}", f"{said}; {REFUSED}")
    return None


def _consents(line: str) -> Iterator[Resource]:
    mbi = line[:11].strip()
    if len(line) < WIDTH:
        raise ValueError(f"the record has {len(line)} characters, at least {WIDTH} are expected")
    if not re.fullmatch(r"[0-9A-Z]{10,11}", mbi):
        raise ValueError("Beneficiary Identifier (positions 1-11) is not 11 letters and digits")
    if line[11:21].strip() and not line[11:21].strip().isdigit():
        raise ValueError("Beneficiary Link Key (positions 12-21) is not a number")
    for name, field, (start, end), place, title in QUESTIONS:
        day, answer = line[start:end].strip(), line[place].strip()
        if day and not _is_day(day):
            raise ValueError(f"the day of {field} (positions {start + 1}-{end}) is not a day written YYYYMMDD")
        if answer and answer not in "YN":
            raise ValueError(f"{field} (position {place + 1}) is neither Y nor N")
        if day and answer:
            yield _consent(mbi, name, title, f"{day[:4]}-{day[4:6]}-{day[6:]}", answer == "Y", line[384:389].strip())


def _is_day(text: str) -> bool:
    try:
        dt.datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return False
    return len(text) == 8


def _consent(mbi: str, name: str, title: str, day: str, shares: bool, aco: str) -> Resource:
    made: Resource = {
        "resourceType": "Consent",
        "id": stable_id("preference", name, person_id_of(mbi)),
        "meta": {"lastUpdated": f"{day}T00:00:00Z"},
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}], "text": title}],
        "patient": {"reference": f"Patient/{person_id_of(mbi)}"},
        "dateTime": day,
        "sourceReference": {"display": "1-800-MEDICARE"},
        "policyRule": {"text": "Medicare beneficiary data sharing preference"},
        "provision": {"type": "permit" if shares else "deny"},
    }
    if aco:
        made["organization"] = [{"display": f"ACO {aco}"}]
    return made
