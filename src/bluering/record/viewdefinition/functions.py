"""The FHIRPath functions that views may use, each as SQL."""

from bluering.record.viewdefinition import boundaries
from bluering.record.viewdefinition.errors import BadView
from bluering.record.viewdefinition.evaluate import (
    NOTHING,
    Function,
    Scope,
    Value,
    boolean,
    function,
    member,
    single,
    step,
    value_of,
)
from bluering.record.viewdefinition.fhirpath import Literal, Name, Node, Operation, This
from bluering.terminology import fhir_r4


@function("where")
def _where(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    if len(arguments) != 1:
        raise BadView("where() takes one condition.")
    if base.type == NOTHING:
        return base
    if not base.is_list:
        condition = boolean(value_of(arguments[0], scope.at(base)))
        return Value(f"(CASE WHEN {condition.sql} THEN {base.sql} END)", base.type, False, base.shape)
    item = f"e{next(scope.names)}"
    condition = boolean(value_of(arguments[0], scope.at(Value(item, base.type, False, base.shape))))
    return Value(
        f"list_filter({base.sql}, lambda {item}: coalesce({condition.sql}, false))", base.type, True, base.shape
    )


@function("exists")
def _exists(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    if arguments:
        base = _where(base, arguments, scope)
    if base.choice:
        return Value(f"({' OR '.join(f'{_is_there(v)}' for v in _every_choice(base, scope))})", "boolean")
    return Value(_is_there(base), "boolean")


def _is_there(value: Value) -> str:
    return f"(coalesce(len({value.sql}), 0) > 0)" if value.is_list else f"({value.sql} IS NOT NULL)"


def _every_choice(base: Value, scope: Scope) -> list[Value]:
    plain = Value(base.sql, base.type, base.is_list, base.shape)
    forms = (fhir_r4.choice(base.type, base.choice, name) for name in fhir_r4.choices(base.type, base.choice))
    return [member(plain, form, scope) for form in forms if form]


@function("empty")
def _empty(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    return Value(f"(NOT {_exists(base, arguments, scope).sql})", "boolean")


@function("not")
def _not(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    return Value(f"(NOT {boolean(base).sql})", "boolean")


@function("first")
def _first(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    return Value(f"({base.sql}[1])", base.type, False, base.shape) if base.is_list else base


@function("join")
def _join(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    between = value_of(arguments[0], scope).sql if arguments else "''"
    if not base.is_list:
        return base
    return Value(f"array_to_string(coalesce({base.sql}, []), {between})", "string")


@function("ofType")
def _of_type(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    if len(arguments) != 1 or not isinstance(arguments[0], Name):
        raise BadView("ofType() takes the name of a type.")
    name = arguments[0].name
    if base.type == NOTHING:
        return base
    if not base.choice:
        return base if base.type == name else Value("NULL", NOTHING)
    form = fhir_r4.choice(base.type, base.choice, name)
    if form is None:
        return Value("NULL", NOTHING)
    return member(Value(base.sql, base.type, base.is_list, base.shape), form, scope)


@function("extension")
def _extension(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    if len(arguments) != 1 or not isinstance(arguments[0], Literal):
        raise BadView("extension() takes an address in quotes.")
    if fhir_r4.is_primitive(base.type):
        raise BadView("extensions of a primitive value are not read.")
    of_url = Operation("=", Name(This(), "url"), arguments[0])
    return _where(step(base, "extension", scope), (of_url,), scope)


@function("getResourceKey")
def _resource_key(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    return Value(scope.resource_id, "string")


@function("getReferenceKey")
def _reference_key(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
    """The id in a literal reference such as `Patient/12/_history/3`; NULL for what names no resource by type and id."""
    if base.type != "Reference":
        return Value("NULL", NOTHING)
    if not base.is_list:
        return Value(key_in(step(base, "reference", scope).sql, _type_wanted(arguments)), "string")
    item = f"e{next(scope.names)}"
    texts = step(base, "reference", scope).sql
    keys = f"list_transform({texts}, lambda {item}: {key_in(item, _type_wanted(arguments))})"
    return Value(f"list_filter({keys}, lambda {item}: {item} IS NOT NULL)", "string", True)


def _type_wanted(arguments: tuple[Node, ...]) -> str:
    if not arguments:
        return ""
    if not isinstance(arguments[0], Name):
        raise BadView("getReferenceKey() takes the name of a type.")
    return arguments[0].name


def key_in(text: str, wanted: str = "") -> str:
    """SQL for the id part of a reference's text, when it is of the wanted type."""
    plain = f"split_part({text}, '/_history/', 1)"
    named = f"split_part({plain}, '/', -2) = '{wanted}'" if wanted else f"split_part({plain}, '/', -2) <> ''"
    return f"CASE WHEN {named} AND NOT contains({text}, '?') THEN split_part({plain}, '/', -1) END"


def type_in(text: str) -> str:
    """SQL for the type part of a reference's text."""
    return f"nullif(split_part(split_part({text}, '/_history/', 1), '/', -2), '')"


def _boundary(high: bool) -> Function:
    def boundary(base: Value, arguments: tuple[Node, ...], scope: Scope) -> Value:
        base = single(base)
        if base.type == NOTHING:
            return base
        sql = boundaries.boundary(base.written or base.sql, base.type, high=high)
        if sql is None:
            raise BadView(f"a {base.type} has no boundaries.")
        return Value(sql, base.type)

    return boundary


function("lowBoundary")(_boundary(high=False))
function("highBoundary")(_boundary(high=True))


def reference_type(value: Value, scope: Scope) -> str:
    """The type that a reference names, for a column that says whom an id belongs to."""
    if value.type != "Reference":
        return "CAST(NULL AS VARCHAR)"
    return type_in(step(single(value), "reference", scope).sql)


def paired(value: Value, names: tuple[str, str], scope: Scope) -> str:
    """A list of two members of each item, joined by a bar: `system|code`, `system|value`."""
    if value.type == NOTHING:
        return "CAST([] AS VARCHAR[])"
    item = f"e{next(scope.names)}"
    one = Value(item, value.type, False, value.shape)
    left, right = (step(one, name, scope).sql for name in names)
    pairs = f"list_transform({value.sql}, lambda {item}: coalesce({left}, '') || '|' || {right})"
    return f"list_filter({pairs}, lambda {item}: {item} IS NOT NULL)"
