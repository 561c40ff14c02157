"""What answers add up to. A total stands only when nothing that counts is missing; otherwise it says what is missing."""

from dataclasses import dataclass

from bluering.assessing.instruments import Instrument
from bluering.assessing.questionnaire import Answers, Question, is_empty

SCORER = "1"


@dataclass(frozen=True)
class Score:
    """`value` is None while it is incomplete. `level` and `positive` are for whoever may interpret; `safety` is for everybody."""

    value: int | None = None
    level: str = ""
    positive: bool | None = None
    missing: int = 0
    safety: bool = False

    @property
    def is_complete(self) -> bool:
        return self.value is not None


def score(instrument: Instrument, answers: Answers, sex: str = "") -> Score:
    """The score of answers (linkId → code, or value). `sex` is FHIR's administrative gender, where cut-offs differ by it."""
    safety = opens_safety_path(instrument, answers)
    form, rule = instrument.questionnaire, instrument.scoring
    if form is None or rule is None:
        return Score(safety=safety)
    counted = [question for link in rule.of if (question := form.question(link)) and form.is_enabled(question, answers)]
    points = [points_of(question, answers) for question in counted]
    known = [value for value in points if value is not None]
    missing = len(points) - len(known)
    enough = not missing or (rule.kind == "any" and any(value > 0 for value in known))
    if not known or not enough:
        return Score(missing=missing, safety=safety)
    value = round(sum(known))
    return Score(value, level_of(instrument, value), is_positive(instrument, value, sex), missing, safety)


def points_of(question: Question, answers: Answers) -> float | None:
    """The ordinal value of what was answered; None when nothing was."""
    given = answers.get(question.link_id)
    if is_empty(given):
        return None
    option = question.option(str(given))
    return option.score if option else None


def level_of(instrument: Instrument, value: int) -> str:
    """The words of the highest level that this score reaches."""
    return next((words for start, words in sorted(instrument.levels.items(), reverse=True) if value >= start), "")


def is_positive(instrument: Instrument, value: int, sex: str = "") -> bool | None:
    """Whether the score is positive; None where the instrument names no cut-off. Without a known sex the cut-off for all counts."""
    cut = instrument.positive.get(sex, instrument.positive.get("all"))
    return None if cut is None else value >= cut


def opens_safety_path(instrument: Instrument, answers: Answers) -> bool:
    """Whether an answer says that somebody may be in danger."""
    form = instrument.questionnaire
    question = form.question(instrument.safety_item) if form and instrument.safety_item else None
    points = points_of(question, answers) if question else None
    return points is not None and points > instrument.safety_above
