"""How heavy a panel is: expected minutes a month against the minutes a coordinator has. The numbers are in caseload.yaml.

Nothing here touches the database; `queries.caseloads` gathers what it takes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bluering.errors import BadInput

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Caseload:
    """`load_percent` is `minutes` of `capacity`, rounded; `counts` holds persons by level, the heaviest first."""

    persons: int
    minutes: int
    capacity: int
    load_percent: int
    counts: dict[str, int]
    extras: dict[str, int]
    may_take_more: bool
    overloaded: bool
    sentence: str

    @property
    def extensive(self) -> int:
        return self.counts.get("extensive", 0)


@cache
def weights() -> dict[str, Any]:
    """The numbers, as the file says them."""
    return yaml.safe_load(resources.files("bluering.coordination").joinpath("caseload.yaml").read_text("utf-8"))


def caseload(
    person_needs: Mapping[str, Any], *, extras: Mapping[str, int] | None = None, full_time: float = 1.0
) -> Caseload:
    """The load of a panel: person_id -> level of need, or a score that has one; None where it was never computed.

    A level is one of minimal, moderate, extensive, or a tier of the file (intensive, active, maintenance, monitor).
    `extras` counts what comes on top this month: intake, discharge, interpreter, travel.
    """
    if full_time <= 0:
        raise BadInput("full_time: give the share of a full-time post, more than 0.")
    counts = _counts(person_needs)
    added = {name: count for name, count in (extras or {}).items() if count}
    minutes = sum(minutes_of(level) * count for level, count in counts.items())
    minutes += sum(_extra_minutes(name) * count for name, count in added.items())
    capacity = round(weights()["hours"] * 60 * weights()["direct_share"] * full_time)
    percent = round(100 * minutes / capacity)
    return Caseload(
        persons=len(person_needs), minutes=minutes, capacity=capacity, load_percent=percent, counts=counts,
        extras=added, may_take_more=minutes * 100 < capacity * weights()["full"],
        overloaded=minutes * 100 > capacity * weights()["alert"], sentence=_sentence(percent, counts, added),
    )  # fmt: skip


def minutes_of(level: str) -> int:
    """Expected minutes a month for one person of this level."""
    tier = weights()["tier_of_need"].get(level, level)
    if tier not in weights()["minutes"]:
        known = [*weights()["tier_of_need"], *weights()["minutes"]]
        raise BadInput(f"level: unknown; use one of {', '.join(known)}.")
    return weights()["minutes"][tier]


def _extra_minutes(name: str) -> int:
    if name not in weights()["extra_minutes"]:
        raise BadInput(f"extras: unknown; use one of {', '.join(weights()['extra_minutes'])}.")
    return weights()["extra_minutes"][name]


def _counts(person_needs: Mapping[str, Any]) -> dict[str, int]:
    """Persons by level: the heaviest first, those never computed last."""
    found = Counter(_level(need) for need in person_needs.values())
    return dict(sorted(found.items(), key=lambda row: (row[0] == UNKNOWN, -minutes_of(row[0]), row[0])))


def _level(need: Any) -> str:
    return str(getattr(need, "level", need) or UNKNOWN)


def _sentence(percent: int, counts: dict[str, int], extras: dict[str, int]) -> str:
    """What the number is made of, in one sentence."""
    total = sum(counts.values())
    if not total:
        return "Nobody is on this panel."
    parts = [f"{n} without a computed need" if level == UNKNOWN else f"{n} {level}" for level, n in counts.items()]
    parts += [f"{n} {name}{'' if n == 1 else 's'} on top" for name, n in extras.items()]
    return f"{total} {'person' if total == 1 else 'persons'}, {percent} % of capacity: {', '.join(parts)}."
