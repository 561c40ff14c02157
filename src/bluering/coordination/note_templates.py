"""Headings for notes, by what somebody's training covers: who does not assess writes what was seen and reported."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bluering.access import scope
from bluering.access.models import User
from bluering.errors import BadInput
from bluering.population.rules import SHIPPED, site_folder

FILE = Path("coordination") / "note_templates.yaml"


@dataclass(frozen=True)
class NoteTemplate:
    """Headings under a name."""

    id: str
    title: str
    text: str


def note_templates(user: User) -> list[NoteTemplate]:
    """The templates of this user, as their training has them."""
    site = site_folder()
    own = site / FILE if site else None
    said = _read(own if own and own.is_file() else SHIPPED / FILE)
    return [NoteTemplate(name, row["title"], _text(row, user)) for name, row in said.items()]


def _text(row: dict, user: User) -> str:
    act = row.get("unless")
    return row["instead"] if (act and not scope.may(user, act)) or (act and scope.bounds(user, act)) else row["text"]


@cache
def _read(file: Path) -> dict[str, dict]:
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    for name, row in said.items():
        if not row.get("title") or not row.get("text") or (row.get("unless") and not row.get("instead")):
            raise BadInput(f"{FILE}, {name}: needs title and text, and instead where it has unless.")
        if row.get("unless") and row["unless"] not in scope.acts():
            raise BadInput(f"{FILE}, {name}: unless must be an act of scope/scope.yaml.")
    return said
