"""The need score as a page shows it: its level, what it is made of, what was not known, and as of when."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bluering.record.queries import source_name
from bluering.web import status
from bluering.web.words import day_words

LEVELS = {words: level for level, words in status.NEED.items()}


@dataclass(frozen=True)
class Axis:
    """One part of the score, such as fragmentation, with where it stands in words."""

    name: str
    words: str


@dataclass(frozen=True)
class Input:
    """One fact the score read."""

    label: str
    value: str
    axis: str
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
    since: str = ""


def level_of(score: Any | None) -> int:
    """1 to 3 from the word a score is stored with; 0 when there is none."""
    return LEVELS.get(score.level, 0) if score else 0


def view(score: Any | None, *, without: Collection[str] = ()) -> NeedView:
    """`score` is population.models.Score of the need rule; what these sources told is left out of what it is made of."""
    if score is None:
        return NeedView()
    level = level_of(score)
    return NeedView(
        level=level,
        words=status.NEED[level],
        axes=tuple(Axis(name, words) for name, words in score.axes.items()),
        inputs=tuple(one_input(row) for row in score.inputs if row.get("source") not in without),
        missing=tuple(score.missing),
        as_of=day_words(score.as_of),
        since=day_words(score.since),
    )


def one_input(row: dict) -> Input:
    return Input(
        label=row.get("label") or "",
        value=row.get("value") or "",
        axis=row.get("axis") or "",
        day=day_words(row.get("date")),
        source=source_name(row["source"]) if row.get("source") else "",
    )
