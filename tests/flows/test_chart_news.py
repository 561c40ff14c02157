"""A load's news gets into the charts that are there; what is added is what making them again would give."""

import pytest

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.pipeline import settling
from bluering.record import charts
from bluering.record.models import Chart
from tests.flows.test_load import a1c, patient, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(tmp_path) -> str:
    """A person with a chart, and one without."""
    pipeline.load([write(tmp_path, "a.ndjson", patient(), patient("p2"), a1c(), a1c("o2", person="p2"))], source="ehr")
    found = PersonLink.objects.get(subject_key="ehr/p1").person_id
    charts.facts_of(found)
    return found


def load_news(tmp_path) -> None:
    news = (a1c(value=8.4), a1c("o3"), a1c("o4", person="p2"), a1c("o5", person="nobody"))
    pipeline.load([write(tmp_path, "b.ndjson", *news)], source="ehr")


def built_anew(person: str) -> dict:
    Chart.objects.all().delete()
    return charts.facts_of(person)


def by_id(facts: dict) -> dict:
    return {name: sorted(rows, key=lambda row: row["id"]) for name, rows in facts.items() if rows}


def test_news_is_added_to_a_chart_that_is_there(tmp_path, person):
    load_news(tmp_path)
    kept = charts.kept([person])[person]
    assert {row["id"]: row["value_quantity"] for row in kept["observation"]} == {"o1": 8.4, "o3": 7.1}
    assert by_id(kept) == by_id(built_anew(person))


def test_charts_of_many_are_made_again_instead(tmp_path, person, monkeypatch):
    monkeypatch.setattr(charts, "MOST_ADDED", 0)
    monkeypatch.setattr(settling, "MOST_KNOWN", 0)
    load_news(tmp_path)
    assert charts.kept([person]) == {}, "nothing is kept that the news is not in"
    assert len(charts.facts_of(person)["observation"]) == 2
