"""What payers say about somebody's risk, with date and source: shown beside our own need, and no part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from bluering.record.names import source_name
from bluering.web.words import as_day, day_words

NOT_SAID = ("cancelled", "entered-in-error")


@dataclass(frozen=True)
class PayerScore:
    """The newest telling of one score of one source; `before` says what it was when it last was another."""

    name: str
    value: str
    source: str
    told: str
    drivers: str
    before: str


def scores(rows: Iterable[Mapping[str, Any]], today: date) -> list[PayerScore]:
    """Rows of the table risk_assessment as lines, one for each score of each source, the newest first."""
    told = [row for row in rows if row.get("status") not in NOT_SAID and value_of(row)]
    told.sort(key=lambda row: (_which(row), str(row.get("occurrence_datetime") or "")), reverse=True)
    found = [(rows[0], rows) for _, group in groupby(told, key=_which) for rows in [list(group)]]
    found.sort(key=lambda pair: str(pair[0].get("occurrence_datetime") or ""), reverse=True)
    return [_line(newest, rows, today) for newest, rows in found]


def value_of(row: Mapping[str, Any]) -> str:
    """The score as it was told: a word or points, a risk relative to the average, or a chance."""
    if row.get("qualitative_text"):
        return str(row["qualitative_text"])
    if row.get("relative_risk") is not None:
        return f"{float(row['relative_risk']):g}"
    return f"{float(row['probability']):.0%}" if row.get("probability") is not None else ""


def _which(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("source") or ""), str(
        row.get("method_text") or row.get("code_text") or row.get("outcome_text") or "Risk score"
    )


def _line(newest: Mapping[str, Any], rows: list[Mapping[str, Any]], today: date) -> PayerScore:
    source, name = _which(newest)
    value = value_of(newest)
    other = next((row for row in rows if value_of(row) != value), None)
    before = f"was {value_of(other)} on {day_words(other.get('occurrence_datetime'), today)}" if other else ""
    when = as_day(newest.get("occurrence_datetime"))
    return PayerScore(
        name, value, str(newest.get("performer_display") or source_name(source)), day_words(when, today) or "day not told",
        str(newest.get("rationale") or ""), before,
    )  # fmt: skip
