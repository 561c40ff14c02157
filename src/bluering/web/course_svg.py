"""A course of scores as a drawing: points over time, the steps of its levels, its target, and when treatment changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.web.words import day_words

WIDTH, HEIGHT = 440, 180
LEFT, RIGHT, TOP, BOTTOM = 30, 14, 12, 30


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Line:
    """A line across: where, and what stands at its left end."""

    y: float
    says: str
    kind: str


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day: a treatment began or changed."""

    x: float
    says: str


@dataclass(frozen=True)
class Picture:
    """What the template draws; `label` says it in words for whoever does not see it."""

    width: int
    height: int
    path: str
    dots: list[Dot]
    lines: list[Line]
    marks: list[Mark]
    days: list[tuple[float, str, str]]
    label: str
    base: float


def draw(course: Any, today: date, *, treatments: Iterable[tuple[date, str]] = (), interpreted: bool = True) -> Picture:
    """`course` is assessing.queries.Course. Levels and target are drawn for whoever may interpret a score."""
    one, points = course.instrument, course.points
    first, last = points[0].day, max(points[-1].day, today)
    span, most = max((last - first).days, 1), max(one.scoring.most, max(point.value for point in points))

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most), 1)

    dots = [Dot(x(point.day), y(point.value), f"{point.value:g} on {day_words(point.day)}") for point in points]
    lines = [Line(y(start), f"{start}", "level") for start in sorted(one.levels) if start] if interpreted else []
    if interpreted and one.target_below is not None:
        lines.append(Line(y(one.target_below), f"below {one.target_below}: {one.target_words}", "target"))
    marks = [Mark(x(day), f"{words}, {day_words(day)}") for day, words in treatments if first <= day <= last]
    days = [(x(first), day_words(first), "start"), *([(x(last), day_words(last), "end")] if last != first else [])]
    return Picture(
        WIDTH, HEIGHT, " ".join(f"{'L' if number else 'M'}{dot.x} {dot.y}" for number, dot in enumerate(dots)), dots, lines,
        marks, days, f"{one.title}: " + ", ".join(dot.says for dot in dots), HEIGHT - BOTTOM,
    )  # fmt: skip
