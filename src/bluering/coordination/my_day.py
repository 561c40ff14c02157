"""My day (R14): what fits into the minutes somebody really has, in order and with reasons; what is safe to wait; what was knowingly left.

One item is one person, for one call settles several things. Who is first: safety; what is critical, or has a deadline by tomorrow; what is
late or due today, and those who come in today; then by how late (two weeks or more count alike), and by need. What is not due yet, and not
critical, is safe to wait until its day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.coordination import flags, policies, queries, safety, tasks
from bluering.coordination.models import Contact, DayPlan, LeftUndone
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput
from bluering.population import queries as population
from bluering.population.parameters import parameters
from bluering.population.rules import load_rules
from bluering.record.models import Visit

USUAL_MINUTES, MOST_MINUTES, LONGEST = 240, 900, 200
AHEAD, DEADLINE = timedelta(days=7), timedelta(days=1)
LATE_ENOUGH = 14
SAFETY, GRAVE, TODAY, SOON, LATER = range(5)
NEED = {"extensive": 3, "moderate": 2, "minimal": 1}


@dataclass(frozen=True)
class Thing:
    """One thing to do about a person: what, by when, how grave (SAFETY first), how many minutes."""

    kind: str
    id: int
    words: str
    rank: int
    due: date | None
    minutes: int


@dataclass(frozen=True)
class Item:
    """One person and everything that is to be done about them, the gravest first; `why` says why they stand where they stand."""

    person_id: str
    things: list[Thing]
    minutes: int
    rank: int
    late: int
    need: int
    why: list[str]

    @property
    def first(self) -> Thing:
        return self.things[0]

    @property
    def waits_until(self) -> date | None:
        return min((one.due for one in self.things if one.due), default=None)


@dataclass(frozen=True)
class Day:
    """The day in four parts. `left_minutes` are what is still there of the minutes that were said."""

    plan: DayPlan | None
    left_minutes: int
    fits: list[Item] = field(default_factory=list)
    too_much: list[Item] = field(default_factory=list)
    waits: list[Item] = field(default_factory=list)
    left: list[LeftUndone] = field(default_factory=list)


def my_day(user: User, today: date | None = None) -> Day:
    """The day of this user as it stands now; as many queries however many persons."""
    permissions.require(user, "day.plan")
    today = today or timezone.localdate()
    plan = DayPlan.objects.filter(user=user, day=today).first()
    left = list(LeftUndone.objects.filter(user=user, day=today, taken_back_at=None).order_by("id"))
    gone = {one.person_id for one in left}
    items = in_order([one for one in items_of(user, today) if one.person_id not in gone], plan.order if plan else [])
    minutes = minutes_left(plan) if plan else USUAL_MINUTES
    chosen = set(plan.order) if plan else set()
    pressing = [one for one in items if one.rank < SOON or one.person_id in chosen]
    fits, spent = [], 0
    for one in pressing:
        if one.rank == SAFETY or spent + one.minutes <= minutes:
            fits.append(one)
            spent += one.minutes
    too_much = [one for one in pressing if one not in fits]
    return Day(plan, minutes, fits, too_much, [one for one in items if one not in pressing], left)


def minutes_left(plan: DayPlan) -> int:
    """What was available, less the contacts logged since it was said."""
    spent = Contact.objects.filter(by=plan.user, at__gte=plan.set_at).aggregate(sum=Sum("minutes"))["sum"] or 0
    return max(0, plan.minutes - spent)


def items_of(user: User, today: date) -> list[Item]:
    """Everything to be done about whoever this user looks after, by person."""
    panel = set(queries.working_panel(user))
    things: dict[str, list[Thing]] = defaultdict(list)
    usual = {name: int(value) for name, value in parameters("coordination", "my_day").items()}
    danger = safety.in_danger(panel)
    for concern in safety.waiting_for(user):
        if concern.person_id in panel and concern.taken_by_id in (None, user.pk):
            things[concern.person_id].append(
                Thing("concern", concern.pk, "Safety first", SAFETY, today, usual["concern"])
            )
    for person, one in [
        *_gaps(user, panel - danger, today, usual),
        *_tasks(user, panel - danger, today, usual),
        *_flags(user, panel - danger, today, usual),
    ]:
        things[person].append(one)
    coming, needs = _coming(set(things), today), population.need_of(things)
    return [
        _item(person, found, coming.get(person), needs.get(person), today, usual["further"])
        for person, found in things.items()
    ]


def _item(person: str, found: list[Thing], coming: Any, need: Any, today: date, further: int) -> Item:
    ordered = sorted(found, key=lambda one: (one.rank, one.due or date.max, one.id))
    rank = min(ordered[0].rank, TODAY) if coming else ordered[0].rank
    late = max(((today - one.due).days for one in ordered if one.due), default=0)
    level = NEED.get(getattr(need, "level", ""), 0)
    why = [ordered[0].words]
    if ordered[0].rank == GRAVE:
        why.append("critical" if ordered[0].due is None or ordered[0].due <= today else "the deadline is near")
    if late > 0:
        why.append(f"{late} day{'' if late == 1 else 's'} late")
    elif ordered[0].due == today:
        why.append("due today")
    if coming:
        why.append(f"comes in today at {timezone.localtime(coming):%-H:%M}")
    if level == NEED["extensive"]:
        why.append("extensive need")
    if len(ordered) > 1:
        why.append(f"{len(ordered)} things in one")
    minutes = max(one.minutes for one in ordered) + further * (len(ordered) - 1)
    return Item(person, ordered, minutes, rank, max(late, 0), level, why)


def _rank(severity: str, due: date | None, today: date, *, hard: bool = False) -> int:
    pressing = due is not None and due <= today
    if severity == "critical" or (hard and due is not None and due <= today + DEADLINE):
        return GRAVE
    return TODAY if pressing else SOON if due and due <= today + AHEAD else LATER


def _gaps(user: User, persons: set[str], today: date, usual: Mapping[str, int]) -> Iterable[tuple[str, Thing]]:
    rules = {rule.id: rule for rule in load_rules("gap")}
    hidden = hidden_from(user, persons)
    for gap in population.open_gaps(persons):
        if not hidden.get(gap.person_id, NOTHING).gap(gap):
            rule = rules.get(gap.rule)
            minutes = usual.get(rule.action.verb if rule and rule.action else "", usual["task"])
            rank = _rank(gap.severity, gap.due_date, today, hard=bool(rule and rule.hard))
            yield gap.person_id, Thing("gap", gap.pk, gap.title, rank, gap.due_date, minutes)


def _tasks(user: User, persons: set[str], today: date, usual: Mapping[str, int]) -> Iterable[tuple[str, Thing]]:
    for task in [*tasks.mine(user), *tasks.nobodys(user)]:
        if task.person_id in persons and task.due_date <= today + AHEAD:
            yield (
                task.person_id,
                Thing("task", task.pk, task.title, _rank("", task.due_date, today), task.due_date, usual["task"]),
            )


def _flags(user: User, persons: set[str], today: date, usual: Mapping[str, int]) -> Iterable[tuple[str, Thing]]:
    for flag in flags.to_answer(user):
        if flag.person_id in persons:
            severity = "critical" if flag.urgency == "today" else ""
            yield (
                flag.person_id,
                Thing("flag", flag.pk, flag.why, _rank(severity, flag.due_date, today), flag.due_date, usual["flag"]),
            )


def _coming(persons: set[str], today: date) -> dict[str, Any]:
    rows = Visit.objects.filter(person_id__in=persons, start__date=today).order_by("-start")
    return dict(rows.values_list("person_id", "start"))


def in_order(items: list[Item], chosen: list[str]) -> list[Item]:
    """Safety first, always; then the persons chosen by hand in their order; then by gravity, lateness and need."""
    places = {person: number for number, person in enumerate(chosen)}
    return sorted(
        items,
        key=lambda one: (
            one.rank != SAFETY, places.get(one.person_id, len(places)), one.rank, -min(one.late, LATE_ENOUGH), -one.need, one.minutes, one.person_id,
        ),
    )  # fmt: skip


@transaction.atomic
def set_minutes(*, by: User, minutes: int) -> DayPlan:
    """Say how many minutes there are from now on."""
    permissions.require(by, "day.plan")
    if not 0 < minutes <= MOST_MINUTES:
        raise BadInput(f"minutes: write a number from 1 to {MOST_MINUTES}.")
    plan, _ = DayPlan.objects.update_or_create(
        user=by, day=timezone.localdate(), defaults={"minutes": minutes, "set_at": timezone.now()}
    )
    return plan


@transaction.atomic
def put_before(*, by: User, person_id: str, before: str = "") -> DayPlan:
    """Put somebody before somebody else of the list, or at its end. What stood above keeps its order from now on."""
    policies.require_about(by, "contact.log", person_id)
    permissions.require(by, "day.plan")
    day = timezone.localdate()
    plan, _ = DayPlan.objects.select_for_update().get_or_create(user=by, day=day, defaults={"minutes": USUAL_MINUTES})
    shown = my_day(by, day)
    listed = [one.person_id for one in [*shown.fits, *shown.too_much]]
    others = [one for one in listed if one != person_id]
    place = others.index(before) if before in others else len(others)
    ordered = [*others[:place], person_id, *others[place:]]
    last = max(ordered.index(person_id), max((ordered.index(one) for one in plan.order if one in ordered), default=0))
    plan.order = ordered[: last + 1]
    plan.save(update_fields=["order"])
    return plan


@transaction.atomic
def leave(*, by: User, person_id: str, why: str) -> LeftUndone:
    """Say that this is knowingly not done today, and why. Safety is never left."""
    policies.require_about(by, "contact.log", person_id)
    permissions.require(by, "day.plan")
    why, day = " ".join(why.split()), timezone.localdate()
    if not why or len(why) > LONGEST:
        raise BadInput(f"why: say why in a few words, at most {LONGEST} characters.")
    item = next((one for one in items_of(by, day) if one.person_id == person_id), None)
    if item is None:
        raise BadInput("person: nothing is to be done about them any more; reload the page.")
    if item.rank == SAFETY:
        raise BadInput("person: a concern for safety is not left; take it on, or ask who can.")
    made, _ = LeftUndone.objects.get_or_create(
        user=by, day=day, person_id=person_id, taken_back_at=None, defaults={"what": item.first.words[:300], "why": why}
    )
    audit.record(by, "day.leave", person_id, f"left {made.pk}")
    return made


@transaction.atomic
def take_up(*, by: User, person_id: str) -> None:
    """It is done today after all."""
    permissions.require(by, "day.plan")
    rows = LeftUndone.objects.filter(user=by, day=timezone.localdate(), person_id=person_id, taken_back_at=None)
    if rows.update(taken_back_at=timezone.now()):
        audit.record(by, "day.take_up", person_id)


def left_lately(user: User, since: date) -> list[LeftUndone]:
    """What was knowingly left since a day, the newest first."""
    return list(LeftUndone.objects.filter(user=user, day__gte=since, taken_back_at=None).order_by("-day", "-id"))
