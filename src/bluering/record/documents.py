"""One document of a person, whole, as its source sent it: for a page that shows it."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from bluering.identity.queries import keys_of
from bluering.record import engine
from bluering.record.viewdefinition.catalog import main_table

KEY_LENGTH = 20
MARK = "d"


@dataclass(frozen=True)
class KeptDocument:
    """A DocumentReference and the source that sent it."""

    source: str
    resource: dict[str, Any]


def document_key(source: str, id: str) -> str:
    """How an address names a document: opaque, because a source's own number may say whose it is."""
    return MARK + hashlib.sha256(f"{source}/{id}".encode()).hexdigest()[:KEY_LENGTH]


def find_document(person_id: str, key: str) -> KeptDocument | None:
    """The current document of this person with this key, read from the record's files; None when there is none."""
    rows = engine.source_rows(main_table("DocumentReference"))
    found = engine.plain().execute(
        f"SELECT source, resource FROM {rows} WHERE list_contains(?, subject_key) AND NOT stale "
        f"AND left(sha256(source || '/' || id), {KEY_LENGTH}) = ? "
        f"AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)",
        [keys_of(person_id), key.removeprefix(MARK)],
    )
    row = found.fetchone()
    return KeptDocument(row[0], orjson.loads(row[1])) if row else None
