"""Time that went elsewhere, as Today and its month show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bluering.coordination.models import AWAY, UNSEEN, Elsewhere
from bluering.coordination.time_elsewhere import MINUTES, Month, Spent
from bluering.web.months_view import Bars, draw

# So that five weeks are not drawn as wide as two years.
PLACES = 14


@dataclass(frozen=True)
class Tap:
    """One button: what time went to, and how much of it today."""

    kind: str
    words: str
    today: str


@dataclass(frozen=True)
class Card:
    """The card of Today."""

    away: tuple[Tap, ...]
    unseen: tuple[Tap, ...]
    minutes: tuple[int, ...]
    chosen: int
    says: str


@dataclass(frozen=True)
class Row:
    """One coordinator's month, or one kind's."""

    words: str
    cells: tuple[str, ...]


def span(minutes: int) -> str:
    """45 min, 2 h, 3 h 15."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest:02}" if rest else f"{hours:,} h"


def card(spent: Spent, chosen: int) -> Card:
    """Buttons of both groups, with what today came to."""
    away, unseen = (tuple(_tap(Elsewhere(kind), spent) for kind in kinds) for kinds in (AWAY, UNSEEN))
    told = [
        f"{span(spent.away)} lent to others" if spent.away else "",
        f"{span(spent.unseen)} that no code knows" if spent.unseen else "",
    ]
    return Card(away, unseen, MINUTES, chosen if chosen in MINUTES else 15, ", ".join(one for one in told if one))


def _tap(kind: Elsewhere, spent: Spent) -> Tap:
    minutes = spent.minutes.get(kind, 0)
    return Tap(kind.value, str(kind.label), span(minutes) if minutes else "")


def people(months: Sequence[Month]) -> list[Row]:
    """A line for each coordinator."""
    return [
        Row(one.user.name, (span(one.spent.away), span(one.spent.unseen), span(one.contacts), str(one.overdue)))
        for one in months
    ]


def kinds(months: Sequence[Month]) -> list[Row]:
    """A line for each kind that took any time, the most first."""
    summed = {kind: sum(one.spent.minutes.get(kind, 0) for one in months) for kind in Elsewhere.values}
    return [
        Row(str(Elsewhere(kind).label), (span(minutes), "lent to others" if kind in AWAY else "no code"))
        for kind, minutes in sorted(summed.items(), key=lambda one: -one[1])
        if minutes
    ]


def weeks(by_week: Sequence[tuple[date, Spent]], today: date) -> Bars:
    """Hours lent to others by week; a week that is not over is outlined."""
    points = [
        (
            f"Week of {monday.day} {monday:%b}",
            spent.away / 60,
            monday + timedelta(days=6) < today,
            f"{span(spent.away)} lent",
        )
        for monday, spent in by_week
    ]
    total = sum(spent.away for _, spent in by_week)
    return draw(points, None, f"Time lent to others by week, {span(total)} in the month", places=PLACES)
