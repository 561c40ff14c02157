"""Payers' scores as lines: the newest of each score and source, with what it was before; words, points, relative risks and chances."""

from datetime import date

import pytest

from bluering.web.payer_scores_view import scores, value_of

TODAY = date(2026, 11, 23)


def told(day: str, **more) -> dict:
    return {"source": "plan", "id": day, "status": "final", "method_text": "Care Priority", "occurrence_datetime": f"{day} 00:00:00-06",
            "performer_display": "Heartland", "rationale": None, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"qualitative_text": "high", "relative_risk": 2.0}, "high"),
        ({"relative_risk": 1.4500}, "1.45"),
        ({"probability": 0.125}, "12%"),
        ({"probability": 0}, "0%"),
        ({}, ""),
    ],
)
def test_a_score_is_shown_as_it_was_told(row, value):
    assert value_of(row) == value


def test_the_newest_counts_and_says_what_it_was_before():
    rows = [told("2026-09-01", qualitative_text="40"), told("2026-11-01", qualitative_text="68", rationale="Diabetes"), told("2026-10-01", qualitative_text="68")]  # fmt: skip
    (line,) = scores(rows, TODAY)
    assert (line.value, line.told, line.before, line.drivers) == ("68", "1 Nov", "was 40 on 1 Sep", "Diabetes")


def test_each_source_and_each_score_has_a_line_and_what_was_taken_back_has_none():
    rows = [
        told("2026-09-01", qualitative_text="40"),
        told("2026-10-01", source="aco", performer_display=None, relative_risk=1.2),
        told("2026-10-02", method_text="Readmission", probability=0.2),
        told("2026-11-01", method_text="Gone", qualitative_text="9", status="entered-in-error"),
    ]
    lines = scores(rows, TODAY)
    assert [(one.name, one.value) for one in lines] == [
        ("Readmission", "20%"),
        ("Care Priority", "1.2"),
        ("Care Priority", "40"),
    ]
    assert lines[1].source == "Aco"
