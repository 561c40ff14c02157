"""The SQL that turns fresh resources into a table's rows: bookkeeping first, then the view's columns, typed."""

import functools

from bluering.record.columns import cast_columns, complaint_columns
from bluering.record.viewdefinition import compile_view
from bluering.record.viewdefinition.catalog import Table

KEPT = ("place", "row_id", "fresh_id", "hash", "updated", "replaces", "stale", "resource")
RELATION = "relation_of_fresh_rows"


def shaped_rows(table: Table, fresh: str, *, load: int, source: str) -> str:
    """Rows of a main table from `fresh` (SQL with the columns KEPT), with their place and what is wrong with their dates."""
    complaint = complaint_columns(table) or "NULL::TEXT"
    return (
        f"SELECT {_bookkeeping(load, source)}, {cast_columns(table, source)}, resource, place, {complaint} AS complaint "
        f"FROM ({_unfolded(table).replace(RELATION, fresh)})"
    )


def child_rows(table: Table, shaped: str, *, load: int, source: str) -> str:
    """Rows of a child table, read again from the resources of its main table that may have any."""
    fresh = f"(SELECT *, id AS fresh_id FROM {shaped} WHERE contains(resource, '\"{_element(table)}\"'))"
    rows = _unfolded(table).replace(RELATION, fresh)
    return f"SELECT {_bookkeeping(load, source)}, {cast_columns(table, source)} FROM ({rows})"


@functools.cache
def _unfolded(table: Table) -> str:
    """The view over a relation that is named later; a type without a view has no columns of its own."""
    if table.view is None:
        return f"SELECT {', '.join(KEPT)} FROM {RELATION}"
    return compile_view(table.view, relation=RELATION, passthrough=KEPT)


def _bookkeeping(load: int, source: str) -> str:
    quoted = source.replace("'", "''")
    return f"row_id, '{quoted}' AS source, fresh_id AS id, hash, updated, replaces, stale, {load}::BIGINT AS load_id"


def _element(table: Table) -> str:
    """The element that a child table unfolds: resources whose text does not name it have no rows there."""
    assert table.view is not None
    iterations = [select.get("forEach") or (select.get("repeat") or [""])[0] for select in table.view["select"]]
    return next(path for path in iterations if path).split(".")[0]
