"""Note time that went elsewhere in one tap, take it back, and see what a month came to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination.models import AWAY, UNSEEN, Contact, Elsewhere, Panel, TimeElsewhere
from bluering.errors import BadInput, Refusal
from bluering.population.models import Gap

MINUTES = (5, 15, 30, 60)
MOST_A_DAY = 24 * 60


@dataclass(frozen=True)
class Spent:
    """Minutes by kind."""

    minutes: Mapping[str, int]

    @property
    def away(self) -> int:
        """Minutes that coordination lent to others."""
        return sum(self.minutes.get(kind, 0) for kind in AWAY)

    @property
    def unseen(self) -> int:
        """Minutes of coordination that no code knows."""
        return sum(self.minutes.get(kind, 0) for kind in UNSEEN)


@dataclass(frozen=True)
class Month:
    """One coordinator's month: `contacts` are minutes with persons; `overdue` how many gaps of their panel passed their day in it."""

    user: User
    spent: Spent
    contacts: int
    overdue: int


@transaction.atomic
def spend_time(*, kind: str, minutes: int, by: User) -> TimeElsewhere:
    """Minutes of today that went elsewhere."""
    permissions.require(by, "time.log")
    if kind not in Elsewhere.values:
        raise BadInput(f"kind: unknown; use one of {', '.join(Elsewhere.values)}.")
    if minutes not in MINUTES:
        raise BadInput(f"minutes: choose one of {', '.join(map(str, MINUTES))}.")
    day = timezone.localdate()
    if sum(spent_on(by, day).minutes.values()) + minutes > MOST_A_DAY:
        raise BadInput("minutes: a day has 24 hours; take some back first.")
    row = TimeElsewhere.objects.create(user=by, day=day, kind=kind, minutes=minutes)
    audit.record(by, "time.spend", detail=f"time {row.pk}")
    return row


@transaction.atomic
def take_back_time(*, by: User) -> TimeElsewhere:
    """The newest minutes that this user noted today were not so."""
    permissions.require(by, "time.log")
    rows = _counted().select_for_update().filter(user=by, day=timezone.localdate())
    row = rows.order_by("-id").first()
    if row is None:
        raise Refusal("Nothing of today is left to take back.")
    row.taken_back_at = timezone.now()
    row.save(update_fields=["taken_back_at"])
    audit.record(by, "time.take_back", detail=f"time {row.pk}")
    return row


def _counted():
    return TimeElsewhere.objects.filter(taken_back_at=None)


def spent_on(user: User, day: date) -> Spent:
    """What one day came to."""
    rows = _counted().filter(user=user, day=day).values_list("kind").annotate(Sum("minutes"))
    return Spent(dict(rows.order_by()))


def first_of(day: date) -> date:
    """The first day of a month."""
    return day.replace(day=1)


def after(month: date) -> date:
    """The first day of the next month."""
    return first_of(month + timedelta(days=32))


def month_of(users: Iterable[User], month: date) -> list[Month]:
    """These coordinators' month, in as many queries however many they are; gaps count for who holds the person now."""
    people, end = list(users), after(month)
    spent: dict[int, dict[str, int]] = {}
    rows = (
        _counted()
        .filter(user__in=people, day__gte=month, day__lt=end)
        .values_list("user_id", "kind")
        .annotate(Sum("minutes"))
    )
    for user, kind, minutes in rows.order_by():
        spent.setdefault(user, {})[kind] = minutes
    starts, ends = (timezone.make_aware(datetime(one.year, one.month, 1)) for one in (month, end))
    talked = (
        Contact.objects.filter(by__in=people, at__gte=starts, at__lt=ends).values_list("by_id").annotate(Sum("minutes"))
    )
    contacts, overdue = dict(talked.order_by()), _overdue(people, month, min(end, timezone.localdate()))
    return [Month(one, Spent(spent.get(one.pk, {})), contacts.get(one.pk, 0), overdue.get(one.pk, 0)) for one in people]


def _overdue(users: list[User], month: date, end: date) -> dict[int, int]:
    """User → gaps of their panel whose day passed in the month before anything closed them."""
    held = dict(Panel.objects.filter(coordinator__in=users, until=None).values_list("person_id", "coordinator_id"))
    late = Gap.objects.filter(due_date__gte=month, due_date__lt=end).filter(
        Q(closed_at=None) | Q(closed_at__date__gt=F("due_date"))
    )
    found: dict[int, int] = {}
    for person in late.values_list("person_id", flat=True):
        if person in held:
            found[held[person]] = found.get(held[person], 0) + 1
    return found


def by_week(users: Iterable[User], month: date) -> list[tuple[date, Spent]]:
    """Monday → what the days of that week came to, those of this month only."""
    rows = _counted().filter(user__in=list(users), day__gte=month, day__lt=after(month))
    weeks: dict[date, dict[str, int]] = {}
    day = month - timedelta(days=month.weekday())
    while day < after(month):
        weeks[day] = {}
        day += timedelta(days=7)
    for on, kind, minutes in rows.values_list("day", "kind", "minutes"):
        week = weeks[on - timedelta(days=on.weekday())]
        week[kind] = week.get(kind, 0) + minutes
    return [(monday, Spent(minutes)) for monday, minutes in weeks.items()]


def coordinators() -> list[User]:
    """Everybody who coordinates here."""
    return list(User.objects.filter(role=Role.COORDINATOR, is_active=True).order_by("display_name", "username"))
