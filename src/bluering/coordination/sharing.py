"""What one practice knows of a person and others of the installation are not shown, because the person or the practice says so.

Facts of systems that are no practice (hospital, laboratory, payer) are everybody's who may read the person.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from bluering.access import audit
from bluering.access.models import Practice, User
from bluering.access.practices import every_practice, served_by
from bluering.coordination import policies, queries
from bluering.coordination.models import Handoff, How, SaidBy, Sharing
from bluering.errors import BadInput, Refusal
from bluering.identity.queries import practices_of

T = TypeVar("T")
LONGEST_NOTE = 400


@dataclass(frozen=True)
class Hidden:
    """Sources whose facts a user is not shown about a person, and the users of these practices, whose work is not shown either."""

    sources: frozenset[str] = frozenset()
    staff: frozenset[int] = frozenset()

    def of(self, source: str) -> bool:
        """Whether what this source tells is hidden."""
        return source in self.sources

    def tables(self, tables: Mapping[str, list[dict]]) -> dict[str, list[dict]]:
        """Facts without the hidden ones."""
        if not self.sources:
            return dict(tables)
        return {name: [row for row in rows if row.get("source") not in self.sources] for name, rows in tables.items()}

    def gap(self, gap: Any) -> bool:
        """Whether a gap rests on hidden facts, were it on one of them."""
        told = {row.get("source", "") for row in gap.evidence or ()} | {gap.fact_key.partition("/")[0]}
        return bool(told & self.sources)

    def gaps(self, gaps: Iterable[T]) -> list[T]:
        """Gaps without those that rest on hidden facts."""
        return [gap for gap in gaps if not self.gap(gap)]

    def handoff(self, handoff: Handoff, user: User) -> bool:
        """Whether a handoff is hidden from a user who neither owns nor received it."""
        return handoff.opened_by_id in self.staff and user.pk not in (handoff.owner_id, handoff.receiver_user_id)

    def work(self, rows: Iterable[T], who: Callable[[T], int | None]) -> list[T]:
        """Rows of work without those of hidden staff; `who` gives the user of a row."""
        return [row for row in rows if who(row) not in self.staff]


NOTHING = Hidden()


def hidden_from(user: User, person_ids: Collection[str]) -> dict[str, Hidden]:
    """Person → what this user is not shown of them; persons of whom nothing is hidden are left out. As many queries for one as for many."""
    mine = served_by(user)
    others = [practice for practice in every_practice() if practice not in mine] if mine and person_ids else []
    of = practices_of(person_ids, others) if others else {}
    if not of:
        return {}
    said = _newest(of)
    keeping = {
        person: [one for one in practices if not said.get((person, one.pk), one.shares)]
        for person, practices in of.items()
    }
    staff = _staff_only_of(others)
    return {
        person: Hidden(
            frozenset(source for one in practices for source in one.sources),
            frozenset(pk for one in practices for pk in staff.get(one.pk, ())),
        )
        for person, practices in keeping.items()
        if practices
    }


def board_shown(user: User) -> list[Handoff]:
    """What this user answers for, without what another practice keeps to itself."""
    board = queries.board(user)
    hidden = hidden_from(user, {handoff.person_id for handoff in board})
    return [one for one in board if not hidden.get(one.person_id, NOTHING).handoff(one, user)]


def _newest(person_ids: Iterable[str]) -> dict[tuple[str, int], bool]:
    rows = Sharing.objects.filter(person_id__in=list(person_ids)).order_by("id")
    return {
        (person, practice): permits
        for person, practice, permits in rows.values_list("person_id", "practice_id", "permits")
    }


def _staff_only_of(practices: Iterable[Practice]) -> dict[int, set[int]]:
    """Practice → users who serve it and no other."""
    serving: dict[int, set[int]] = {}
    for practice, user in Practice.staff.through.objects.values_list("practice_id", "user_id"):
        serving.setdefault(user, set()).add(practice)
    found: dict[int, set[int]] = {one.pk: set() for one in practices}
    for user, served in serving.items():
        if len(served) == 1 and (only := next(iter(served))) in found:
            found[only].add(user)
    return found


@dataclass(frozen=True)
class Share:
    """One of a person's practices: whether it shows the others what it knows, and who said so (None: its own usual)."""

    practice: Practice
    permits: bool
    said: Sharing | None
    may_say: bool


def shares_of(user: User, person_id: str) -> list[Share]:
    """The practices of a person of two or more, with what was said; `may_say` for those that this user serves."""
    practices = practices_of([person_id], every_practice()).get(person_id, [])
    if len(practices) < 2:
        return []
    mine = served_by(user)
    said = {row.practice_id: row for row in Sharing.objects.filter(person_id=person_id).select_related("by")}
    return [
        Share(one, said[one.pk].permits if one.pk in said else one.shares, said.get(one.pk), not mine or one in mine)
        for one in practices
    ]


@transaction.atomic
def say_sharing(
    *, person_id: str, practice: Practice, permits: bool, said_by: str, how: str, by: User, note: str = ""
) -> Sharing:
    """Note what the person said about a practice showing others what it knows of them.

    Raises Refusal for a practice that `by` does not serve, BadInput for one of which the person is no patient.
    """
    policies.require_about(by, "team.manage", person_id)
    mine = served_by(by)
    if mine and practice not in mine:
        raise Refusal(f"Only who serves {practice.name} notes what a person says about it.")
    if practice not in practices_of([person_id], [practice]).get(person_id, []):
        raise BadInput("practice: the person is not a patient there.")
    if said_by not in SaidBy.values or how not in How.values:
        raise BadInput("said_by: say who said it, and how.")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"note: write at most {LONGEST_NOTE} characters.")
    row = Sharing.objects.create(
        person_id=person_id, practice=practice, permits=permits, said_by=said_by, how=how, note=note.strip(), by=by
    )
    audit.record(by, "sharing.say", person_id, f"practice {practice.pk}: {'yes' if permits else 'no'}")
    return row
