"""The cells of one row, by what they are; what cannot be understood is gathered, so that a row tells all its faults at once."""

from collections.abc import Callable
from typing import Any

from bluering.intake.schedule.mapping import LABELS, Mapping
from bluering.intake.schedule.moments import NotUnderstood
from bluering.intake.tables.table import Row


class Cells:
    """`faults` keep the row from being used; `remarks` are told, and the row is used."""

    def __init__(self, row: Row, mapping: Mapping) -> None:
        self.row, self.mapping = row, mapping
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def text(self, target: str) -> str:
        """What stands in the column mapped to `target`; empty when there is none."""
        return self.row.cells.get(self.mapping.columns.get(target, ""), "")

    def value(self, target: str, read: Callable[[str], Any]) -> Any:
        """What `read` makes of the text; None when it is empty or not understood, which is put down as a fault."""
        text = self.text(target)
        if not text:
            return None
        try:
            return read(text)
        except NotUnderstood as fault:
            self.faults.append(f"{LABELS[target]}: {fault}")
            return None
