"""Dates and times as schedules write them: US and ISO, one order of month and day per source, the practice's zone."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})/(\d{1,2})/(\d{1,2})")
PARTED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
NAMED = re.compile(r"(?:(\d{1,2})[ \-]([A-Za-z]{3})[a-z]*|([A-Za-z]{3})[a-z]*\.? (\d{1,2}),?)[ \-,]+(\d{4}|\d{2})")
TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*(?:([AaPp])\.?(?:[Mm]\.?)?)?")
WHOLE = re.compile(r"(?P<date>.+?)(?:[T\s]+(?P<time>\d{1,2}:\d{2}.*|\d{1,2}\s*[AaPp].*|(?<=\d\s)\d{3,4}))?")
OFFSET = re.compile(r"(?P<rest>.*\d)\s*(?P<offset>Z|[+\-]\d{2}:?\d{2})$")
OLDEST_YEARS = 125
LIKE = {"mdy": "3/19/2026 or 2026-03-19", "dmy": "19/3/2026 or 2026-03-19", "ymd": "2026-03-19"}


class NotUnderstood(ValueError):
    """The message says what is wrong with the value and what would do; it does not repeat the value."""


def read_date(text: str, order: str, *, born_before: dt.date | None = None) -> dt.date:
    """A day. `order` (mdy, dmy, ymd) settles 3/4/2026; a year of two digits is of this century, or of the last one for a birth."""
    if named := NAMED.fullmatch(text):
        number = MONTHS.get((named[2] or named[3]).lower(), 0)
        return _day(named[5], number, named[1] or named[4], born_before)
    if iso := ISO.fullmatch(text):
        year, month, day = (part for part in iso.groups() if part)
        return _day(year, month, day, born_before)
    parted = PARTED.fullmatch(text)
    if not parted or order == "ymd":
        raise NotUnderstood(f"not a date; write it like {LIKE[order]}")
    month, day = (parted[1], parted[2]) if order == "mdy" else (parted[2], parted[1])
    return _day(parted[3], month, day, born_before)


def _day(year: str, month: str | int, day: str, born_before: dt.date | None) -> dt.date:
    full = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        found = dt.date(full, int(month), int(day))
        if born_before and len(year) == 2 and found > born_before:
            found = found.replace(year=full - 100)
    except ValueError:
        raise NotUnderstood(
            "no such day in the calendar, in the order of month and day chosen for this source"
        ) from None
    if born_before and not dt.timedelta() <= born_before - found < dt.timedelta(days=366 * OLDEST_YEARS):
        raise NotUnderstood(f"not a date of birth; it lies in the future or more than {OLDEST_YEARS} years back")
    return found


def read_time(text: str) -> dt.time:
    """A time of day: 14:30, 2:30 PM, 2:30p, 1430, 14:30:00."""
    if re.fullmatch(r"\d{3,4}", text):
        text = f"{text[:-2]}:{text[-2:]}"
    found = TIME.fullmatch(text)
    if not found or not (found[2] or found[4]):
        raise NotUnderstood("not a time of day; write it like 14:30 or 2:30 PM")
    hour, minute, second, half = int(found[1]), int(found[2] or 0), int(found[3] or 0), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise NotUnderstood("not a time of day; an hour with AM or PM is 1 to 12")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        raise NotUnderstood("not a time of day; hours go from 0 to 23, minutes from 0 to 59") from None


def read_moment(text: str, order: str, zone: ZoneInfo) -> tuple[dt.datetime, bool]:
    """(moment, whether its clock time came twice that night) of date and time in one cell; an offset written there counts."""
    offset = OFFSET.fullmatch(text) if ":" in text else None
    whole = WHOLE.fullmatch(offset["rest"] if offset else text)
    if not whole or not whole["time"]:
        raise NotUnderstood(
            "there is no time of day in it; write it like 3/19/2026 2:30 PM, or choose a column for the time"
        )
    day, time = read_date(whole["date"].rstrip(","), order), read_time(whole["time"].strip())
    if offset:
        shift = dt.datetime.strptime(offset["offset"], "%z").tzinfo
        return dt.datetime.combine(day, time, shift).astimezone(zone), False
    return at_clock(day, time, zone)


def at_clock(day: dt.date, time: dt.time, zone: ZoneInfo) -> tuple[dt.datetime, bool]:
    """(moment, whether the clock showed it twice) of a clock time in the practice's zone.

    The hour that the clock skips in spring does not exist and is refused; of the hour that comes twice in autumn the first is taken.
    """
    first = dt.datetime.combine(day, time, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first, False
    there_and_back = first.astimezone(dt.UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != first.replace(tzinfo=None):
        raise NotUnderstood("the clock skips this time on that day, for daylight saving begins")
    return first, True


def read_minutes(text: str) -> int:
    """A length in minutes: 20, 20 min, 0:20, 1:30."""
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", text):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif plain := re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*(?:m|min|mins|minutes)?\.?", text.lower()):
        minutes = int(plain[1])
    else:
        raise NotUnderstood("not a length in minutes; write it like 20")
    if not 1 <= minutes <= 24 * 60:
        raise NotUnderstood("not a length of an appointment; it is 1 minute to 24 hours")
    return minutes
