"""Tables that are made from the record in one go and read by pages: a reader has the old ones or the new ones, never half of either.

They lie as Parquet files in `<home>/<shelf>/<folder>/`; `current.json` names the folder in use and what was said about it.
"""

import json
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from bluering.locks import one_after_another
from bluering.paths import home

CURRENT = "current.json"


def shelf(name: str) -> Path:
    """Where the tables of one room lie; made when missing."""
    place = home() / name
    place.mkdir(exist_ok=True)
    return place


def one_builder(place: Path) -> AbstractContextManager[None]:
    """Builds of one shelf come one after the other."""
    return one_after_another(place / "build.lock")


def write(place: Path, connection: duckdb.DuckDBPyConnection, tables: Iterable[str], moment: datetime) -> str:
    """These tables of the engine as files in a folder of their own; returns the folder's name."""
    folder = place / f"{moment:%Y%m%d%H%M%S}-{time.monotonic_ns()}"
    folder.mkdir()
    for table in tables:
        connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")
    return folder.name


def put_in_place(place: Path, facts: Mapping[str, Any]) -> None:
    """Name `facts["folder"]` as the current one; what was current stays for whoever is reading it, what was before goes."""
    before = current(place)
    draft = place / f"{CURRENT}.new"
    draft.write_text(json.dumps(facts))
    draft.replace(place / CURRENT)
    keep = {facts["folder"]} | ({before["folder"]} if before else set())
    for folder in place.iterdir():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder)


def current(place: Path) -> dict[str, Any] | None:
    """What was said about the last build, or None when there was none."""
    try:
        return json.loads((place / CURRENT).read_text())
    except FileNotFoundError:
        return None


def rows(place: Path, table: str, asked: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Rows of a table of the last build as dictionaries; `asked` is what follows FROM. None when nothing was built."""
    built = current(place)
    if built is None:
        return []
    with duckdb.connect() as connection:
        file = str(place / built["folder"] / f"{table}.parquet")
        found = connection.execute(f"SELECT * FROM read_parquet(?) {asked}", [file, *values])
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
