"""The part of a resource that a view reads, grown as its expressions are compiled, and told to DuckDB's from_json.

Reading one resource once into a typed struct is several times faster than asking its JSON for one path after the other.
"""

import json
from dataclasses import dataclass, field

from bluering.terminology import fhir_r4

NUMBERS = {"integer": "BIGINT", "positiveInt": "BIGINT", "unsignedInt": "BIGINT", "boolean": "BOOLEAN"}


@dataclass
class Shape:
    """One element and those of its children that are read. Decimals stay text, so that 1.0 keeps its precision."""

    type: str
    is_list: bool = False
    children: dict[str, "Shape"] = field(default_factory=dict)

    def child(self, element: fhir_r4.Element) -> "Shape":
        """The child for this element, there from now on."""
        return self.children.setdefault(element.json_name, Shape(element.type, element.is_list))

    def structure(self) -> str:
        """The structure argument of from_json, as JSON text."""
        return json.dumps(self._structure())

    def _structure(self) -> object:
        inner: object = {name: child._structure() for name, child in self.children.items()} or self._leaf()
        return [inner] if self.is_list else inner

    def _leaf(self) -> str:
        return NUMBERS.get(self.type, "VARCHAR") if fhir_r4.is_primitive(self.type) else "JSON"
