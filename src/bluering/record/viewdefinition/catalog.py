"""The record's tables: one per FHIR type from `views/<table>.json`, and child tables for what repeats inside a resource.

A type that has no view still has a table, named after it, that keeps its resources whole.
"""

import functools
import re
from dataclasses import dataclass
from importlib.resources import files

import orjson

from bluering.record.viewdefinition.definition import read_view

WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Column:
    """A column's FHIR type, and whether it holds a list."""

    type: str
    collection: bool


@dataclass(frozen=True)
class Table:
    """One table of the record. `view` is its ViewDefinition, None for a type kept whole without columns."""

    name: str
    resource_type: str
    view: dict | None
    columns: dict[str, Column]
    is_main: bool

    def __hash__(self) -> int:
        return hash(self.name)


@functools.cache
def tables() -> dict[str, Table]:
    """Every table that has a view, by name."""
    folder = files("bluering.record") / "views"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".json"))
    found = (_table(orjson.loads((folder / name).read_bytes())) for name in names)
    return {table.name: table for table in found}


def main_table(resource_type: str) -> Table:
    """The table that holds a type's resources themselves."""
    name = table_name(resource_type)
    return tables().get(name) or Table(name, resource_type, None, {}, True)


def tables_of(resource_type: str) -> list[Table]:
    """The tables that a type's resources fill, the main one first."""
    children = [t for t in tables().values() if t.resource_type == resource_type and not t.is_main]
    return [main_table(resource_type), *children]


def table_name(resource_type: str) -> str:
    """MedicationRequest → medication_request."""
    return WORD.sub("_", resource_type).lower()


def _table(view: dict) -> Table:
    read = read_view(view)
    columns = {c.name: Column(c.type, c.collection) for c in read.root.all_columns()}
    return Table(read.name, read.resource, view, columns, read.name == table_name(read.resource))
