"""Begin an assessment, keep each answer as it is given, finish it into the record, or take it back.

An answer is kept the moment it is given, so nothing is lost when a call breaks off, and one that says somebody may be in danger opens the
safety path at that moment. Finishing writes facts first and the row after: cut short in between, finishing again does the same once.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bluering import pipeline
from bluering.access import audit, scope
from bluering.access.models import User
from bluering.assessing import facts
from bluering.assessing.instruments import Instrument, instruments
from bluering.assessing.questionnaire import Question, is_empty
from bluering.assessing.scoring import SCORER, Score, score
from bluering.coordination import policies, safety, tasks
from bluering.coordination.models import Assessment, ConcernWhy, Filled, Way
from bluering.errors import BadInput, Refusal
from bluering.identity import queries as identity
from bluering.record.queries import practice_sources, summary

LONGEST_WORDS, LONGEST_REASON = 1000, 400
OLDEST_DAYS = 366
# Calendar days until somebody trained reads an assessment that is not positive. Set by judgement.
READ_DAYS = 2


def instrument_of(name: str) -> Instrument:
    """An instrument that can be filled in here. Raises BadInput."""
    found = instruments().get(name)
    if found is None:
        raise BadInput("instrument: it cannot be filled in here; a site that has the licence adds its form.")
    return found


@transaction.atomic
def begin(
    *, person_id: str, instrument: str, way: str, by: User, language: str = "en", on_day: date | None = None,
    by_proxy: bool = False,
) -> Assessment:  # fmt: skip
    """Begin an assessment, or go on with the one of its kind that was begun and not finished."""
    policies.require_about(by, "assessment.fill", person_id)
    scope.require(by, "administer")
    wanted, day = instrument_of(instrument), on_day or timezone.localdate()
    if way not in Way.values:
        raise BadInput(f"way: unknown; use one of {', '.join(Way.values)}.")
    if language not in wanted.languages:
        raise BadInput(
            f"language: {wanted.title} is published here in {', '.join(wanted.languages)} only; instruments are never translated on the spot."
        )
    if by_proxy and not wanted.by_proxy:
        raise BadInput(f"by_proxy: {wanted.title} is the person's own report; somebody else's answers are not one.")
    if not 0 <= (timezone.localdate() - day).days <= OLDEST_DAYS:
        raise BadInput("on_day: choose today or a day of the last year.")
    if way == Way.LINK and wanted.unattended == "no":
        raise BadInput(f"way: {wanted.title} is not filled in without somebody there.")
    begun = (
        Assessment.objects.filter(person_id=person_id, instrument=instrument, state=Filled.PART).order_by("-id").first()
    )
    if begun and begun.way == way and begun.language == language:
        return begun
    made = Assessment.objects.create(
        person_id=person_id, instrument=instrument, version=wanted.version, way=way, language=language, by_proxy=by_proxy,
        on_day=day, begun_by=by,
    )  # fmt: skip
    audit.record(by, "assessment.begin", person_id, f"assessment {made.pk}")
    return made


@transaction.atomic
def answer(*, assessment: Assessment, given: Mapping[str, Any], by: User | None) -> Assessment:
    """Keep these answers (linkId → code, list of codes, or words); an empty one takes an answer back. `by` is None for the person, by link.

    Answers to other questions given meanwhile by a colleague stay. Raises BadInput with the question, Refusal when it is finished.
    """
    if by is not None:
        policies.require_about(by, "assessment.fill", assessment.person_id)
    row = _begun(assessment)
    wanted = instrument_of(row.instrument)
    for link, value in given.items():
        question = wanted.questionnaire.question(link) if wanted.questionnaire else None
        if question is None or not question.is_asked:
            raise BadInput(f"{link}: this question is not in {wanted.title}.")
        checked = _checked(question, value)
        if is_empty(checked):
            row.answers.pop(link, None)
        else:
            row.answers[link] = checked
    row.answers = _with_total(wanted, row.answers)
    row.changed_at = timezone.now()
    row.save(update_fields=["answers", "changed_at"])
    _watch(row, wanted, given, by)
    return row


def _watch(row: Assessment, wanted: Instrument, given: Mapping[str, Any], by: User | None) -> None:
    """The safety path, at once: an item that says so, or words of crisis."""
    if wanted.safety_item in given and score(wanted, row.answers).safety:
        question = wanted.questionnaire.question(wanted.safety_item) if wanted.questionnaire else None
        option = question.option(row.answers[wanted.safety_item]) if question else None
        detail = (
            f"{wanted.title}, {timezone.localtime():%-d %b}: “{question.words['en']}” was answered “{option.words['en']}”."
            if question and option
            else wanted.title
        )
        safety.raise_concern(person_id=row.person_id, why=ConcernWhy.ITEM, detail=detail, by=by, assessment=row)
    for value in given.values():
        if isinstance(value, str):
            safety.hear(person_id=row.person_id, text=value, by=by, assessment=row)


def finish(*, assessment: Assessment, by: User | None) -> Assessment:
    """The answers become facts of the record. Without an answer that counts there is no total; without any answer it cannot be finished."""
    if by is not None:
        policies.require_about(by, "assessment.fill", assessment.person_id)
        scope.require(by, "administer")
    assessment.refresh_from_db()
    _require_begun(assessment)
    wanted = instrument_of(assessment.instrument)
    if not assessment.answers:
        raise BadInput("Nothing is answered yet; answer at least one question, or leave it for later.")
    key = key_of(assessment.person_id)
    found = score(wanted, assessment.answers, sex_of(assessment.person_id))
    made = facts.resources(assessment, wanted, found, subject_key=key, by=by, at=timezone.now())
    source, fact_key = (
        key.split("/", 1)[0],
        f"{key.split('/', 1)[0]}/QuestionnaireResponse/{facts.response_id(assessment)}",
    )
    if assessment.fact_key:
        _forget_facts(assessment, wanted)
    Assessment.objects.filter(pk=assessment.pk).update(fact_key=fact_key)
    pipeline.keep(made, source=source)
    with transaction.atomic():
        row = _begun(assessment)
        row.state, row.score, row.scorer = Filled.DONE, found.value, SCORER
        row.finished_at, row.finished_by = timezone.now(), by
        row.save()
        audit.record(by, "assessment.finish", row.person_id, f"assessment {row.pk}")
        _ask_to_read(row, wanted, found, by)
    return row


def _ask_to_read(row: Assessment, wanted: Instrument, found: Score, by: User | None) -> None:
    """Whose training does not cover interpreting, or nobody, took it: somebody who may reads it, at once when it is positive."""
    if not wanted.levels or (by is not None and scope.may(by, "interpret")):
        return
    due = timezone.localdate() + timedelta(days=0 if found.positive or found.safety else READ_DAYS)
    tasks.open_for_answers(
        person_id=row.person_id, title=f"Read the {wanted.title} of {row.on_day:%-d %b}", act="interpret", due_date=due,
        by=by or row.begun_by, assessment=row,
    )  # fmt: skip


def take_back(*, assessment: Assessment, reason: str, by: User) -> Assessment:
    """It was entered in error: nothing shows its facts any more. One that was only begun is put away."""
    policies.require_about(by, "assessment.fill", assessment.person_id)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"reason: say why, at most {LONGEST_REASON} characters; it stays with the assessment.")
    assessment.refresh_from_db()
    if assessment.state == Filled.VOID:
        raise Refusal("It has been taken back already.")
    if assessment.fact_key:
        _forget_facts(assessment, instrument_of(assessment.instrument))
    with transaction.atomic():
        row = Assessment.objects.select_for_update().get(pk=assessment.pk)
        row.state, row.void_reason, row.changed_at = Filled.VOID, reason, timezone.now()
        row.save()
        audit.record(by, "assessment.take_back", row.person_id, f"assessment {row.pk}")
    pipeline.run(person_id=row.person_id)
    return row


def _forget_facts(assessment: Assessment, wanted: Instrument) -> None:
    """What finishing wrote stands no more; should it have been cut short, that too."""
    pipeline.remove(facts.names(assessment, wanted), source=assessment.fact_key.split("/", 1)[0], at=timezone.now())


def key_of(person_id: str) -> str:
    """The patient under whom its facts stand: the practice's own where there is one. Raises BadInput for nobody's id."""
    keys, ours = sorted(identity.keys_of(person_id)), practice_sources()
    if not keys:
        raise BadInput("person: nobody in the record has this id any more.")
    return min(keys, key=lambda key: (key.split("/", 1)[0] not in ours, key))


def sex_of(person_id: str) -> str:
    """FHIR's administrative gender; empty when not told."""
    found = summary(person_id)
    return found.gender if found else ""


