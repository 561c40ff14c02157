"""Where each field of each file stands, from `layouts.yaml`, and what kind of thing it holds."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

DATE, AMOUNT, TEXT = "date", "amount", "text"
# Without these a record cannot be used.
NEEDED = {
    "1": ("CUR_CLM_UNIQ_ID", "BENE_MBI_ID", "CLM_TYPE_CD", "CLM_FROM_DT", "CLM_THRU_DT"),
    "2": ("CUR_CLM_UNIQ_ID", "CLM_LINE_NUM"),
    "3": ("CUR_CLM_UNIQ_ID", "CLM_PRCDR_CD"),
    "4": ("CUR_CLM_UNIQ_ID", "CLM_DGNS_CD"),
    "5": ("CUR_CLM_UNIQ_ID", "CLM_LINE_NUM", "BENE_MBI_ID", "CLM_FROM_DT", "CLM_THRU_DT"),
    "6": ("CUR_CLM_UNIQ_ID", "CLM_LINE_NUM", "BENE_MBI_ID", "CLM_FROM_DT", "CLM_THRU_DT"),
    "7": ("CUR_CLM_UNIQ_ID", "BENE_MBI_ID", "CLM_LINE_NDC_CD", "CLM_LINE_FROM_DT"),
    "8": ("BENE_MBI_ID",),
    "9": ("HICN_MBI_XREF_IND", "CRNT_NUM", "PRVS_NUM"),
    "A": ("CUR_CLM_UNIQ_ID",),
    "B": ("CUR_CLM_UNIQ_ID", "CLM_LINE_NUM"),
}


# A person's record is used without the fields that cannot be read; of a claim everything has to be right.
LENIENT = frozenset("89")


@dataclass(frozen=True)
class Field:
    """One field; `start` and `end` count from 1, as CMS counts."""

    name: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """date, amount or text, as its name tells."""
        if self.name.endswith(("_DT", "_DOB")):
            return DATE
        return AMOUNT if self.name.endswith(("_AMT", "_QTY")) else TEXT

    @property
    def place(self) -> str:
        """As it is named to people: CLM_FROM_DT (positions 44-53)."""
        return f"{self.name} (positions {self.start}-{self.end})"


@dataclass(frozen=True)
class Layout:
    """One file of the feed: its number (1 to 9, A, B), its fields, and the lengths that its records have had."""

    number: str
    title: str
    fields: tuple[Field, ...]
    lengths: frozenset[int]

    @property
    def name(self) -> str:
        """CCLF1."""
        return f"CCLF{self.number}"

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields without which a record cannot be used."""
        return NEEDED[self.number]

    @property
    def lenient(self) -> bool:
        """Whether a field that is not needed may be wrong."""
        return self.number in LENIENT

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(field for field in self.fields if field.name == name)


@cache
def layouts() -> dict[str, Layout]:
    """Every file's layout by its number."""
    told = yaml.safe_load((files(__package__) / "layouts.yaml").read_text())
    return {number: _layout(number, one) for number, one in told.items()}


def _layout(number: str, told: dict) -> Layout:
    fields: list[Field] = []
    start = 1
    for name, width in (pair.split() for pair in told["fields"].split(",")):
        fields.append(Field(name, start, start + int(width) - 1))
        start += int(width)
    return Layout(number, told["title"], tuple(fields), frozenset({start - 1, *told.get("earlier", ())}))
