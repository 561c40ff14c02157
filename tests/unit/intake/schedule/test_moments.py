"""Dates and times of schedules, with the edges of calendars and clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bluering.intake.schedule.moments import NotUnderstood, at_clock, read_date, read_minutes, read_moment, read_time

CHICAGO = ZoneInfo("America/Chicago")
TODAY = dt.date(2026, 3, 19)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [("3/4/2026", "mdy", (2026, 3, 4)), ("3/4/2026", "dmy", (2026, 4, 3)), ("03-04-26", "mdy", (2026, 3, 4)),
     ("2026-03-04", "mdy", (2026, 3, 4)), ("20260304", "dmy", (2026, 3, 4)), ("2026/3/4", "dmy", (2026, 3, 4)),
     ("Mar 4, 2026", "dmy", (2026, 3, 4)), ("04-Mar-2026", "mdy", (2026, 3, 4)), ("4 March 2026", "ymd", (2026, 3, 4)),
     ("29.2.2028", "dmy", (2028, 2, 29))],
)  # fmt: skip
def test_a_date(text, order, day):
    assert read_date(text, order) == dt.date(*day)


@pytest.mark.parametrize(
    ("text", "order"),
    [("13/4/2026", "mdy"), ("3/4/2026", "ymd"), ("2026-02-30", "mdy"), ("soon", "mdy"), ("4 Foo 2026", "mdy")],
)
def test_no_date(text, order):
    with pytest.raises(NotUnderstood) as fault:
        read_date(text, order)
    assert text not in str(fault.value)


@pytest.mark.parametrize(("text", "year"), [("3/9/51", 1951), ("3/9/25", 2025), ("3/20/26", 1926)])
def test_a_birth_with_two_digits_lies_in_the_past(text, year):
    assert read_date(text, "mdy", born_before=TODAY).year == year


@pytest.mark.parametrize("text", ["3/20/2026", "1/1/1900"])
def test_a_birth_in_the_future_or_long_ago_is_refused(text):
    with pytest.raises(NotUnderstood, match="not a date of birth"):
        read_date(text, "mdy", born_before=TODAY)


@pytest.mark.parametrize(
    ("text", "time"),
    [("14:30", (14, 30)), ("2:30 PM", (14, 30)), ("2:30p", (14, 30)), ("2 pm", (14, 0)), ("12:05 AM", (0, 5)),
     ("12:05 p.m.", (12, 5)), ("0905", (9, 5)), ("905", (9, 5)), ("09:05:00", (9, 5))],
)  # fmt: skip
def test_a_time(text, time):
    assert read_time(text) == dt.time(*time)


@pytest.mark.parametrize("text", ["9", "25:00", "13:00 PM", "0:30 AM", "noon", "9:60"])
def test_no_time(text):
    with pytest.raises(NotUnderstood):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [("3/19/2026 2:30 PM", "2026-03-19T19:30"), ("2026-03-19T14:30:00", "2026-03-19T19:30"),
     ("2026-03-19 14:30:00-0400", "2026-03-19T18:30"), ("2026-03-19T14:30:00Z", "2026-03-19T14:30"),
     ("1/19/2026, 8:00 AM", "2026-01-19T14:00"), ("Mar 19, 2026 8:00 AM", "2026-03-19T13:00")],
)  # fmt: skip
def test_date_and_time_in_one_cell(text, utc):
    moment, _ = read_moment(text, "mdy", CHICAGO)
    assert moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M") == utc


def test_a_date_without_a_time_says_what_is_missing():
    with pytest.raises(NotUnderstood, match="no time of day"):
        read_moment("3/19/2026", "mdy", CHICAGO)


def test_the_hour_that_the_clock_skips_is_refused():
    with pytest.raises(NotUnderstood, match="daylight saving begins"):
        at_clock(dt.date(2026, 3, 8), dt.time(2, 30), CHICAGO)


def test_of_the_hour_that_comes_twice_the_first_is_taken_and_said():
    moment, twice = at_clock(dt.date(2026, 11, 1), dt.time(1, 30), CHICAGO)
    assert twice and moment.astimezone(dt.UTC).hour == 6
    assert not at_clock(dt.date(2026, 11, 1), dt.time(2, 30), CHICAGO)[1]


@pytest.mark.parametrize(("text", "minutes"), [("20", 20), ("20 min", 20), ("0:45", 45), ("1:30", 90), ("30.0", 30)])
def test_a_length(text, minutes):
    assert read_minutes(text) == minutes


@pytest.mark.parametrize("text", ["0", "25:00", "-5", "long"])
def test_no_length(text):
    with pytest.raises(NotUnderstood):
        read_minutes(text)