def _begun(assessment: Assessment) -> Assessment:
    row = Assessment.objects.select_for_update().get(pk=assessment.pk)
    _require_begun(row)
    return row


def _require_begun(row: Assessment) -> None:
    if row.state != Filled.PART:
        raise Refusal(f"It is {Filled(row.state).label.lower()} already; begin a new one.")


def _with_total(wanted: Instrument, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with what they add up to, under the item of the total; without it while something is missing."""
    if wanted.scoring is None:
        return answers
    found, kept = (
        score(wanted, answers),
        {link: value for link, value in answers.items() if link != wanted.scoring.item},
    )
    if not found.is_complete:
        return kept
    coded = wanted.scoring.if_so if found.positive else wanted.scoring.if_not
    return kept | {wanted.scoring.item: coded or found.value}


def _checked(question: Question, value: Any) -> Any:
    """An answer as it is kept. Raises BadInput with the question's linkId."""
    if is_empty(value):
        return None
    if question.kind in ("choice", "open-choice"):
        chosen = [str(one) for one in (value if isinstance(value, list) else [value])]
        if unknown := [one for one in chosen if question.option(one) is None and question.kind == "choice"]:
            raise BadInput(
                f"{question.link_id}: {len(unknown)} of the answers is none that it offers; choose one of the list."
            )
        return chosen if question.repeats else chosen[0]
    text = str(value).strip()
    if question.kind in ("integer", "decimal", "quantity"):
        try:
            return int(text) if question.kind == "integer" else float(text)
        except ValueError:
            raise BadInput(f"{question.link_id}: write a number.") from None
    if question.kind == "boolean":
        return text.lower() in ("true", "yes", "1")
    if question.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise BadInput(f"{question.link_id}: write the day as 2026-03-31.") from None
    if len(text) > LONGEST_WORDS:
        raise BadInput(f"{question.link_id}: write at most {LONGEST_WORDS} characters.")
    return text
