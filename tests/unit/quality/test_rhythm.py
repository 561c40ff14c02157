"""When a source has fallen silent: small histories, and what is said of them at a moment."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bluering.quality.rhythm import silence, usual_volume

ZONE = ZoneInfo("America/Chicago")
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
# A Wednesday.
NOW = datetime(2026, 3, 18, 10, 30, tzinfo=ZONE)


def at(day: int, hour: int) -> datetime:
    """An hour of this week: day 0 is Monday."""
    return datetime(2026, 3, 16, hour, tzinfo=ZONE) + timedelta(days=day)


def every(*hours: datetime, weeks: int = 8, this_week: bool = False) -> list[datetime]:
    """These hours of each of the last weeks."""
    return sorted(hour - week * WEEK for week in range(0 if this_week else 1, weeks + 1) for hour in hours)


OFFICE = [at(day, hour) for day in range(5) for hour in range(8, 18)]
ROUND = [at(day, hour) for day in range(7) for hour in range(24)]
FRIDAYS = [at(4, 17)]

# what came in the weeks before, when it came last, now, and whether it is silent
VECTORS = [
    ("every hour, 50 min ago", ROUND, NOW - timedelta(minutes=50), NOW, False),
    ("every hour, exactly an hour and a half ago", ROUND, NOW - 1.5 * HOUR, NOW, False),
    ("every hour, 91 min ago", ROUND, NOW - timedelta(minutes=91), NOW, True),
    ("office hours, since last evening, at 8:30", OFFICE, at(1, 17) + timedelta(minutes=40), at(2, 8) + HOUR / 2, False),
    ("office hours, since last evening, at 10:30", OFFICE, at(1, 17) + timedelta(minutes=40), NOW, True),
    ("office hours, on Sunday since Friday evening", OFFICE, at(4, 17) + HOUR / 2, at(6, 12), False),
    ("office hours, on Sunday since Friday noon", OFFICE, at(4, 12), at(6, 12), True),
    ("a file each Friday, on Wednesday", FRIDAYS, at(4, 17) - WEEK, NOW, False),
    ("a file each Friday, on Saturday, none came", FRIDAYS, at(4, 17) - WEEK, at(5, 12), True),
]  # fmt: skip


@pytest.mark.parametrize(("story", "usual", "last", "now", "silent"), VECTORS, ids=[v[0] for v in VECTORS])
def test_silence_is_longer_than_the_longest_usual_at_this_moment_of_the_week(story, usual, last, now, silent):
    hours = [hour for hour in every(*usual, this_week=True) if hour <= last]
    assert silence(hours, last, now).silent is silent


def test_one_odd_week_makes_the_usual_longer():
    hours = [h for h in every(*ROUND) if not (NOW - 3 * WEEK - 5 * HOUR <= h <= NOW - 3 * WEEK)]
    assert not silence(hours, NOW - 4 * HOUR, NOW).silent
    assert silence(hours, NOW - 7 * HOUR, NOW).silent


@pytest.mark.parametrize(("weeks", "known"), [(0, False), (2, False), (3, True)])
def test_with_fewer_than_three_weeks_nothing_is_said(weeks, known):
    how = silence(every(*ROUND, weeks=weeks), NOW - timedelta(days=3), NOW)
    assert (how.usual is not None, how.silent) == (known, known)


@pytest.mark.parametrize(("minutes", "silent"), [(29, False), (30, False), (31, True)])
def test_what_somebody_set_goes_before_the_rhythm(minutes, silent):
    assert silence([], NOW - timedelta(minutes=minutes), NOW, silent_after=30).silent is silent


def test_the_usual_volume_is_the_median_of_the_same_hour():
    hour = at(2, 10)
    counts = {hour - WEEK: 10, hour - 2 * WEEK: 30, hour - 3 * WEEK: 20}
    assert usual_volume(counts, hour) == 20
    assert usual_volume({}, hour) is None
    assert usual_volume({hour - HOUR: 5}, hour) is None, "no week before is known"
