"""The demo's clock: whole days before (-) or after (+) `today`, written as FHIR dates and local moments."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Chicago")
YEARS = 3
HORIZON = -365 * YEARS


@lru_cache(maxsize=8192)
def _utc_offset(day: date) -> str:
    """The practice's offset at noon of that day; nothing in the demo happens between two and three at night."""
    text = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


class Clock:
    """Days are integers relative to `today`; `day` and `at` write them out."""

    def __init__(self, today: date):
        self.today = today
        self._days: dict[int, tuple[str, str]] = {}

    def _written(self, offset: int) -> tuple[str, str]:
        if offset not in self._days:
            day = self.today + timedelta(days=offset)
            self._days[offset] = (day.isoformat(), _utc_offset(day))
        return self._days[offset]

    def day(self, offset: int) -> str:
        return self._written(offset)[0]

    def at(self, offset: int, hour: int, minute: int = 0) -> str:
        day, zone = self._written(offset)
        return f"{day}T{hour:02d}:{minute:02d}:00{zone}"

    def weekday(self, offset: int) -> int:
        """Monday is 0."""
        return (self.today.weekday() + offset) % 7

    def opening_day(self, offset: int) -> int:
        """The same day, or the Friday before when it is a weekend."""
        return offset - max(0, self.weekday(offset) - 4)

    def next_opening_day(self, offset: int) -> int:
        """The same day, or the Monday after when it is a weekend."""
        weekday = self.weekday(offset)
        return offset + (7 - weekday if weekday > 4 else 0)

    def business_days_after(self, offset: int, count: int) -> int:
        """`count` weekdays later; holidays are left to the rules."""
        while count:
            offset += 1
            count -= self.weekday(offset) < 5
        return offset
