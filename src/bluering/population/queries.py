"""Reads of gaps and scores. The number of queries does not grow with the number of persons, up to PERSONS_AT_ONCE."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Count

from bluering.population.findings import NEED
from bluering.population.models import Gap, GapState, Score
from bluering.population.rules import load_rules

PERSONS_AT_ONCE = 10_000
SEVERITIES = ("critical", "gap", "due")


def open_gaps(person_ids: Collection[str]) -> list[Gap]:
    """Open gaps of these persons, the most severe first, then by the day they are due."""
    found = [
        gap
        for some in _chunks(person_ids)
        for gap in Gap.objects.filter(person_id__in=some, state=GapState.OPEN).defer("digest")
    ]
    return sorted(found, key=_urgency)


def gaps_of(person_id: str) -> list[Gap]:
    """Every gap of a person: open ones first and by urgency, then those set aside, then closed ones, newest first."""
    gaps = Gap.objects.filter(person_id=person_id).select_related("set_aside_by")
    standing = sorted(gaps.exclude(state=GapState.CLOSED), key=lambda gap: (gap.state != GapState.OPEN, *_urgency(gap)))
    return [*standing, *gaps.filter(state=GapState.CLOSED).order_by("-closed_at", "-id")]


def need_of(person_ids: Collection[str]) -> dict[str, Score]:
    """The need score of these persons; who has none is not in it."""
    return {
        score.person_id: score
        for some in _chunks(person_ids)
        for score in Score.objects.filter(person_id__in=some, score=NEED)
    }


def gap_counts() -> dict[str, int]:
    """How many gaps are open by rule, rules without any included."""
    counted = Gap.objects.filter(state=GapState.OPEN).values_list("rule").annotate(Count("id")).order_by("rule")
    return {rule.id: 0 for rule in load_rules("gap")} | dict(counted)


def _urgency(gap: Gap) -> tuple[int, date, int]:
    rank = SEVERITIES.index(gap.severity) if gap.severity in SEVERITIES else len(SEVERITIES)
    return rank, gap.due_date or date.max, gap.pk


def _chunks(person_ids: Collection[str]) -> Iterator[list[str]]:
    """The ids in lists that a database takes in one query."""
    ids = list(dict.fromkeys(person_ids))
    for start in range(0, len(ids), PERSONS_AT_ONCE):
        yield ids[start : start + PERSONS_AT_ONCE]
