"""The registry: everybody in a program, one row each, with how their scores went, how often they were talked with, and what is due.

Columns are those of the AIMS Center's caseload tracker. As many queries however many rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from bluering.access.models import Role, User
from bluering.coordination import policies, queries
from bluering.coordination.models import FOLLOWED, STANDING, Contact, Episode, Handoff, Kind, Panel, State
from bluering.coordination.safety import in_danger
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput
from bluering.population.models import ProgramFinding
from bluering.population.programs import Program, programs

MEASURES = ("phq9", "gad7", "a1c", "bp")
# A PHQ-9 or GAD-7 counts as old after so many days; no fall after so many weeks asks for a change. Source: AIMS Center.
# More persons do not fit on a page.
MOST = 600
OLD_DAYS, WEEKS_WITHOUT_FALL, IMPROVED_SHARE, REMISSION = 30, 10, 0.5, 5
# Scores from which somebody counts as ill at the start.
INDEX = {"phq9": 10, "gad7": 10}


class TooMany(BadInput):
    """More persons than fit on a page."""


@dataclass(frozen=True)
class Course:
    """One score or value: the first and the last; `second` is the diastolic pressure."""

    first: float
    first_on: date
    last: float
    last_on: date
    first_second: float | None = None
    last_second: float | None = None

    @property
    def fall(self) -> float | None:
        """The share by which it fell; None while there is one value only, or the first was 0."""
        if self.first_on == self.last_on or not self.first:
            return None
        return (self.first - self.last) / self.first

    @property
    def improved(self) -> bool:
        """Half of the first, or below 5: response or remission, for PHQ-9 and GAD-7."""
        fall = self.fall
        return fall is not None and (fall >= IMPROVED_SHARE or self.last < REMISSION <= self.first)


@dataclass(frozen=True)
class Row:
    """One person in one program."""

    episode: Episode
    program: Program
    holder: str
    weeks: int
    talks: int
    last_talk: date | None
    next_due: date | None
    minutes: int
    reviewed: date | None
    courses: dict[str, Course] = field(default_factory=dict)
    danger: bool = False

    @property
    def score(self) -> Course | None:
        """The score by which the program is steered: the PHQ-9, else the GAD-7."""
        return self.courses.get("phq9") or self.courses.get("gad7")

    def is_improved(self) -> bool:
        return bool(self.score and self.score.improved)

    def is_stuck(self, today: date) -> bool:
        """No fall after ten weeks, and not well."""
        one = self.score
        if one is None or self.weeks < WEEKS_WITHOUT_FALL or one.last < REMISSION:
            return False
        return one.fall is not None and one.fall <= 0

    def is_overdue(self, today: date) -> bool:
        """A talk was due."""
        return self.next_due is not None and self.next_due < today

    def is_unmeasured(self, today: date) -> bool:
        """No PHQ-9 or GAD-7 in the last 30 days, where the program is steered by one."""
        one = self.score
        return (
            self.program.by_score
            and self.episode.state in FOLLOWED
            and (one is None or (today - one.last_on).days > OLD_DAYS)
        )


def rows(user: User, program: str = "", today: date | None = None, whose: str = "") -> list[Row]:
    """Everybody who is in this program, or in any, and whom this user may decide about; of one coordinator's panel with `whose`.

    Raises TooMany where they are more than fit on a page: then a coordinator or a program is chosen first.
    """
    today = today or timezone.localdate()
    standing = (
        Episode.objects.filter(state__in=STANDING, since__isnull=False, is_double=False)
        .select_related("by")
        .order_by("since", "id")
    )
    standing = standing.filter(program=program) if program else standing
    held = Panel.objects.filter(until=None, person_id=OuterRef("person_id"))
    if whose:
        standing = standing.filter(Exists(held.filter(coordinator__username=whose)))
    elif user.role == Role.COORDINATOR:
        standing = standing.filter(Q(person_id__in=queries.working_panel(user)) | ~Exists(held))
    episodes = list(standing[: MOST + 1])
    if len(episodes) > MOST:
        raise TooMany(f"More than {MOST} persons are in a program; choose a coordinator or a program.")
    theirs = policies.reachable(user, "program.move", {one.person_id for one in episodes}) if episodes else set()
    return _rows(user, [one for one in episodes if one.person_id in theirs], today)


def rows_of(user: User, episodes: list[Episode], today: date | None = None) -> list[Row]:
    """The rows of these episodes."""
    return _rows(user, [one for one in episodes if one.since], today or timezone.localdate())


def _rows(user: User, episodes: list[Episode], today: date) -> list[Row]:
    persons, known = {one.person_id for one in episodes}, programs()
    holders, danger = queries.holders_of(persons), in_danger(persons)
    since = min((one.since for one in episodes if one.since), default=today)
    contacts, reviewed, courses = (
        _contacts(user, persons, min(since, today.replace(day=1))),
        _reviewed(persons),
        _courses(persons),
    )
    return [
        _row(
            one,
            known[one.program],
            holders,
            contacts.get(one.person_id, []),
            reviewed,
            courses,
            one.person_id in danger,
            today,
        )
        for one in episodes
        if one.program in known
    ]


def _row(one, program, holders, contacts, reviewed, courses, danger, today) -> Row:
    during = [at for at, reached, _ in contacts if reached and at >= one.since]
    last, month = max(during, default=None), today.replace(day=1)
    level = program.levels.get(one.level) or program.levels[program.first_level]
    begins = max(filter(None, (last, one.since, one.resumed_on)))
    return Row(
        episode=one, program=program, holder=holders.get(one.person_id, ""), weeks=(today - one.since).days // 7,
        talks=len(during), last_talk=last,
        next_due=begins + timedelta(days=level.contact_days) if one.state in FOLLOWED else None,
        minutes=sum(minutes for at, _, minutes in contacts if at >= month), reviewed=reviewed.get(one.person_id),
        courses=courses.get((one.person_id, one.program), {}), danger=danger,
    )  # fmt: skip


def _contacts(user: User, persons: set[str], since: date) -> dict[str, list[tuple[date, bool, int]]]:
    """Contacts since a day: day, whether a talk reached somebody, minutes."""
    hidden, zone = hidden_from(user, persons), timezone.get_current_timezone()
    keeping = {one for what in hidden.values() for one in what.staff}
    found: dict[str, list[tuple[date, bool, int]]] = defaultdict(list)
    begin = timezone.make_aware(datetime.combine(since, time()))
    told = Contact.objects.filter(person_id__in=persons, at__gte=begin)
    for person, at, reached, mode, minutes, by in told.values_list(
        "person_id", "at", "reached", "mode", "minutes", "by_id"
    ):
        if by not in keeping or by not in hidden.get(person, NOTHING).staff:
            found[person].append((at.astimezone(zone).date(), reached and mode != "mail", minutes))
    return found


def _reviewed(persons: set[str]) -> dict[str, date]:
    """Person → the day of the last case review that was more than a draft."""
    told = Handoff.objects.filter(kind=Kind.CASE_REVIEW, person_id__in=persons).exclude(
        state__in=(State.DRAFT, State.CANCELLED)
    )
    last = told.values("person_id").annotate(last=Max("opened_at")).values_list("person_id", "last")
    return {person: timezone.localdate(at) for person, at in last}


def _courses(persons: set[str]) -> dict[tuple[str, str], dict[str, Course]]:
    found: dict[tuple[str, str], dict[str, Course]] = defaultdict(dict)
    told = ProgramFinding.objects.filter(finding=ProgramFinding.Finding.COURSE, person_id__in=persons)
    for person, program, key, said in told.values_list("person_id", "program", "key", "evidence"):
        found[person, program][key] = Course(
            said["first"], date.fromisoformat(said["first_on"]), said["last"], date.fromisoformat(said["last_on"]),
            said.get("first_second"), said.get("last_second"),
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Share:
    """A count out of those it can be said of, so that nobody reads a share without its denominator."""

    words: str
    count: int
    of: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.count / self.of) if self.of else None


def shares(found: Iterable[Row], today: date) -> list[Share]:
    """What the AIMS Center asks of a registry: how many were talked with, measured, and are better, each of how many."""
    followed = [row for row in found if row.episode.state in FOLLOWED]
    scored = [row for row in followed if row.program.by_score]
    ill = [row for row in scored if row.score and row.score.first >= INDEX["phq9"] and row.weeks >= WEEKS_WITHOUT_FALL]
    return [
        Share(
            "talked with in the last 30 days",
            sum(bool(row.last_talk and (today - row.last_talk).days <= OLD_DAYS) for row in followed),
            len(followed),
        ),
        Share("with a score in the last 30 days", sum(not row.is_unmeasured(today) for row in scored), len(scored)),
        Share(
            "half the first score, or below 5, of those ill at the start and here for ten weeks",
            sum(row.is_improved() for row in ill),
            len(ill),
        ),
    ]
