"""Assessments as pages show them: the questions one after the other, what came of them, and how scores went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.access import scope
from bluering.access.models import User
from bluering.assessing.instruments import Instrument, instruments
from bluering.assessing.questionnaire import Question, is_empty
from bluering.assessing.scoring import level_of, score
from bluering.coordination.models import Assessment, Filled
from bluering.web import status
from bluering.web.words import ago_words, day_words

INPUTS = {"integer": "number", "decimal": "number", "quantity": "number", "date": "date"}
YES_NO = {"en": [("true", "Yes"), ("false", "No")], "es": [("true", "Sí"), ("false", "No")]}


@dataclass(frozen=True)
class OptionView:
    code: str
    words: str
    digit: int
    chosen: bool


@dataclass(frozen=True)
class QuestionView:
    """One question in its language; `stem` stands before it, `shown` is whether it is asked now."""

    number: int
    link_id: str
    kind: str
    words: str
    stem: str
    options: list[OptionView]
    repeats: bool
    shown: bool
    value: str
    input: str
    yes_no: list[tuple[str, str]]
    error: str = ""


def questions(instrument: Instrument, answers: Mapping[str, Any], language: str) -> list[QuestionView]:
    """Every question that may be asked, in order; those not asked now are there, hidden."""
    form, stem = instrument.questionnaire, ""
    found: list[QuestionView] = []
    if form is None:
        return found
    for question in form.questions:
        if question.kind in ("display", "group"):
            stem = said(question.words, language)
        elif question.is_asked:
            found.append(
                _question(len(found) + 1, question, answers, language, stem, form.is_enabled(question, answers))
            )
            stem = ""
    return found


def said(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words["en"]


def _question(
    number: int, one: Question, answers: Mapping[str, Any], language: str, stem: str, shown: bool
) -> QuestionView:
    given = answers.get(one.link_id)
    chosen = {str(value) for value in (given if isinstance(given, list) else [given])}
    scores = [option.score for option in one.options]
    by_score = (
        None not in scores
        and len(set(scores)) == len(scores)
        and all(0 <= score <= 9 for score in scores if score is not None)
    )
    options = [
        OptionView(
            option.code,
            said(option.words, language),
            int(option.score or 0) if by_score else place + 1,
            option.code in chosen,
        )
        for place, option in enumerate(one.options)
    ]
    value = (
        ""
        if is_empty(given) or isinstance(given, list)
        else str(given).lower()
        if isinstance(given, bool)
        else str(given)
    )
    return QuestionView(
        number, one.link_id, one.kind, said(one.words, language), stem, options, one.repeats, shown, value,
        INPUTS.get(one.kind, "text"), YES_NO.get(language, YES_NO["en"]),
    )  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far a filling-in has come; `shown` are the questions that are asked now."""

    answered: int
    asked: int
    percent: int
    missing: int
    shown: str


def progress(instrument: Instrument, answers: Mapping[str, Any]) -> Progress:
    asked = instrument.questionnaire.asked(answers) if instrument.questionnaire else []
    done = sum(not is_empty(answers.get(one.link_id)) for one in asked)
    missing = len(instrument.questionnaire.missing(answers)) if instrument.questionnaire else 0
    return Progress(
        done,
        len(asked),
        round(100 * done / len(asked)) if asked else 0,
        missing,
        " ".join(one.link_id for one in asked),
    )


@dataclass(frozen=True)
class Result:
    """What came of an assessment. Level and what follows stand there only for whose training covers interpreting."""

    value: str
    of: str
    level: str
    positive: bool
    target: str
    who_could: str
    missing: int
    safety: bool
    routes: list[tuple[str, str, str]]
    next_instrument: str
    next_words: str
    answers: list[tuple[str, str]]
    notice: str


DO = {
    "contact": ("Log a contact", "contact/"),
    "question": ("Ask their clinician", "handoff/?kind=question"),
    "community": ("Refer to help", "handoff/?kind=community"),
}


def result(one: Assessment, instrument: Instrument, sex: str, user: User) -> Result:
    found, form = score(instrument, one.answers, sex), instrument.questionnaire
    may = scope.may(user, "interpret")
    answers = [
        (said(question.words, "en"), _answer_words(question, one.answers[question.link_id]))
        for question in (form.questions if form else ())
        if question.is_asked and not is_empty(one.answers.get(question.link_id))
    ]
    routes = [
        (route.words, *DO.get(route.do, ("", "")))
        for route in instrument.routes
        if set(route.answers) & {str(value) for value in _each(one.answers.get(route.item))}
    ]
    return Result(
        value="" if found.value is None else str(found.value), of=str(instrument.scoring.most) if instrument.scoring else "",
        level=found.level if may else "", positive=bool(found.positive) and may,
        target=f"target: below {instrument.target_below} ({instrument.target_words})" if may and instrument.target_below is not None else "",
        who_could="" if may else scope.refusal("interpret"), missing=found.missing, safety=found.safety, routes=routes,
        next_instrument=instrument.next_instrument if found.positive else "", next_words=instrument.next_words, answers=answers,
        notice=instrument.rights.notice,
    )  # fmt: skip


def _each(value: Any) -> list[Any]:
    return [] if is_empty(value) else value if isinstance(value, list) else [value]


def _answer_words(question: Question, value: Any) -> str:
    def one(code: Any) -> str:
        option = question.option(str(code))
        return option.words["en"] if option else str(code)

    return ", ".join(one(part) for part in _each(value))


@dataclass(frozen=True)
class AssessmentRow:
    """One assessment in the list of a person."""

    id: int
    title: str
    state: status.Look
    says: str
    value: str
    begun: bool
    voided: str


FILLED = {
    "part": status.Look("begun", "due"),
    "done": status.Look("finished", "ok"),
    "void": status.Look("taken back", "flat"),
}


def rows(assessments: Iterable[Assessment], user: User, today: date) -> list[AssessmentRow]:
    """Assessments in their order."""
    known, may = instruments(), scope.may(user, "interpret")
    return [_row(one, known.get(one.instrument), may, today) for one in assessments]


def _row(one: Assessment, instrument: Instrument | None, may: bool, today: date) -> AssessmentRow:
    title = instrument.title if instrument else one.instrument
    who = (
        one.finished_by.name
        if one.finished_by
        else "by themselves"
        if one.way == "link" and one.state == Filled.DONE
        else one.begun_by.name
    )
    level = level_of(instrument, one.score) if may and instrument and one.score is not None else ""
    parts = [day_words(one.on_day, today), one.get_way_display().lower(), who]
    if one.state == Filled.PART:
        parts.append(f"last changed {ago_words(one.changed_at, today)}")
    value = "" if one.score is None else f"{one.score}{f', {level}' if level else ''}"
    return AssessmentRow(
        one.pk, title, FILLED[one.state], " · ".join(parts), value, one.state == Filled.PART, one.void_reason
    )
