"""Compile a ViewDefinition to one DuckDB query: each resource is read once, then its rows are unfolded step by step.

The query is a chain of common table expressions. The first holds the resource as a struct; each iteration is a step that makes
more rows of the ones before it; the branches of a unionAll are chains that meet again; the last projection names the columns.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bluering.record.viewdefinition import functions, walk
from bluering.record.viewdefinition.definition import ColumnSpec, Select, View, read_view
from bluering.record.viewdefinition.errors import BadView
from bluering.record.viewdefinition.evaluate import NOTHING, Scope, Value, boolean, evaluate, single, step
from bluering.record.viewdefinition.shape import Shape

RESOURCE = "resource_"
KEY = ".getReferenceKey()"


@dataclass
class Chain:
    """The steps written so far. A step is (name, SQL); shapes are filled in when the whole is written."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    numbers: itertools.count = field(default_factory=itertools.count)

    def add(self, sql: str) -> str:
        """A new step; returns its name."""
        name = f"step{next(self.numbers)}"
        self.steps.append((name, sql))
        return name

    def shaped(self, json: str, shape: Shape) -> str:
        """SQL that reads JSON into a struct whose members are known only when all is compiled."""
        mark = f"/*shape{next(self.numbers)}*/"
        self.shapes[mark] = shape
        return f"from_json({json}, {mark})"

    def written(self, last: str) -> str:
        """The whole query."""
        steps = ", ".join(f"{name} AS ({sql})" for name, sql in self.steps)
        whole = f"WITH RECURSIVE {steps} {last}"
        for mark, shape in self.shapes.items():
            whole = whole.replace(mark, "'" + shape.structure().replace("'", "''") + "'")
        return whole


def compile_view(view: Mapping, *, relation: str, resource: str = "resource", passthrough: Sequence[str] = ()) -> str:
    """SQL for the view's rows over `relation`, whose column `resource` holds JSON text of the view's resource type.

    `passthrough` columns of the relation come first in each row. Raises BadView when the view cannot be compiled.
    """
    definition = read_view(view)
    chain = Chain()
    shape = Shape(definition.resource)
    kept = "".join(f"{name}, " for name in passthrough)
    start = chain.add(
        f"SELECT {kept}{resource} AS {RESOURCE}, {chain.shaped(resource, shape)} AS this_ FROM {relation}"
    )
    root = Value("this_", definition.resource, False, shape)
    identity = step(root, "id", Scope(root)).sql
    scope = Scope(root, "0", definition.constants, definition.resource, identity)
    start = _filtered(chain, start, definition, scope)
    step_name, columns = _select(chain, start, definition.root, scope, RESOURCE)
    made = ", ".join(f"{sql} AS {name}" for name, sql in columns)
    return chain.written(f"SELECT {kept}{made} FROM {step_name}")


def _filtered(chain: Chain, start: str, view: View, scope: Scope) -> str:
    conditions = [boolean(evaluate(path, scope)).sql for path in view.where]
    return chain.add(f"SELECT * FROM {start} WHERE {' AND '.join(conditions)}") if conditions else start


def _select(chain: Chain, start: str, select: Select, scope: Scope, json: str) -> tuple[str, list[tuple[str, str]]]:
    """Unfold one select after `start`; returns the step that has its rows and (name, SQL) of its columns there."""
    if select.repeat:
        start, scope, json = _repeated(chain, start, select, scope, json)
    elif select.for_each is not None:
        start, scope, json = _each(chain, start, select, scope, json)
    columns = [(column.name, column_sql(column, scope)) for column in select.columns]
    for inner in select.selects:
        start, more = _select(chain, start, inner, scope, json)
        columns += more
    if select.union:
        start, more = _union(chain, start, select, scope, json)
        columns += more
    return start, columns


def _each(chain: Chain, start: str, select: Select, scope: Scope, json: str) -> tuple[str, Scope, str]:
    """A row for each item of forEach; with forEachOrNull also one for an empty collection."""
    number = next(chain.numbers)
    item, at = f"item{number}_", f"at{number}_"
    if _repeats_below(select):
        sql, shape = walk.items(select.for_each or "", scope, json)
        items, kind, text = sql, shape.type, f"json{number}_"
    else:
        value = evaluate(select.for_each or "", scope)
        items, kind, text = _as_list(value, select.for_each or ""), value.type, ""
        shape = value.shape or Shape(NOTHING)
    if select.or_null:
        items = f"CASE WHEN coalesce(len({items}), 0) = 0 THEN [NULL] ELSE {items} END"
    unfolded = f"SELECT *, unnest({items}) AS {text or item}, generate_subscripts({items}, 1) - 1 AS {at} FROM {start}"
    name = chain.add(unfolded)
    if text:
        name = chain.add(f"SELECT *, {chain.shaped(text, shape)} AS {item} FROM {name}")
    return name, scope.at(Value(item, kind, False, shape), at), text


