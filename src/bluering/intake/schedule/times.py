"""When a row's appointment begins and ends, in UTC: lengths are added and compared there, for a zone's clock cannot be reckoned with."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bluering.intake.schedule import moments
from bluering.intake.schedule.cells import Cells

LONGEST = dt.timedelta(hours=24)
MIDNIGHT_OF_A_SPREADSHEET = re.compile(r"(?<=\d)(?:\s+|T)\d{1,2}:\d{2}.*$")


def start_and_end(cells: Cells, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime] | None:
    """(start, end); None, with a fault, when they cannot be told. Without an end or a length the mapping's usual length counts."""
    start = _start(cells, zone)
    if start is None:
        return None
    minutes = cells.value("minutes", moments.read_minutes) or cells.mapping.usual_minutes
    end = cells.value("end", lambda text: _end(text, start, cells, zone)) or start + dt.timedelta(minutes=minutes)
    if not start < end <= start + LONGEST:
        cells.faults.append("End: it does not lie within 24 hours after the start")
        return None
    return start, end


def _start(cells: Cells, zone: ZoneInfo) -> dt.datetime | None:
    before = len(cells.faults)
    told = _told(cells, zone)
    if told is None:
        if len(cells.faults) == before:
            cells.faults.append("Start: the day or the time is missing")
        return None
    if told[1]:
        cells.remarks.append("the clock shows this start twice on that night; the first is taken")
    return told[0].astimezone(dt.UTC)


def _told(cells: Cells, zone: ZoneInfo) -> tuple[dt.datetime, bool] | None:
    """The start from one column or from two, and whether its clock time came twice."""
    order = cells.mapping.date_format
    if "start" in cells.mapping.columns:
        return cells.value("start", lambda text: moments.read_moment(text, order, zone))
    day = cells.value("start_date", lambda text: moments.read_date(MIDNIGHT_OF_A_SPREADSHEET.sub("", text), order))
    time = cells.value("start_time", moments.read_time)
    if day is None or time is None:
        return None
    return cells.value("start_time", lambda _: moments.at_clock(day, time, zone))


def _end(text: str, start: dt.datetime, cells: Cells, zone: ZoneInfo) -> dt.datetime:
    """An end is a time on the day of the start, or says its own day."""
    try:
        time = moments.read_time(text)
    except moments.NotUnderstood:
        return moments.read_moment(text, cells.mapping.date_format, zone)[0].astimezone(dt.UTC)
    return moments.at_clock(start.astimezone(zone).date(), time, zone)[0].astimezone(dt.UTC)
