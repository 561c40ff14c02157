"""What is the same of every kind of table: columns by their meaning, how dates and names are written, a first guess from the header."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Self

from bluering.errors import BadInput

DATE_FORMATS = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year-month-day only"}
NAME_ORDERS = {"family_first": "Family, Given", "given_first": "Given Family"}
# What a column can be -> (its name on the page, names that systems give it, reduced to lower-case words).
Targets = dict[str, tuple[str, tuple[str, ...]]]

PATIENT: Targets = {
    "patient_id": ("Patient number (MRN)", ("mrn", "patient id", "patient number", "patient no", "pt id", "medical record number", "chart number", "chart no", "chart id", "patient mrn", "pat id", "account number", "patient account", "patientid")),
    "patient_name": ("Patient's whole name", ("patient name", "patient", "name", "pt name", "patient full name", "full name", "member name")),
    "patient_family": ("Patient's family name", ("last name", "patient last name", "family name", "surname", "pt last name", "lastname", "last", "member last name")),
    "patient_given": ("Patient's given name", ("first name", "patient first name", "given name", "pt first name", "firstname", "first", "member first name")),
    "birth_date": ("Date of birth", ("dob", "date of birth", "birth date", "birthdate", "patient dob", "pt dob", "patient date of birth", "member dob")),
    "phone": ("Phone", ("phone", "phone number", "home phone", "mobile phone", "cell phone", "patient phone", "mobile", "cell", "telephone", "contact number")),
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """How one source writes its tables, whatever they tell of.

    columns             what a column is -> its name in the header
    date_format         a key of DATE_FORMATS; settles 3/4/2026. Dates that can mean only one day are read in any case
    name_order          a key of NAME_ORDERS, for whole names without a comma
    identifier_system   URI of the patient numbers, as other systems write it, so that both are one person
    """

    columns: dict[str, str] = field(default_factory=dict)
    date_format: str = "mdy"
    name_order: str = "family_first"
    identifier_system: str = ""

    KIND: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    TARGETS: ClassVar[Targets] = {}

    def faults(self, header: Iterable[str]) -> list[str]:
        """What keeps this mapping from reading a file with this header, each a sentence; empty when nothing does."""
        known = set(header)
        return [
            f"{self.label(target)}: the file has no column of the mapped name."
            for target, name in self.columns.items()
            if name not in known
        ]

    def check(self, header: Iterable[str]) -> None:
        """Nothing when the mapping can read such a file. Raises BadInput with every fault."""
        if unknown := self.columns.keys() - self.TARGETS.keys():
            raise BadInput(f"columns: {min(unknown)} is nothing that a column can be; use {', '.join(self.TARGETS)}.")
        if self.date_format not in DATE_FORMATS or self.name_order not in NAME_ORDERS:
            raise BadInput(f"date_format is one of {', '.join(DATE_FORMATS)}, name_order of {', '.join(NAME_ORDERS)}.")
        if found := self.faults(header):
            raise BadInput(" ".join(found))

    def as_data(self) -> dict[str, Any]:
        """For keeping as JSON."""
        return {"kind": self.KIND, **asdict(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `as_data` gave; keys that are not known any more are passed over."""
        known = {entry.name for entry in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})

    @classmethod
    def suggest(cls, header: Iterable[str], samples: Iterable[str] = ()) -> Self:
        """A first guess: columns by their names, the order of dates by what the sample's dates allow."""
        columns = columns_by_name(cls.TARGETS, header)
        return cls(columns=cls.settled(columns), date_format=suggest_date_format(samples)[0])

    @classmethod
    def settled(cls, columns: dict[str, str]) -> dict[str, str]:
        """Guessed columns without those that others make needless."""
        if "patient_family" in columns and "patient_given" in columns:
            columns.pop("patient_name", None)
        return columns

    @classmethod
    def label(cls, target: str) -> str:
        """What a target is called on the page."""
        return cls.TARGETS[target][0]

    def names_patient(self) -> bool:
        """Whether a number, or a name with a date of birth, is mapped."""
        named = bool(self.columns.keys() & {"patient_name", "patient_family"})
        return "patient_id" in self.columns or ("birth_date" in self.columns and named)


def columns_by_name(targets: Targets, header: Iterable[str]) -> dict[str, str]:
    """Target -> the column whose name says so, each column once."""
    by_words = {words(name): name for name in header if name}
    columns: dict[str, str] = {}
    for target, (_, names) in targets.items():
        found = next((by_words[name] for name in names if name in by_words), None)
        if found and found not in columns.values():
            columns[target] = found
    return columns


def suggest_date_format(samples: Iterable[str]) -> tuple[str, bool]:
    """(format, whether the samples settle it). Where no date of the sample tells month from day, the US order is taken."""
    pairs = [
        (int(m[1]), int(m[2])) for text in samples if (m := re.match(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d", text))
    ]
    if any(first > 12 for first, _ in pairs):
        return "dmy", True
    return "mdy", not pairs or any(second > 12 for _, second in pairs)


def words(name: str) -> str:
    """AppointmentDate_Time -> "appointment date time"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", parted.lower()))
