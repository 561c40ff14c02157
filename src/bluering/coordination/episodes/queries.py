"""Reads of episodes: a person's, a program's, and whom programs found whom nobody has considered. As many queries however many there are."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from django.db.models import Count

from bluering.access.models import User
from bluering.coordination import policies, queries
from bluering.coordination.episodes import table
from bluering.coordination.models import OPEN, STANDING, Episode, Panel, Stage
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.population.models import ProgramFinding

PERSONS_AT_ONCE = 10_000
# Whoever ended so may be found anew; anybody else was decided about.
FOUND_AGAIN = (Stage.FINISHED, Stage.LOST)


def offers(episode: Episode) -> list[table.Move]:
    """The moves that are possible now, in the order of the table."""
    return [move for move in table.TABLE if not table.obstacle(episode, move)]


def episodes_of(user: User, person_id: str) -> list[Episode]:
    """Every episode of a person that this user is shown: standing ones first, each part newest first."""
    rows = Episode.objects.filter(person_id=person_id, is_double=False).select_related("by", "previous")
    shown = (
        hidden_from(user, [person_id])
        .get(person_id, NOTHING)
        .work(list(rows.prefetch_related("history__by", "history__contact").order_by("-id")), lambda one: one.by_id)
    )
    return sorted(shown, key=lambda one: one.state not in STANDING)


def counts() -> dict[str, Counter[str]]:
    """Program → state → how many, over everybody."""
    found: dict[str, Counter[str]] = {}
    rows = Episode.objects.filter(is_double=False).values_list("program", "state").annotate(Count("id")).order_by()
    for program, state, number in rows:
        found.setdefault(program, Counter())[state] = number
    return found


def standing_in(program: str, user: User) -> list[Episode]:
    """Standing episodes of a program about whoever this user looks after or nobody holds: what wants a decision first."""
    rows = list(Episode.objects.standing().filter(program=program).select_related("by"))
    theirs = near(user, {one.person_id for one in rows})
    return sorted((one for one in rows if one.person_id in theirs), key=lambda one: (one.decide_by or date.max, one.pk))


def found_for(program: str, user: User) -> list[ProgramFinding]:
    """Whom a program's criteria name among those this user looks after or nobody holds, without whoever was decided about."""
    found = list(ProgramFinding.objects.filter(program=program, finding="enter").order_by("since", "id"))
    decided = _decided(program)
    theirs = near(user, {one.person_id for one in found} - decided)
    return [one for one in found if one.person_id in theirs]


def found_counts() -> dict[str, int]:
    """Program → how many are found whom nobody has decided about."""
    found: Counter[str] = Counter()
    rows = ProgramFinding.objects.filter(finding="enter").values_list("program", "person_id")
    decided = set(Episode.objects.exclude(state__in=FOUND_AGAIN).values_list("program", "person_id"))
    for program, person in rows:
        found[program] += (program, person) not in decided
    return found


def open_programs(person_id: str) -> set[str]:
    """The programs about which somebody has decided for this person, or is deciding."""
    return set(
        Episode.objects.filter(person_id=person_id).exclude(state__in=FOUND_AGAIN).values_list("program", flat=True)
    )


def in_programs(person_ids: Collection[str]) -> dict[str, list[Episode]]:
    """Person → their open episodes."""
    found: dict[str, list[Episode]] = {}
    for one in Episode.objects.filter(person_id__in=person_ids, state__in=OPEN, is_double=False).order_by("program"):
        found.setdefault(one.person_id, []).append(one)
    return found


def near(user: User, person_ids: set[str]) -> set[str]:
    """Of these persons, those this user looks after, and those of the practice whom nobody holds."""
    mine = set(queries.working_panel(user))
    ids = sorted(person_ids)
    held: set[str] = set()
    for start in range(0, len(ids), PERSONS_AT_ONCE):
        some = ids[start : start + PERSONS_AT_ONCE]
        held |= set(Panel.objects.filter(person_id__in=some, until=None).values_list("person_id", flat=True))
    wanted = {one for one in person_ids if one in mine or one not in held}
    return policies.reachable(user, "program.move", wanted) if wanted else set()


def _decided(program: str) -> set[str]:
    rows = Episode.objects.filter(program=program).exclude(state__in=FOUND_AGAIN)
    return set(rows.values_list("person_id", flat=True))


def left_because(program: str) -> Counter[str]:
    """Why people left this program before its end: reason → how many, over everybody."""
    rows = Episode.objects.filter(program=program, is_double=False).exclude(left_because="")
    return Counter(dict(rows.values_list("left_because").annotate(Count("id")).order_by()))
