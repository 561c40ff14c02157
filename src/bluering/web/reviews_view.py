"""A case review as pages show it: the list in order of need, and one person with everything that matters for a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.access.models import Role, User
from bluering.assessing.queries import courses as score_courses
from bluering.coordination.models import Review, ReviewSession
from bluering.coordination.registry import Row
from bluering.record.models import PersonSummary
from bluering.web import course_svg, status
from bluering.web.courses_view import treatments
from bluering.web.person_view import active_problems, facts
from bluering.web.registry_view import Cell, cell_of
from bluering.web.words import day_words

RANKS = {1: "critical", 2: "due", 3: "info", 4: "gap", 5: "critical", 6: "due", 7: "ok"}
DONE = {
    "recommended": status.Look("sent", "ok"), "no_change": status.Look("no change", "flat"), "again": status.Look("again", "due"),
}  # fmt: skip
TARGETS = {"bp": "target below 140/90", "a1c": "target below 8 %"}
TITLES = {"bp": "Blood pressure", "a1c": "A1c"}


@dataclass(frozen=True)
class ListRow:
    """One person in the list."""

    id: int
    name: str
    weeks: str
    course: str
    why: status.Look
    done: status.Look | None
    here: bool


def listed(
    rows: Iterable[Review], by_episode: Mapping[int, Row], people: Mapping[str, PersonSummary], here: Review | None
) -> list[ListRow]:
    made = []
    for one in rows:
        if one.person_id not in people:
            continue
        row = by_episode.get(one.episode_id)
        score = row.score if row else None
        course = (
            f"{score.first:g} → {score.last:g}"
            if score and score.first_on != score.last_on
            else f"{score.last:g}"
            if score
            else ""
        )
        made.append(
            ListRow(
                one.pk, people[one.person_id].name, f"{row.weeks} wk" if row else "", course, status.Look(one.why, RANKS.get(one.rank, "flat")),
                DONE.get(one.outcome), here is not None and one.pk == here.pk,
            )
        )  # fmt: skip
    return made


@dataclass(frozen=True)
class Figure:
    """A score or value over time: drawn where there are points, with the last and its target in words."""

    title: str
    picture: course_svg.Picture | None
    says: str
    target: str


@dataclass(frozen=True)
class Screen:
    """One person on the screen."""

    name: str
    facts: str
    program: str
    figures: list[Figure]
    treatment: list[str]
    words: str
    last_time: str
    minutes: int
    receiver: str


def screen(
    one: Review, who: PersonSummary, tables: Mapping[str, list[dict]], row: Row | None, last: Review | None, minutes: int,
    receiver: str, today: date,
) -> Screen:  # fmt: skip
    given = treatments(tables)
    problems = ", ".join(active_problems(dict(tables))[:3])
    return Screen(
        who.name, " · ".join(filter(None, (facts(who, today), problems))), row.program.title if row else "",
        [*_drawn(tables, today), *_values(row, today)], [f"{words}, since {day_words(day, today)}" for day, words in given[-2:]],
        _own_words(tables), _last_time(last, today), minutes, receiver,
    )  # fmt: skip


def _drawn(tables: Mapping[str, list[dict]], today: date) -> list[Figure]:
    made = []
    for course in score_courses(tables.get("observation", ())):
        if course.instrument.id in ("phq9", "gad7"):
            below = course.instrument.target_below
            picture = course_svg.draw(course, today, treatments=treatments(tables))
            made.append(
                Figure(
                    course.instrument.title,
                    picture,
                    f"{course.points[-1].value:g}",
                    f"target below {below}" if below else "",
                )
            )
    return made


def _values(row: Row | None, today: date) -> list[Figure]:
    made = []
    for key, title in TITLES.items():
        cell: Cell | None = cell_of(key, row.courses.get(key), today, row) if row else None
        if cell:
            made.append(Figure(title, None, f"{cell.words}, {cell.day}", TARGETS[key]))
    return made


def _own_words(tables: Mapping[str, list[dict]]) -> str:
    goals = [
        one
        for one in tables.get("goal", ())
        if one.get("description_text") and one.get("lifecycle_status") in ("active", "accepted", "proposed", "planned")
    ]
    newest = max(goals, key=lambda one: str(one.get("start_date") or ""), default=None)
    return str(newest["description_text"]) if newest else ""


def _last_time(last: Review | None, today: date) -> str:
    if last is None or last.done_at is None:
        return ""
    said = f"{day_words(last.done_at, today)}: {last.words or last.get_outcome_display().lower()}"
    if last.handoff is None:
        return said
    answered = last.handoff.history.order_by("-id").first()
    state = status.look(status.HANDOFF_STATE, last.handoff.state).words
    return (
        f"{said} → {state}{f', {answered.note}' if answered and answered.note and answered.note != last.words else ''}"
    )


def own_clinician(tables: Mapping[str, list[dict]]) -> tuple[str, User | None]:
    """The person's own clinician, as the newest patient record names one, and their account here."""
    rows = sorted(tables.get("patient", ()), key=lambda row: row["source"])
    for row in rows:
        name, key = str(row.get("general_practitioner_display") or ""), str(row.get("general_practitioner_id") or "")
        users = User.objects.filter(role=Role.CLINICIAN, is_active=True)
        user = users.filter(practitioner_id=key).first() if key else None
        if name or user:
            return (user.name if user else name), user
    return "", None


def headline(session: ReviewSession, rows: list[Any]) -> str:
    done, seconds = sum(bool(row.outcome) for row in rows), sum(row.seconds for row in rows)
    return f"{done} of {len(rows)} · {seconds // 60} min"
