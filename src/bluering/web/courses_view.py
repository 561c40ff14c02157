"""Courses of scores as a person's page shows them: drawn, and as a list; levels for whoever may interpret."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bluering.access import scope
from bluering.access.models import User
from bluering.assessing.queries import Course
from bluering.assessing.scoring import level_of
from bluering.population.rules import load_rules
from bluering.web import course_svg, status
from bluering.web.words import day_words


@dataclass(frozen=True)
class CourseView:
    """One course: the drawing, the newest score in words, and every score as a list."""

    title: str
    picture: course_svg.Picture
    says: str
    pill: status.Look
    points: list[tuple[str, str, str]]
    marks: list[str]


def courses(
    found: Iterable[Course], tables: Mapping[str, list[dict]], user: User, today: date, sources: Callable[[str], str]
) -> list[CourseView]:
    """`sources` gives a source's name. Treatment changes are drawn where the instrument is about mood."""
    may = scope.may(user, "interpret")
    return [
        _course(one, treatments(tables) if one.instrument.id.startswith(("phq", "gad")) else [], today, may, sources)
        for one in found
    ]


def _course(
    one: Course, treatments: list[tuple[date, str]], today: date, may: bool, sources: Callable[[str], str]
) -> CourseView:
    last, first = one.points[-1], one.points[0]
    level = level_of(one.instrument, round(last.value)) if may else ""
    change = ""
    if may and len(one.points) > 1 and first.value:
        fall = round(100 * (first.value - last.value) / first.value)
        change = f"{abs(fall)} % {'lower' if fall > 0 else 'higher'} than the first" if fall else "as the first"
    below = one.instrument.target_below
    look = status.Look(level or f"{last.value:g}", "ok" if may and below is not None and last.value < below else "flat")
    return CourseView(
        one.instrument.title, course_svg.draw(one, today, treatments=treatments, interpreted=may),
        " · ".join(filter(None, (f"{last.value:g} of {one.instrument.scoring.most}" if one.instrument.scoring else f"{last.value:g}", day_words(last.day, today), change))),
        look, [(day_words(point.day, today), f"{point.value:g}", sources(point.source)) for point in reversed(one.points)],
        [f"{words}, {day_words(day, today)}" for day, words in treatments if day >= first.day],
    )  # fmt: skip


def treatments(tables: Mapping[str, list[dict]]) -> list[tuple[date, str]]:
    """Prescriptions of antidepressants, one for each change of drug or dose, the oldest first."""
    named: list[str] = next(
        (
            rule.parameters.get("antidepressants", [])
            for rule in load_rules("gap")
            if rule.id == "phq9_without_followup"
        ),
        [],
    )
    found: list[tuple[date, str]] = []
    rows = [
        row
        for row in tables.get("medication_request", ())
        if row.get("authored_on_datetime") and row.get("status") != "entered-in-error"
    ]
    for row in sorted(rows, key=lambda row: row["authored_on_datetime"]):
        words = str(row.get("medication_text") or "")
        if set(words.lower().replace(",", " ").split()) & set(named) and (not found or found[-1][1] != words):
            found.append((date.fromisoformat(row["authored_on_datetime"][:10]), words))
    return found
