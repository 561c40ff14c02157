"""Reads `policy.yaml`: the matrix of roles and actions. A mistake in the file stops the start and says where."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bluering.access.models import Role
from bluering.errors import BadInput

FILE = Path(__file__).with_name("policy.yaml")
REACHES = frozenset({"own", "covered", "unheld", "anyone"})


@dataclass(frozen=True)
class Rule:
    """One action: what it is called in a sentence, and for each role whose persons it reaches."""

    action: str
    says: str
    about_person: bool
    reach: dict[str, frozenset[str]]


@cache
def load(file: Path = FILE) -> dict[str, Rule]:
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {action: _rule(action, entry, file) for action, entry in entries.items()}


def _rule(action: str, entry: dict, file: Path) -> Rule:
    about_person = entry.get("about") == "person"
    roles = {key: value for key, value in entry.items() if key not in ("about", "says")}
    if unknown := sorted(roles.keys() - set(Role.values)):
        raise BadInput(f"{file.name}, {action}: unknown role {unknown[0]!r}; write one of {', '.join(Role.values)}.")
    reach = {role: _reach(value, about_person, f"{file.name}, {action}, {role}") for role, value in roles.items()}
    return Rule(action, entry.get("says") or action, about_person, reach)


def _reach(value: object, about_person: bool, place: str) -> frozenset[str]:
    if not about_person and isinstance(value, bool):
        return frozenset({"anyone"}) if value else frozenset()
    if about_person and isinstance(value, list) and set(value) <= REACHES:
        return frozenset(value)
    wanted = f"a list of {', '.join(sorted(REACHES))}" if about_person else "yes or no"
    raise BadInput(f"{place}: cannot use {value!r}; write {wanted}.")
