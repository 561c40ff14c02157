"""`repeat`: follow paths from an element to the elements below it, as deep as the document goes.

What is walked stays JSON, because a structure that contains itself has no finite type.
"""

from collections.abc import Sequence

from bluering.record.viewdefinition.errors import BadView
from bluering.record.viewdefinition.evaluate import Scope
from bluering.record.viewdefinition.fhirpath import Name, This, parse
from bluering.record.viewdefinition.shape import Shape
from bluering.terminology import fhir_r4


def names_in(path: str) -> list[str]:
    """The elements of a plain dotted path; anything more is refused."""
    node, names = parse(path), []
    while isinstance(node, Name):
        names.append(node.name)
        node = node.base
    if not isinstance(node, This):
        raise BadView(f"{path!r}: only elements joined by dots can be repeated, or iterated around a repeat.")
    return names[::-1]


def _json_path(path: str, start: str) -> tuple[str, str | None]:
    """A JSON path with [*] at every list, and the type it leads to; None when R4 has no such element."""
    kind, written = start, "$"
    for name in names_in(path):
        element = fhir_r4.element(kind, name)
        if element is None:
            return "$.nothing[*]", None
        kind, written = element.type, f"{written}.{element.json_name}{'[*]' if element.is_list else ''}"
    return written, kind


def _found(json: str, path: str) -> str:
    """The list of JSON values at a path, a list even when the path has no repeating element."""
    if "[*]" in path:
        return f"json_extract({json}, '{path}')"
    return f"list_filter([json_extract({json}, '{path}')], lambda one: one IS NOT NULL)"


def items(path: str, scope: Scope, json: str) -> tuple[str, Shape]:
    """SQL for the JSON values of a plain path, and a fresh shape for them."""
    written, kind = _json_path(path, scope.this.type)
    if not json:
        raise BadView(f"{path!r}: iterate by plain elements around a repeat.")
    return _found(json, written), Shape(kind or "Element")


def reached(paths: Sequence[str], scope: Scope) -> Shape:
    """A fresh shape for what the paths reach; they must all reach the same type."""
    kinds = {kind for _, kind in (_json_path(path, scope.this.type) for path in paths) if kind}
    for kind in tuple(kinds):
        kinds |= {k for _, k in (_json_path(path, kind) for path in paths) if k}
    if len(kinds) > 1:
        raise BadView(f"repeat {', '.join(paths)}: reaches elements of different types, {', '.join(sorted(kinds))}.")
    return Shape(kinds.pop() if kinds else "Element")


def recursive(name: str, paths: Sequence[str], scope: Scope, shape: Shape, start: str, number: int, json: str) -> str:
    """A query over `start` (rows numbered in row<number>_) giving row_, place (a sortable list of numbers) and node (JSON)."""
    first = _children(json, paths, scope.this.type, "[]")
    deeper = _children("node", paths, shape.type, "place")
    return (
        f"WITH RECURSIVE {name} AS ("
        f"SELECT row_, c.place AS place, c.node AS node FROM "
        f"(SELECT row{number}_ AS row_, unnest({first}) AS c FROM {start}) "
        f"UNION ALL SELECT row_, c.place, c.node FROM (SELECT row_, unnest({deeper}) AS c FROM {name})"
        f") FROM {name}"
    )


def _children(json: str, paths: Sequence[str], start: str, place: str) -> str:
    """A list of {place, node}: what each path reaches, the first path's before the second's."""
    lists = []
    for order, path in enumerate(paths):
        found = _found(json, _json_path(path, start)[0])
        here = f"list_concat(CAST({place} AS BIGINT[]), [{order}, CAST(nth AS BIGINT)])"
        lists.append(f"list_transform({found}, lambda one, nth: {{'place': {here}, 'node': one}})")
    return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"
