"""What has changed since a page was made: for pages that bring themselves up to date.

A stamp holds the newest number of each kind of row that pages show. Asking whether anything at all changed is one read of
the largest numbers; only when something did, a second look asks whether it concerns this user.
"""

from collections.abc import Callable, Collection
from dataclasses import astuple, dataclass, fields
from datetime import timedelta

from django.db import connection as database
from django.db.models import Min, Model, Q

from bluering.access import permissions
from bluering.access.models import Role, User
from bluering.coordination import policies
from bluering.coordination import queries as coordination
from bluering.coordination.models import (
    ConcernEvent,
    Contact,
    EpisodeEvent,
    Flag,
    FlagEvent,
    Handoff,
    HandoffEvent,
    Panel,
    TaskEvent,
)
from bluering.errors import BadInput
from bluering.intake.inbox import queries as inbox
from bluering.intake.models import InboxEvent, Load, Quarantine
from bluering.population.models import GapEvent
from bluering.quality.models import DataGapEvent
from bluering.record.models import Chart, Visit
from bluering.web.panel_view import booked_names

MOST = 2_000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Stamp:
    """The newest of each: turn of a gap, move of a handoff, contact, panel row, piece put aside, act in the Inbox, turn of a data gap, turn of a flag, turn of an episode, turn of a concern, turn of a task, finished load.

    0 where there is none.
    """

    gap: int
    handoff: int
    contact: int
    panel: int
    piece: int
    inbox: int
    data: int
    flag: int
    episode: int
    concern: int
    task: int
    load: int

    def __str__(self) -> str:
        return ".".join(map(str, astuple(self)))


def _table(model: type[Model]) -> str:
    return model._meta.db_table


NEWEST = "SELECT {}".format(
    ", ".join(
        [
            f"(SELECT max(id) FROM {_table(model)})"
            for model in (
                GapEvent,
                HandoffEvent,
                Contact,
                Panel,
                Quarantine,
                InboxEvent,
                DataGapEvent,
                FlagEvent,
                EpisodeEvent,
                ConcernEvent,
                TaskEvent,
            )
        ]
        + [f"(SELECT id FROM {_table(Load)} WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1)"]
    )
)


def newest() -> Stamp:
    """The stamp of this moment, in one query."""
    with database.cursor() as cursor:
        cursor.execute(NEWEST)
        return Stamp(*(number or 0 for number in cursor.fetchone()))


def read_stamp(text: str) -> Stamp:
    """A stamp as a page carries it. Raises BadInput."""
    parts = text.split(".")
    if len(parts) != len(fields(Stamp)) or not all(part.isdecimal() and len(part) < 19 for part in parts):
        raise BadInput("since: this is no stamp of a page. Reload the page.")
    return Stamp(*map(int, parts))


def count_news(user: User, since: Stamp, now: Stamp, about: str = "") -> int:
    """How many changes after `since` concern this user; `about` is a person, whom the user must reach, or one of PLACES.

    After a run over the whole practice there may be more than MOST changes; then those looked at stand for all.
    """
    if about in PLACES:
        action, count_there = PLACES[about]
        return count_there(since) if permissions.may(user, action) else 0
    changed = _turns(since)
    loads = Load.objects.filter(id__gt=since.load, id__lte=now.load).aggregate(first=Min("started_at"))
    mine = policies.reachable(user, "person.read", [about]) if about else _concerned(user, set(changed))
    count = sum(person in mine for person in changed)
    if loads["first"] is not None:
        told = {about} & mine if about else set(_looked_after(user))
        count += _told(told, since, loads["first"] - SECOND)
    return count


def _turns(since: Stamp) -> list[str]:
    """The person of each change of gaps, handoffs, contacts, panels, flags, episodes, concerns and tasks."""
    return [
        *GapEvent.objects.filter(id__gt=since.gap).values_list("gap__person_id", flat=True)[:MOST],
        *HandoffEvent.objects.filter(id__gt=since.handoff).values_list("handoff__person_id", flat=True)[:MOST],
        *Contact.objects.filter(id__gt=since.contact).values_list("person_id", flat=True)[:MOST],
        *Panel.objects.filter(id__gt=since.panel).values_list("person_id", flat=True)[:MOST],
        *FlagEvent.objects.filter(id__gt=since.flag).values_list("flag__person_id", flat=True)[:MOST],
        *ConcernEvent.objects.filter(id__gt=since.concern).values_list("concern__person_id", flat=True)[:MOST],
        *TaskEvent.objects.filter(id__gt=since.task).values_list("task__person_id", flat=True)[:MOST],
        *EpisodeEvent.objects.filter(id__gt=since.episode).values_list("episode__person_id", flat=True)[:MOST],
    ]


def _concerned(user: User, persons: Collection[str]) -> set[str]:
    """Of these persons, those on this user's pages: looked after, coming in, or with a handoff or a flag of the user's."""
    if not persons:
        return set()
    side = Q(owner=user) | Q(receiver_user=user)
    handed = Handoff.objects.filter(side, person_id__in=persons).values_list("person_id", flat=True)
    raised = Flag.objects.filter(raised_by=user, person_id__in=persons).values_list("person_id", flat=True)
    return set(_looked_after(user, persons)) | set(handed) | set(raised)


def _looked_after(user: User, among: Collection[str] | None = None) -> Collection[str]:
    """A coordinator's persons and those covered; for a clinician those with a visit booked around today."""
    if user.role == Role.COORDINATOR:
        held = set(coordination.working_panel(user))
        return held if among is None else held.intersection(among)
    if user.role != Role.CLINICIAN:
        return ()
    visits = Visit.objects.filter(practitioner__in=booked_names(user))
    if among is not None:
        visits = visits.filter(person_id__in=among)
    return set(visits.values_list("person_id", flat=True))


def _told(persons: Collection[str], since: Stamp, started) -> int:
    """Of how many of these persons loads have brought facts: their charts were forgotten or taken further since."""
    news = Q(needs__gt=since.load) | Q(built_at__gte=started)
    return Chart.objects.filter(news, person_id__in=persons).count() if persons else 0


def _in_the_inbox(since: Stamp) -> int:
    """Pieces and messages put aside since, and acts on items."""
    pieces = Quarantine.objects.filter(id__gt=since.piece)[:MOST].count()
    acts = InboxEvent.objects.filter(id__gt=since.inbox)[:MOST].count()
    return pieces + acts + inbox.rows("message").filter(load_id__gt=since.load)[:MOST].count()


def _of_data(since: Stamp) -> int:
    """Turns of data gaps, what the Inbox hears of, and loads that have finished since."""
    turns = DataGapEvent.objects.filter(id__gt=since.data)[:MOST].count()
    loads = Load.objects.filter(id__gt=since.load).exclude(finished_at=None)[:MOST].count()
    return turns + loads + _in_the_inbox(since)


# Pages that watch no person: what it takes to see them, and how much is new there.
PLACES: dict[str, tuple[str, Callable[[Stamp], int]]] = {
    "inbox": ("intake.read", _in_the_inbox),
    "data": ("sources.read", _of_data),
}
