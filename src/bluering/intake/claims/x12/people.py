"""Names, addresses and numbers as X12 tells them (NM1, N3, N4, DMG, PER, REF), as FHIR."""

import datetime as dt
import hashlib
from typing import Any

from bluering.intake.claims.x12.segments import Segment

Resource = dict[str, Any]
NPI = "http://hl7.org/fhir/sid/us-npi"
GENDERS = {"M": "male", "F": "female", "U": "unknown"}
# Who gives a person a number: the payer that a message is from or for.
MEMBER = "https://bluering.example.org/member/"


class Party:
    """What segments tell of one person or organisation, gathered until it is needed."""

    def __init__(self, name: Segment) -> None:
        self.name = name
        self.lines: list[str] = []
        self.place: Segment | None = None
        self.demographics: Segment | None = None
        self.contacts: list[Segment] = []
        self.numbers: dict[str, str] = {}

    def hear(self, segment: Segment) -> None:
        """One of the segments that follow its NM1."""
        if segment.id == "N3":
            self.lines = [one for one in (segment[1], segment[2]) if one]
        elif segment.id == "N4":
            self.place = segment
        elif segment.id == "DMG":
            self.demographics = segment
        elif segment.id == "PER":
            self.contacts.append(segment)
        elif segment.id == "REF":
            self.numbers.setdefault(segment[1], segment[2])

    @property
    def number(self) -> str:
        """The number in NM109."""
        return self.name[9]

    @property
    def npi(self) -> str:
        """Its NPI, where it is told as one."""
        return self.name[9] if self.name[8] == "XX" else ""

    @property
    def display(self) -> str:
        """An organisation's name, or a person's given and family name."""
        return " ".join(filter(None, (self.name[4], self.name[3])))

    @property
    def born(self) -> str:
        """YYYY-MM-DD, or empty."""
        return day(self.demographics[2]) if self.demographics else ""

    def as_reference(self) -> Resource | None:
        """Who it is, by NPI where there is one."""
        made: Resource = {"display": self.display} if self.display else {}
        if self.npi:
            made["identifier"] = {"system": NPI, "value": self.npi}
        return made or None


def patient_id(party: Party, member: str, payer: str) -> str:
    """The same for the same member of a payer; a dependant who shares the number is told apart by name and birth date."""
    told = "|".join((payer, member, party.name[4].upper(), party.born))
    return "m-" + hashlib.sha256(told.encode()).hexdigest()[:40]


def patient(party: Party, member: str, payer: str) -> Resource:
    """A Patient."""
    made: Resource = {"resourceType": "Patient", "id": patient_id(party, member, payer)}
    if member:
        made["identifier"] = [
            {
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]},
                "system": MEMBER + slug(payer),
                "value": member,
            }
        ]
    names: Resource = {"family": party.name[3]} if party.name[3] else {}
    given = [one for one in (party.name[4], party.name[5]) if one]
    if given:
        names["given"] = given
    if party.name[7]:
        names["suffix"] = [party.name[7]]
    if names:
        made["name"] = [names]
    if party.demographics and (gender := GENDERS.get(party.demographics[3])):
        made["gender"] = gender
    if party.born:
        made["birthDate"] = party.born
    if address := _address(party):
        made["address"] = [address]
    if telecom := _telecom(party):
        made["telecom"] = telecom
    return made


def _address(party: Party) -> Resource:
    made: Resource = {"line": party.lines} if party.lines else {}
    if party.place:
        told = {"city": party.place[1], "state": party.place[2], "postalCode": _postal(party.place[3])}
        made |= {name: value for name, value in told.items() if value}
    return made


def _postal(told: str) -> str:
    return f"{told[:5]}-{told[5:]}" if len(told) == 9 and told.isdigit() else told


def _telecom(party: Party) -> list[Resource]:
    kinds = {"TE": "phone", "HP": "phone", "CP": "phone", "WP": "phone", "EM": "email", "FX": "fax"}
    told = [(one[n], one[n + 1]) for one in party.contacts for n in (3, 5, 7)]
    return [{"system": kinds[kind], "value": value} for kind, value in told if kind in kinds and value]


def slug(text: str) -> str:
    """A payer's name or number as it may stand in an address."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split()) or "unnamed"


def day(told: str) -> str:
    """CCYYMMDD (or what begins so) as YYYY-MM-DD; empty when that is no day of the calendar."""
    text = f"{told[:4]}-{told[4:6]}-{told[6:8]}"
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return ""
    return text


def period(qualifier: str, told: str) -> tuple[str, str]:
    """First and last day of a DTP: one day (D8, DT) or two (RD8)."""
    first, _, last = told.partition("-") if qualifier == "RD8" else (told, "", told)
    return day(first), day(last) or day(first)
