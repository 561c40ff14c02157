"""A finished assessment as facts of the record: its QuestionnaireResponse, its Observations, and where they came from."""

import datetime as dt
from typing import Any

from django.utils import timezone

from bluering.access.models import User
from bluering.assessing.extract import observations, response
from bluering.assessing.instruments import Instrument
from bluering.assessing.scoring import Score
from bluering.coordination.models import Assessment, Way
from bluering.intake.reading import Resource, provenance

NOON = dt.time(12)


def response_id(assessment: Assessment) -> str:
    """The id of its QuestionnaireResponse; those of its Observations begin with it."""
    return f"assessment-{assessment.pk}"


def resources(
    assessment: Assessment, instrument: Instrument, score: Score, *, subject_key: str, by: User | None, at: dt.datetime
) -> list[Resource]:
    """Facts of the source in which `subject_key` (source/patient id) lies; each time the same for the same answers."""
    form = instrument.questionnaire
    assert form is not None
    patient = {"reference": f"Patient/{subject_key.split('/', 1)[1]}"}
    who = {"display": by.name} if by else patient
    more: dict[str, Any] = {"subject": patient, "meta": {"lastUpdated": at.isoformat(timespec="milliseconds")}}
    authored = _moment(assessment, at).isoformat(timespec="seconds")
    source = (
        {"source": patient} if not assessment.by_proxy else {"source": {"display": "Somebody who knows the person"}}
    )
    said = response(
        form, assessment.answers, id=response_id(assessment), status="completed", authored=authored, author=who, **source, **more,
        language=assessment.language,
    )  # fmt: skip
    seen = observations(
        form, assessment.answers, id=response_id(assessment), category=instrument.category, panel_value=_panel_value(instrument, score),
        effectiveDateTime=authored, performer=[who], **more,
    )  # fmt: skip
    origin = provenance(
        of=[said, *seen], what="assessment", identifier=str(assessment.pk), recorded=at, agent=by.name if by else "the person",
        activity=Way(assessment.way).label.lower(),
    )  # fmt: skip
    return [said, *seen, origin]


def names(assessment: Assessment, instrument: Instrument) -> list[tuple[str, str]]:
    """(type, id) of everything that finishing it may have written, whatever was answered then."""
    form, id = instrument.questionnaire, response_id(assessment)
    assert form is not None
    coded = [one for one in form.questions if one.codes]
    keys = [f"{id}-{one.codes[0]['code']}" for one in coded] + [f"{id}-{one['code']}" for one in form.panel[:1]]
    keys += [
        f"{id}-{one.codes[0]['code']}-answer{number}"
        for one in coded
        if one.repeats
        for number in range(len(one.options))
    ]
    return [("QuestionnaireResponse", id), *(("Observation", key) for key in keys)]


def _moment(assessment: Assessment, at: dt.datetime) -> dt.datetime:
    """When the answers were given: now, or at noon of the day on the paper."""
    if assessment.on_day == timezone.localdate(assessment.begun_at):
        return timezone.localtime(assessment.changed_at)
    return timezone.make_aware(dt.datetime.combine(assessment.on_day, NOON))


def _panel_value(instrument: Instrument, score: Score) -> float | None:
    """A panel carries the count where its result is a code, as US Core's example of the Hunger Vital Sign does."""
    coded = instrument.scoring is not None and instrument.scoring.kind == "any"
    return score.value if coded else None
