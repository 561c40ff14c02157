"""Tasks: opened, taken, given, done or dropped. What somebody's training does not cover is refused here, with who could.

`python -m bluering.coordination.document` draws the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bluering.access import audit, permissions, scope
from bluering.access.models import Role, User
from bluering.access.practices import every_practice
from bluering.coordination import policies, queries
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import Assessment, Contact, Panel, Task, TaskEvent, TaskState
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput, Refusal

LONGEST_TITLE, LONGEST_NOTE, LONGEST_WORDS = 200, 1000, 400
STANDING = (TaskState.OPEN, TaskState.TAKEN)


@dataclass(frozen=True)
class Move:
    """One move of a task: from which states, to which (None when it stays), and what it needs."""

    name: str
    label: str
    sources: tuple[str, ...]
    to: str | None
    needs_note: bool = False
    needs_scope: bool = False
    asks: tuple[str, ...] = ()


TABLE = (
    Move("take", "I do it", (TaskState.OPEN,), TaskState.TAKEN, needs_scope=True),
    Move("give", "Give it to", STANDING, TaskState.TAKEN, asks=("to",)),
    Move("put_back", "Put it back", (TaskState.TAKEN,), TaskState.OPEN, needs_note=True),
    Move("put_off", "Another day", STANDING, None, needs_note=True, asks=("due_date",)),
    Move("done", "Done", STANDING, TaskState.DONE, needs_scope=True),
    Move("drop", "Not needed", STANDING, TaskState.DROPPED, needs_note=True),
    Move("reopen", "Open it again", (TaskState.DONE, TaskState.DROPPED), TaskState.OPEN, needs_note=True),
)
MOVES = {move.name: move for move in TABLE}


@transaction.atomic
def open_task(
    *, person_id: str, title: str, due_date: date, by: User, act: str = "", note: str = "", owner: User | None = None,
    contact: Contact | None = None, assessment: Assessment | None = None,
) -> Task:  # fmt: skip
    """Open a task, for a colleague when `owner` names one. Raises BadInput with the field, or Refusal."""
    policies.require_about(by, "task.move", person_id)
    if act and act not in scope.acts():
        raise BadInput(f"act: unknown; use one of {', '.join(scope.acts())}.")
    made = Task(
        person_id=person_id, title=_text("title", title, LONGEST_TITLE), note=_text("note", note, LONGEST_NOTE, needed=False),
        due_date=_day(due_date), act=act, by=by, contact=contact, assessment=assessment,
    )  # fmt: skip
    if owner is not None:
        _require_fit(made, owner)
        made.owner, made.state = owner, TaskState.TAKEN
    made.save()
    _note(made, by, "open", to=owner)
    return made


def open_for_answers(*, person_id: str, title: str, act: str, due_date: date, by: User, assessment: Assessment) -> Task:
    """What a finished assessment asks of somebody trained; `by` began it, whoever answered."""
    made = Task.objects.create(
        person_id=person_id, title=title, act=act, due_date=due_date, by=by, assessment=assessment
    )
    _note(made, by, "open")
    return made


@transaction.atomic
def move_task(
    *, task: Task, move: str, by: User, note: str = "", to: User | None = None, due_date: date | None = None,
    seen: int | None = None,
) -> Task:  # fmt: skip
    """Make one move of the table. `seen` is the turn that whoever acts had before their eyes.

    Raises Refusal to whoever may not, is not trained for it, or was overtaken; NotPossibleNow; or BadInput with the field.
    """
    chosen = MOVES.get(move)
    if chosen is None:
        raise BadInput(f"move: unknown; use one of {', '.join(MOVES)}.")
    policies.require_about(by, "task.move", task.person_id)
    row = Task.objects.select_for_update().get(pk=task.pk)
    _require_seen(row, seen)
    if row.state not in chosen.sources:
        raise NotPossibleNow(f"{chosen.label}: not possible, for it is {TaskState(row.state).label.lower()}.")
    if chosen.needs_scope and row.act:
        scope.require(by, row.act)
    note = _text("note", note, LONGEST_WORDS, needed=chosen.needs_note)
    if "to" in chosen.asks:
        if to is None:
            raise BadInput("to: choose who does it.")
        _require_fit(row, to)
    if "due_date" in chosen.asks:
        row.due_date = _day(due_date)
    row.state = str(chosen.to or row.state)
    row.owner = {"take": by, "give": to, "put_back": None, "reopen": None}.get(
        move, row.owner or (by if move == "done" else None)
    )
    row.closed_at = timezone.now() if row.state not in STANDING else None
    row.turn += 1
    row.save()
    _note(row, by, move, note, to)
    return row


def _require_fit(task: Task, owner: User) -> None:
    """Nothing when this colleague may reach the person and is trained for it. Raises BadInput or Refusal."""
    if task.act and not scope.may(owner, task.act):
        raise Refusal(f"{owner.name}: {scope.refusal(task.act)}")
    if not policies.may_about(owner, "task.move", task.person_id):
        raise BadInput(f"to: {owner.name} does not look after this person; choose somebody who does.")


def fitting(task: Task) -> list[User]:
    """The colleagues to whom a task may be given, by name; as many queries however many they are, unless there are several practices."""
    team = User.objects.filter(role__in=(Role.COORDINATOR, Role.CLINICIAN), is_active=True).order_by(
        "display_name", "username"
    )
    trained = [one for one in team if not task.act or scope.may(one, task.act)]
    holder, several = queries.holder_of(task.person_id), bool(every_practice())
    covering = queries.covering(holder) if holder else set()

    def reaches(user: User) -> bool:
        covered = {holder} if holder and user.username in covering else set()
        foreign = several and bool(policies.foreign_to(user, [task.person_id]))
        return permissions.may(user, "task.move", panel_holder=holder, covered=covered, foreign=foreign)

    return [one for one in trained if reaches(one)]


def offers(task: Task, by: User) -> list[Move]:
    """The moves this user may make now."""
    trained = not task.act or scope.may(by, task.act)
    found = [move for move in TABLE if task.state in move.sources and (trained or not move.needs_scope)]
    return [move for move in found if not (move.name == "put_back" and task.owner_id != by.pk)]


def tasks_of(user: User, person_id: str) -> list[Task]:
    """Every task about a person that this user is shown: standing ones by day, then those that are over."""
    rows = _rows().filter(person_id=person_id).prefetch_related("history__by", "history__to").order_by("due_date", "id")
    hidden = hidden_from(user, [person_id]).get(person_id, NOTHING)
    return sorted(hidden.work(list(rows), lambda one: one.by_id), key=lambda one: one.state not in STANDING)


def mine(user: User) -> list[Task]:
    """What this user has taken or was given, by day."""
    return _shown(_rows().filter(owner=user, state=TaskState.TAKEN).order_by("due_date", "id"), user)


def nobodys(user: User) -> list[Task]:
    """What nobody has, about whoever this user looks after; and what asks for a training that the person's coordinator lacks.

    As many queries however many there are.
    """
    panel = set(queries.working_panel(user))
    held = Panel.objects.filter(person_id=OuterRef("person_id"), until=None)
    near_them = Q(person_id__in=panel) | ~Q(act="") | ~Exists(held)
    rows = list(_rows().filter(near_them, state=TaskState.OPEN).order_by("due_date", "id"))
    if not rows:
        return []
    persons = {one.person_id for one in rows}
    reachable = policies.reachable(user, "task.move", persons)
    holders = _holders(persons)
    near = [
        one
        for one in rows
        if one.person_id in reachable
        and (one.person_id in panel or one.person_id not in holders or _beyond(one, holders[one.person_id], user))
    ]
    return _shown(near, user)


def _beyond(task: Task, holder: User, user: User) -> bool:
    """Whether a task is not in the scope of whoever holds the person, and is in this user's."""
    return bool(task.act) and not scope.may(holder, task.act) and scope.may(user, task.act)


