"""Time that went elsewhere: noted in one tap, taken back, and a month's picture beside what passed its day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination.models import Contact, TimeElsewhere
from bluering.coordination.time_elsewhere import (
    after,
    by_week,
    first_of,
    month_of,
    spend_time,
    spent_on,
    take_back_time,
)
from bluering.errors import BadInput, Refusal
from bluering.population.models import Gap


def test_taps_of_a_day_add_up_by_kind(ana, ben):
    for kind, minutes in (("rooming", 15), ("rooming", 30), ("listening", 5)):
        spend_time(kind=kind, minutes=minutes, by=ana)
    spent = spent_on(ana, timezone.localdate())
    assert (spent.minutes, spent.away, spent.unseen) == ({"rooming": 45, "listening": 5}, 45, 5)
    assert spent_on(ben, timezone.localdate()).minutes == {}


def test_the_newest_is_taken_back_first_and_the_rows_stay(ana):
    for minutes in (15, 60):
        spend_time(kind="phones", minutes=minutes, by=ana)
    take_back_time(by=ana)
    assert spent_on(ana, timezone.localdate()).minutes == {"phones": 15}
    take_back_time(by=ana)
    with pytest.raises(Refusal, match="Nothing of today"):
        take_back_time(by=ana)
    assert TimeElsewhere.objects.count() == 2


def test_yesterdays_minutes_are_not_taken_back(ana):
    row = spend_time(kind="phones", minutes=15, by=ana)
    TimeElsewhere.objects.filter(pk=row.pk).update(day=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refusal):
        take_back_time(by=ana)


@pytest.mark.parametrize(("kind", "minutes", "says"), [("napping", 15, "kind: unknown"), ("phones", 7, "minutes: choose"), ("phones", 0, "minutes: choose")])  # fmt: skip
def test_what_is_not_offered_is_refused(ana, kind, minutes, says):
    with pytest.raises(BadInput, match=says):
        spend_time(kind=kind, minutes=minutes, by=ana)


def test_a_day_has_24_hours(ana):
    for _ in range(24):
        spend_time(kind="other", minutes=60, by=ana)
    with pytest.raises(BadInput, match="24 hours"):
        spend_time(kind="other", minutes=5, by=ana)


@pytest.mark.parametrize("who", ["cleo", "wen", "dr"])
def test_nobody_else_notes_time(db, who, request):
    wrong = request.getfixturevalue(who)
    with pytest.raises(Refusal):
        spend_time(kind="phones", minutes=15, by=wrong)
    with pytest.raises(Refusal):
        take_back_time(by=wrong)


def test_each_tap_is_audited(ana):
    row = spend_time(kind="phones", minutes=15, by=ana)
    take_back_time(by=ana)
    assert list(AuditEvent.objects.order_by("id").values_list("action", "detail")) == [
        ("time.spend", f"time {row.pk}"),
        ("time.take_back", f"time {row.pk}"),
    ]


@pytest.mark.parametrize(
    ("day", "first", "following"),
    [(date(2026, 1, 31), date(2026, 1, 1), date(2026, 2, 1)), (date(2026, 2, 1), date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1))],
)  # fmt: skip
def test_months_begin_and_end(day, first, following):
    assert first_of(day) == first and after(first) == following


def noted(user, day: date, minutes: int = 30, kind: str = "phones") -> None:
    TimeElsewhere.objects.create(user=user, day=day, kind=kind, minutes=minutes)


def test_a_month_is_its_days_and_nobody_elses(ana, ben):
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)):
        noted(ana, day)
    noted(ben, date(2026, 10, 5), 60, "calling")
    mine, theirs = month_of([ana, ben], date(2026, 10, 1))
    assert (mine.spent.away, mine.spent.unseen, theirs.spent.away, theirs.spent.unseen) == (60, 0, 0, 60)


def test_beside_it_stand_contacts_and_what_passed_its_day(ana, person_id):
    for day, minutes in ((3, 12), (30, 8)):
        Contact.objects.create(person_id=person_id, by=ana, at=datetime(2026, 10, day, 15, tzinfo=UTC), mode="phone", whom="person", reached=True, purpose="x", minutes=minutes)  # fmt: skip
    opened = datetime(2026, 10, 1, tzinfo=UTC)
    for key, due, closed in (("late", 10, None), ("closed late", 10, 12), ("in time", 10, 9), ("on its day", 10, 10)):
        Gap.objects.create(person_id=person_id, rule="r", key=key, due_date=date(2026, 10, due), opened_at=opened, closed_at=closed and datetime(2026, 10, closed, 17, tzinfo=UTC))  # fmt: skip
    Gap.objects.create(person_id="somebody-else", rule="r", key="x", due_date=date(2026, 10, 10), opened_at=opened)
    (month,) = month_of([ana], date(2026, 10, 1))
    assert (month.contacts, month.overdue) == (20, 2)


def test_weeks_begin_on_monday_and_hold_only_days_of_the_month(ana):
    noted(ana, date(2026, 9, 30))
    noted(ana, date(2026, 10, 1))
    noted(ana, date(2026, 10, 12))
    weeks = by_week([ana], date(2026, 10, 1))
    assert [(monday.isoformat(), spent.away) for monday, spent in weeks] == [
        ("2026-09-28", 30), ("2026-10-05", 0), ("2026-10-12", 30), ("2026-10-19", 0), ("2026-10-26", 0),
    ]  # fmt: skip
