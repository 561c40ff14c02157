"""Person-months as pages show them: bars by month, averages over complete months, cost by setting."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bluering.evaluation.months import ClaimMonth, PracticeMonth

SHOWN = 24
BAR, GAP, HEIGHT = 11, 3, 64
SETTING_WORDS = {
    "inpatient": "Hospital stays", "emergency": "Emergency departments", "outpatient": "Hospital outpatient care",
    "professional": "Clinicians", "nursing": "Nursing facilities", "home_health": "Home health", "hospice": "Hospice",
    "equipment": "Equipment and supplies", "pharmacy": "Medicines", "other": "Other",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One month: where it stands, and what it says in words."""

    x: int
    says: str


@dataclass(frozen=True)
class Bars:
    """Months as bars: complete ones filled, others only outlined, and the average of the complete ones as a line."""

    bars: tuple[Bar, ...]
    path: str
    open_path: str
    line_path: str
    width: int
    height: int
    says: str


@dataclass(frozen=True)
class Figure:
    """One figure by month, and its average over the newest twelve complete months in words."""

    title: str
    unit: str
    average: str
    bars: Bars


@dataclass(frozen=True)
class SettingRow:
    """What one setting cost for each member and month, and its part of the whole in hundredths."""

    words: str
    said: str
    part: int

    @property
    def label(self) -> str:
        return f"{self.words}: {self.part} % of what was paid"


@dataclass(frozen=True)
class MonthRow:
    """One line of the table."""

    words: str
    persons: int
    cells: tuple[str, ...]
    complete: bool
    come: str


def dollars(value: float) -> str:
    return f"${value:,.0f}"


def plain(value: float) -> str:
    return f"{value:,.0f}"


def percent(value: float | None) -> str:
    return "none left" if value is None else f"{value:.0%}"


# (title, unit, how a month has it, how it is said)
FIGURES: tuple[tuple[str, str, Callable[[PracticeMonth], float | None], Callable], ...] = (
    ("Paid by payers", "for each member and month", lambda one: one.paid_per_member, dollars),
    ("Emergency visits", "for 1,000 members and year", lambda one: one.emergency_rate, plain),
    ("Hospital stays", "for 1,000 members and year", lambda one: one.stay_rate, plain),
    ("Back within 30 days", "of those who left hospital", lambda one: one.return_share, percent),
)


def figures(months: Sequence[PracticeMonth], average: PracticeMonth | None) -> list[Figure]:
    """The four figures over the newest months."""
    shown = list(months)[-SHOWN:]
    made = []
    for title, unit, value, said in FIGURES:
        mean = value(average) if average else None
        words = said(mean) if average else "not yet"
        made.append(Figure(title, unit, words, _figure_bars(title, shown, value, said, mean)))
    return made


def _figure_bars(title: str, shown: list[PracticeMonth], value: Callable, said: Callable, mean: float | None) -> Bars:
    points = [(month_words(one.month), value(one) or 0.0, one.complete, said(value(one))) for one in shown]
    complete = sum(one.complete for one in shown)
    says = f"{title} by month, {len(shown)} months of which {complete} are complete"
    return draw(points, mean, says)


def draw(points: Sequence[tuple[str, float, bool, str]], mean: float | None, says: str, places: int = 1) -> Bars:
    """Points are (month in words, height, complete, value in words); the picture is at least so many places wide."""
    top = max([value for _, value, _, _ in points] + [mean or 0.0]) or 1.0
    bars, path, outline = [], "", ""
    for place, (month, value, complete, words) in enumerate(points):
        x, y = place * (BAR + GAP), round(HEIGHT - (HEIGHT - 2) * value / top, 1)
        bars.append(Bar(x, f"{month}: {words}" + ("" if complete else ", not complete yet")))
        if complete:
            path += f"M{x} {HEIGHT}V{y:g}h{BAR}V{HEIGHT}z"
        else:
            outline += f"M{x + 0.5:g} {HEIGHT}V{y:g}h{BAR - 1}V{HEIGHT}"
    width = max(places, len(points)) * (BAR + GAP)
    level = "" if mean is None else f"M0 {round(HEIGHT - (HEIGHT - 2) * mean / top, 1):g}H{width}"
    return Bars(tuple(bars), path, outline, level, width, HEIGHT, says)


def month_words(month: dt.date) -> str:
    return f"{month:%b %Y}"


def by_setting(average: PracticeMonth | None) -> list[SettingRow]:
    """Where the money went, the largest first; settings without any are left out."""
    if average is None or not average.member_months:
        return []
    ordered = sorted(average.by_setting.items(), key=lambda pair: -pair[1])
    return [
        SettingRow(
            SETTING_WORDS[name],
            dollars(float(amount) / average.member_months),
            round(100 * float(amount) / float(average.paid)) if average.paid else 0,
        )
        for name, amount in ordered
        if amount
    ]


def rows(months: Sequence[PracticeMonth]) -> list[MonthRow]:
    """The table, the newest month first."""
    return [
        MonthRow(
            month_words(one.month),
            one.persons,
            tuple(said(value(one)) for _, _, value, said in FIGURES),
            one.complete,
            come_words(one.completeness, one.complete),
        )
        for one in reversed(list(months)[-SHOWN:])
    ]


def come_words(share: float | None, complete: bool) -> str:
    """How much of a month's claims has come."""
    if complete:
        return "complete"
    if share is None:
        return "too early to say"
    return f"about {share:.0%} have come" if share >= 0.01 else "still coming"


def claim_bars(months: Sequence[ClaimMonth]) -> Bars:
    """A source's claims by month of care."""
    shown = list(months)[-SHOWN:]
    points = [(month_words(one.month), float(one.claims), one.complete, f"{one.claims:,} claims") for one in shown]
    return draw(points, None, f"Claims by month of care, {sum(one.claims for one in shown):,} in {len(shown)} months")


def lag_words(months: Sequence[ClaimMonth]) -> str:
    """How long claims take, by the median of the newest complete month that tells."""
    told = [one.lag_days for one in months if one.complete and one.lag_days is not None]
    return f"{told[-1]:.0f} days from care to payment at the median" if told else "how long they take is not told"
