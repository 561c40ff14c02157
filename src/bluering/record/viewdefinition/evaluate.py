"""Turn a FHIRPath tree into DuckDB SQL over structs that from_json made.

A Value is SQL plus what is known of it: its FHIR type, whether it is a list, and its place in the Shape. Empty is NULL for one
value and an empty list for many; lists never hold NULL.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bluering.record.viewdefinition import fhirpath
from bluering.record.viewdefinition.errors import BadView
from bluering.record.viewdefinition.fhirpath import Call, Constant, Index, Literal, Name, Node, Operation, This
from bluering.record.viewdefinition.shape import Shape
from bluering.terminology import fhir_r4

NOTHING = "nothing"
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
NUMERIC = ("decimal", "integer", "positiveInt", "unsignedInt")
FUNCTIONS: dict[str, "Function"] = {}


@dataclass(frozen=True)
class Value:
    """SQL with its FHIR type; `choice` names an element[x] whose type has not been said yet, `written` is a number's own text."""

    sql: str
    type: str
    is_list: bool = False
    shape: Shape | None = None
    choice: str = ""
    written: str = ""


@dataclass
class Scope:
    """What an expression may see: its focus, the row's index, the constants, and the resource's own type."""

    this: Value
    row_index: str = "0"
    constants: Mapping[str, Literal] = field(default_factory=dict)
    resource_type: str = ""
    resource_id: str = "NULL"
    names: itertools.count = field(default_factory=itertools.count)

    def at(self, this: Value, row_index: str | None = None) -> "Scope":
        """The same scope with another focus."""
        index = self.row_index if row_index is None else row_index
        return Scope(this, index, self.constants, self.resource_type, self.resource_id, self.names)


Function = Callable[[Value, tuple[Node, ...], Scope], Value]


def evaluate(expression: str, scope: Scope) -> Value:
    """The Value of an expression. Raises BadView when it cannot be compiled."""
    return value_of(fhirpath.parse(expression), scope)


def value_of(node: Node, scope: Scope) -> Value:
    """The Value of a tree."""
    match node:
        case This():
            return scope.this
        case Literal():
            return literal(node)
        case Constant():
            return _constant(node.name, scope)
        case Name():
            return step(value_of(node.base, scope), node.name, scope)
        case Index():
            return _index(value_of(node.base, scope), node, scope)
        case Call():
            return _call(node, scope)
        case Operation():
            return _operation(node, scope)


def function(name: str) -> Callable[["Function"], "Function"]:
    """Make a FHIRPath function known under its name."""

    def keep(one: "Function") -> "Function":
        FUNCTIONS[name] = one
        return one

    return keep


def _call(node: Call, scope: Scope) -> Value:
    if node.function not in FUNCTIONS:
        raise BadView(f"{node.function}() is not a function that views can use.")
    return FUNCTIONS[node.function](value_of(node.base, scope), node.arguments, scope)


def literal(node: Literal) -> Value:
    """A literal as SQL."""
    if isinstance(node.value, str):
        return Value("'" + node.value.replace("'", "''") + "'", node.type)
    return Value(str(node.value).lower(), node.type)


def _constant(name: str, scope: Scope) -> Value:
    if name == "rowIndex":
        return Value(scope.row_index, "integer")
    if name not in scope.constants:
        raise BadView(f"%{name} is not a constant of this view.")
    return literal(scope.constants[name])


def step(base: Value, name: str, scope: Scope) -> Value:
    """An element of `base`; of each item, flattened, when base is a list. What R4 does not have is empty."""
    if base.shape is None:
        if base.type == NOTHING:
            return base
        raise BadView(f"{name}: a {base.type} has no elements.")
    if base.choice:
        raise BadView(f"{base.choice}: say which of its types is meant, with ofType().")
    if fhir_r4.choices(base.type, name):
        return Value(base.sql, base.type, base.is_list, base.shape, name)
    element = fhir_r4.element(base.type, name)
    return Value("NULL", NOTHING) if element is None else member(base, element, scope)


def member(base: Value, element: fhir_r4.Element, scope: Scope) -> Value:
    """The SQL of one element, by its name in JSON."""
    assert base.shape is not None
    shape = base.shape.child(element)
    name = '"' + element.json_name + '"'
    if not base.is_list:
        sql = f"{base.sql}.{name}"
        return Value(_typed(sql, element), element.type, element.is_list, shape, written=sql)
    item = f"e{next(scope.names)}"
    each = f"list_transform({base.sql}, lambda {item}: {_typed(f'{item}.{name}', element)})"
    sql = f"flatten({each})" if element.is_list else each
    return Value(f"list_filter({sql}, lambda {item}: {item} IS NOT NULL)", element.type, True, shape)


def _typed(sql: str, element: fhir_r4.Element) -> str:
    return f"TRY_CAST({sql} AS DOUBLE)" if element.type == "decimal" and not element.is_list else sql


def single(value: Value) -> Value:
    """One value where one is needed: more than one is an error when it happens, as the specification says."""
    if not value.is_list:
        return value
    message = "'more than one value where a single one is expected'"
    sql = f"(CASE WHEN len({value.sql}) > 1 THEN error({message}) ELSE {value.sql}[1] END)"
    return Value(sql, value.type, False, value.shape, value.choice)


def _index(base: Value, node: Index, scope: Scope) -> Value:
    at = value_of(node.at, scope)
    if at.type not in NUMERIC:
        raise BadView("an index has to be a whole number.")
    if not base.is_list:
        return Value(f"(CASE WHEN {at.sql} = 0 THEN {base.sql} END)", base.type, False, base.shape)
    return Value(f"({base.sql}[{at.sql} + 1])", base.type, False, base.shape)


def boolean(value: Value) -> Value:
    """A boolean, or BadView: text is not true."""
    value = single(value)
    if value.type not in ("boolean", NOTHING):
        raise BadView(f"a boolean is needed here, not a {value.type}.")
    return value


def _operation(node: Operation, scope: Scope) -> Value:
    left, right = value_of(node.left, scope), value_of(node.right, scope)
    if node.sign in ("and", "or"):
        return Value(f"({boolean(left).sql} {node.sign.upper()} {boolean(right).sql})", "boolean")
    left, right = single(left), single(right)
    if node.sign in COMPARISONS:
        sign = "<>" if node.sign == "!=" else node.sign
        return Value(f"({left.sql} {sign} {right.sql})", "boolean")
    if node.sign == "&" or (node.sign == "+" and left.type not in NUMERIC):
        empty = ("coalesce({}, '')" if node.sign == "&" else "{}").format
        return Value(f"({empty(left.sql)} || {empty(right.sql)})", "string")
    return Value(f"({left.sql} {node.sign} {right.sql})", "decimal")
