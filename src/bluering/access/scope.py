"""Scope of practice: what somebody may do by training, from `rules/scope/scope.yaml`, a site's own in its place. State law governs.

Permissions say whose record somebody may touch; this says which acts are theirs at all. An act may be limited: `within` says how.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bluering.access.models import Role, User
from bluering.errors import BadInput, Refusal

SHIPPED = Path(__file__).resolve().parent.parent / "rules" / "scope" / "scope.yaml"
NAMES = {
    "clinician": "a clinician", "rn": "a registered nurse", "lpn": "a licensed practical nurse",
    "social_worker": "a licensed social worker", "chw": "a community health worker", "ma": "a medical assistant",
}  # fmt: skip
LEAST = "ma"


@dataclass(frozen=True)
class Act:
    """One act: who may without bounds, and who within which."""

    says: str
    may: tuple[str, ...]
    within: Mapping[str, str]

    def allows(self, training: str) -> bool:
        return training in self.may or training in self.within


def acts() -> dict[str, Act]:
    """Every act by name."""
    return _read(_file())[1]


def training_of(user: User) -> str:
    """The kind of training of a user, by their badge; without a known one the least."""
    if user.role == Role.CLINICIAN:
        return "clinician"
    badges = _read(_file())[0]
    said = user.credential.upper().strip()
    first = said.replace(";", ",").split(",")[0].strip()
    return badges.get(said) or badges.get(first) or LEAST


def may(user: User, act: str) -> bool:
    """Whether this act is in this user's scope."""
    return acts()[act].allows(training_of(user))


def bounds(user: User, act: str) -> str:
    """In what bounds the act is theirs; empty when in none."""
    return acts()[act].within.get(training_of(user), "")


def require(user: User, act: str) -> None:
    """Nothing when the act is in scope. Raises Refusal naming who could."""
    if not may(user, act):
        raise Refusal(refusal(act))


def refusal(act: str) -> str:
    """The sentence of a refusal: what was asked, and whose it is."""
    wanted = acts()[act]
    could = [NAMES[one] for one in (*wanted.may, *wanted.within)]
    return f"To {wanted.says} is not in your scope of practice. Who could: {', '.join(could) or 'nobody here'}."


def _file() -> Path:
    site = os.environ.get("BLUERING_RULES")
    own = Path(site) / "scope" / "scope.yaml" if site else SHIPPED
    return own if own.is_file() else SHIPPED


@cache
def _read(file: Path) -> tuple[dict[str, str], dict[str, Act]]:
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    badges = {badge.upper(): training for training, listed in said["trainings"].items() for badge in listed}
    if unknown := set(said["trainings"]) - NAMES.keys():
        raise BadInput(f"{file.name}, trainings: unknown {sorted(unknown)[0]!r}; use {', '.join(NAMES)}.")
    acts = {}
    for name, row in said["acts"].items():
        within = row.get("within") or {}
        for training in (*row["may"], *within):
            if training not in NAMES:
                raise BadInput(f"{file.name}, {name}: unknown training {training!r}; use {', '.join(NAMES)}.")
        acts[name] = Act(row["says"], tuple(row["may"]), within)
    return badges, acts
