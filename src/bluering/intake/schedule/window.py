"""Appointments that a source no longer names were cancelled, when each of its files holds everything of its days."""

import datetime as dt
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo

from bluering.intake.reading import Resource

STANDING = ("proposed", "pending", "booked", "waitlist")


def days_of(appointments: Iterable[Resource], zone: ZoneInfo) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a file's appointments in the practice's zone; None when it has none."""
    days = [_day(one, zone) for one in appointments]
    return (min(days), max(days)) if days else None


def cancelled_since(
    previous: Iterable[Resource],
    new: Iterable[Resource],
    *,
    days: tuple[dt.date, dt.date] | None,
    zone: ZoneInfo,
    refused: Collection[str] = (),
) -> list[Resource]:
    """The appointments of `previous` that fall on these days and are not in `new`, as cancelled.

    `refused` are the ids of rows that could not be used: they stand in the file, so they are not cancelled. Where a refused row has
    no id (an empty text) nobody can tell which appointment it is, and nothing is cancelled. Kept and missed visits stay as they are.
    """
    if days is None or "" in refused:
        return []
    named = {one["id"] for one in new} | set(refused)
    gone = [one for one in previous if one["id"] not in named and one.get("status") in STANDING]
    return [_cancelled(one) for one in gone if days[0] <= _day(one, zone) <= days[1]]


def _cancelled(appointment: Resource) -> Resource:
    taking_part = [entry | {"status": "declined"} for entry in appointment.get("participant", [])]
    return appointment | {"status": "cancelled", "participant": taking_part}


def _day(appointment: Resource, zone: ZoneInfo) -> dt.date:
    return dt.datetime.fromisoformat(appointment["start"]).astimezone(zone).date()