def _repeats_below(select: Select) -> bool:
    inner = (*select.selects, *select.union)
    return any(one.repeat or _repeats_below(one) for one in inner)


def _as_list(value: Value, path: str) -> str:
    if value.type == NOTHING:
        return "CAST([] AS VARCHAR[])"
    if value.shape is None or value.choice:
        raise BadView(f"forEach {path!r}: has to lead to elements, with ofType() where they may be of several types.")
    if value.is_list:
        return f"coalesce({value.sql}, [])"
    return f"CASE WHEN {value.sql} IS NULL THEN [] ELSE [{value.sql}] END"


def _repeated(chain: Chain, start: str, select: Select, scope: Scope, json: str) -> tuple[str, Scope, str]:
    """A row for each element that the paths reach, from each reached again, in the order of the document."""
    number = next(chain.numbers)
    item, at, text = f"item{number}_", f"at{number}_", f"json{number}_"
    shape = walk.reached(select.repeat, scope)
    numbered = chain.add(f"SELECT *, row_number() OVER () AS row{number}_ FROM {start}")
    walked = chain.add(
        walk.recursive(f"step{next(chain.numbers)}", select.repeat, scope, shape, numbered, number, json)
    )
    whole = (
        f"SELECT n.*, w.node AS {text}, {chain.shaped('w.node', shape)} AS {item}, "
        f"row_number() OVER (PARTITION BY n.row{number}_ ORDER BY w.place) - 1 AS {at} "
        f"FROM {numbered} n JOIN {walked} w ON w.row_ = n.row{number}_"
    )
    return chain.add(whole), scope.at(Value(item, shape.type, False, shape), at), text


def _union(chain: Chain, start: str, select: Select, scope: Scope, json: str) -> tuple[str, list[tuple[str, str]]]:
    """The branches one after the other; their columns are computed in the branch and carried under names of their own."""
    number = next(chain.numbers)
    names = [f"u{number}_{n}" for n in range(len(select.union[0].all_columns()))]
    kept = chain.add(f"SELECT *, row_number() OVER () AS row{number}_ FROM {start}")
    branches = []
    for branch in select.union:
        last, columns = _select(chain, kept, branch, scope, json)
        made = ", ".join(f"{sql} AS {name}" for name, (_, sql) in zip(names, columns, strict=True))
        branches.append(f"SELECT row{number}_, {made} FROM {last}")
    union = chain.add(" UNION ALL ".join(branches))
    joined = chain.add(
        f"SELECT k.*, {', '.join(f'b.{n}' for n in names)} FROM {kept} k JOIN {union} b USING (row{number}_)"
    )
    return joined, list(zip((c.name for c in select.union[0].all_columns()), names, strict=True))


def column_sql(column: ColumnSpec, scope: Scope) -> str:
    """The SQL of one column."""
    values = [_column_value(path, column, scope) for path in (column.path, *column.alternatives)]
    if column.collection:
        return values[0] if len(values) == 1 else _first_filled(values)
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _first_filled(lists: list[str]) -> str:
    tests = " ".join(f"WHEN len({one}) > 0 THEN {one}" for one in lists)
    return f"CASE {tests} END"


def _column_value(path: str, column: ColumnSpec, scope: Scope) -> str:
    try:
        value = evaluate(path.removesuffix(KEY) if column.reference_type else path, scope)
    except BadView as problem:
        raise BadView(f"column {column.name}: {problem}") from None
    if column.reference_type:
        return functions.reference_type(value, scope)
    if value.choice:
        raise BadView(f"column {column.name}: say which type of {value.choice} is meant, with ofType().")
    if not column.collection:
        return single(value).sql
    if column.pair:
        return functions.paired(value, column.pair, scope)
    if value.is_list:
        return f"coalesce({value.sql}, [])"
    return f"CASE WHEN {value.sql} IS NULL THEN [] ELSE [{value.sql}] END"
