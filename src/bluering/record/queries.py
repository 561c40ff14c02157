"""Reads of the record for pages: one person's chart, summaries of many, who comes in, and finding somebody."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bluering.intake.hl7v2.sender import parts_of_the_practice
from bluering.record import charts
from bluering.record.models import PersonSummary, Visit
from bluering.record.names import source_name as source_name
from bluering.record.summaries import home_source
from bluering.record.timeline import TimelineEntry, timeline

# From noon of a day so far to both sides, it is that day somewhere.
DAY_AROUND = dt.timedelta(hours=27)


@dataclass(frozen=True)
class ChartValue:
    """One person's facts: `tables` maps a table's name to its rows (column → value; dates as ISO text)."""

    person_id: str
    tables: dict[str, list[dict]]

    def timeline(self) -> list[TimelineEntry]:
        """Every dated fact, newest first."""
        return timeline(self.tables)


def chart(person_id: str) -> ChartValue:
    """One person's facts, in one read."""
    return ChartValue(person_id, charts.facts_of(person_id))


def summary(person_id: str) -> PersonSummary | None:
    """One line about a person, or None when nobody has that id."""
    return PersonSummary.objects.filter(person_id=person_id).first()


def summaries(person_ids: Iterable[str]) -> dict[str, PersonSummary]:
    """One line about each of these persons, in as few reads as the database's limits allow."""
    ids = list(person_ids)
    found: dict[str, PersonSummary] = {}
    for start in range(0, len(ids), 20_000):
        found |= PersonSummary.objects.in_bulk(ids[start : start + 20_000])
    return found


def visits_on(day: dt.date, zones: Mapping[str, dt.tzinfo] | None = None) -> list[Visit]:
    """The visits booked on a day, by time; a source's by its own clock (`zones`), the others' by the clock of who asks."""
    zones, usual = zones or {}, timezone.get_current_timezone()
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    around = Visit.objects.filter(start__gte=noon - DAY_AROUND, start__lt=noon + DAY_AROUND).order_by("start", "id")
    return [one for one in around if one.start.astimezone(zones.get(one.source, usual)).date() == day]


def count_visits_on(day: dt.date) -> int:
    """How many visits are booked on a day."""
    return len(visits_on(day))


def matching(words: str) -> QuerySet[PersonSummary]:
    """The query behind every search box."""
    found = PersonSummary.objects.all()
    for word in search_words(words):
        found = found.filter(search__contains=word)
    return found


def search_words(words: str) -> list[str]:
    """Lower-case words as the search column holds them: a phone number becomes its digits, m/d/yyyy gets its zeros."""
    parts = []
    for word in re.split(r"[\s,]+", words.lower().strip()):
        if date := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", word):
            parts.append(f"{int(date[1]):02}/{int(date[2]):02}/{date[3]}")
        elif word:
            parts.append(word)
    joined = "".join(parts)
    if re.fullmatch(r"[\d()+.\-]{7,}", joined) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", joined):
        return [re.sub(r"\D", "", joined)]
    return parts


def practice_sources() -> list[str]:
    """The sources that are the practice itself; empty before any load.

    As configured, else the one that was loaded first and those of which their files say so (`practice: true`).
    """
    if settings.PRACTICE_SOURCES:
        return list(settings.PRACTICE_SOURCES)
    home = home_source()
    return list(dict.fromkeys([home, *parts_of_the_practice()])) if home else []
