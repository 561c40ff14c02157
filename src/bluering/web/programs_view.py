"""Programs and episodes as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.coordination.episodes import table
from bluering.coordination.episodes.actions import what_words
from bluering.coordination.episodes.queries import offers
from bluering.coordination.models import STANDING, Stage
from bluering.population import preview
from bluering.population.models import PreviewRow
from bluering.population.programs import Program
from bluering.record.models import PersonSummary
from bluering.web import gap_view, status
from bluering.web.words import day_words

# The moves that stand as buttons; the others are folded.
FIRST = ("reach_out", "attempt", "enroll", "resume", "keep", "set_level", "graduate", "finish")


@dataclass(frozen=True)
class StepRow:
    """One step expected of us: in order, to come, or missed."""

    title: str
    words: str
    look: status.Look


@dataclass(frozen=True)
class EpisodeView:
    """One episode: where it stands, what comes next, what was decided, and what may be decided now."""

    id: int
    turn: int
    person_id: str
    name: str
    title: str
    state: status.Look
    stands: bool
    level: str
    facts: str
    found: str
    due: status.Look | None
    steps: list[StepRow]
    history: list[tuple[str, str]]
    first: list[table.Move]
    others: list[table.Move]
    may_begin_again: bool


def episode(
    one: Any,
    program: Program | None,
    *,
    today: date,
    findings: Iterable[Any] = (),
    may: bool = False,
    name: str = "",
    told: bool = True,
) -> EpisodeView:
    """`one` is coordination.models.Episode; `findings` are its person's steps. Without `told` its history is left out."""
    moves = offers(one) if may and program else []
    level = program.levels.get(one.level) if program else None
    days = (one.decide_by - today).days if one.decide_by else None
    return EpisodeView(
        id=one.pk, turn=one.turn, person_id=one.person_id, name=name, title=program.title if program else one.program,
        state=status.look(status.STAGE, one.state), stands=one.state in STANDING,
        level=level.title if level and one.state in STANDING else "", facts=" · ".join(_facts(one, level)), found=one.found,
        due=None if days is None else status.Look(f"decide by {day_words(one.decide_by)}", "gap" if days < 0 else "due" if days <= 7 else "flat"),
        steps=[step(row, today) for row in findings if row.program == one.program and row.finding == "step"] if one.since and not one.left_on else [],
        history=[(f"{day_words(event.at)}, {event.by.name}", _capital(what_words(event))) for event in reversed(one.history.all())] if told else [],
        first=[move for move in moves if move.name in FIRST], others=[move for move in moves if move.name not in FIRST],
        may_begin_again=may and one.state in table.ENDED,
    )  # fmt: skip


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _facts(one: Any, level: Any) -> Iterable[str]:
    if one.since:
        yield f"followed since {day_words(one.since)}"
    if level and one.state in STANDING:
        yield f"a talk every {level.contact_days} days"
    if one.consent_on:
        yield f"agreed {status.SAID_HOW.get(one.consent_how, '').lower()}, {day_words(one.consent_on)}, knowing the cost"
    if one.left_on:
        because = f" ({status.BECAUSE[one.left_because].lower()})" if one.left_because else ""
        yield f"left {day_words(one.left_on)}{because}"
    if one.previous_id:
        yield "was in it before"


def step(row: Any, today: date) -> StepRow:
    """`row` is population.models.ProgramFinding."""
    missed = not row.met and row.due_date and row.due_date < today
    said = (
        status.Look("in order", "ok")
        if row.met
        else status.Look("missed", "gap")
        if missed
        else status.Look("to come", "flat")
    )
    due = f", by {day_words(row.due_date)}" if row.due_date and not row.met else ""
    return StepRow(row.title, f"{row.sentence}{due}", said)


@dataclass(frozen=True)
class FoundRow:
    """Somebody whom a program's criteria name."""

    person_id: str
    name: str
    program: str
    title: str
    words: str
    sentence: str
    evidence: list[gap_view.Evidence]


