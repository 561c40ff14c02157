"""TS, DTM, DT: times of any precision. A time without an offset is in the sender's zone."""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from bluering.intake.hl7v2.sender import Sender

FORM = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?)?)?)?)?(?:([+-])(\d\d):?(\d\d))?(?:\^.*)?"
)
ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?)?(Z|[+-]\d\d:?\d\d)?")


def moment(text: str, sender: Sender) -> str | None:
    """A FHIR dateTime of the same precision: '20240102' -> '2024-01-02', '2024010215' -> '2024-01-02T15:00:00-06:00'.

    None when the text is empty or no such time exists.
    """
    return _moment(text, sender.zone) if text else None


def day(text: str) -> str | None:
    """A FHIR date (year, month or day precision) of a time or day; None when there is none."""
    found = _moment(text, ZoneInfo("UTC")) if text else None
    return found[:10] if found else None


def instant(text: str, sender: Sender) -> dt.datetime | None:
    """An aware time; the start of the year, month or day where the text is no more precise."""
    told = moment(text, sender)
    if told is None:
        return None
    if len(told) > 10:
        return dt.datetime.fromisoformat(told)
    year, month, date = (*(int(part) for part in told.split("-")), 1, 1)[:3]
    return dt.datetime(year, month, date, tzinfo=sender.zone)


def period(start: str, end: str, sender: Sender) -> dict | None:
    """A FHIR Period; None when neither end is known."""
    told = {"start": moment(start, sender), "end": moment(end, sender)}
    return {key: value for key, value in told.items() if value} or None


@lru_cache(maxsize=20_000)
def _moment(text: str, zone: ZoneInfo) -> str | None:
    found = FORM.fullmatch(text := _compact(text))
    if not found:
        return None
    year, month, date, hour, minute, second, part = found.groups()[:7]
    try:
        told = dt.datetime(int(year), int(month or 1), int(date or 1))
        if hour is None:
            return "-".join(one for one in (year, month, date) if one) if int(year) else None
        midnight = hour == "24" and not int(minute or 0) and not int(second or 0)
        told = told.replace(
            hour=0 if midnight else int(hour), minute=int(minute or 0), second=min(int(second or 0), 59)
        )
        told += dt.timedelta(days=midnight)
        return _written(told, part, _offset(found, zone))
    except (ValueError, OverflowError):
        return None


def _compact(text: str) -> str:
    """ISO 8601, which some senders write, in HL7's form; other text as it is."""
    text = text.strip()
    if text[4:5] != "-" or not (found := ISO.fullmatch(text)):
        return text
    offset = found[7] or ""
    return "".join(part for part in found.groups()[:6] if part) + ("+0000" if offset == "Z" else offset)


def _offset(found: re.Match, zone: ZoneInfo) -> dt.tzinfo:
    sign, hours, minutes = found.groups()[7:]
    if sign is None:
        return zone
    ahead = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return dt.timezone(-ahead if sign == "-" else ahead)


def _written(told: dt.datetime, part: str | None, zone: dt.tzinfo) -> str:
    aware = told.replace(tzinfo=zone)
    if part and int(part):
        return aware.replace(microsecond=int(part[:6].ljust(6, "0"))).isoformat(timespec="milliseconds")
    return aware.isoformat(timespec="seconds")
