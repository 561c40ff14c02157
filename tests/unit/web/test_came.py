"""What came in, day by day: many small loads of one source are one row."""

import datetime as dt

import pytest
from django.utils import timezone

from bluering.intake.models import Load
from bluering.web import inbox_view

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 23, 9))


def load(number: int, source: str, hours_ago: float, new: int, *, unread: int = 0, done: bool = True) -> None:
    at = NOW - dt.timedelta(hours=hours_ago)
    said = {"loaded": {"Encounter": new}, "replaced": {"Patient": 1}, "unchanged": {}, "quarantined": unread}
    made = Load.objects.create(id=number, source=source, summary=said, finished_at=at if done else None)
    Load.objects.filter(pk=made.pk).update(started_at=at)


def shown(*words) -> list[tuple]:
    return [(one.source, one.day.day, one.loads, one.new, one.replaced) for one in inbox_view.newest(*words)]


def test_a_days_loads_of_a_source_are_one_row_with_their_sum():
    load(1, "hospital", 10, 3)
    for number, hours, source in ((2, 2, "hospital"), (3, 1.5, "lab"), (4, 1, "hospital")):
        load(number, source, hours, 5)
    assert shown(9) == [("Hospital", 23, 2, 10, 2), ("Lab", 23, 1, 5, 1), ("Hospital", 22, 1, 3, 1)]
    assert shown(1) == [("Hospital", 23, 2, 10, 2)]
    assert shown(9, "lab") == [("Lab", 23, 1, 5, 1)]


def test_what_was_not_read_and_what_is_under_way_is_not_lost_in_the_sum():
    load(1, "lab", 2, 1, unread=2)
    load(2, "lab", 1, 1, done=False)
    (row,) = inbox_view.newest(9)
    assert (row.quarantined, row.under_way, row.last) == (2, True, NOW - dt.timedelta(hours=1))