def found(rows: Iterable[Any], people: Mapping[str, PersonSummary], known: Mapping[str, Program]) -> list[FoundRow]:
    """Findings in their order; those about persons of whom nothing is known are left out."""
    return [
        FoundRow(
            row.person_id, people[row.person_id].name, row.program, known[row.program].title, row.title, row.sentence,
            [gap_view.evidence_row(one) for one in row.evidence or []],
        )
        for row in rows if row.person_id in people and row.program in known
    ]  # fmt: skip


@dataclass(frozen=True)
class ProgramRow:
    """One program in the list: what it is for, and how many are where."""

    id: str
    title: str
    purpose: str
    found: int
    parts: list[tuple[str, int]]
    in_all: int


SHOWN = (Stage.CONSIDERED, Stage.OUTREACH, Stage.ACTIVE, Stage.STEPPING_DOWN, Stage.PAUSED, Stage.GRADUATED)


def rows(
    known: Mapping[str, Program], counts: Mapping[str, Mapping[str, int]], found_counts: Mapping[str, int]
) -> list[ProgramRow]:
    """Every program by title."""
    made = []
    for program in sorted(known.values(), key=lambda one: one.title):
        here = counts.get(program.id, {})
        parts = [(status.look(status.STAGE, state).words, here[state]) for state in SHOWN if here.get(state)]
        followed = sum(here.get(state, 0) for state in (Stage.ACTIVE, Stage.STEPPING_DOWN))
        made.append(
            ProgramRow(program.id, program.title, program.purpose, found_counts.get(program.id, 0), parts, followed)
        )
    return made


def numbers(program: Program) -> list[tuple[str, str]]:
    """The numbers of a program's criteria, as its file names them."""
    return [(name.replace("_", " "), str(value)) for name, value in program.rule.parameters.items()]


@dataclass(frozen=True)
class LeftRow:
    """One reason for which people left before the end."""

    words: str
    count: int
    percent: int


def left(because: Mapping[str, int]) -> list[LeftRow]:
    """Reasons for leaving, the most frequent first; a bar is the share of everybody who left with a reason."""
    whole = sum(because.values())
    ordered = sorted(because.items(), key=lambda one: (-one[1], one[0]))
    return [LeftRow(status.BECAUSE.get(why, why), count, round(100 * count / whole)) for why, count in ordered]


@dataclass(frozen=True)
class ChangedPart:
    """Those for whom one thing would change; `rows` are those this user may see by name."""

    title: str
    count: int
    rows: list[Any]
    unnamed: int


@dataclass(frozen=True)
class ChangedRow:
    person_id: str
    name: str
    sentence: str


NAMED_AT_ONCE = 25


def tried(version: Any, now: Program | None, looked: Any, people: Mapping[str, PersonSummary]) -> dict[str, Any]:
    """What the page about a version not in use says; `version` is its rule, `looked` population.models.Preview or None."""
    looking = looked is not None and looked.finished_at is None
    parts = []
    for change, title in PreviewRow.Change.choices if looked and not looking else ():
        rows = list(looked.rows.filter(change=change).order_by("id"))
        named = [
            ChangedRow(row.person_id, people[row.person_id].name, row.sentence)
            for row in rows
            if row.person_id in people
        ]
        if rows:
            parts.append(ChangedPart(title, len(rows), named[:NAMED_AT_ONCE], len(rows) - len(named[:NAMED_AT_ONCE])))
    return {
        "version": version, "looking": looking, "parts": parts, "differences": differences(version, now),
        "outdated": looked is not None and looked.digest != preview.digest_of(version),
    }  # fmt: skip


def differences(version: Any, now: Program | None) -> list[tuple[str, str, str]]:
    """(what, before, after) of numbers, words and questions; of a new program everything is new."""
    if now is None:
        return [("program", "", "it is new")]
    before, after = {**now.rule.parameters, **_words(now.rule)}, {**version.parameters, **_words(version)}
    found = [
        (name.replace("_", " "), str(before.get(name, "")), str(after.get(name, "no more")))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
    return [
        *found,
        *([("criteria", "", "the questions themselves are changed")] if now.rule.sql != version.sql else []),
    ]


def _words(rule: Any) -> dict[str, Any]:
    return {name: said for name, said in rule.program.items() if not isinstance(said, dict)}
