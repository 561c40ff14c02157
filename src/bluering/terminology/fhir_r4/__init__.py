"""What FHIR R4 (4.0.1) says of its types: which there are, which elements each has, of what type, and which repeat.

`elements.json` is derived from HL7's StructureDefinitions by `scripts/build_fhir_elements.py`.
"""

import functools
from dataclasses import dataclass
from importlib.resources import files

import orjson

NUMBERS = ("integer", "decimal", "positiveInt", "unsignedInt")
JSON_NUMBERS = ("UBIGINT", "BIGINT", "DOUBLE", "HUGEINT", "UHUGEINT", "DECIMAL")
NOT_RESOURCES = ("Resource", "DomainResource")


@dataclass(frozen=True)
class Element:
    """One element of a type. `json_name` is its name in JSON, `type` its FHIR type or the path of a backbone element."""

    json_name: str
    type: str
    is_list: bool

    @property
    def is_primitive(self) -> bool:
        return is_primitive(self.type)


@functools.cache
def _types() -> dict[str, dict[str, str]]:
    return orjson.loads((files(__package__) / "elements.json").read_bytes())


@functools.cache
def resource_types() -> frozenset[str]:
    """The names of all resource types, such as `Patient`."""
    return frozenset(name for name, elements in _types().items() if "implicitRules" in elements and _is_resource(name))


def _is_resource(name: str) -> bool:
    return "." not in name and name not in NOT_RESOURCES


def is_primitive(type_name: str) -> bool:
    """Whether a type is written as one JSON value (`date`, `code`) and not as an object."""
    return type_name[:1].islower() and type_name != "xhtml"


def element(type_name: str, name: str) -> Element | None:
    """The element `name` of a type; None when R4 has no such element, or when it is a choice (see `choice`)."""
    said = _types().get(type_name, {}).get(name)
    return None if said is None else Element(name, said.rstrip("*"), said.endswith("*"))


def choice(type_name: str, name: str, chosen: str) -> Element | None:
    """The element `name[x]` in its form of type `chosen`: value and Quantity give `valueQuantity`."""
    said = _types().get(type_name, {}).get(f"{name}[x]")
    if said is None or chosen not in said.rstrip("*").split("|"):
        return None
    return Element(name + chosen[0].upper() + chosen[1:], chosen, said.endswith("*"))


def choices(type_name: str, name: str) -> tuple[str, ...]:
    """The types that `name[x]` may have; empty when it is no choice."""
    said = _types().get(type_name, {}).get(f"{name}[x]", "")
    return tuple(said.rstrip("*").split("|")) if said else ()


@functools.cache
def json_kinds(resource_type: str) -> dict[str, tuple[str, ...]]:
    """For each top-level JSON member of a resource, the kinds DuckDB's json_type may name; choices are spelled out."""
    kinds: dict[str, tuple[str, ...]] = {}
    for name, said in _types().get(resource_type, {}).items():
        if not name.endswith("[x]"):
            kinds[name] = ("ARRAY",) if said.endswith("*") else _kinds_of(said)
            continue
        for chosen in said.rstrip("*").split("|"):
            kinds[name[:-3] + chosen[0].upper() + chosen[1:]] = _kinds_of(chosen)
    return kinds


def _kinds_of(type_name: str) -> tuple[str, ...]:
    if type_name == "boolean":
        return ("BOOLEAN",)
    if type_name in NUMBERS:
        return JSON_NUMBERS
    return ("VARCHAR",) if is_primitive(type_name) else ("OBJECT",)
