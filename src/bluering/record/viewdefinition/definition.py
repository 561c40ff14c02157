"""A ViewDefinition read into small objects, with what is wrong said by name before anything is compiled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bluering.record.viewdefinition.errors import BadView
from bluering.record.viewdefinition.fhirpath import Literal
from bluering.terminology import fhir_r4

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
ELSE, PAIR, REFERENCE_TYPE = "bluering/else", "bluering/pair", "bluering/reference-type"
CONSTANT_TYPES = {"Integer": "integer", "PositiveInt": "integer", "UnsignedInt": "integer", "Decimal": "decimal", "Boolean": "boolean"}  # fmt: skip


@dataclass(frozen=True)
class ColumnSpec:
    """One column. `alternatives` are asked when the path is empty; `pair` joins two members of each item, `system|code`."""

    name: str
    path: str
    type: str
    collection: bool
    alternatives: tuple[str, ...] = ()
    pair: tuple[str, str] | None = None
    reference_type: bool = False


@dataclass(frozen=True)
class Select:
    """One select: an iteration or none, columns, nested selects (crossed), and branches (one after the other)."""

    columns: tuple[ColumnSpec, ...]
    selects: tuple["Select", ...]
    union: tuple["Select", ...]
    for_each: str | None = None
    or_null: bool = False
    repeat: tuple[str, ...] = ()

    def all_columns(self) -> list[ColumnSpec]:
        """The columns a row of this select has, in order."""
        own = list(self.columns)
        for inner in self.selects:
            own += inner.all_columns()
        return own + (self.union[0].all_columns() if self.union else [])


@dataclass(frozen=True)
class View:
    """A whole view. `root` has no iteration of its own."""

    name: str
    resource: str
    constants: Mapping[str, Literal]
    where: tuple[str, ...]
    root: Select


def read_view(said: Mapping) -> View:
    """A View from its JSON. Raises BadView when it breaks a rule of the specification."""
    if not isinstance(said, Mapping) or said.get("resource") not in fhir_r4.resource_types():
        raise BadView("resource: name one of FHIR R4's resource types.")
    if not said.get("select"):
        raise BadView("select: a view without columns gives nothing; add a select.")
    root = Select((), tuple(_select(one) for one in said["select"]), ())
    names = [column.name for column in root.all_columns()]
    if not names:
        raise BadView("select: a view without columns gives nothing; add a column.")
    for name in names:
        if names.count(name) > 1:
            raise BadView(f"{name}: two columns have this name.")
    where = tuple(one.get("path", "") for one in said.get("where") or ())
    return View(str(said.get("name", "")), said["resource"], _constants(said), where, root)


def _constants(said: Mapping) -> dict[str, Literal]:
    return {one.get("name", ""): _constant(one) for one in said.get("constant") or ()}


def _constant(one: Mapping) -> Literal:
    values = [(key, value) for key, value in one.items() if key.startswith("value")]
    if not one.get("name") or len(values) != 1:
        raise BadView(f"constant {one.get('name', '')!r}: needs a name and exactly one value.")
    key, value = values[0]
    kind = CONSTANT_TYPES.get(key.removeprefix("value"), "string")
    return Literal(value, kind)


def _select(said: Mapping) -> Select:
    made = Select(
        columns=tuple(_column(one) for one in said.get("column") or ()),
        selects=tuple(_select(one) for one in said.get("select") or ()),
        union=tuple(_select(one) for one in said.get("unionAll") or ()),
        for_each=said.get("forEach", said.get("forEachOrNull")),
        or_null="forEachOrNull" in said,
        repeat=tuple(said.get("repeat") or ()),
    )
    shapes = [[(c.name, c.type) for c in branch.all_columns()] for branch in made.union]
    if any(shape != shapes[0] for shape in shapes):
        raise BadView("unionAll: every branch must have the same columns in the same order.")
    if made.repeat and made.for_each is not None:
        raise BadView("a select iterates by forEach or by repeat, not by both.")
    return made


def _column(said: Mapping) -> ColumnSpec:
    name = str(said.get("name", ""))
    if not NAME.fullmatch(name) or not said.get("path"):
        raise BadView(f"column {name!r}: needs a name of letters, digits and _, and a path.")
    tags = [(tag.get("name"), tag.get("value", "")) for tag in said.get("tag") or ()]
    pairs = [tuple(value.split("|")) for key, value in tags if key == PAIR]
    return ColumnSpec(
        name=name,
        path=said["path"],
        type=said.get("type", "string"),
        collection=bool(said.get("collection", False)),
        alternatives=tuple(value for key, value in tags if key == ELSE),
        pair=pairs[0] if pairs else None,  # type: ignore[arg-type]
        reference_type=any(key == REFERENCE_TYPE for key, _ in tags),
    )