def _holders(persons: Iterable[str]) -> dict[str, User]:
    names = queries.holders_of(list(persons))
    users = {one.username: one for one in User.objects.filter(username__in=set(names.values()))}
    return {person: users[name] for person, name in names.items() if name in users}


def _rows() -> QuerySet[Task]:
    return Task.objects.select_related("owner", "by")


def _shown(rows: Iterable[Task], user: User) -> list[Task]:
    tasks = list(rows)
    if not tasks:
        return tasks
    hidden = hidden_from(user, {one.person_id for one in tasks})
    return [
        one for one in tasks if one.by_id not in hidden.get(one.person_id, NOTHING).staff or one.owner_id == user.pk
    ]


def done_lately(user: User, since: date) -> list[Task]:
    """What this user finished since a day, the newest first."""
    ended = Q(state__in=(TaskState.DONE, TaskState.DROPPED))
    return _shown(_rows().filter(ended, owner=user, closed_at__date__gte=since).order_by("-closed_at"), user)


def _require_seen(row: Task, seen: int | None) -> None:
    if seen is None or seen == row.turn:
        return
    last = row.history.select_related("by").last()
    raise Refusal(
        f"Changed meanwhile by {last.by.name if last else 'a colleague'}: {what_words(last)}. Look at it as it is now."
    )


def what_words(event: Any) -> str:
    """What an event did, in a few words."""
    if event is None:
        return "changed"
    label = MOVES[event.what].label if event.what in MOVES else "Opened"
    said = f"{label} {event.to.name}" if event.what == "give" and event.to else label
    return f"{said}: {event.note}" if event.note else said


def _note(row: Task, by: User, what: str, note: str = "", to: User | None = None) -> None:
    TaskEvent.objects.create(task=row, by=by, what=what, note=note, to=to)
    audit.record(by, f"task.{what}", row.person_id, f"task {row.pk}")


def _day(day: date | None) -> date:
    if day is None:
        raise BadInput("due_date: choose the day by which it is done.")
    return day


def _text(name: str, words: str, longest: int, *, needed: bool = True) -> str:
    words = " ".join(words.split())
    if (needed and not words) or len(words) > longest:
        raise BadInput(f"{name}: write it in a sentence, at most {longest} characters.")
    return words


def may_some(user: User) -> bool:
    """Whether tasks are anything for this user."""
    return permissions.may_for_some(user, "task.move")
