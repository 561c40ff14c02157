"""The need score as a page shows it: its level, what it is made of, what was not known, and as of when."""

import json
from dataclasses import dataclass
from typing import Any

from bluering.web import status
from bluering.web.words import day_words

LEVELS = {words: level for level, words in status.NEED.items()}


@dataclass(frozen=True)
class Axis:
    """One part of the score, such as fragmentation."""

    name: str
    level: int
    words: str


@dataclass(frozen=True)
class Input:
    """One thing the score read."""

    label: str
    value: str
    day: str
    source: str


@dataclass(frozen=True)
class NeedView:
    """What the need card shows; level 0 is a score nobody has computed yet."""

    level: int = 0
    words: str = status.NEED[0]
    axes: tuple[Axis, ...] = ()
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()
    as_of: str = ""


def level_of(score: Any | None) -> int:
    """1 to 3 from a stored level, which is the number or its word; 0 when there is none."""
    return as_level(score.level) if score else 0


def as_level(value: Any) -> int:
    text = str(value).strip().lower()
    level = int(float(text)) if text.replace(".", "", 1).isdigit() else LEVELS.get(text, 0)
    return level if level in status.NEED else 0


def view(score: Any | None) -> NeedView:
    """`score` is population.models.Score of the need rule."""
    if score is None:
        return NeedView()
    level = level_of(score)
    return NeedView(
        level=level,
        words=status.NEED[level],
        axes=tuple(axis(name, value) for name, value in pairs(score.axes)),
        inputs=tuple(one_input(name, value) for name, value in pairs(score.inputs)),
        missing=tuple(said(name, value) for name, value in pairs(score.missing)),
        as_of=day_words(score.as_of),
    )


def pairs(stored: Any) -> list[tuple[str, Any]]:
    """What a rule left as JSON, a list or names with values, as (name, value)."""
    if isinstance(stored, str):
        stored = json.loads(stored or "[]")
    if isinstance(stored, dict):
        return list(stored.items())
    return [("", value) for value in stored or ()]


def axis(name: str, value: Any) -> Axis:
    if isinstance(value, dict):
        name = value.get("axis") or value.get("name") or value.get("label") or name
        found = value.get("level", value.get("value", ""))
        words = value.get("words") or value.get("says") or value.get("sentence") or str(found)
    else:
        found, words = value, str(value)
    level = as_level(found)
    return Axis(plain(name), level, status.NEED[level] if level and words == str(found) else str(words))


def one_input(name: str, value: Any) -> Input:
    if not isinstance(value, dict):
        return Input(plain(name) or str(value), str(value) if name else "", "", "")
    label = value.get("label") or value.get("name") or value.get("input") or name
    points = value.get("points")
    found = "" if value.get("value") is None else str(value["value"])
    if points is not None:
        found = f"{found} ({points} points)".strip()
    return Input(plain(label), found, day_words(value.get("date")), value.get("source") or value.get("axis") or "")


def said(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("label") or value.get("sentence") or value.get("name") or next(iter(value.values()), name))
    return str(value) if not name else f"{plain(name)}: {value}"


def plain(name: Any) -> str:
    return str(name).replace("_", " ")
